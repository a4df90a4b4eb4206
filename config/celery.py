"""The Celery app, what a worker does before its first task, and the signs of life that `/ready` reads.

Importing this module connects nowhere.
"""

import logging
import os
import time
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from celery import Celery, bootsteps
from celery.beat import PersistentScheduler
from celery.signals import heartbeat_sent, worker_process_init, worker_ready
from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

from config import task_lines  # noqa: F401 its signals
from config.credentials import refuse_bypassing_credentials

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

logger = logging.getLogger(__name__)
cache = ConnectionProxy(caches, "signs")  # the one that says so when Valkey is down

app = Celery("alongside")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # also for the threads of a web server, which would else send to nowhere
app.autodiscover_tasks()

SIGN_EVERY = 5  # seconds between two signs of one process
SIGN_LASTS = 60  # seconds after which a silent process counts as gone
BEAT = "alive:beat"
WORKER = "alive:worker:{}"
WORKERS = "alive:workers"  # names only: Django's cache cannot list keys

_last_sign = float("-inf")


class RefuseBypassingCredentials(bootsteps.Step):
    """First step of a worker's start: an exception here ends the worker, one in a signal would only be logged."""

    def __init__(self, worker: Any, **options: Any) -> None:
        refuse_bypassing_credentials()
        super().__init__(worker, **options)


app.steps["worker"].add(RefuseBypassingCredentials)


@worker_process_init.connect
def warm_up(**_: Any) -> None:
    """Once in each process that runs tasks: fonts and stylesheets are read before the first document waits for them."""
    if find_spec("reports.pdf") is not None:
        import_module("reports.pdf").warm_up()


@worker_ready.connect
def sign_of_a_ready_worker(sender: Any, **_: Any) -> None:
    sign_of_worker(sender.hostname)


@heartbeat_sent.connect
def sign_of_a_beating_worker(sender: Any, **_: Any) -> None:
    sign_of_worker(sender.eventer.hostname)


class Scheduler(PersistentScheduler):
    """Celery's own scheduler, which also shows that it lives and never sleeps past its next sign."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        refuse_bypassing_credentials()
        super().__init__(*arguments, **options)

    def tick(self, *arguments: Any, **options: Any) -> float:
        """Run what is due; answers the seconds to sleep."""
        if its_time_for_a_sign():
            try:
                cache.set(BEAT, now(), SIGN_LASTS)
            except RedisError as error:
                logger.warning("beat could not leave its sign of life: %s", error)
        return min(super().tick(*arguments, **options), SIGN_EVERY)


def now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")


def its_time_for_a_sign() -> bool:
    """Whether this process has been silent for SIGN_EVERY seconds; asking counts as having given the sign."""
    global _last_sign
    if time.monotonic() - _last_sign < SIGN_EVERY:
        return False
    _last_sign = time.monotonic()
    return True


def sign_of_worker(name: str) -> None:
    if not its_time_for_a_sign():
        return
    try:
        cache.set(WORKER.format(name), now(), SIGN_LASTS)
        names = {*living_workers(), name}
        if names != set(cache.get(WORKERS, ())):
            cache.set(WORKERS, sorted(names), None)  # two that write at once: the loser is back with its next sign
    except RedisError as error:
        logger.warning("%s could not leave its sign of life: %s", name, error)


def living_workers() -> list[str]:
    """Names of the workers that gave a sign within SIGN_LASTS seconds."""
    names = cache.get(WORKERS, ())
    signs = cache.get_many([WORKER.format(name) for name in names])
    return [name for name in names if WORKER.format(name) in signs]


def living() -> dict[str, list[str] | str | None]:
    """Who is alive: `{"worker": ["celery@host"], "beat": "2026-09-04T08:00:00+00:00"}`, else None. `/ready` tells no
    names.

    Raises the cache's own error when Valkey is down.
    """
    return {"worker": living_workers() or None, "beat": cache.get(BEAT)}
