"""What the county's pages cost: at most twenty queries with numbers in every part, as many with ten times the rows and
among a hundred and fifty-three authorities.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from casework.models import YoungPerson
from reports.actions import readings
from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE, MEASURES
from reports.models import PrintedFigure, Sheet
from schools.models import Figures, Placement, School
from supervision.models import Pattern
from teams.foundation.tenancy import authority_scope
from teams.models import Area, Authority, Employment, Person, Post, PostTerms, Team
from tests.factories.authorities import NOW, TODAY
from tests.reports.stories import active, add_terms, grow
from tests.supervision.kept_records import action, record
from tests.told import story

pytestmark = [pytest.mark.heavy, pytest.mark.django_db, pytest.mark.usefixtures("clock")]

BUDGET = 20
SCHOOLS = 30  # in each part that a county is filled with


@story
def county(fenshire):
    """Numbers in every figure: need, supervision, money, young people, and what was kept before."""
    add_terms(fenshire, 2025, 2026, 2027)
    active(fenshire)
    grow(fenshire, 5)
    grow(fenshire, 2, start=10, state="offered")
    with fenshire.inside():
        Pattern.objects.create(
            profession=fenshire.post.profession, shape="alternate", starts_on=date(2026, 9, 1),
            review_on=date(2027, 8, 31),
        )  # fmt: skip
    fill(fenshire, 1)
    with fenshire.inside():
        for placement in Placement.objects.filter(status="active").order_by("pk")[:6]:
            made = record(placement, date(2026, 9, 3), lines=(True,))
            action(made, date(2026, 9, 5), status="kept", settled=date(2026, 9, 4))
        days = [TODAY - timedelta(days=1), date(2026, 8, 3), date(2026, 7, 6)]
        readings.take(fenshire.authority, today=TODAY, by=fenshire.clock, days=days)
    return fenshire


def fill(county, parts: int, *, start: int = 0) -> None:
    """So many times thirty schools with figures of need, ten workers in schools, eighty young people; in bulk."""
    with county.inside():
        for part in range(start, start + parts):
            area = Area.objects.create(name=f"Area {part}")
            team = Team.objects.create(name=f"Team {part}", area=area)
            schools = School.objects.bulk_create(
                School(
                    urn=f"{600000 + part * SCHOOLS + number}", name=f"Filled {part} {number}", status="open",
                    phase="Primary", type_group="Academies", area=area, easting=510000 + 700 * number,
                    northing=210000 + 900 * part,
                )
                for number in range(SCHOOLS)
            )  # fmt: skip
            Figures.objects.bulk_create(
                Figures(
                    school=school, source="joined", year=2025, number_on_roll=200 + number,
                    persistent_absence_percent=5 + number, free_meals_ever_6_percent=40 - number,
                    sen_support_percent=10, ehc_plans_percent=3,
                )
                for number, school in enumerate(schools)
            )  # fmt: skip
            people = Person.objects.bulk_create(
                Person(name=f"Worker {part} {number}", email=f"filled-{part}-{number}@fenshire.example")
                for number in range(10)
            )
            posts = Post.objects.bulk_create(
                Post(
                    name=f"Post {part} {number}",
                    profession=county.post.profession,
                    team=team,
                    starts_on=date(2024, 9, 1),
                )
                for number in range(10)
            )
            PostTerms.objects.bulk_create(
                PostTerms(
                    post=post, starts_on=date(2024, 9, 1), grade="L6", point=14, hours_per_week=37,
                    term_time_only=False,
                )
                for post in posts
            )  # fmt: skip
            Employment.objects.bulk_create(
                Employment(post=post, person=person, starts_on=date(2024, 9, 1))
                for post, person in zip(posts, people, strict=True)
            )
            Placement.objects.bulk_create(
                Placement(
                    post=post, school=school, manager=county.people["manager"], hours_per_week=10,
                    starts_on=date(2026, 9, 1), ends_on=date(2027, 8, 31) if number % 3 == 0 else None,
                    status="active", activated_at=NOW, room_is_ready=number % 2 == 0,
                )
                for number, (post, school) in enumerate(zip(posts, schools, strict=False))
            )  # fmt: skip
            YoungPerson.objects.bulk_create(
                YoungPerson(
                    initials=f"A{number}", school=schools[number % 10], worker=people[number % 10], need="Help",
                    starts_on=date(2026, 5, 1),
                )
                for number in range(80)
            )  # fmt: skip


def among_many(count: int) -> None:
    """So many more authorities, each with schools, posts, workers and young people of its own."""
    for number in range(count):
        authority = Authority.objects.create(slug=f"other-{number}", name=f"Other {number}", made_at=NOW, la_code="998")
        with authority_scope(authority.pk):
            area = Area.objects.create(name="North")
            schools = School.objects.bulk_create(
                School(urn=f"{700000 + each}", name=f"Theirs {each}", status="open", phase="Primary", area=area)
                for each in range(10)
            )
            worker = Person.objects.create(name="Theirs", email=f"worker@other-{number}.example")
            YoungPerson.objects.bulk_create(
                YoungPerson(initials="O.T.", school=school, worker=worker, need="Help", starts_on=date(2026, 5, 1))
                for school in schools
            )


def pages(county) -> list[tuple[str, str]]:
    """(who, address) of every page of figures: the county's, of a place and of an earlier day too."""
    area = f"?place={county.area.public_id}"
    with county.inside():
        sheet = Sheet.objects.latest("pk")
        printed = PrintedFigure.objects.filter(sheet=sheet, code="agreements-signed").get().number
    senior = [
        "county/",
        f"county/{area}",
        "county/?on=2026-09-02",
        "figures/",
        f"figures/{area}",
        "figures/?on=2026-09-02",
    ]
    senior += [f"figures/{code}/" for code in BY_CODE] + [f"figures/young-people-supported/{area}"]
    senior += ["figures/sheets/", f"figures/sheets/{sheet.public_id}/", f"figures/printed/{printed}/"]
    found = [("senior", f"/fenshire/{path}") for path in senior]
    found += [("finance", "/fenshire/county/"), ("finance", "/fenshire/figures/")]
    return found + [("manager", "/fenshire/figures/"), ("manager", "/fenshire/figures/young-people-supported/")]


