"""What must be there before anybody is served: tables, static files, the demo. Each is skipped when nothing changed."""

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT, DataFolder
from config.local.locks import FileLock
from config.local.processes import MIGRATE, Process, environment_of, manage
from config.local.servers import Addresses
from config.local.stamps import digest_of, once

Say = Callable[[str], None]
# What decides how the tables look and who may touch them.
SOURCES = ("config/settings", "reports", "performance", "supervision", "casework", "schools", "teams")


class Preparation:
    """The steps for one data folder. `say` gets one line at a time, for whoever waits."""

    def __init__(self, folder: DataFolder, addresses: Addresses, *, embedded: bool, say: Say) -> None:
        self.folder = folder
        self.addresses = addresses
        self.embedded = embedded
        self.say = say

    def tables(self) -> None:
        """Migrate as owner. Grants ride on the migration, so any change of code is a reason to run it."""
        if self.addresses.owner is None:
            self.say("OWNER_DATABASE_URL is not set: the tables are taken as they are.")
            return
        sources = [path for folder in SOURCES for path in (CHECKOUT / folder).rglob("*.py")]
        self._step("tables", f"{self._cluster} {digest_of([*sources, self._lock])}", self._migrate)

    def forget_tables(self) -> None:
        """Look again next time: somebody is about to migrate by hand."""
        self.folder.stamp("tables").unlink(missing_ok=True)

    def static_files(self) -> None:
        """Collect what the front-end build made, with names that carry its digest."""
        static = CHECKOUT / "static"
        if not (static / "build").exists():
            self.say("There is no front-end build: pages come without style until `make setup` has run.")
        files = [path for name in ("build", "img") for path in (static / name).rglob("*") if path.is_file()]
        self._step("static", digest_of([*files, self._lock]), self._collect)

    def demo(self) -> None:
        """Load the demo once in the life of these rows; one that was purged does not come back."""
        self._step("demo", self._cluster, self._load_demo)

    @property
    def _lock(self) -> Path:
        return CHECKOUT / "requirements.lock"

    @property
    def _cluster(self) -> str:
        """Another text for every new PostgreSQL folder; for an outside server its address."""
        if not self.embedded:
            return hashlib.sha256(self.addresses.app.encode()).hexdigest()
        made = (self.folder.postgresql / "PG_VERSION").stat()
        return f"{made.st_ino}-{made.st_mtime_ns}"

    def _step(self, name: str, state: str, do: Callable[[], bool]) -> None:
        """One at a time: two commands may start on the same folder at once."""
        with FileLock(self.folder.lock("preparing")):
            once(self.folder.stamp(name), state, do)

    def _migrate(self) -> bool:
        self.say("Making the tables ...")
        self._run(MIGRATE)
        return self.embedded  # what others do to an outside database leaves no trace here

    def _collect(self) -> bool:
        self.say("Collecting the static files ...")
        self._run(manage("collectstatic", "--noinput", "--clear"))
        return True

    def _load_demo(self) -> bool:
        self.say("Loading the demo county ...")
        try:
            self._run(manage("load_demo"))
        except CannotStart as reason:
            if "Unknown command: 'load_demo'" in self._log(manage("load_demo")).read_text():
                self.say("There is no demo to load yet.")
            else:
                self.say(f"The demo county is not there. {reason}")
            return False
        return True

    def _log(self, process: Process) -> Path:
        return self.folder.log(process.name)

    def _run(self, process: Process) -> None:
        """Run to the end, words into the log. Raises CannotStart with the last of them, for the cause stands there."""
        log = self._log(process)
        with log.open("wb") as file:
            ended = subprocess.run(
                process.arguments,
                cwd=CHECKOUT,
                env=environment_of(process, self.addresses, self.folder),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if ended.returncode != 0:
            words = log.read_text(errors="replace").strip().splitlines()[-12:]
            raise CannotStart(
                "\n".join([f"`{process.name}` failed. All that it said is in {log}, and the end is:", *words])
            )
