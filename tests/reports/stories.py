"""A county that grows: terms, and as many more schools with a worker and an agreement as a test wants."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pikepdf

from reports import pdf
from schools.actions import agreements
from schools.models import Agreement, Placement, School, SchoolContact, Share
from teams.foundation.access import Role
from teams.models import Area, Employment, Post, PostTerms, Term
from teams.rules.terms import offered_terms
from tests.factories.agreements import OWN_LINES, fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, YEAR_STARTS, County, add_person, contact

TWO_DAYS = [{"weekday": 1, "starts": "08:30", "ends": "15:30"}, {"weekday": 3, "starts": "08:30", "ends": "12:00"}]


def add_terms(county: County, *school_years: int) -> list[Term]:
    """The three terms of these school years, as the county is offered them."""
    with county.inside():
        return [
            Term.objects.create(
                school_year=year,
                season=term.season,
                starts_on=term.starts_on,
                half_term_starts_on=term.half_term_starts_on,
                half_term_ends_on=term.half_term_ends_on,
                ends_on=term.ends_on,
            )
            for year in school_years or (2026,)
            for term in offered_terms(year)
        ]


def active(county: County) -> Agreement:
    """The agreement of Wanda at Oakfield, signed by all three."""
    with county.inside():
        return signed(offered(make_agreement(county), county), county)


def add_school(county: County, number: int, *, area: Area | None = None) -> School:
    """One more open school with its head, who has confirmed the address."""
    key = f"school {number}"
    with county.inside():
        county.rows[key] = School.objects.create(
            urn=f"{910000 + number}",
            name=f"Elm {number:03d} Primary School {county.authority.slug.title()}",
            status=School.Status.OPEN,
            phase="Primary",
            area=area or county.area,
        )
        add_person(county, f"head {number}", f"Hanna {number}", Role.HEADTEACHER, "Headteacher")
        contact(county, county.rows[key], f"head {number}", SchoolContact.Kind.HEAD)
    return county.rows[key]


def add_worker(county: County, number: int) -> Post:
    """One more post of the same grade in the manager's team, 59 and 41, with somebody in it."""
    with county.inside():
        post = Post.objects.create(
            name=f"PSW {number + 100}", profession=county.post.profession, team=county.team, starts_on=date(2024, 9, 1)
        )
        PostTerms.objects.create(
            post=post, starts_on=date(2024, 9, 1), grade="L6", point=14, hours_per_week=Decimal("37.00"),
            term_time_only=False,
        )  # fmt: skip
        worker = add_person(county, f"worker {number}", f"Willa {number}", Role.WORKER, "Pupil support worker")
        Employment.objects.create(post=post, person=worker, starts_on=date(2024, 9, 1))
        Share.objects.bulk_create(
            [
                Share(post=post, fund=county.fund, percent=Decimal("59.00"), starts_on=date(2024, 9, 1)),
                Share(
                    post=post, school=county.rows[f"school {number}"], percent=Decimal("41.00"),
                    starts_on=date(2024, 9, 1),
                ),
            ]
        )  # fmt: skip
        county.rows[f"post {number}"] = post
    return post


def add_agreement(county: County, number: int, *, state: str = "active", area: Area | None = None) -> Agreement:
    """One more school, worker and agreement: "not_finished", "offered" or "active"."""
    add_school(county, number, area=area)
    add_worker(county, number)
    with county.inside():
        placement = agreements.plan(
            Placement(
                post=county.rows[f"post {number}"],
                school=county.rows[f"school {number}"],
                manager=county.people["manager"],
                timetable=TWO_DAYS,
                hours_per_week=Decimal("10.50"),
                starts_on=YEAR_STARTS,
            ),
            by=county.as_("manager"),
            at=NOW,
        )
        agreement = agreements.draw_up(
            placement, school_year=2026, own_lines=OWN_LINES, by=county.as_("manager"), at=NOW
        )
        if state == "not_finished":
            return agreement
        agreement = offered(agreement, county)
        if state == "active":
            for party, name, parts in (
                ("school", f"head {number}", ["way", "cost"]),
                ("worker", f"worker {number}", ["way"]),
                ("council", "manager", ["way", "cost"]),
            ):
                agreements.sign(
                    fresh(agreement), party=party, parts=parts, person=county.people[name], how="account",
                    by=county.as_(name), at=NOW,
                )  # fmt: skip
        return fresh(agreement)


def blank_paper() -> pdf.Drawn:
    """A real PDF of one page, with no words on it."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out)
    return pdf.Drawn(out.getvalue(), 1)


def grow(county: County, count: int, *, state: str = "active", start: int = 1) -> list[Agreement]:
    return [add_agreement(county, number, state=state) for number in range(start, start + count)]
