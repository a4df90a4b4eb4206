"""From one version to the next and back, with rows in the tables: the next migration that loses one fails here."""

from __future__ import annotations

import psycopg2
import pytest
from psycopg2 import sql

from tests.architecture.source import APPS, ROOT
from tests.architecture.test_migrations import OURS, manage, migrate, schema, scratch  # noqa: F401 (a fixture)

COUNTIES = (
    "from tests.factories.authorities import make_county; [make_county(slug) for slug in ('fenshire', 'moorland')]"
)


@pytest.mark.heavy
@pytest.mark.alone
def test_the_newest_migrations_keep_every_row_on_the_way_back_and_forward(scratch):  # noqa: F811
    """An upgrade of a county that works, its way back, and the upgrade again."""
    migrate(scratch)
    made = manage("shell", "--no-imports", "--command", COUNTIES, owner=scratch)
    assert made.returncode == 0, made.stderr[-2000:]
    before, there = rows_of(scratch), schema(scratch)
    assert before["teams_person"] > 20
    assert before["schools_school"] == 4
    for app in reversed([app for app in APPS if app in OURS]):
        names = sorted(path.stem for path in (ROOT / app / "migrations").glob("0*.py"))
        if len(names) > 1:
            migrate(scratch, app, names[-2])
    kept = rows_of(scratch)
    assert kept == {table: count for table, count in before.items() if table in kept}, "The way back lost rows."
    migrate(scratch)
    assert schema(scratch) == there
    now = rows_of(scratch)
    assert all(now[table] == count for table, count in kept.items()), "The upgrade lost rows."


def rows_of(database: str) -> dict[str, int]:
    """How many rows each table of ours holds."""
    connection = psycopg2.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [table for (table,) in cursor.fetchall() if table.startswith(APPS)]
            counted = {}
            for table in tables:
                cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
                counted[table] = cursor.fetchone()[0]
            return counted
    finally:
        connection.close()
