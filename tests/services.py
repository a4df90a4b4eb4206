"""The servers of a test run, loaded by pytest as a plugin (`-p tests.services`) before any settings are.

Each run takes a folder of its own under `.local/tests` (or ALONGSIDE_TEST_DATA), so two runs at once never meet: same
names of databases, different servers. A run that was killed leaves its folder free and its servers up; the next run
takes both over. Workers of xdist inherit the addresses and start nothing, and so does a run whose environment already
names its servers.
"""

import atexit
import os
from pathlib import Path

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT, DataFolder
from config.local.locks import FileLock
from config.local.postgres import remove
from config.local.servers import Addresses, Servers

# Rows of tests need not survive a power cut.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "autovacuum_naptime": "1min",  # rows of tests go before statistics of them are worth anything
    "autovacuum_analyze_threshold": "50",
}


def take_folder() -> tuple[DataFolder, FileLock]:
    """The first folder that no other run uses, and the lock that keeps it ours until this process ends."""
    root = Path(os.environ.get("ALONGSIDE_TEST_DATA") or CHECKOUT / ".local" / "tests").absolute()
    number = 1
    while True:
        folder = DataFolder(root / str(number))
        in_use = FileLock(folder.lock("run"))
        root.mkdir(mode=0o711, parents=True, exist_ok=True)
        folder.root.mkdir(mode=0o711, exist_ok=True)
        if in_use.take(wait=False):
            return folder, in_use
        number += 1


def start(folder: DataFolder) -> tuple[Servers, Addresses]:
    """Start the servers; rows that cannot be started any more are thrown away once, for tests make their own."""
    servers = Servers(folder, postgresql_settings=FAST, valkey_settings={"appendonly": "no"})
    try:
        return servers, servers.start()
    except CannotStart:
        servers.stop()
        remove(folder)
        return servers, servers.start()


def begin() -> None:
    """Start the servers of this run and put their addresses where the settings look for them."""
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        os.environ.setdefault("ALONGSIDE_DATA", str(CHECKOUT / ".local" / "tests" / "data"))
        return
    try:
        folder, in_use = take_folder()
        servers, addresses = start(folder)
    except CannotStart as reason:
        raise SystemExit(str(reason)) from reason

    def end() -> None:
        servers.stop()
        in_use.release()

    atexit.register(end)
    os.environ.update(
        DATABASE_URL=addresses.app,
        OWNER_DATABASE_URL=addresses.owner or "",
        REDIS_URL=addresses.queue,
        ALONGSIDE_DATA=str(folder.root / "data"),  # never the folder of a developer's own county
    )


os.environ.setdefault("SECRET_KEY", "tests-only-" + "0" * 50)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
begin()
