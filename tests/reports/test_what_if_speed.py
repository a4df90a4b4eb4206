"""A what-if over a whole county, a hundred posts and three years: in under a second, and the same queries at two sizes."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from schools.models import Figures, Placement, School, Share, WhatIf, WhatIfChange
from schools.rules import money
from teams.models import Employment, PayRate, Person, Post, PostTerms
from tests.factories.authorities import NOW
from tests.reports.conftest import clock  # noqa: F401  (a fixture)
from tests.reports.stories import add_terms
from tests.told import story

pytestmark = [pytest.mark.heavy, pytest.mark.alone, pytest.mark.django_db, pytest.mark.usefixtures("clock")]
SINCE, NEXT = date(2024, 9, 1), date(2027, 9, 1)
TIMES = 5  # the quickest counts: what else the machine does is not measured


@story
def county(fenshire):
    add_terms(fenshire, 2025, 2026, 2027)
    with fenshire.inside():
        add_posts(fenshire, range(1, 21))
    return fenshire


def add_posts(county, numbers) -> None:
    """Posts of ten pay points and as many shares, each in a school of its own, with somebody in it; as many schools
    more with a figure of need and nobody."""
    numbers = list(numbers)
    points = {number: 10 + number % 10 for number in numbers}
    known = set(PayRate.objects.values_list("point", flat=True))
    PayRate.objects.bulk_create(
        PayRate(
            grade="G6", point=point, starts_on=day, salary=Decimal(25000 + 311 * point) * rise,
            on_costs_percent=Decimal("24.70"),
        )
        for point in sorted(set(points.values()) - known - {14})
        for day, rise in ((date(2024, 4, 1), Decimal(1)), (date(2027, 4, 1), Decimal("1.02")))
    )  # fmt: skip
    schools = School.objects.bulk_create(
        School(urn=f"{940000 + number}", name=f"Yew {number:03d} School", phase="Primary", status="open",
               area=county.area)
        for each in numbers for number in (2 * each, 2 * each + 1)
    )  # fmt: skip
    Figures.objects.bulk_create(
        Figures(school=school, source="census", year=2025, number_on_roll=200,
                free_meals_ever_6_percent=Decimal(place % 60))
        for place, school in enumerate(schools)
    )  # fmt: skip
    posts = Post.objects.bulk_create(
        Post(name=f"PSW {number + 500}", profession=county.post.profession, team=county.team, starts_on=SINCE)
        for number in numbers
    )
    people = Person.objects.bulk_create(Person(name=f"Willa {number}", email="") for number in numbers)
    for post, person, number in zip(posts, people, numbers, strict=True):
        school = schools[2 * numbers.index(number)]
        percent = Decimal(100 * (30 + number % 40)) / 100
        point = points[number] if points[number] != 14 else 15
        PostTerms.objects.create(
            post=post, starts_on=SINCE, grade="G6", point=point, hours_per_week=Decimal("32.50"),
            term_time_only=bool(number % 2),
        )  # fmt: skip
        Employment.objects.create(post=post, person=person, starts_on=SINCE)
        Share.objects.bulk_create(
            [
                Share(post=post, fund=county.fund, percent=100 - percent, starts_on=SINCE),
                Share(post=post, school=school, percent=percent, starts_on=SINCE),
            ]
        )
        Placement.objects.create(
            post=post, school=school, manager=county.people["manager"], status="active", starts_on=SINCE,
            timetable=[], hours_per_week=Decimal("32.50"),
        )  # fmt: skip


def tried(county, name: str) -> WhatIf:
    """A pay award, so that every post is counted anew, and a change of each of three other kinds."""
    senior = county.as_("senior")
    what_if = WhatIf.save_as(name, school_year=2027, person=county.people["senior"], by=senior, at=NOW)
    posts = list(Post.objects.filter(name__startswith="PSW 5").order_by("pk"))
    for change in (
        WhatIfChange(kind="award", day=NEXT, percent=Decimal("3.15")),
        WhatIfChange(kind="share", day=NEXT, post=posts[0], fund=county.fund, to_school=county.beech,
                     percent=Decimal("5.00")),
        WhatIfChange(kind="post_end", day=date(2027, 12, 31), post=posts[1]),
        WhatIfChange(kind="add", day=NEXT, post=posts[2], to_school=county.oakfield),
    ):  # fmt: skip
        what_if.add(change, came_to=lambda _: {}, by=senior, at=NOW)
    return what_if


def test_a_what_if_of_a_hundred_posts_and_three_years_answers_in_a_second(county, client_for, queries):
    senior = client_for(county, "senior")
    with county.inside():
        what_if = tried(county, "Award")
    pages = {
        "one": f"/fenshire/money/what-if/{what_if.public_id}/",
        "beside each other": "/fenshire/money/what-if/",
        "proposal": f"/fenshire/money/what-if/{what_if.public_id}/proposal/",
    }

    def asked(address: str) -> tuple[int, float]:
        money._months_by_place.cache_clear()  # as in a process that has counted nothing yet
        with queries() as seen:
            began = time.perf_counter()
            answer = senior.get(address)
            seconds = time.perf_counter() - began
        assert answer.status_code == 200
        return len(seen), seconds

    for address in pages.values():
        asked(address)  # compiles its template
    few = {name: asked(address)[0] for name, address in pages.items()}
    with county.inside():
        add_posts(county, range(21, 101))
        for number in range(3):
            tried(county, f"Beside {number}")
        assert Post.objects.count() >= 100
    for name, address in pages.items():
        found = [asked(address) for _ in range(TIMES)]
        seconds = min(seconds for _, seconds in found)
        print(f"{name}: {seconds:.2f} s, {found[0][0]} queries")
        assert found[0][0] == few[name] <= 20
        assert seconds < 1, f"{name} took {seconds:.2f} s"


def test_the_file_of_five_plans_of_a_county_is_there_before_anybody_wonders(county, client_for):
    senior = client_for(county, "senior")
    with county.inside():
        add_posts(county, range(21, 101))
        made = [tried(county, f"Beside {number}") for number in range(4)]
    asked = {"school_year": "2027", "what_if": [str(each.public_id) for each in made]}
    for kind in ("csv", "xlsx"):
        began = time.perf_counter()
        answer = senior.get("/fenshire/api/v1/what-if/", asked | {"format": kind})
        seconds = time.perf_counter() - began
        print(f"{kind}: {seconds:.2f} s, {len(answer.content):,} bytes")
        assert answer.status_code == 200
        assert seconds < 10, f"{kind} took {seconds:.2f} s"
