"""`make bench`: servers of its own, rows of England's sizes, and the table. Ends with 1 where a mark is missed.

`python -m tests.load [--quick] [--keep] [pages county wall import papers served]`. `--quick` makes 10 authorities in
place of 153, for somebody who changes the instruments; its numbers are none. `--keep` takes the rows that are there,
whatever day they are of. Everything lies under `.local/bench` (ALONGSIDE_BENCH).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT, DataFolder
from config.local.postgres import remove
from config.local.preparing import Preparation
from config.local.processes import MAINTAINING, SERVING, Process, environment_of, manage
from config.local.servers import Addresses, Servers
from config.local.stamps import digest_of

# A quarter of the memory that a small server has; all three have the same.
POSTGRESQL = {"shared_buffers": "512MB", "max_wal_size": "4GB"}


def say(line: str) -> None:
    print(line, flush=True)


def root() -> Path:
    return Path(os.environ.get("ALONGSIDE_BENCH") or CHECKOUT / ".local" / "bench").absolute()


class Rows:
    """A data folder with benchmark rows in it, made by `options` of make_benchmark_data."""

    def __init__(self, name: str, *options: str) -> None:
        self.folder = DataFolder(root() / name)
        self.options = options

    def made(self, stack: ExitStack, *, keep: bool) -> Addresses:
        """Up, with tables of today's code; the rows are made anew when their makers or the day have changed."""
        for each in (root(), self.folder.root):
            each.mkdir(mode=0o711, parents=True, exist_ok=True)
        stamp, state = self.folder.stamp("bench"), self._state()
        there = stamp.read_text() if stamp.exists() else ""
        if there != state and not (keep and there):
            remove(self.folder)
            stamp.unlink(missing_ok=True)
            there = ""
        servers = Servers(self.folder, environment={}, postgresql_settings=POSTGRESQL)
        addresses = stack.enter_context(servers)
        preparation = Preparation(self.folder, addresses, embedded=True, say=say)
        preparation.tables()
        preparation.static_files()
        if not there:
            say(f"Making rows: make_benchmark_data {' '.join(self.options)}")
            run(manage("make_benchmark_data", *self.options, credentials=MAINTAINING), addresses, self.folder)
            stamp.write_text(state)
        return addresses

    def _state(self) -> str:
        makers = sorted((CHECKOUT / "reports" / "benchmark").rglob("*.py"))
        return f"{digest_of(makers)} {' '.join(self.options)} {date.today()}"


def run(process: Process, addresses: Addresses, folder: DataFolder, **more: str) -> None:
    environment = environment_of(process, addresses, folder, **more)
    done = subprocess.run(process.arguments, cwd=CHECKOUT, env=environment, check=False)
    if done.returncode:
        raise CannotStart(f"`{process.name}` failed.")


def main(arguments: list[str]) -> int:
    quick, keep = "--quick" in arguments, "--keep" in arguments
    wanted = [word for word in arguments if not word.startswith("--")]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    authorities = "10" if quick else "153"
    name = "quick" if quick else "england"
    try:
        with ExitStack() as stack:
            country = Rows(name, "--authorities", authorities).made(stack, keep=keep)
            alone_rows = Rows(f"{name}-alone", "--authorities", authorities, "--only", "1")
            alone = alone_rows.made(stack, keep=keep)
            assert country.owner is not None
            measuring = Process("measure", ("python", "-W", "ignore", "-m", "tests.load.measure", *wanted), SERVING)
            environment = environment_of(
                measuring,
                country,
                DataFolder(root() / name),
                DJANGO_SETTINGS_MODULE="tests.load.settings",
                BENCH_OWNER=country.owner,
                BENCH_ALONE=alone.app,
                BENCH_ROUNDS="5" if quick else "21",
            )
            code = subprocess.run(measuring.arguments, cwd=CHECKOUT, env=environment, check=False).returncode
            if not wanted or "import" in wanted:
                forget = manage("purge_demo", "benchmark-import", "--yes", credentials=MAINTAINING)
                subprocess.run(
                    forget.arguments, cwd=CHECKOUT, env=environment_of(forget, alone, alone_rows.folder),
                    stdout=subprocess.DEVNULL, check=False,
                )  # fmt: skip
            return code
    except CannotStart as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