@pytest.mark.timeout(900)
def test_with_numbers_in_every_part_as_many_queries_at_any_size(county, client_for, queries, aloud):
    clients = {who: client_for(county, who) for who in ("senior", "finance", "manager")}
    assert clients["senior"].post("/fenshire/figures/keep/").status_code == 302
    asked = pages(county)

    def costs(asked: list[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
        found = {}
        for who, page in asked:
            with queries() as seen:
                response = clients[who].get(page)
            assert response.status_code == 200, (who, page)
            found[who, page] = seen
        return found

    def keeping() -> list[str]:
        """The county's page kept for paper: counted, and written down under numbers."""
        with queries() as seen:
            assert clients["senior"].post("/fenshire/county/keep/").status_code == 302
        return seen

    html = clients["senior"].get("/fenshire/county/").content.decode()
    assert "alongside-map__drawing" in html, "the map of need is on it"
    tiles, _, need = html.partition("Six figures")[2].partition("Area by area")[0].partition("Need and workers")
    assert "Not known" not in tiles
    assert re.search(r"<span>\d+ of \d+</span>", need), "of an area whose schools have scores"
    costs(asked)  # what is read once in a process is read by now
    small, kept = costs(asked), [keeping()]
    fill(county, 9, start=1)
    grow(county, 4, start=20)
    large = costs(asked)
    kept.append(keeping())
    among_many(152)
    kept.append(keeping())
    together = ("county/", "figures/?", "figures/sheets/", "figures/printed/")
    among = costs(
        [each for each in asked if each[1].endswith("/figures/") or any(word in each[1] for word in together)]
    )
    with aloud():
        for key, found in among.items():
            print(*key, len(small[key]), len(large[key]), len(found))
        print("county/keep/, a press:", *map(len, kept))
    assert {len(seen) for seen in kept} == {len(kept[0])}
    assert len(kept[0]) <= BUDGET, "\n".join(kept[0])
    for key, seen in small.items():
        assert len(seen) <= BUDGET, f"{key}:\n" + "\n".join(seen)
        for where, found in (("ten times the rows", large), ("among 153 authorities", among)):
            if key in found:
                assert len(found[key]) == len(seen), f"{key}, {where}:\n" + "\n".join(found[key])


def test_every_figure_has_a_number_here(county):
    """Else its page would be cheap for want of rows."""
    with county.inside():
        reader = Reader(county.as_("senior"), county.authority, TODAY)
        known = {measure.code for measure in MEASURES if figure_of(measure, reader).number is not None}
    assert known >= set(BY_CODE) - {"next-notice-date", "money-at-risk"}, set(BY_CODE) - known
