"""After a test that commits the next one finds nothing, whatever was sealed, and everything that guards rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection

from schools.models import Signature
from tests.emptied import KEPT, MOST, empty
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import make_county

pytestmark = pytest.mark.django_db(transaction=True)
ON_GUARD = "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger ORDER BY 1, 2"


def as_owner():
    address = urlsplit(os.environ["OWNER_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return psycopg2.connect(address.geturl())


@pytest.fixture
def owner(transactional_db) -> Iterator[object]:
    opened = as_owner()
    opened.autocommit = True
    yield opened
    opened.close()


def asked(owner, sql: str, *values: object) -> list[tuple[object, ...]]:
    with owner.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def not_empty(owner) -> list[str]:
    tables = asked(owner, "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)", KEPT)
    return [table for (table,) in tables if asked(owner, f'SELECT 1 FROM "{table}" LIMIT 1')]


@pytest.mark.parametrize("most", [MOST, 0], ids=["deleted", "truncated"])
def test_nothing_is_left_and_every_guard_stands_again(owner, most):
    guards, kept = asked(owner, ON_GUARD), [asked(owner, f"SELECT count(*) FROM {table}") for table in KEPT]
    empty(owner)  # what others have undone has moved the ids on
    county = make_county("fenshire")
    with county.inside():
        signed(offered(make_agreement(county), county), county)
        assert Signature.objects.exists(), "a row that is written once"
    first = county.people["manager"].pk
    connection.close()
    empty(owner, most)
    assert not_empty(owner) == []
    assert asked(owner, ON_GUARD) == guards
    assert [asked(owner, f"SELECT count(*) FROM {table}") for table in KEPT] == kept
    second = make_county("fenshire").people["manager"].pk
    connection.close()
    empty(owner, most)
    # Whatever ran before this test has moved the numbers of `first`; those after an emptying are always the same.
    assert make_county("fenshire").people["manager"].pk == second <= first, "ids begin again"


def test_a_row_that_is_not_committed_yet_is_waited_for(owner):
    """A request that a closed page has left behind: its rows must not come after the broom."""
    make_county("fenshire")
    connection.close()
    with as_owner() as other, other.cursor() as late:
        late.execute("UPDATE teams_person SET job = job")
        with owner.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg2.OperationalError):
            empty(owner)
    empty(owner)
    assert not_empty(owner) == []
