"""The data folder: where rows, messages, documents, passwords, logs and sockets of one installation lie."""

import hashlib
import os
import pwd
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from config.local.errors import CannotStart

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# The kernel gives an address of a socket 108 bytes (104 on macOS), the closing zero included.
LONGEST_SOCKET_PATH = 103
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


@dataclass(frozen=True)
class DataFolder:
    """Paths under one root. Nothing is made until `make` or `secret` is called."""

    root: Path

    @classmethod
    def chosen(cls) -> "DataFolder":
        """The folder that ALONGSIDE_DATA names, else `.local/` in the checkout."""
        return cls(Path(os.environ.get("ALONGSIDE_DATA") or CHECKOUT / ".local").absolute())

    @property
    def postgresql(self) -> Path:
        return self.root / "postgresql"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def demo_sign_ins(self) -> Path:
        """Written by `load_demo`: one line a person, printed after READY."""
        return self.root / "demo-sign-ins.txt"

    @property
    def address(self) -> Path:
        """Where the product was last started: links that a command prints lead there."""
        return self.root / "address"

    @property
    def sockets(self) -> Path:
        """In the data folder, or in a short folder of its own where that path would be too long for a socket."""
        inside = self.root / "sockets"
        longest = str(inside / "postgresql" / ".s.PGSQL.5432")
        if len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(longest):
            return inside
        digest = hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:12]
        # Not tempfile's folder: TMPDIR may differ between two terminals, and both must find the same sockets.
        return Path("/tmp") / f"alongside-{os.geteuid()}-{digest}"  # noqa: S108

    def log(self, name: str) -> Path:
        return self.root / "logs" / f"{name}.log"

    def lock(self, name: str) -> Path:
        return self.root / "locks" / name

    def stamp(self, name: str) -> Path:
        return self.root / "stamps" / name

    def make(self) -> None:
        """Make the folders that are missing; only the sockets and PostgreSQL's rows are open to another account."""
        for path in (self.root, self.sockets):
            path.mkdir(mode=0o711, parents=True, exist_ok=True)
        if self.sockets.lstat().st_uid != os.geteuid():
            raise CannotStart(f"{self.sockets} belongs to somebody else: remove it, or choose another ALONGSIDE_DATA.")
        for path in (self.log("any").parent, self.lock("any").parent, self.stamp("any").parent, self.valkey):
            path.mkdir(mode=0o700, exist_ok=True)

    def secret(self, name: str) -> str:
        """The random secret of that name, made on first use and readable by its owner alone."""
        path = self.root / "secrets" / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            unfinished = path.with_suffix(f".{os.getpid()}")
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
            unfinished.rename(path)
        return path.read_text()


def server_account() -> dict[str, object]:
    """Arguments for `subprocess` that drop root to `nobody`, for PostgreSQL refuses to run as root; else none."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def require_passable(path: Path, account: dict[str, object]) -> None:
    """Refuse with one sentence where a folder above `path` is closed to the account that PostgreSQL runs as."""
    if not account:
        return
    for folder in reversed([path, *path.parents]):
        found = folder.stat()
        if found.st_uid != account["user"] and not found.st_mode & 0o001:
            raise CannotStart(
                f"PostgreSQL runs as “nobody”, who may not pass the folder {folder}: open it with "
                f"`chmod o+x {folder}`, or put the checkout and ALONGSIDE_DATA elsewhere."
            )
