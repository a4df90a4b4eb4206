"""`python manage.py local COMMAND ...`: one management command against the servers of this machine.

Our own words go to stderr, so that the command's last line stays the last line of the output.
"""

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from config.local.errors import CannotStart
from config.local.folder import CHECKOUT, DataFolder
from config.local.preparing import Preparation
from config.local.processes import MAINTAINING, OWNER_COMMANDS, SERVING, environment_of, manage
from config.local.servers import Addresses, Servers

# These look at the code or make the tables themselves: they must work while the tables are missing or half thought out.
NEED_NO_ROWS = frozenset(
    {"migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations", "check", "collectstatic", "help"}
)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the command; its exit code is ours."""
    if not arguments:
        say("Say which command: python manage.py local COMMAND ...")
        return 2
    folder = DataFolder.chosen()
    servers = Servers(folder)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        with servers as addresses:
            prepare(arguments[0], folder, addresses, embedded=servers.embedded)
            return run(arguments, folder, addresses)
    except CannotStart as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


def prepare(command: str, folder: DataFolder, addresses: Addresses, *, embedded: bool) -> None:
    preparation = Preparation(folder, addresses, embedded=embedded, say=say)
    if command == "migrate":
        preparation.forget_tables()
    if command not in NEED_NO_ROWS:
        preparation.tables()
    if command not in NEED_NO_ROWS | {"load_demo", "purge_demo", "make_benchmark_data"}:
        preparation.demo()


def run(arguments: Sequence[str], folder: DataFolder, addresses: Addresses) -> int:
    """The command itself, on our own input and output. An owner's command gets the owner's address, no other does."""
    command, *options = arguments
    if command == "migrate" and not any(option.startswith("--database") for option in options):
        options.append("--database=owner")
    as_owner = command in OWNER_COMMANDS
    if as_owner and addresses.owner is None:
        raise CannotStart(f"`{command}` works as the owner of the tables: set OWNER_DATABASE_URL as well.")
    process = manage(command, *options, credentials=MAINTAINING if as_owner else SERVING)
    child = subprocess.Popen(process.arguments, cwd=CHECKOUT, env=environment_of(process, addresses, folder))

    def pass_on(number: int, _: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, pass_on)
    # Ctrl-C reaches the command by itself; we only have to outlive it.
    signal.signal(signal.SIGINT, lambda *_: None)
    code = child.wait()
    return 128 - code if code < 0 else code
