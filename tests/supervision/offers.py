"""A month whose four schools have been offered three times each, on 8 September 2026."""

from __future__ import annotations

import pytest

from supervision.actions import bookings
from supervision.models import Visit
from tests.factories.authorities import NOW, TODAY
from tests.supervision.crew import SEPTEMBER
from tests.told import story


class Clock:
    now = NOW


@pytest.fixture
def clock(monkeypatch):
    """It is the morning of 8 September 2026, until a test says otherwise."""
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    return clock


@story
def offered(eight_workers):
    """Three times are offered to each of the four schools of set A."""
    county = eight_workers
    with county.inside():
        done = bookings.offer_month(county.people["manager"], SEPTEMBER, by=county.as_("manager"), at=NOW, today=TODAY)
        assert (done.offered, done.refused) == (4, [])
        county.rows["visit"] = Visit.objects.for_page().order_by("pk")[0]
    return county


def post(client, county, path, data=None, status=200):
    answer = client.post(f"/{county.authority.slug}/{path}", data or {}, follow=True)
    assert answer.status_code == status
    return answer.content.decode()


def visit_path(county, what):
    return f"supervision/visits/{county.visit.public_id}/{what}/"
