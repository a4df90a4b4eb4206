"""Every figure equals a count written by hand in SQL: of the county, of each area and team, today and on earlier days.

tests/reports/by_hand has the statements. A measure that is registered without one fails here.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from casework.models import YoungPerson
from performance.models import Review
from reports.measures.figure import Figure, figure_of
from reports.measures.measure import HIDDEN, Counted, Reader
from reports.measures.registry import BY_CODE, MEASURES
from schools.demo.counties import HOLLINSHIRE
from schools.demo.loading import load_county
from schools.models import Agreement, AgreementVersion, FundingStream, NextYear, Placement, School, SchoolDay, Share
from supervision.models import CalledOff, Visit
from teams.foundation.access import Principal, Role
from teams.foundation.tenancy import authority_scope
from teams.models import Authority, Commitment, Employment, Person, Post, Team
from tests.factories.authorities import LONDON
from tests.reports import by_hand
from tests.told import story

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 17, 9, 30, tzinfo=LONDON)
TODAY = NOW.date()
EARLIER = [date(2026, 11, 2), date(2026, 10, 5), date(2026, 6, 15)]
Sums = dict[tuple[int | None, int | None], tuple[Decimal, Decimal]]


@story
def county():
    """The made-up county of the demo, and what it has too little of: ends, gaps, moves and odd days."""
    load_county(HOLLINSHIRE, now=NOW, password="x")
    authority = Authority.objects.get(slug=HOLLINSHIRE.slug)
    with authority_scope(authority.pk):
        _move_posts()
        _change_schools()
        _withdraw_agreements()
        _add_young_people()
        _change_supervision()
        _finish_reviews()
        _end_money()
    return authority.pk


def _move_posts() -> None:
    """A vacant post in a school, a post without an area, somebody with two posts, somebody who has left."""
    placed = list(Placement.objects.filter(status="active").order_by("pk"))
    Employment.objects.filter(post=placed[0].post_id).update(ends_on=TODAY - timedelta(days=10))
    nowhere = Team.objects.create(name="Team without an area")
    somebody = Employment.objects.get(post=placed[1].post_id).person
    second = Post.objects.create(
        name="Second post", profession=placed[1].post.profession, team=nowhere, starts_on=date(2026, 9, 1)
    )
    Employment.objects.create(post=second, person=somebody, starts_on=date(2026, 10, 20))
    for name, starts_on, ends_on in (
        ("Past", date(2024, 9, 1), date(2026, 10, 10)),
        ("To come", date(2027, 1, 1), None),
    ):
        Post.objects.create(name=name, profession=second.profession, team=nowhere, starts_on=starts_on, ends_on=ends_on)
    unplaced = Employment.objects.exclude(post__in=[each.post_id for each in placed]).order_by("pk").first()
    Person.objects.filter(pk=unplaced.person_id).update(left_at=NOW - timedelta(days=3))


def _change_schools() -> None:
    """Shut since, opened since, with no area, and days of their own."""
    there = set(Placement.objects.values_list("school", flat=True))
    without = list(School.objects.filter(status="open").exclude(pk__in=there).order_by("pk")[:4])
    for school, values in zip(
        without,
        (
            {"status": "closed", "closed_on": date(2026, 10, 20)},
            {"opened_on": date(2026, 11, 5)},
            {"status": "closing", "closed_on": date(2026, 11, 10)},
            {"area": None},
        ),
        strict=True,
    ):
        School.objects.filter(pk=school.pk).update(**values)
    first, second, third = Placement.objects.filter(status="active").order_by("pk")[1:4]
    School.objects.filter(pk=third.school_id).update(area=None)
    for placement, kind, starts_on, ends_on in (
        (first, "closed", date(2026, 10, 1), date(2026, 10, 16)),
        (second, "open", date(2026, 10, 24), date(2026, 11, 1)),
    ):
        SchoolDay.objects.create(
            school=placement.school, kind=kind, starts_on=starts_on, ends_on=ends_on, words="", status="stands"
        )


def _withdraw_agreements() -> None:
    """Before all three had signed: one whose last day is to come, and one whose last day was long over by then."""
    placed = Placement.objects.filter(status="active").order_by("pk")
    for placement, withdrawn, ended_on in zip(
        placed, (date(2026, 10, 20), date(2026, 11, 10)), (date(2026, 12, 18), date(2026, 9, 7)), strict=False
    ):
        (made,) = Agreement.objects.bulk_create(
            [
                Agreement(
                    placement=placement, school_year=2026, starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31),
                    status="ended", ended_on=ended_on, ended_at=datetime.combine(withdrawn, NOW.timetz()),
                )
            ]
        )  # fmt: skip
        AgreementVersion.objects.create(agreement=made, number=1, made_at=datetime(2026, 9, 4, 9, tzinfo=LONDON))


def _add_young_people() -> None:
    """On the edges of months, over, to come, and with a worker who has no post."""
    of_somebody = YoungPerson.objects.order_by("pk").first()
    nobody = Person.objects.create(name="Without a post", email="without@hollinshire.example")
    dates: list[tuple[date, date | None]] = [
        (date(2026, 11, 1), None), (date(2026, 11, 2), None), (date(2026, 5, 1), date(2026, 10, 31)),
        (date(2026, 5, 1), date(2026, 11, 1)), (date(2026, 10, 1), date(2026, 10, 1)), (date(2026, 12, 1), None),
    ]  # fmt: skip
    for place, (starts_on, ends_on) in enumerate(dates):
        for worker in (of_somebody.worker, nobody):
            YoungPerson.objects.create(
                initials=f"V{place}", school=of_somebody.school, worker=worker, need="Coming in", starts_on=starts_on,
                ends_on=ends_on, status="ended" if ends_on else "open",
            )  # fmt: skip


def _change_supervision() -> None:
    """Late, called off by the school and by the worker, and actions that ended after an earlier day."""
    held = list(Visit.objects.filter(kind="in_school", status="held").order_by("pk"))
    for visit, side in zip(held, ("school", "worker", "school"), strict=False):
        at = datetime(2026, 11, 6, 10, tzinfo=LONDON)
        CalledOff.objects.create(visit=visit, was_at=at, side=side, noted_at=at)
    visit = held[0]
    for days, status, settled in (
        (-30, "kept", 5), (-20, "not_kept", 25), (-20, "new_date", 10), (-60, "open", None), (20, "kept", 1),
        (0, "open", None), (-1, "dropped", 0),
    ):  # fmt: skip
        Commitment.objects.create(
            text="Ring", promised_by=visit.worker, side="worker", due_on=TODAY + timedelta(days=days),
            occasion=visit.occasion, audience="two", made_at=datetime(2026, 9, 20, 12, tzinfo=LONDON), status=status,
            settled_at=NOW - timedelta(days=settled) if settled is not None else None,
        )  # fmt: skip


def _finish_reviews() -> None:
    """Five are final, one of them of last year, and of one another one runs."""
    begun = Review.objects.order_by("pk").first()
    busy = set(Review.objects.values_list("worker", flat=True))
    held = Employment.objects.filter(starts_on__lte=TODAY, person__left_at=None).exclude(person__in=busy)
    for place, row in enumerate(held.order_by("pk")[:6]):
        Review.objects.create(
            worker=row.person, manager=begun.manager, edition=begun.edition, stage=begun.stage,
            year=begun.year - (place == 0), starts_on=begun.starts_on, ends_on=begun.ends_on, begun_at=begun.begun_at,
            sealed_at=NOW, status="final",
        )  # fmt: skip


def _end_money() -> None:
    """A fund that ends, shares that end, have ended and change in the year, schools that cannot or do not know, and one
    that can after all; a placement that ends."""
    placed = [each for each in Placement.objects.exclude(status="ended").order_by("pk") if each.next_years.count() == 0]
    person = Person.objects.order_by("pk").first()
    for placement, answers in zip(placed, (["cannot"], ["unknown"], ["cannot", "keep"], ["keep"]), strict=False):
        for answer in answers:
            NextYear.objects.create(
                placement=placement, school_year=2027, answer=answer, said_by=person, answered_at=NOW,
                ring_by=TODAY if answer in ("cannot", "unknown") else None, budget_on=date(2027, 3, 1),
                begins_on=date(2027, 9, 1), status="heard",
            )  # fmt: skip
    Placement.objects.filter(pk=placed[4].pk).update(ends_on=date(2027, 4, 20))
    budget = FundingStream.objects.filter(ends_on=None).order_by("pk").first()
    grant = FundingStream.objects.create(name="Short grant", ends_on=date(2027, 2, 10))
    shares = Share.objects.filter(fund=budget, ends_on=None).order_by("pk")
    moved = shares[0]
    Share.objects.filter(pk=moved.pk).update(ends_on=date(2026, 12, 14))
    Share.objects.create(post=moved.post, fund=grant, percent=moved.percent, starts_on=date(2026, 12, 15))
    Share.objects.filter(post=shares[3].post_id).update(ends_on=date(2027, 5, 31))
    Share.objects.filter(post=shares[5].post_id, fund=budget).update(ends_on=date(2027, 1, 31))
    Share.objects.filter(post=shares[7].post_id).update(ends_on=TODAY - timedelta(days=1))


@pytest.fixture
def asks(county):
    """`asks(day)`: a senior manager who asks about that day."""
    authority = Authority.objects.get(pk=county)

    def of(day: date) -> Reader:
        principal = Principal(kind="membership", roles=frozenset({Role.SENIOR_MANAGER}), today=TODAY)
        reader = Reader(principal, authority, TODAY)
        return reader if day == TODAY else reader.on(day)

    with authority_scope(county):
        yield of


def rows(statement: str, day: date) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"day": day, "now": TODAY})
        return cursor.fetchall()


def sums_by_hand(code: str, day: date) -> Sums:
    statement = by_hand.STATEMENTS[code]
    if day < TODAY:
        statement = by_hand.OF_AN_EARLIER_DAY.get(code, statement)
    found: Sums = {}
    for area, team, number, of in rows(statement, day):
        if number is not None and (number or of):
            found[area, team] = (Decimal(number), Decimal(of))
    return found


def places() -> dict[str, set[tuple[str, int]]]:
    """Of each area and team its public id, and the areas and the team that it holds, from the tables."""
    return {
        str(public_id): {(kind, pk) for pk in keys}
        for kind, public_id, keys in rows(
            "WITH RECURSIVE under AS (SELECT id AS top, id FROM teams_area UNION SELECT top, a.id FROM teams_area a "
            "JOIN under ON a.parent_id = under.id) SELECT 'area', a.public_id, array_agg(under.id) FROM teams_area a "
            "JOIN under ON top = a.id GROUP BY 2 UNION ALL SELECT 'team', public_id, ARRAY[id] FROM teams_team",
            TODAY,
        )
    }


def of_place(sums: Sums, inside: set[tuple[str, int]] | None) -> tuple[Decimal, Decimal]:
    here = [
        pair
        for (area, team), pair in sums.items()
        if inside is None or ("area", area) in inside or ("team", team) in inside
    ]
    return sum((pair[0] for pair in here), Decimal()), sum((pair[1] for pair in here), Decimal())


def agrees(figure: Figure, hand: tuple[Decimal, Decimal], smallest: int) -> None:
    """The number as counted by hand; or hidden, and then something about it is small or would give a small one away."""
    number, of = hand
    if figure.number is not None:
        assert figure.number == number, figure.where
        assert figure.of is None or figure.of == of, figure.where
    elif figure.text == HIDDEN or figure.text.startswith("Fewer than"):
        assert smallest, figure.where
        assert number or of, figure.where
    else:
        assert (number, of) == (0, 0), (figure.where, figure.text)


def test_no_measure_is_without_its_count_by_hand():
    assert set(by_hand.STATEMENTS) == set(BY_CODE)
    for code in by_hand.OF_AN_EARLIER_DAY:
        assert BY_CODE[code].goes_back


@pytest.mark.parametrize("code", list(BY_CODE))
def test_a_figure_is_what_was_counted_by_hand(asks, code):
    measure = BY_CODE[code]
    inside = places()
    for day in [TODAY, *(EARLIER if measure.goes_back else [])]:
        reader, sums = asks(day), sums_by_hand(code, day)
        assert sums or day < date(2026, 9, 1), f"nothing to count on {day}: the test shows nothing"
        if isinstance(measure, Counted):
            assert _cells(measure, reader) == sums, day
        smallest = measure.small.smallest if measure.small else 0
        whole = figure_of(measure, reader)
        agrees(whole, of_place(sums, None), smallest)
        for place in reader.grain.places if measure.grain else ():
            if place.is_team and "team" not in measure.grain:
                continue  # such a figure is told of the team's area
            agrees(figure_of(measure, reader.at(place)), of_place(sums, inside[str(place.public_id)]), smallest)
        for part in whole.parts:
            if part.number is not None and part.place:
                keys = {("area", each[1]) for each in inside[part.place] if each[0] == "area"} & _itself(reader, part)
                number, of = of_place(sums, keys)
                assert part.number == number, (day, part.label)
                assert not measure.out_of or part.of == of, (day, part.label)


def _itself(reader: Reader, part: Any) -> set[tuple[str, int]]:
    """A part of the county is an area by itself, without those inside it: those are parts of their own."""
    return {(each.kind, each.pk) for each in reader.grain.places if str(each.public_id) == part.place}


def _cells(measure: Counted, reader: Reader) -> Sums:
    found: dict[tuple[int | None, int | None], list[Decimal]] = defaultdict(lambda: [Decimal(), Decimal()])
    for cell in measure.all_cells(reader):
        found[cell.area, cell.team][0] += Decimal(cell.number)
        found[cell.area, cell.team][1] += Decimal(cell.of) if measure.out_of else 0
    return {key: (number, of) for key, (number, of) in found.items() if number or of}


def test_money_of_each_fund_is_what_was_counted_by_hand(asks):
    for day in [TODAY, date(2026, 6, 15)]:
        figure = figure_of(BY_CODE["money-by-fund"], asks(day))
        assert {part.label: part.number for part in figure.parts} == dict(rows(by_hand.money.EACH_FUND, day)), day


def test_every_measure_says_whether_it_goes_back():
    assert {measure.code for measure in MEASURES if not measure.goes_back} == {
        "money-at-risk", "highest-need-without-worker", "waiting-for-signature", "rooms-ready", "reviews-final",
    }  # fmt: skip
