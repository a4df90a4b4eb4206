"""The tables of a test run, made once: the migrations take half a minute, a copy of what they made takes a second.

The first run on a server keeps an empty copy under the fingerprint of everything that decides what migrations make. The
next worker, and the next run on this server, begin with it. Where anything has changed, all migrations run again.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connections
from psycopg2.sql import SQL, Identifier

from config.local.folder import CHECKOUT
from config.local.locks import FileLock

DECIDES = ("*/migrations/*.py", "teams/foundation/*.py", "teams/models/*.py", "requirements.lock")


def fingerprint(root: Path = CHECKOUT) -> str:
    files = sorted(path for pattern in DECIDES for path in root.glob(pattern))
    return sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()[:16]


def made_once(make: Callable[[], Any]) -> Any:
    """Run `make`, which sets up the test database of `owner`: from the copy where there is one, else the copy is made."""
    owner = connections["owner"]
    template = f"tables_{fingerprint()}"
    with FileLock(Path(os.environ["ALONGSIDE_DATA"]).absolute().parent / "tables.lock"):
        known = _databases(owner)
        if template in known:
            owner.settings_dict["TEST"]["TEMPLATE"] = template
            return make()
        with _seldom_tidied():
            made = make()
        for old in known:
            _on_server(owner, SQL("DROP DATABASE IF EXISTS {}").format(Identifier(old)))
        source = owner.settings_dict["NAME"]
        for alias in connections:
            connections[alias].close()  # a database is copied while nobody is in it
        _on_server(owner, SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(template), Identifier(source)))
        return made


@contextmanager
def _seldom_tidied() -> Iterator[None]:
    """Migrations make the models of each step anew: looking for what is no more was half of their time. 200 MB more."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _databases(owner: Any) -> list[str]:
    with owner._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tables\\_%%'")
        return [name for (name,) in cursor.fetchall()]


def _on_server(owner: Any, statement: Any) -> None:
    """Outside any transaction: databases are made and dropped in none."""
    with owner._nodb_cursor() as cursor:
        cursor.execute(statement.as_string(cursor.cursor))
