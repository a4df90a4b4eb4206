"""One line of the log for each task, under the number of the request that caused it. The message carries the number.

What a task was given stays out: its name, its own number, how it ended and how long it took are enough to find the row.
"""

from __future__ import annotations

import logging
import time
import uuid
from typing import Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun

from teams.foundation import figures
from teams.foundation.numbering import circumstances, request_number

logger = logging.getLogger("config.tasks")

HEADER = "request_number"

_began: dict[str, float] = {}


@setup_logging.connect
def keep_our_lines(**_: Any) -> None:
    """Celery would put its own handlers in the place of ours; that somebody listens here keeps it from doing so."""


@before_task_publish.connect
def send_the_number_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    number = request_number.get()
    if number is not None and headers is not None:
        headers[HEADER] = str(number)


@task_prerun.connect
def take_the_number_over(task_id: str, task: Any, **_: Any) -> None:
    sent = getattr(task.request, HEADER, None)
    try:
        number = uuid.UUID(sent) if sent else None
    except ValueError:
        number = None
    request_number.set(number)
    circumstances.set({"task": task.name, "task_id": task_id})
    _began[task_id] = time.perf_counter()


@task_postrun.connect
def tell(task_id: str, task: Any, state: str | None = None, **_: Any) -> None:
    seconds = time.perf_counter() - _began.pop(task_id, time.perf_counter())
    ended = (state or "unknown").lower()
    logger.info("%s %s", task.name, ended, extra={"state": ended, "milliseconds": round(seconds * 1000)})
    figures.count(f"{ended}:{task.name}")
    figures.count(f"milliseconds:{task.name}", round(seconds * 1000))
    request_number.set(None)
    circumstances.set({})
