"""After a test that really commits: an empty database again, made by `owner`.

What a test left behind is a few hundred rows in some twenty tables. To delete these takes a tenth of what it takes to
TRUNCATE every table with its indexes. Where there is more, or where deleted rows have piled up, tables are truncated.
"""

from __future__ import annotations

from typing import Any

# What migrations and `migrate` itself fill: never emptied between tests.
KEPT = ["django_migrations", "django_content_type", "auth_permission"]
MOST = 16 * 1024 * 1024  # bytes of rows, living and dead, up to which they are deleted

# A table grows with its first row, whether or not that is committed yet: one without a page has none.
WRITTEN = (
    "SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class "
    "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> ALL(%s) AND pg_relation_size(oid) > 0"
)
ALL = "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)"
COUNTED = (
    "SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences "
    "WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> ALL(%s)"
)


def empty(owner: Any, most: int = MOST) -> None:
    """Every table but KEPT; ids begin at one again. `owner` is an open connection of the tables' owner."""
    with owner.cursor() as cursor:
        cursor.execute(WRITTEN, [KEPT])
        written = cursor.fetchall()
        if sum(size for _, size in written) > most:
            cursor.execute(ALL, [KEPT])
            cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} RESTART IDENTITY CASCADE")
            return
        if written:
            cursor.execute(_deleting([table for table, _ in written]))
        cursor.execute(COUNTED, [[f"{table}_id_seq" for table in KEPT]])


def _deleting(tables: list[str]) -> str:
    """One script, so one transaction. Rows that are written once go too, and whatever refers to whatever goes with it."""
    rows = ", ".join(f"rows_{number} AS (DELETE FROM {table})" for number, table in enumerate(tables))
    return "; ".join(
        [
            *(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables),
            f"WITH {rows} SELECT 1",
            "SET CONSTRAINTS ALL IMMEDIATE",  # the keys are looked at now: a table with checks to come is not altered
            *(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables),
        ]
    )
