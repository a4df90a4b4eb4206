"""What runs, in production and here alike: docker-compose.yml starts the same commands, and a test compares the two.

Nothing here imports Django: this is read before any settings are.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from config.local.folder import DataFolder
from config.local.servers import Addresses

SERVING = ("DATABASE_URL", "REDIS_URL")
MAINTAINING = ("DATABASE_URL", "OWNER_DATABASE_URL", "REDIS_URL")
CREDENTIALS = frozenset({"DATABASE_URL", "OWNER_DATABASE_URL", "REPORT_DATABASE_URL", "REDIS_URL", "PGPASSWORD"})


@dataclass(frozen=True)
class Process:
    """One entry point: its command, where `python` stands for this interpreter, and the credentials it may have."""

    name: str
    command: tuple[str, ...]
    credentials: tuple[str, ...] = SERVING

    @property
    def arguments(self) -> list[str]:
        first, *others = self.command
        return [sys.executable if first == "python" else first, *others]


# The address to listen on comes from GUNICORN_CMD_ARGS, the number of worker processes from WORKER_CONCURRENCY.
WEB = Process(
    "web",
    (
        *("python", "-m", "gunicorn", "config.wsgi", "--config", "python:config.gunicorn", "--workers", "2"),
        *("--threads", "4"),
        *("--timeout", "60", "--graceful-timeout", "10", "--no-control-socket"),
    ),
)
WORKER = Process(
    "worker",
    (
        *("python", "-m", "celery", "--quiet", "-A", "config", "worker", "--without-mingle", "--without-gossip"),
        *("--loglevel", "INFO"),
    ),
)
BEAT = Process("beat", ("python", "-m", "celery", "--quiet", "-A", "config", "beat", "--loglevel", "INFO"))
MIGRATE = Process("migrate", ("python", "manage.py", "migrate", "--database=owner", "--noinput"), MAINTAINING)

SERVED = (WEB, WORKER, BEAT)
PROCESSES = (*SERVED, MIGRATE)

# Management commands that change tables or pass the wall on purpose. All others get the app role alone.
OWNER_COMMANDS = frozenset({"migrate", "purge_demo", "make_benchmark_data"})


def manage(*arguments: str, credentials: tuple[str, ...] = SERVING) -> Process:
    """A management command as a process."""
    return Process(arguments[0], ("python", "manage.py", *arguments), credentials)


def environment_of(
    process: Process,
    addresses: Addresses,
    folder: DataFolder,
    *,
    inherited: Mapping[str, str] = os.environ,
    **more: str,
) -> dict[str, str]:
    """The environment of one child: what we inherited without any credential, and its own credentials only."""
    offered = {
        "DATABASE_URL": addresses.app,
        "OWNER_DATABASE_URL": addresses.owner,
        "REDIS_URL": addresses.queue,
    }
    environment = {name: value for name, value in inherited.items() if name not in CREDENTIALS}
    environment.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    environment.setdefault("SECRET_KEY", folder.secret("secret-key"))
    environment.setdefault("STATIC_ROOT", str(folder.static))
    if folder.address.exists():
        environment.setdefault("PUBLIC_ADDRESS", folder.address.read_text())
    environment.update(ALONGSIDE_DATA=str(folder.root), PYTHONUNBUFFERED="1", **more)
    environment.update({name: value for name in process.credentials if (value := offered[name])})
    return environment
