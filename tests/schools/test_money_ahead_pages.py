"""The page about money ahead: what it shows, to whom, what it asks of the database, and when there is nothing."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from schools.actions import next_year
from schools.actions.money import share_out
from schools.models import FundingStream
from tests.factories.authorities import NOW, YEAR_STARTS
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def county(fenshire):
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 2)
    with fenshire.inside():
        grant = FundingStream.objects.create(name="Family grant", ends_on=date(2027, 3, 31))
        share_out(
            fenshire.rows["post 1"], [(grant, Decimal("59.00")), (fenshire.rows["school 1"], Decimal("41.00"))],
            from_day=YEAR_STARTS, by=fenshire.as_("admin"), at=NOW,
        )  # fmt: skip
        placement = fenshire.rows["post 2"].placements.get()
        next_year.say(
            placement, "cannot", words="", person=fenshire.people["head 2"], school_year=2027,
            by=fenshire.as_("head 2"), at=NOW,
        )  # fmt: skip
    return fenshire


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_it_says_what_is_at_risk_and_who_must_be_told_by_when(county, client_for):
    response = client_for(county, "senior").get("/fenshire/money/")
    text = words(response)
    assert response.status_code == 200
    assert "1 post at risk on 1 September 2027 in 2 schools" in text, "0.59 of one post and 0.41 of another"
    assert "£34,500 a year at risk in 12 months" in text, "20,355.00 of the grant and 14,145.00 of the school"
    assert "September 2026 to March 2027 0.59 £11,873.75 Less or nothing for PSW 101" in text
    assert "£49,191.25 is still asked of Family grant after its end." in text, "29 of 36 months of 20,355.00 a year"
    assert text.index("Family grant The fund ends") < text.index("Elm 002 Primary School Fenshire The school cannot")
    assert "3 schools have not answered" in text, "Oakfield, Beech and Elm 001"


def test_it_asks_the_same_of_a_large_county(county, client_for, queries):
    senior = client_for(county, "senior")
    senior.get("/fenshire/money/")
    with queries() as few:
        senior.get("/fenshire/money/")
    grow(county, 6, start=10)
    with queries() as more:
        senior.get("/fenshire/money/")
    assert len(few) == len(more) <= 20


def test_the_answers_are_a_picture_and_a_table_of_the_same_numbers(county, client_for):
    page = client_for(county, "senior").get("/fenshire/money/").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    said = text[text.index("What the schools say") :]
    assert re.search(r"East 1 Fenshire: 1 of 4", said), said[:600]
    assert page.index('fill="#942514"') < page.index("What the schools say, by area"), "the picture stands before it"
    assert re.search(r"East 1 Fenshire 0 0 1 0 3", said), "keep, other days, cannot, do not know, not answered"


def test_who_reads_it(county, client_for):
    for who, answer in (("senior", 200), ("finance", 200), ("auditor", 200), ("manager", 403), ("head", 403)):
        assert client_for(county, who).get("/fenshire/money/").status_code == answer, who


def test_without_posts_it_says_what_to_do(fenshire, client_for):
    from teams.models import Employment, Post  # noqa: PLC0415

    with fenshire.inside():
        Employment.objects.all().delete()
        for post in Post.objects.all():
            post.shares.all().delete()
            post.terms.all().delete()
        Post.objects.all().delete()
    assert "No posts have been added yet." in words(client_for(fenshire, "senior").get("/fenshire/money/"))
