"""A team of twelve under three schemes: the council's for support workers, its own for attendance officers, a trust's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from performance.models import Scheme
from performance.rules.schemes import COUNTY, Content, Heading, Stage
from schools.models import Placement, School, SchoolContact, Share
from teams.actions.terms import keep_terms
from teams.foundation.access import Role, system
from teams.models import Employment, LineManagement, Person, Post, PostTerms, Profession
from teams.rules.terms import offered_terms
from tests.factories.agreements import FIVE_DAYS
from tests.factories.authorities import LONDON, NOW, County, add_person

SINCE = date(2024, 9, 1)
JUNE = datetime(2027, 6, 1, 9, 0, tzinfo=LONDON)  # asked; the heads write in the same week
READ = datetime(2027, 6, 15, 9, 0, tzinfo=LONDON)  # the worker reads it from this day on
MET = datetime(2027, 6, 22, 15, 0, tzinfo=LONDON)
TRUST = "Fen Health Trust"
# The officers' year goes with the money, from April, and the stages have other names.
OFFICERS = replace(
    COUNTY,
    stages=(Stage("half", "Half-way talk", 10), Stage("yearly", "Appraisal", 3, with_school=True)),
    year_starts=4,
)
# The trust rates, has its own words for what the school reads, and one heading more.
HEALTH = replace(
    COUNTY,
    stages=(Stage("yearly", "Personal review", 6, with_school=True),),
    headings=(
        Heading("quality", "Quality of care", "accountability"),
        Heading("growth", "Growth", "development"),
        Heading("path", "Path", "career"),
        Heading("health", "Health and strength", "wellbeing"),
        Heading("values", "Our values", "wellbeing", rated=True),
        Heading("left", "What we left", "dropped"),
    ),
    scale=("Not yet", "Often", "Always"),
)


@dataclass(frozen=True)
class Reviewed:
    """One worker of the team: the key of their account, their school's head, and the scheme that must hold."""

    key: str
    placement: Placement
    head: Person
    scheme: Scheme
    content: Content
    has_second: bool = False

    @property
    def headings(self) -> list[Heading]:
        return [*self.content.of(shared=True), *self.content.of(shared=False)]


def make_team(county: County) -> list[Reviewed]:
    """Four of each scheme, each in a school of their own; of the trust's four two have a second manager."""
    by = system("tests", today=NOW.date())
    for year in (2026, 2027):
        keep_terms(year, offered_terms(year), by=by, at=NOW)
    LineManagement.objects.create(
        person=county.people["other_worker"], manager=county.people["other_manager"], starts_on=SINCE
    )
    support = Profession.objects.get(code="pupil-support")
    officer = Profession.objects.create(code="attendance", name="Attendance officer")
    schemes = {
        "council": Scheme.add("Yearly review", COUNTY, employer="", profession=None, by=by, at=NOW),
        "officers": Scheme.add("Appraisal", OFFICERS, employer="", profession=officer, by=by, at=NOW),
        "trust": Scheme.add("Personal review", HEALTH, employer=TRUST, profession=None, by=by, at=NOW),
    }
    made = []
    for number in range(12):
        name = ("council", "officers", "trust")[number // 4]
        made.append(
            _one(
                county,
                number,
                profession=officer if name == "officers" else support,
                employer=TRUST if name == "trust" else "",
                scheme=schemes[name],
            )
        )
    return made


def _one(county: County, number: int, *, profession: Profession, employer: str, scheme: Scheme) -> Reviewed:
    key = f"w{number:02d}"
    worker = add_person(county, key, f"Worker {number:02d}", Role.WORKER, profession.name)
    LineManagement.objects.create(person=worker, manager=county.people["manager"], starts_on=SINCE)
    post = Post.objects.create(name=f"Post {number:02d}", profession=profession, team=county.team, starts_on=SINCE)
    PostTerms.objects.create(
        post=post, starts_on=SINCE, grade="L6", point=14, hours_per_week=Decimal("37.00"), term_time_only=False
    )
    Employment.objects.create(post=post, person=worker, employer=employer, starts_on=SINCE)
    school = School.objects.create(
        urn=str(900300 + number), name=f"School {number:02d}", phase="Primary", type="Community school"
    )
    shares: list[dict[str, Any]] = [
        {"fund": county.fund, "percent": Decimal("59.00")},
        {"school": school, "percent": Decimal("41.00")},
    ]
    Share.objects.bulk_create(Share(post=post, starts_on=SINCE, **each) for each in shares)
    head = Person.objects.create(
        name=f"Head {number:02d}", email=f"head{number}@school.example", telephone="01632 960011", job="Headteacher"
    )
    SchoolContact.objects.create(
        school=school, person=head, kind=SchoolContact.Kind.HEAD, starts_on=SINCE, confirmed_at=NOW
    )
    placement = Placement.objects.create(
        post=post,
        school=school,
        manager=county.people["manager"],
        timetable=FIVE_DAYS,
        hours_per_week=Decimal("35.00"),
        starts_on=date(2026, 9, 1),
        status=Placement.Status.ACTIVE,
    )
    return Reviewed(
        key, placement, head, scheme, scheme.latest().says, has_second=employer == TRUST and number % 2 == 0
    )
