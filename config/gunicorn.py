"""What the web server is told beside its command line (docker-compose.yml, make run): how its own lines look, and
where its processes keep the figures that they share.
"""

import contextlib
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

# Read by prometheus_client when it is first imported, which is later. A start begins with an empty folder.
_figures = Path(os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="alongside-figures-")))
_figures.mkdir(parents=True, exist_ok=True)
for _left in _figures.glob("*.db"):
    _left.unlink()

from django.conf import settings  # noqa: E402
from prometheus_client import multiprocess  # noqa: E402

logconfig_dict = settings.LOGGING
logging.captureWarnings(True)  # a warning is a line like any other; Celery does the same by itself


def child_exit(server: Any, worker: Any) -> None:
    multiprocess.mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    for left in _figures.glob("*.db"):
        left.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        _figures.rmdir()
