"""The SELECTs of a page as PostgreSQL gets them, asked again: inside the wall, without it, alone and among others.

What is added up is planning and execution, as PostgreSQL itself counts them: both are waited for, and neither has the
network or Python in it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg2

from config.local.folder import CHECKOUT

TABLE = re.compile(r'((?:FROM|JOIN)\s+)"(\w+)"( [A-Z]+\d+)?')
LARGEST = (
    'SELECT count(*) FROM "teams_auditevent"',
    'SELECT count(*) FROM "teams_attendee" WHERE came',
    """SELECT verb, count(*) FROM "teams_auditevent" WHERE at > now() - interval '30 days' GROUP BY verb""",
    """SELECT worker_id, count(*) FROM "casework_youngperson" WHERE status = 'open' GROUP BY worker_id""",
    'SELECT part, count(*) FROM "supervision_session" INNER JOIN "supervision_sessionperson" '
    'ON ("supervision_session"."id" = "supervision_sessionperson"."session_id") '
    """WHERE "supervision_session"."status" = 'final' GROUP BY part""",
)
OF_TENANTS = (
    "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'authority_id' "
    "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
)


@dataclass
class Asker:
    """One connection and how it asks. `authority` is None for the owner, who passes the wall and says WHERE himself."""

    connection: Any
    authority: int | None = None
    where: int | None = None
    tables: frozenset[str] = frozenset()

    @classmethod
    def inside(cls, address: str, slug: str) -> Asker:
        connection = psycopg2.connect(address)
        return cls(connection, authority=_authority(connection, slug))

    @classmethod
    def outside(cls, owner: str, slug: str) -> Asker:
        connection = psycopg2.connect(owner)
        with connection.cursor() as cursor:
            cursor.execute(OF_TENANTS)
            tables = frozenset(name for (name,) in cursor.fetchall())
        return cls(connection, where=_authority(connection, slug), tables=tables)

    def milliseconds(self, statement: str) -> float:
        """Planning and execution of one SELECT."""
        with self.connection.cursor() as cursor:
            # Somebody who passes the wall names an authority all the same: what a policy does not ask, nobody reads.
            cursor.execute("SELECT set_config('app.authority', %s, true), set_config('app.user', '0', true)",
                           [str(self.authority or 0)])  # fmt: skip
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + self._said(statement))
            (plan,) = cursor.fetchone()[0]
        self.connection.rollback()
        return plan["Planning Time"] + plan["Execution Time"]

    def answers(self, statement: str) -> bool:
        """Can it be asked so at all?"""
        try:
            self.milliseconds(statement)
        except psycopg2.Error:
            self.connection.rollback()
            return False
        return True

    def _said(self, statement: str) -> str:
        """For the owner each table of an authority becomes its rows of one: PostgreSQL pulls that up as a WHERE."""
        if self.where is None:
            return statement

        def narrowed(found: re.Match[str]) -> str:
            if found[2] not in self.tables:
                return found[0]
            alias = found[3] or f' "{found[2]}"'
            return f'{found[1]}(SELECT * FROM "{found[2]}" WHERE authority_id = {self.where}){alias}'

        return TABLE.sub(narrowed, statement)


def _authority(connection: Any, slug: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM teams_authority WHERE slug = %s", [slug])
        (found,) = cursor.fetchone()
    connection.rollback()
    return int(found)


def sums(askers: Mapping[str, tuple[Asker, Sequence[str]]], rounds: int) -> dict[str, float]:
    """Milliseconds of all statements of each asker together, the median of so many rounds in which they take turns."""
    took: dict[str, list[float]] = {name: [] for name in askers}
    for _ in range(rounds + 1):
        for name, (asker, statements) in askers.items():
            took[name].append(sum(asker.milliseconds(each) for each in statements))
    return {name: median(each[1:]) for name, each in took.items()}  # the first round fills caches


def statements_of(client: Any, path: str) -> list[str]:
    """The SELECTs of one page, as text. Run inside Django."""
    from django.db import connection  # noqa: PLC0415  (the rest of this file asks without Django)

    seen: list[tuple[str, Any]] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        seen.append((sql, params))
        return execute(sql, params, many, context)

    client.get(path)
    with connection.execute_wrapper(look):
        answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    with connection.cursor() as cursor:
        whole = [cursor.cursor.mogrify(sql, params).decode() for sql, params in seen]
    return [each for each in whole if each.lstrip("(").startswith("SELECT") and "set_config(" not in each]


def of_pages(address: str, slug: str, names: Iterable[str] = ()) -> dict[str, list[str]]:
    """The statements of these pages of the product on another database: {page: SELECTs}. A process of its own."""
    environment = os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "tests.load.settings"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.load.statements", slug, *names],
        cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def main(slug: str, names: Sequence[str]) -> None:
    import django  # noqa: PLC0415

    django.setup()
    from tests.load.people import client_of, looks  # noqa: PLC0415

    wanted = [look for look in looks(slug) if not names or look.name in names]
    clients = {role: client_of(slug, role) for role in {look.role for look in wanted}}
    print(json.dumps({look.name: statements_of(clients[look.role], look.path) for look in wanted}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
