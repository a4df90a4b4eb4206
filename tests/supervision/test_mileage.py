"""Miles of a month: worked out about, put right by her, hers alone, and a file that no spreadsheet runs (M4)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.models import MileageDay
from supervision.rules.mileage import days, total
from teams.models import AuditEvent
from tests.factories.authorities import LONDON
from tests.factories.visits import text
from tests.supervision.crew import make_crew
from tests.supervision.kept_records import record
from tests.told import story

MILES = "/fenshire/supervision/miles/2026/11/"
points = st.one_of(st.none(), st.tuples(st.floats(0, 600_000), st.floats(0, 1_000_000)))
visits = st.lists(st.tuples(st.dates(date(2026, 11, 1), date(2026, 11, 5)), st.sampled_from("abc"), points), max_size=8)


@given(visits, st.lists(points, max_size=4))
def test_each_day_once_and_the_sum_is_that_of_its_days(there, homes):
    found = days(there, homes, {})
    assert [day.on for day in found] == sorted({on for on, _, _ in there})
    assert sum(len(day.schools) for day in found) == len(there)
    assert total(found) == sum(day.about for day in found)
    assert all(day.about >= 0 for day in found)
    own = days(there, homes, {day.on: Decimal("7.5") for day in found})
    assert total(own) == Decimal("7.5") * len(found)
    assert [day.about for day in own] == [day.about for day in found], "what was worked out stays beside hers"


def test_there_and_back_with_the_30_per_cent():
    (day,) = days([(date(2026, 11, 3), "a", (16_093.44, 0.0))], [(0.0, 0.0), (0.0, 0.0)], {})
    assert day.about == 26, "10 miles there, 10 back, and 30 % more"


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 11, 22, 12, tzinfo=LONDON))


@story
def driven(fenshire):
    """Two schools on the 3rd, one on the 10th, and one that was met somewhere else."""
    make_crew(fenshire)
    with fenshire.inside():
        for placement, day in zip(fenshire.placements, (3, 3, 10), strict=False):
            record(placement, date(2026, 11, day))
        record(fenshire.placements[4], date(2026, 11, 12), in_school=False)
        record(fenshire.placements[5], date(2026, 12, 2))
    return fenshire


def test_worked_out_and_put_right(driven, client_for):
    client = client_for(driven, "manager")
    page = text(client.get(MILES))
    assert "miles on 2 days" in page
    assert "School 00, School 01" in page
    assert "12 November" not in page, "it was not held in the school"
    refused = client.post(MILES, {"day-2026-11-03": "many", "day-2026-11-10": "1000"})
    assert refused.status_code == 422
    html = refused.content.decode()
    assert "Miles on 3 November 2026 must be a number" in html
    assert 'value="many"' in html
    assert client.post(MILES, {"day-2026-11-03": "24.5", "day-2026-11-10": ""}).status_code == 302
    with driven.inside():
        row = MileageDay.objects.get()
        assert (row.on, row.miles, row.person) == (date(2026, 11, 3), Decimal("24.5"), driven.people["manager"])
        assert row.proposed >= 0
        assert AuditEvent.objects.filter(verb="mileageday.say").count() == 1
    assert 'value="24.5"' in client.get(MILES).content.decode()
    assert ".0 miles" not in client.get(MILES).content.decode()
    client.post(MILES, {"day-2026-11-03": "24.5"})
    client.post(MILES, {"day-2026-11-03": "", "day-2026-12-24": "900"})
    with driven.inside():
        assert MileageDay.objects.get().miles is None, "and no day on which nothing was held"
        assert AuditEvent.objects.filter(verb="mileageday.change").count() == 1


def test_the_file_says_the_same(driven, client_for):
    client = client_for(driven, "manager")
    client.post(MILES, {"day-2026-11-10": "31"})
    with driven.inside():
        school = driven.placements[2].school
        school.name = "=1+1"
        school.save()
    response = client.get(f"{MILES}file/")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Day,Schools,About miles,Own miles,Miles that count"
    assert lines[2].startswith("2026-11-10,'=1+1,")
    assert lines[2].endswith(",31.0,31.0")
    assert len(lines) == 3
    with driven.inside():
        assert AuditEvent.objects.filter(verb="mileage.export").count() == 1


def test_hers_alone(driven, client_for):
    client_for(driven, "manager").post(MILES, {"day-2026-11-03": "24.5"})
    for who in ("other_manager", "senior"):
        page = client_for(driven, who).get(MILES).content.decode()
        assert "24.5" not in page
        assert "No supervision in a school was held" in page
    for who in ("worker", "head", "admin", "finance"):
        assert client_for(driven, who).get(MILES).status_code == 403
    with driven.inside():
        for who in driven.people:
            if who in driven.roles:
                seen = MileageDay.objects.visible_to(driven.as_(who)).count()
                assert seen == (1 if who == "manager" else 0), who


def test_a_month_that_is_none_and_as_many_questions_at_any_size(driven, client_for, queries):
    client = client_for(driven, "manager")
    for month in ("2026/13", "2026/0", "1999/1"):
        assert client.get(f"/fenshire/supervision/miles/{month}/").status_code == 404
    client.get(MILES)
    with queries() as small:
        client.get(MILES)
    with driven.inside():
        for number in (3, 5, 6, 7):
            record(driven.placements[number], date(2026, 11, 13 + number))
    with queries() as large:
        client.get(MILES)
    assert len(large) == len(small) <= 12, "\n".join(large)
