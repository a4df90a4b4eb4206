"""Eight workers of one manager, each in a school of their own with a head: the month of journey M1."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from schools.models import Placement, School, SchoolContact
from supervision.models import Pattern
from teams.actions.terms import keep_terms
from teams.models import Employment, Person, Post, Profession
from teams.rules.terms import offered_terms
from tests.factories.agreements import FIVE_DAYS
from tests.factories.authorities import NOW
from tests.told import story

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)


def place(county, number, *, school=None, profession=None, weekdays=FIVE_DAYS):
    """One more worker of Mira's in a school."""
    person = Person.objects.create(name=f"Worker {number:02d}", email=f"worker{number}@fenshire.example")
    post = Post.objects.create(
        name=f"Post {number}", profession=profession or Profession.objects.get(code="pupil-support"), team=county.team,
        starts_on=date(2024, 9, 1),
    )  # fmt: skip
    Employment.objects.create(post=post, person=person, starts_on=date(2024, 9, 1))
    school = school or School.objects.create(
        urn=str(900300 + number), name=f"School {number:02d}", phase="Primary", easting=512000 + 4000 * (number % 3), northing=213000,
    )  # fmt: skip
    head = Person.objects.create(
        name=f"Head {number:02d}",
        email=f"head{number}@school.example",
        telephone=f"01632 9600{number:02d}",
        job="Headteacher",
    )
    SchoolContact.objects.create(
        school=school, person=head, kind=SchoolContact.Kind.HEAD, starts_on=date(2024, 9, 1), confirmed_at=NOW
    )
    return Placement.objects.create(
        post=post, school=school, manager=county.people["manager"], timetable=weekdays, hours_per_week=Decimal("35.00"),
        starts_on=date(2026, 9, 1), status=Placement.Status.ACTIVE,
    )  # fmt: skip


def make_crew(county):
    """Eight workers, `county.placements`, with terms and a rhythm since September."""
    with county.inside():
        keep_terms(2026, offered_terms(2026), by=county.as_("admin"), at=NOW)
        Pattern.objects.create(
            profession=Profession.objects.get(), shape="alternate", starts_on=SEPTEMBER, review_on=date(2027, 8, 31)
        )
        county.rows["placements"] = [place(county, number) for number in range(8)]
    return county


@story
def eight_workers(fenshire):
    return make_crew(fenshire)
