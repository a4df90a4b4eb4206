"""`python -m config.local run`: from nothing to READY, and back to nothing."""

import contextlib
import os
import socket
import time

from config.local.errors import CannotStart
from config.local.folder import DataFolder
from config.local.locks import FileLock
from config.local.preparing import Preparation
from config.local.processes import SERVED, environment_of
from config.local.servers import Addresses, Servers
from config.local.supervisor import Child, StopRequested, StopSignals, Supervisor, answers

HOST = "127.0.0.1"
PATIENCE = 90.0  # seconds until /health must answer


def say(line: str) -> None:
    print(line, flush=True)


def chosen_port() -> int:
    """The port that PORT names, else 8000. Raises CannotStart when it is none or taken."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is “{text}”: give a number from 1 to 65535.")
    port = int(text)
    deadline = time.monotonic() + 3  # the web process of a killed supervisor may still be on its way out
    while not is_free(port):
        if time.monotonic() > deadline:
            raise CannotStart(f"Port {port} is in use by another program: stop it, or choose another with PORT=8001.")
        time.sleep(0.1)
    return port


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def run() -> int:
    """Run the product until Ctrl-C. Returns the exit code; raises CannotStart with one sentence."""
    signals = StopSignals()
    signals.install()
    folder = DataFolder.chosen()
    only_one = FileLock(folder.lock("run"))
    folder.make()
    if not only_one.take(wait=False):
        raise CannotStart(
            f"Alongside already runs on {folder.root}: stop that one with Ctrl-C, or choose another ALONGSIDE_DATA."
        )
    port = chosen_port()
    servers = Servers(folder)
    with contextlib.suppress(StopRequested), servers as addresses:
        preparation = Preparation(folder, addresses, embedded=servers.embedded, say=say)
        for step in (preparation.tables, preparation.static_files, preparation.demo):
            with signals.interrupting():
                step()
        serve(folder, servers, addresses, port=port, signals=signals)
    say("Stopped.")
    return 0


def serve(folder: DataFolder, servers: Servers, addresses: Addresses, *, port: int, signals: StopSignals) -> None:
    """Start web, worker and beat, print READY once web answers, and stay until a request to stop."""
    address = f"http://{HOST}:{port}"
    public_address = os.environ.get("PUBLIC_ADDRESS") or address
    folder.address.write_text(public_address)
    children = [
        Child(
            process.name,
            process.arguments,
            environment=environment_of(
                process,
                addresses,
                folder,
                GUNICORN_CMD_ARGS=f"--bind={HOST}:{port}",
                PUBLIC_ADDRESS=public_address,
            ),
            log=folder.log(process.name),
            say=say,
        )
        for process in SERVED
    ]

    def heal_servers() -> None:
        if servers.running():
            return
        say("A server is down and is started again.")
        try:
            servers.start()
        except CannotStart as reason:
            say(str(reason))

    def announce() -> None:
        say(f"READY {address}/")
        if folder.demo_sign_ins.exists():
            say(folder.demo_sign_ins.read_text().rstrip())
        say(f"Ctrl-C stops everything. Logs are in {folder.log('any').parent}.")

    Supervisor(children, signals=signals, heal_servers=heal_servers).run(
        is_ready=lambda: answers(port, "/health"), announce=announce, patience=PATIENCE
    )
