"""Schools with their figures, and who speaks for them. URNs of eight figures: no real school has one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.benchmark.council import people
from reports.benchmark.making import Making
from schools.actions.wording import start_wording
from schools.demo import names
from schools.models import Figures, FundingStream, School, SchoolContact
from teams.foundation.access import Role
from teams.models import Membership

ENDINGS = ("", " Hill", " Green", " Park", " Bridge", " Cross", " Vale", " Mead", " End", " Ford", " Wood")
PHASES = (("Primary", 4, 11), ("Secondary", 11, 18), ("Special", 4, 18), ("Nursery", 2, 4))
UNCONFIRMED_EVERY, UNPLACED_EVERY, MASKED_EVERY = 9, 90, 60
HUNDRED = Decimal(100)


def make_schools(making: Making) -> None:
    start_wording(from_day=making.founded.date(), by=making.by, at=making.founded)
    making.schools = making.put(_school(making, place) for place in range(making.size.schools))
    making.put(row for place, school in enumerate(making.schools) for row in _figures(making, place, school))
    _heads(making)
    making.funds = making.put(
        [
            FundingStream(name="County budget", funder=making.authority.name),
            FundingStream(name="Early help grant", funder="Government", ends_on=date(making.school_year + 1, 3, 31)),
            FundingStream(name="Health and schools fund", funder="Health", ends_on=date(making.school_year + 2, 3, 31)),
        ]
    )


def _school(making: Making, place: int) -> School:
    word = names.SCHOOLS[place % len(names.SCHOOLS)]
    ending = ENDINGS[place // len(names.SCHOOLS) % len(ENDINGS)]
    kind = 0 if place % 100 < 70 else 1 if place % 100 < 85 else 2 if place % 100 < 90 else 3 if place % 100 < 93 else 0
    phase, low, high = PHASES[kind]
    is_placed = place % UNPLACED_EVERY != UNPLACED_EVERY - 1
    lot = making.lot
    return School(
        urn=str(10_000_000 + making.size.place * 10_000 + place),
        name=f"{word}{ending} {phase} School",
        la_code=making.authority.la_code,
        la_name=making.authority.name,
        laestab=f"{making.authority.la_code}{2000 + place}",
        type="Academy converter" if place % 5 < 2 else "Community school",
        type_group="Academies" if place % 5 < 2 else "Local authority maintained schools",
        phase=phase,
        low_age=low,
        high_age=high,
        street=f"{lot.randrange(1, 90)} {names.STREETS[place % len(names.STREETS)]}",
        town=names.TOWNS[place % len(names.TOWNS)],
        postcode=f"ZZ{place % 90 + 1} {place % 9}XX",
        easting=400_000 + lot.randrange(60_000) if is_placed else None,
        northing=200_000 + lot.randrange(60_000) if is_placed else None,
        area=making.areas[place % len(making.areas)],
        source="gias",
    )


def _figures(making: Making, place: int, school: School) -> list[Figures]:
    """Census and absence of each school year: a few of them masked, as in the government's files."""
    lot, rows = making.lot, []
    pupils = lot.randrange(90, 420) if school.phase == "Primary" else lot.randrange(400, 1_500)
    poor, absent = lot.betavariate(2, 5), lot.betavariate(2, 7)
    for year in range(making.school_years[0] - 1, making.school_year):
        is_masked = place % MASKED_EVERY == year % MASKED_EVERY
        rows.append(
            Figures(
                school=school,
                source="census",
                year=year,
                number_on_roll=pupils,
                girls=pupils // 2,
                boys=pupils - pupils // 2,
                free_meals_ever_6=None if is_masked else round(pupils * poor),
                free_meals_ever_6_percent=None if is_masked else _percent(poor),
                sen_support=round(pupils * 0.13),
                sen_support_percent=_percent(lot.uniform(0.05, 0.25)),
                ehc_plans=round(pupils * 0.03),
                ehc_plans_percent=_percent(lot.uniform(0.005, 0.07)),
                marks={"free_meals_ever_6": "SUPP", "free_meals_ever_6_percent": "SUPP"} if is_masked else {},
            )
        )
        rows.append(
            Figures(
                school=school,
                source="absence",
                year=year,
                absence_percent=_percent(absent / 3),
                persistent_absence_percent=_percent(absent),
                enrolments=pupils,
                definitions={"persistent_absence_percent": "10_percent"},
            )
        )
    return rows


def _percent(share: float) -> Decimal:
    return (Decimal(share) * HUNDRED).quantize(Decimal("0.0001"))


def _heads(making: Making) -> None:
    making.heads = people(making, ["Headteacher"] * len(making.schools), kind="head")
    first_day = making.founded.date()
    making.put(
        SchoolContact(
            school=school,
            person=head,
            kind=SchoolContact.Kind.HEAD,
            starts_on=first_day,
            confirmed_at=None if place % UNCONFIRMED_EVERY == UNCONFIRMED_EVERY - 1 else making.founded,
        )
        for place, (school, head) in enumerate(zip(making.schools, making.heads, strict=True))
    )
    making.put(
        Membership(user=head.user, person=head, role=Role.HEADTEACHER, starts_on=first_day)
        for place, head in enumerate(making.heads)
        if place % UNCONFIRMED_EVERY != UNCONFIRMED_EVERY - 1
    )
