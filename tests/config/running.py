"""Driving the product from outside, as a person at a terminal does, and looking at what runs through /proc."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.local.folder import CHECKOUT, DataFolder
from config.local.processes import CREDENTIALS


@contextlib.contextmanager
def temporary_folder() -> Iterator[DataFolder]:
    """A data folder with a short path that PostgreSQL's account may pass; pytest's own folders are closed to it."""
    root = Path(tempfile.mkdtemp(prefix="alongside-", dir="/tmp"))  # noqa: S108
    root.chmod(0o711)
    try:
        yield DataFolder(root / "data")
    finally:
        for pid in processes_of(root):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        shutil.rmtree(root)


def plain_environment(folder: DataFolder, **more: str) -> dict[str, str]:
    """What a shell would hand over: nothing of this test run's own servers and settings."""
    ours = CREDENTIALS | {"DJANGO_SETTINGS_MODULE", "SECRET_KEY", "STATIC_ROOT", "PORT"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"ALONGSIDE_DATA": str(folder.root), **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of(root: Path) -> dict[int, str]:
    """Every living process that works on that folder: its number and its command line."""
    found, mark = {}, os.fsencode(root)
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if not entry.name.isdecimal() or int(entry.name) == os.getpid():
                continue
            command = (entry / "cmdline").read_bytes()
            at_home = os.fsencode((entry / "cwd").readlink()).startswith(mark)
            if at_home or mark in command or mark in (entry / "environ").read_bytes():
                found[int(entry.name)] = command.replace(b"\0", b" ").decode().strip()
    return found


def environment_of(pid: int) -> dict[str, str]:
    """The environment that a process was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode().split("\0")
    return dict(pair.partition("=")[::2] for pair in pairs if pair)


def wait_until(look: Callable[[], object], seconds: float, what: str) -> object:
    """What `look` answers, as soon as it answers anything; fails after that many seconds."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {seconds} seconds still not: {what}"
        time.sleep(0.1)
    return seen


def get(port: int, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body; 0 where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def ready(port: int, **headers: str) -> dict[str, object]:
    """What `/ready` says, once database, queue, worker and beat are all there; else nothing."""
    status, body = get(port, "/ready", **headers)
    return json.loads(body) if status == http.client.OK else {}


class RunningProduct:
    """`python -m config.local run` on a data folder of its own."""

    def __init__(self, folder: DataFolder) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder.root.parent / "output"
        self.supervisor: subprocess.Popen[bytes] | None = None
        self.failure = ""

    def start(self, **more: str) -> None:
        """Start in the background with SIGINT ignored, as a shell without job control does, and wait for READY."""
        with self.output.open("wb") as output:
            self.supervisor = subprocess.Popen(
                ["/bin/sh", "-c", f"trap '' INT; exec {sys.executable} -m config.local run"],
                cwd=CHECKOUT,
                env=plain_environment(self.folder, PORT=str(self.port), **more),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until(lambda: "READY" in self.words or self.supervisor.poll() is not None, 180, "READY")
        if self.supervisor.poll() is not None:
            self.supervisor, self.failure = None, self.words
            pytest.fail(f"The product did not start: {self.failure}")
        wait_until(lambda: ready(self.port), 60, "/ready names a worker and beat")

    def up(self) -> "RunningProduct":
        """Started unless an earlier test left it running; one that failed to start is not tried for every test."""
        if self.failure:
            pytest.fail(f"The product did not start: {self.failure}")
        if self.supervisor is None:
            self.start()
        return self

    def down(self) -> "RunningProduct":
        if self.supervisor is not None:
            self.end(signal.SIGTERM)
        return self

    def end(self, number: int) -> int:
        """Send the signal and wait; the exit code."""
        supervisor, self.supervisor = self.supervisor, None
        supervisor.send_signal(number)
        return supervisor.wait(40)

    @property
    def words(self) -> str:
        return self.output.read_text()

    def pid_of(self, words: str) -> int | None:
        """The supervised process whose command line has these words: the one whose parent is the supervisor."""
        for pid, command in processes_of(self.folder.root).items():
            with contextlib.suppress(OSError):
                parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
                if words in command and parent == self.supervisor.pid:
                    return pid
        return None


def run_once(folder: DataFolder, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command of this interpreter in the checkout, to its end."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=plain_environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
