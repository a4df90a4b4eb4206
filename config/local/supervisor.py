"""Keeps the product's processes alive, and takes all of them along when it goes."""

import contextlib
import ctypes
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT

GRACE = 15.0  # seconds that a process has to finish what it is doing
STEADY = 10.0  # seconds of life after which a death is an accident again, not a habit
LONGEST_PAUSE = 30.0  # seconds between two attempts to start what dies at once
LOG_SIZE = 5_000_000  # bytes after which a log starts anew; one older file is kept

Say = Callable[[str], None]


class StopRequested(BaseException):
    """Ctrl-C or a TERM arrived while a step of the set-up was waited for."""


class StopSignals:
    """Notes the request to stop. Installed explicitly, for a start in the background inherits SIGINT ignored."""

    def __init__(self) -> None:
        self.requests = 0
        self._interrupting = False

    def install(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    @contextlib.contextmanager
    def interrupting(self) -> Iterator[None]:
        """Inside, a request raises StopRequested at once; outside it waits until somebody looks at `requests`."""
        self._interrupting = True
        try:
            if self.requests:
                raise StopRequested
            yield
        finally:
            self._interrupting = False

    def _note(self, *_: object) -> None:
        self.requests += 1
        if self._interrupting:
            self._interrupting = False
            raise StopRequested


def die_with_parent() -> Callable[[], None] | None:
    """What a child calls before it becomes its program: Linux ends it when the supervisor is killed."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    parent, set_signal_on_parents_death = os.getpid(), 1

    def arrange() -> None:
        prctl(set_signal_on_parents_death, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)  # the parent died between the fork and the line above

    return arrange


class Child:
    """One supervised process, leader of a session of its own, started again when it dies."""

    def __init__(
        self, name: str, arguments: Sequence[str], *, environment: dict[str, str], log: Path, say: Say
    ) -> None:
        self.name = name
        self.log = log
        self._arguments = list(arguments)
        self._environment = environment
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._next_start = 0.0
        self._pause = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_SIZE:
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._arguments,
                cwd=CHECKOUT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(),  # safe: the supervisor has one thread
            )
        self._started_at = time.monotonic()

    def heal(self) -> None:
        """Start again what has died: at once the first time, with growing pauses when it dies again and again."""
        now = time.monotonic()
        if self._process is not None:
            if self._process.poll() is None:
                return
            self._sweep()
            code = self._process.returncode
            self._process = None
            lived = now - self._started_at
            self._pause = 0.0 if lived > STEADY else min(max(1.0, self._pause * 2), LONGEST_PAUSE)
            self._next_start = now + self._pause
            how = f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
            self._say(f"{self.name} {how} and is started again (its words: {self.log})")
        if now >= self._next_start:
            self.start()

    def ask_to_stop(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def end(self) -> None:
        """Whatever is left of the process and of those that it started."""
        if self._process is not None:
            self._sweep()
            self._process.wait()
            self._process = None

    def _sweep(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


class Supervisor:
    """Starts its children, heals them and what they stand on, and stops them together."""

    def __init__(self, children: Sequence[Child], *, signals: StopSignals, heal_servers: Callable[[], None]) -> None:
        self.children = children
        self._signals = signals
        self._heal_servers = heal_servers

    def run(self, *, is_ready: Callable[[], bool], announce: Callable[[], None], patience: float) -> None:
        """Until a request to stop. Raises CannotStart when the product does not answer within `patience` seconds."""
        deadline = time.monotonic() + patience
        next_look, ready = time.monotonic() + 1, False
        try:
            for child in self.children:
                child.start()
            while not self._signals.requests:
                for child in self.children:
                    child.heal()
                if time.monotonic() >= next_look:
                    self._heal_servers()
                    next_look = time.monotonic() + 1
                if not ready and is_ready():
                    ready = True
                    announce()
                if not ready and time.monotonic() > deadline:
                    raise CannotStart(self._silence(patience))
                time.sleep(0.1)
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask all at once, wait for the slowest; a second Ctrl-C, or the end of GRACE, ends what is left."""
        asked = self._signals.requests
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + GRACE
        while time.monotonic() < deadline and self._signals.requests <= max(asked, 1):
            if all(child.ended() for child in self.children):
                break
            time.sleep(0.05)
        for child in self.children:
            child.end()

    def _silence(self, patience: float) -> str:
        first = self.children[0]
        words = first.log.read_text(errors="replace").strip().splitlines() or ["(no words)"]
        return f"{first.name} does not answer after {patience:.0f} seconds: {words[-1]} (all of it: {first.log})"


def answers(port: int, path: str) -> bool:
    """Whether GET on this machine is answered with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
