"""Two authorities of one shape, so that a leak shows. Rows come from verbs wherever the verb is the point."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from schools.models import FundingStream, School, SchoolContact, Share
from teams.foundation.access import Principal, Role, system
from teams.foundation.tenancy import authority_scope
from teams.models import (
    Area,
    Authority,
    Employment,
    LineManagement,
    Membership,
    PayRate,
    Person,
    Post,
    PostTerms,
    Profession,
    Team,
    User,
)

LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 9, 8)
NOW = datetime(2026, 9, 8, 9, 30, tzinfo=LONDON)
YEAR_STARTS, YEAR_ENDS = date(2026, 9, 1), date(2027, 8, 31)
PASSWORD = "correct horse battery"


@dataclass
class County:
    """One authority and the people that the stories are about. `as_(name)` is their principal."""

    authority: Authority
    people: dict[str, Person] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        rows = self.__dict__.get("rows", {})
        if name in rows:
            return rows[name]
        raise AttributeError(name)

    def inside(self):
        return authority_scope(self.authority.pk)

    def as_(self, name: str, today: date = TODAY) -> Principal:
        return Principal(
            kind="membership",
            user_id=self.users[name].pk,
            person_id=self.people[name].pk,
            name=self.people[name].name,
            roles=frozenset({self.roles[name]}),
            today=today,
        )

    @property
    def clock(self) -> Principal:
        return system("tests", today=TODAY)


PEOPLE = [
    # key, first name, role, job
    ("admin", "Ada", Role.ADMINISTRATOR, "Business support officer"),
    ("manager", "Mira", Role.TEAM_MANAGER, "Team manager"),
    ("other_manager", "Otto", Role.TEAM_MANAGER, "Team manager"),
    ("senior", "Sena", Role.SENIOR_MANAGER, "Head of service"),
    ("worker", "Wanda", Role.WORKER, "Pupil support worker"),
    ("other_worker", "Wilf", Role.WORKER, "Pupil support worker"),
    ("finance", "Fay", Role.FINANCE_READER, "Finance officer"),
    ("auditor", "Aldo", Role.AUDITOR, "Data protection officer"),
    ("head", "Hetty", Role.HEADTEACHER, "Headteacher"),
    ("other_head", "Hugo", Role.HEADTEACHER, "Headteacher"),
    ("lead", "Lena", Role.IN_SCHOOL_LEAD, "Assistant head"),
]


def make_county(slug: str = "fenshire", *, name: str | None = None, canary: str | None = None) -> County:
    """A county with one team, two schools, one funded post (59 and 41) held by a worker, and everybody's account.

    `canary` is a word put into every name of this authority, so that it can be found where it must not be.
    """
    word = canary or slug.title()
    county = County(
        Authority.objects.create(
            slug=slug,
            name=name or f"{word} County Council",
            made_at=NOW,
            doors_opened_at=NOW,
            telephone="01632 960000",
            la_code="999",
        )
    )
    with county.inside():
        area = Area.objects.create(name=f"East 1 {word}")
        team = Team.objects.create(name=f"East 1 team {word}", area=area)
        elsewhere = Team.objects.create(name=f"West 1 team {word}", area=area)
        profession = Profession.objects.create(code="pupil-support", name="Pupil support worker")
        for key, first, role, job in PEOPLE:
            add_person(county, key, f"{first} {word}", role, job, team=elsewhere if "other" in key else team)
        for number, key in enumerate(("oakfield", "beech")):
            county.rows[key] = School.objects.create(
                urn=f"{900100 + number}",
                name=f"{key.title()} Primary School {word}",
                la_code="999",
                laestab=f"999{2000 + number}",
                status=School.Status.OPEN,
                phase="Primary",
                type="Community school",
                area=area,
                town="Fenton",
                postcode="FN1 1AA",
                easting=512000 + 900 * number,
                northing=213000,
            )
        contact(county, county.oakfield, "head", SchoolContact.Kind.HEAD)
        contact(county, county.oakfield, "lead", SchoolContact.Kind.LEAD)
        contact(county, county.beech, "other_head", SchoolContact.Kind.HEAD)
        post = Post.objects.create(name=f"PSW 1 {word}", profession=profession, team=team, starts_on=date(2024, 9, 1))
        other = Post.objects.create(
            name=f"PSW 2 {word}", profession=profession, team=elsewhere, starts_on=date(2024, 9, 1)
        )
        for each, holder in ((post, "worker"), (other, "other_worker")):
            PostTerms.objects.create(
                post=each, starts_on=date(2024, 9, 1), grade="L6", point=14, hours_per_week=Decimal("37.00"),
                term_time_only=False,
            )  # fmt: skip
            Employment.objects.create(post=each, person=county.people[holder], starts_on=date(2024, 9, 1))
        PayRate.objects.create(
            grade="L6",
            point=14,
            starts_on=date(2024, 4, 1),
            salary=Decimal("27600.00"),
            on_costs_percent=Decimal("25.00"),
        )
        fund = FundingStream.objects.create(name=f"County budget {word}")
        Share.objects.bulk_create(
            [
                Share(post=post, fund=fund, percent=Decimal("59.00"), starts_on=date(2024, 9, 1)),
                Share(post=post, school=county.oakfield, percent=Decimal("41.00"), starts_on=date(2024, 9, 1)),
                Share(post=other, fund=fund, percent=Decimal("59.00"), starts_on=date(2024, 9, 1)),
                Share(post=other, school=county.beech, percent=Decimal("41.00"), starts_on=date(2024, 9, 1)),
            ]
        )
        county.rows |= {"area": area, "team": team, "post": post, "other_post": other, "fund": fund}
        LineManagement.objects.create(
            person=county.people["worker"], manager=county.people["manager"], starts_on=date(2024, 9, 1)
        )
    return county


def add_person(county: County, key: str, name: str, role: Role, job: str, *, team: Team | None = None) -> Person:
    email = f"{key}@{county.authority.slug}.example"
    user = User.objects.create_user(email, PASSWORD)
    person = Person.objects.create(name=name, email=email, job=job, user=user)
    Membership.objects.create(
        user=user,
        person=person,
        role=role,
        team=team if role == Role.TEAM_MANAGER else None,
        starts_on=date(2024, 9, 1),
    )
    county.people[key], county.users[key], county.roles[key] = person, user, role
    return person


def contact(county: County, school: School, key: str, kind: str) -> SchoolContact:
    return SchoolContact.objects.create(
        school=school, person=county.people[key], kind=kind, starts_on=date(2024, 9, 1), confirmed_at=NOW
    )
