"""Migrations are linear, complete, and lead back to nothing (architecture 10)."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import psycopg2
import pytest
from django.conf import settings
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader
from psycopg2 import sql

from teams.foundation.constraints import TriggerConstraint
from tests.architecture.source import APPS, ROOT

# What the database knows of our tables: columns, constraints, indexes, policies, triggers and functions. Names that
# Django makes from a hash of the table are the same each time, so the text can be compared as it is.
SCHEMA = """
SELECT 'column', table_name, column_name, data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '')
FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'policy', tablename, policyname, coalesce(qual, '') || coalesce(with_check, '')
FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', '', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'row security', relname, relforcerowsecurity::text, relrowsecurity::text
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
ORDER BY 1, 2, 3
"""
OURS = {app for app in APPS if (ROOT / app / "migrations" / "0001_initial.py").exists()}


@pytest.fixture(scope="module")
def graph():
    return MigrationLoader(None).graph


@pytest.mark.parametrize("app", sorted(OURS))
def test_the_migrations_of_an_app_are_one_line(graph, app):
    mine = sorted(name for label, name in graph.nodes if label == app)
    assert graph.leaf_nodes(app) == [(app, mine[-1])], (
        f"{app} has two ends: rebase one (makemigrations --merge is not it)."
    )
    assert [name[:4] for name in mine] == [f"{number:04d}" for number in range(1, len(mine) + 1)]
    newest = (ROOT / app / "migrations" / "max_migration.txt").read_text().strip()
    assert newest == mine[-1], f"{app}/migrations/max_migration.txt says {newest}: two branches met here."


def test_a_trigger_is_added_by_an_operation_of_its_own():
    """Dropping a table takes its triggers with it and leaves their functions: only the way back of an operation that
    added the trigger takes both away. `makemigrations` writes it into the new table; it is moved by hand."""
    wrong = [
        f"{app}.{name}: {constraint.name}"
        for (app, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if app in OURS and isinstance(operation, CreateModel)
        for constraint in operation.options.get("constraints", ())
        if isinstance(constraint, TriggerConstraint)
    ]
    assert not wrong


# What a table's own definition names, and Django writes into its migration: these names stay where they are.
MAY_BE_NAMED = (
    "teams.foundation.constraints.",
    "teams.foundation.tenancy.current_authority_id",
    "teams.models.authorities.OwnRowPolicy",
    "teams.models.authorities.not_reserved",
)


def named_in(tree: ast.Module) -> set[str]:
    """Every dotted name of our own code that a module uses: "teams.foundation.tenancy.current_authority_id"."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {f"{'.' * node.level}{node.module or ''}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Attribute):
            found.add(ast.unparse(node))
    return {name for name in found if name.startswith((".", *(f"{app}." for app in (*APPS, "config"))))}


def test_a_migration_names_no_code_of_ours_but_the_constraints_of_its_tables():
    """A migration must run for ever, and code changes: in a function it uses apps.get_model, in SQL it writes SQL."""
    for app in OURS:
        for path in sorted((ROOT / app / "migrations").glob("0*.py")):
            names = named_in(ast.parse(path.read_text(encoding="utf-8")))
            # `a.b.c` is read as `a.b` and as `a.b.c`: only the whole name counts.
            whole = {name for name in names if not any(other.startswith(f"{name}.") for other in names)}
            wrong = {name for name in whole if not name.startswith(MAY_BE_NAMED)}
            assert not wrong, f"{path.name} names {sorted(wrong)}: use apps.get_model inside the function."


@pytest.mark.parametrize(
    "line",
    [
        "from teams.models import Person",
        "from teams.foundation.mail import Notice",
        "import schools.rules.pay\nx = schools.rules.pay.yearly_pay",
        "from ..models import School",
    ],
)
def test_a_migration_that_did_would_be_seen(line):
    assert not {name for name in named_in(ast.parse(line)) if name.startswith(MAY_BE_NAMED)}
    assert named_in(ast.parse(line))


def test_nothing_is_left_to_be_migrated():
    run = manage("makemigrations", "--check", "--dry-run", owner=owner_address())
    assert run.returncode == 0, f"{run.stdout}\nA model changed: manage.py local makemigrations APP -n what_it_does"


@pytest.fixture
def scratch() -> Iterator[str]:
    """The address, as owner, of an empty database that is gone afterwards."""
    name = f"test_scratch_{uuid4().hex[:12]}"
    server = psycopg2.connect(owner_address())
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    yield f"{owner_address().rpartition('/')[0]}/{name}"
    with server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    server.close()


@pytest.mark.heavy
@pytest.mark.alone
@pytest.mark.timeout(900)
def test_every_migration_leads_back_to_nothing_and_forward_to_the_same(scratch):
    migrate(scratch)
    there = schema(scratch)
    tables = {table for kind, table, *_ in there if kind == "row security"}
    assert {"teams_person", "schools_agreement", "reports_document"} <= tables
    for app in reversed([app for app in APPS if app in OURS]):
        migrate(scratch, app, "zero")
    left = [row for row in schema(scratch) if row[0] in ("function", "policy", "trigger") or row[1].startswith(APPS)]
    assert not left, f"{left[:5]}: what a migration makes, its way back takes away."
    migrate(scratch)
    assert schema(scratch) == there, "Back and forward again is not the same schema."


def owner_address() -> str:
    return os.environ["OWNER_DATABASE_URL"]


def manage(*arguments: str, owner: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DATABASE_URL": owner,
        "OWNER_DATABASE_URL": owner,
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE.replace(".test", ".local"),
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def migrate(database: str, *where: str) -> None:
    run = manage("migrate", *where, "--database=owner", "--noinput", "--verbosity=0", owner=database)
    assert run.returncode == 0, run.stderr[-2000:]


def schema(database: str) -> list[tuple[str, str, str, str]]:
    connection = psycopg2.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute(SCHEMA)
            return cursor.fetchall()
    finally:
        connection.close()
