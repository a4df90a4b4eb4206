"""The documents' store of a test, and Celery workers against its database: one as a thread, one as processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import kombu.pools
import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings as django_settings
from django.db import connections

from config.celery import app
from tests.factories.authorities import NOW

WORKER_APP = "tests.reports.slow_worker"


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    """The documents' store: a folder of this test's own."""
    settings.MEDIA_ROOT = tmp_path / "documents"
    return settings.MEDIA_ROOT


@pytest.fixture
def clock(monkeypatch) -> None:
    """It is the morning of 8 September 2026: what a page shows does not depend on the day on which tests run."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def broker(monkeypatch) -> Iterator[Callable[[str], None]]:
    """A queue of this process's own in the session's Valkey, empty before and after.

    Tests in other processes use the same server; they would take each other's messages. The fixture is a function that
    moves this process to another address.
    """

    def move(address: str) -> None:
        monkeypatch.setenv("CELERY_BROKER_URL", address)
        kombu.pools.reset()  # what was connected to the address before
        app._after_fork()

    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    own = f"{os.environ['REDIS_URL']}?virtual_host={number}"
    move(own)
    app.control.purge()
    yield move
    move(own)
    app.control.purge()


@pytest.fixture
def thread_worker(broker, transactional_db, monkeypatch) -> Iterator[None]:
    """A real worker in a thread of this process: it sees what is patched here."""
    # This process owns the test database; a worker that serves people would rightly refuse to start beside that.
    monkeypatch.setattr("config.celery.refuse_bypassing_credentials", lambda: None)
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        yield
    connections.close_all()


class ProcessWorker:
    """A real worker with its pool of processes, which a test may kill.

    Its `pdf.draw` is a slow stand-in (tests.reports.slow_worker) that notes every start and end in `notes`.
    """

    def __init__(self, folder: Path, *, lease: float, draw: float) -> None:
        self.notes = folder / "drawn"
        self.log = folder / "worker.log"
        self.notes.touch()
        self.environment = _without_owner() | {
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "DATABASE_URL": test_database_url(),
            "ALONGSIDE_DOCUMENTS": str(django_settings.MEDIA_ROOT),
            "DOCUMENT_LEASE_SECONDS": str(lease),
            "SLOW_DRAW_SECONDS": str(draw),
            "SLOW_DRAW_NOTES": str(self.notes),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", WORKER_APP, "worker", "--concurrency", "1", "--loglevel", "info",
                 "--without-gossip", "--without-mingle"],
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(20)

    def noted(self, what: str) -> list[dict[str, str]]:
        """What the stand-in noted: [{"what": "start", "process": "4711", "reference": "...", "copy": "way"}]."""
        lines = [line.split() for line in self.notes.read_text().splitlines()]
        found = [dict(zip(("what", "process", "reference", "copy"), line, strict=True)) for line in lines]
        return [each for each in found if each["what"] == what]


@pytest.fixture
def process_worker(broker, transactional_db, tmp_path) -> Iterator[Callable[..., ProcessWorker]]:
    """`process_worker(lease=2.0, draw=0.2)` starts one; the test's end stops it."""
    started: list[ProcessWorker] = []

    def make(*, lease: float = 2.0, draw: float = 0.2) -> ProcessWorker:
        folder = tmp_path / f"worker-{len(started)}"
        folder.mkdir()
        worker = ProcessWorker(folder, lease=lease, draw=draw)
        worker.start()
        started.append(worker)
        return worker

    yield make
    for worker in started:
        worker.stop()


def test_database_url() -> str:
    """The app role's address of this test's database, for a child process."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connections['default'].settings_dict['NAME']}"))


test_database_url.__test__ = False  # type: ignore[attr-defined]


def _without_owner() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "OWNER_DATABASE_URL"}


def wait_until(true: Callable[[], object], *, seconds: float = 60, what: str = "it happens") -> None:
    """Look again and again, for at most so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s until {what}")
        time.sleep(0.05)
