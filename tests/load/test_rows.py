"""The rows for measuring: the same each time, and every page that is measured opens on them."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from reports.benchmark.sizes import AUTHORITIES, size_of
from reports.benchmark.whole import slug_of
from teams.foundation.tenancy import authority_scope
from teams.models import Authority
from tests.load.people import client_of, looks
from tests.load.statements import OF_TENANTS

TODAY = date(2026, 11, 23)
# Written down when it happens, whatever day is told of; and drawn by lot on purpose.
NOT_THE_SAME = {"date_joined"}


def digests(slug: str) -> dict[str, str]:
    """Of all rows of each table, with keys as places in their table: numbers differ from one making to the next."""
    found = {}
    authority = Authority.objects.get(slug=slug)
    with authority_scope(authority.pk), connection.cursor() as cursor:
        cursor.execute(OF_TENANTS)
        for (table,) in sorted(cursor.fetchall()):
            cursor.execute(
                "SELECT a.attname, (SELECT max(n.relname) FROM pg_constraint k JOIN pg_class n ON n.oid = k.confrelid "
                "WHERE k.conrelid = a.attrelid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)) FROM pg_attribute a "
                "WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
                [table],
            )
            columns = [name for name, target in cursor.fetchall()
                       if target is None and name not in ("id", *NOT_THE_SAME)]  # fmt: skip
            said = ", ".join(f'"{name}"' for name in columns)
            cursor.execute(f'SELECT {said} FROM "{table}" ORDER BY id')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


@pytest.mark.heavy
@pytest.mark.django_db
def test_the_same_numbers_and_day_make_the_same_rows():
    made = []
    for _ in range(2):
        with transaction.atomic():
            call_command("make_benchmark_data", authorities=AUTHORITIES, only=150, today=TODAY, without_statistics=True)
            made.append(digests(slug_of(150)))
            transaction.set_rollback(True)
    differing = {table for table in made[0] if made[0][table] != made[1][table]}
    assert not differing


@pytest.mark.django_db
def test_every_page_that_is_measured_opens_on_a_small_authority(settings):
    settings.ROOT_URLCONF = "tests.load.urls"
    call_command("make_benchmark_data", authorities=AUTHORITIES, only=150, without_statistics=True)
    slug = slug_of(150)
    for look in (each for each in looks(slug) if each.kind != "plain"):
        answer = client_of(slug, look.role).get(look.path)
        assert answer.status_code == 200, f"{look.name}: {answer.status_code}"


@pytest.mark.django_db
def test_it_refuses_to_work_beside_a_real_council(fenshire):
    Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=False)
    with pytest.raises(CommandError, match="people seem to work with this database"):
        call_command("make_benchmark_data", authorities=1)


def test_the_sizes_are_those_of_england():
    sizes = [size_of(number, AUTHORITIES) for number in range(1, AUTHORITIES + 1)]
    assert sizes[0].schools == 680
    assert sizes[-1].schools == 1
    assert 23_500 < sum(each.schools for each in sizes) < 24_500
    assert 5_700 < sum(each.funded + each.officers for each in sizes) < 6_300
