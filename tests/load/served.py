"""Requests a second: one web process as production runs it, driven over its socket by several people at once.

What counts is the processor time of the web process, so that a busy machine does not change it.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from config.local.folder import CHECKOUT

AT_ONCE, PATIENCE = 4, 30.0
TICKS = os.sysconf("SC_CLK_TCK")


class Asked(NamedTuple):
    """One address and the cookie of whoever asks."""

    path: str
    cookie: str


class Served(NamedTuple):
    requests: int
    processor: float  # seconds of the web process
    clock: float

    @property
    def a_second_of_a_core(self) -> float:
        return self.requests / self.processor


@contextlib.contextmanager
def web(address: str) -> Iterator[tuple[int, int]]:
    """A web server of one process on the rows at `address`: its port, and the number of the process that works."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BENCH_")} | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "tests.load.settings",
        "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port} --log-level=warning",
    }
    command = [*(sys.executable, "-W", "ignore", "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn"),
               *("--workers", "1", "--threads", str(AT_ONCE), "--no-control-socket")]  # fmt: skip
    master = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port, _child_of(master.pid)
    finally:
        master.terminate()
        master.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if _get(port, Asked("/health", "")) == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The web server does not answer.")


def _child_of(master: int) -> int:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rpartition(")")[2].split()[1]) == master:
                    return int(entry.name)
    raise RuntimeError("gunicorn has no worker.")


def _get(port: int, asked: Asked) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", asked.path, headers={"Cookie": asked.cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def drive(port: int, process: int, pages: Sequence[Asked], times: int) -> Served:
    """Each page so many times, by several people at once. Raises where one is not answered with 200."""
    before, began = _processor(process), time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as people:
        answers = list(people.map(lambda each: _get(port, each), [*pages] * times))
    if set(answers) != {200}:
        raise RuntimeError(f"Not every page opened: {sorted(set(answers))}")
    return Served(len(answers), _processor(process) - before, time.perf_counter() - began)


def _processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
