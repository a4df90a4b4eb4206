"""Bringing a made-up county in the way an administrator would: by the same actions, from files in the real formats."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from schools.actions import contacts
from schools.actions.imports import import_file
from schools.actions.wording import start_wording
from schools.demo import files, more, names, staff
from schools.demo.agreements import BUDGET, GRANT, Stage, as_system, make_agreements, still_open
from schools.demo.away import add_away
from schools.demo.counties import MadeUpCounty
from schools.demo.files import MadeUpSchool
from schools.demo.what_if import add_what_ifs
from schools.models import FundingStream, School, SchoolContact
from teams.actions.authorities import add_authority
from teams.actions.people import load_people
from teams.actions.places import add_places
from teams.actions.terms import keep_terms
from teams.foundation import audit
from teams.foundation.access import Principal, Role
from teams.foundation.mail import Notice
from teams.foundation.spreadsheets import text_of
from teams.foundation.tenancy import authority_scope
from teams.models import Area, Authority, Employment, LineManagement, Membership, PayRate, Person, Post, User
from teams.questionnaires.newest import start_questionnaires
from teams.rules.calendar import school_year_of
from teams.rules.people_file import read
from teams.rules.terms import offered_terms

PASS_PHRASE = "quiet mornings by the lake"  # noqa: S105  (printed for everybody who tries the demo out at home)
RISE = Decimal("1.032")
SALARIES = {("L6", 12): 25_900, ("L6", 14): 27_600, ("L7", 20): 31_400, ("L8", 28): 38_700}
UNCONFIRMED_EVERY = 9  # some heads nobody has rung yet


@dataclass(frozen=True)
class Loaded:
    """A county that has just been loaded, with what its sign-ins are written from."""

    authority: Authority
    staff: list[staff.Colleague]
    head: str  # the address of a head with a worker
    lead: str  # of an in-school lead, who sees no cost


def load_county(county: MadeUpCounty, *, now: datetime, password: str) -> Loaded | None:
    """The whole county in one transaction; None where there is an authority of that name already, open or closed.

    `password` is a hash: everybody at the council gets it.
    """
    if Authority.objects.filter(slug=county.slug).exists():
        return None
    with transaction.atomic():
        return _Loading(county, now).run(password)


def pass_phrase() -> str:
    """The same one every time on a machine of one's own; elsewhere a new one, for this code is public."""
    return PASS_PHRASE if settings.LOCAL else secrets.token_urlsafe(18)


class _Loading:
    """The steps, in an administrator's order."""

    def __init__(self, county: MadeUpCounty, now: datetime) -> None:
        self.county, self.now = county, now
        self.school_year = school_year_of(timezone.localdate(now))
        self.founded = datetime(self.school_year - 2, 9, 1, 9, 0, tzinfo=timezone.get_current_timezone())
        self.random = Random(county.seed)  # noqa: S311  (made-up figures, the same each time)
        self.by: Principal = as_system(self.founded)
        self.staff = staff.colleagues(county, school_year=self.school_year)
        self.schools = files.make_schools(county, self.random, school_year=self.school_year)

    def run(self, password: str) -> Loaded:
        administrator = next(each for each in self.staff if each.role == Role.ADMINISTRATOR)
        authority, _ = add_authority(
            self.county.slug,
            self.county.name,
            administrator=administrator.email,
            by=self.by,
            at=self.founded,
            is_demo=True,
            colour=self.county.colour,
            telephone=self.county.telephone,
            la_code=self.county.la_code,
            doors_opened_at=self.founded,
        )
        with authority_scope(authority.pk):
            start_wording(from_day=self.founded.date(), by=self.by, at=self.founded)
            start_questionnaires(by=self.by, at=self.founded)
            self.add_places()
            self.add_terms()
            self.add_people(password)
            self.add_schools()
            self.add_contacts()
            stage = self.stage(authority)
            make_agreements(stage)
            add_away(now=self.now)
            add_what_ifs(stage, budget=stage.funds[BUDGET], grant=stage.funds[GRANT])
            for play in more.stories():
                play(stage)
            self.keep_old_mails_in()
            head = self.head_with_a_worker()
        return Loaded(authority, self.staff, head, files.lead_address(self.county, self.schools[0]))

    def add_places(self) -> None:
        areas = [(around, quadrant) for quadrant, around in self.county.quadrants]
        teams = [(team, team.removesuffix(" team")) for team in self.county.teams]
        add_places(areas, teams, by=self.by, at=self.founded)

    def add_terms(self) -> None:
        for year in range(self.school_year - 1, self.school_year + 2):
            keep_terms(year, offered_terms(year), by=self.by, at=self.founded)

    def add_people(self, password: str) -> None:
        words = text_of(staff.people_list(self.staff))
        load_people(read(words), by=self.by, at=self.founded, today=self.founded.date())
        User.objects.filter(email__in=[each.email for each in self.staff]).update(password=password)
        self._let_go([each.email for each in self.staff if each.has_left], on=date(self.school_year, 8, 31))
        PayRate.objects.bulk_create(
            PayRate(
                grade=grade,
                point=point,
                starts_on=date(self.school_year - 2 + years, 4, 1),
                salary=round(salary * RISE**years, 2),
                on_costs_percent=Decimal("25.00"),
            )
            for (grade, point), salary in SALARIES.items()
            for years in range(-1, 4)
        )
        audit.record("pay.load", by=self.by, at=self.founded)

    def _let_go(self, addresses: list[str], *, on: date) -> None:
        """The list says who works here; who has left since then has left a vacant post."""
        left = Person.objects.filter(email__in=addresses)
        for model in (Employment, LineManagement, Membership):
            model.objects.filter(person__in=left, ends_on=None).update(ends_on=on)
        audit.record("person.leave", by=self.by, at=self.now, subjects=left)

    def add_schools(self) -> None:
        year = self.school_year
        for name, data in county_files(self.county, self.schools, self.random, school_year=year).items():
            file = io.BytesIO(data)
            import_file(file, by=self.by, at=self.now, la=self.county.la_code, year=year - 1, file_name=name)
        areas = {area.name: area for area in Area.objects.all()}
        quadrants = {str(made.urn): made.quadrant for made in self.schools}
        for school in School.objects.filter(urn__in=quadrants):
            school.set_area(areas[quadrants[school.urn]], by=self.by, at=self.now)

    def add_contacts(self) -> None:
        """Every open school's head; some are not confirmed yet, and one address has sent a mail back."""
        rows = {school.urn: school for school in School.objects.all()}
        heads = [made for made in self.schools if made.is_open]
        accounts = self._accounts([files.head_address(self.county, made) for made in heads])
        people = Person.objects.bulk_create(
            Person(
                name=made.head,
                email=files.head_address(self.county, made),
                job="Headteacher",
                user=accounts[files.head_address(self.county, made)],
            )
            for made in heads
        )
        heads_known, memberships = [], []
        for place, (made, person) in enumerate(zip(heads, people, strict=True)):
            is_placed = place < self.county.secondaries + 2 * len(self.county.quadrants)
            is_confirmed = is_placed or place % UNCONFIRMED_EVERY != 0
            heads_known.append(
                SchoolContact(
                    school=rows[str(made.urn)],
                    person=person,
                    kind=SchoolContact.Kind.HEAD,
                    starts_on=self.founded.date(),
                    confirmed_at=self.founded if is_confirmed else None,
                )
            )
            if is_confirmed:
                memberships.append(
                    Membership(user=person.user, person=person, role=Role.HEADTEACHER, starts_on=self.founded.date())
                )
        SchoolContact.objects.bulk_create(heads_known)
        Membership.objects.bulk_create(memberships)
        audit.record("schoolcontact.load", by=self.by, at=self.founded, subjects=heads_known)
        heads_known[-1].bounce(by=self.by, at=self.now - timedelta(days=2))
        self.add_leads(rows)

    def add_leads(self, rows: dict[str, School]) -> None:
        """The first secondary of each quadrant has named an in-school lead."""
        for place, made in enumerate(self.schools[: len(self.county.quadrants)]):
            name = names.person(400 + place)
            contact, _ = contacts.add(
                rows[str(made.urn)],
                kind=SchoolContact.Kind.LEAD,
                name=name,
                email=files.lead_address(self.county, made),
                job="Assistant headteacher",
                by=self.by,
                at=self.founded,
            )
            contacts.confirm(contact, by=self.by, at=self.founded)

    def _accounts(self, addresses: list[str]) -> dict[str, User]:
        """Heads sign in by code and have no password."""
        no_password = make_password(None)
        User.objects.bulk_create(
            [User(email=address, password=no_password) for address in addresses], ignore_conflicts=True
        )
        return {user.email: user for user in User.objects.filter(email__in=addresses)}

    def stage(self, authority: Authority) -> Stage:
        """The rows that the stories play with."""
        FundingStream.objects.bulk_create(
            [
                FundingStream(name=BUDGET, funder=self.county.name),
                FundingStream(name=GRANT, funder="Department for Education", ends_on=self.end_of_grant()),
            ]
        )
        audit.record("fund.load", by=self.by, at=self.founded)
        posts: dict[str, list[Post]] = {}
        for post in Post.objects.with_holder().order_by("team__name", "name"):
            posts.setdefault(post.profession.name, []).append(post)
        schools: dict[tuple[str, str], list[School]] = {}
        for school in School.objects.open_on(timezone.localdate(self.now)).select_related("area").order_by("urn"):
            schools.setdefault((school.area.name, school.phase), []).append(school)
        managers = Membership.objects.filter(role=Role.TEAM_MANAGER).select_related("person")
        return Stage(
            county=self.county,
            authority=authority,
            school_year=self.school_year,
            now=self.now,
            posts=posts,
            schools=schools,
            managers={hat.team_id: hat.person for hat in managers if hat.team_id is not None},
            senior_manager=Membership.objects.select_related("person").get(role=Role.SENIOR_MANAGER).person,
            funds={fund.name: fund for fund in FundingStream.objects.all()},
        )

    def end_of_grant(self) -> date:
        """The next 31 March that is more than a month away: always within twelve months or so."""
        soon = timezone.localdate(self.now) + timedelta(days=31)
        return date(soon.year + (soon > date(soon.year, 3, 31)), 3, 31)

    def keep_old_mails_in(self) -> None:
        """What was sent in June was sent in June: only mails about agreements that wait for a school go now."""
        waiting = [agreement.public_id for agreement in still_open()]
        of_now = Q(subject_id__in=waiting, made_at__gt=self.now - timedelta(days=30))
        Notice.objects.filter(state=Notice.State.WAITING).exclude(of_now).update(
            state=Notice.State.SENT,
            sent_at=Subquery(Notice.objects.filter(pk=OuterRef("pk")).values("made_at")),
            address=Subquery(Person.objects.filter(pk=OuterRef("person")).values("email")),
        )

    def head_with_a_worker(self) -> str:
        active = Membership.objects.filter(
            role=Role.HEADTEACHER,
            person__school_contacts__school__placements__status="active",
            person__school_contacts__school__placements__agreements__in_force__isnull=False,
        )
        return active.select_related("person").order_by("person__school_contacts__school__urn")[0].person.email


def county_files(
    county: MadeUpCounty, schools: list[MadeUpSchool], random: Random, *, school_year: int
) -> dict[str, bytes]:
    """The government's files about the county by their names; figures are those of the year before."""
    label = f"{school_year - 1}-{school_year % 100:02d}"
    return {
        f"edubasealldata_{county.slug}.csv": files.register(county, schools, school_year=school_year),
        f"links_edubasealldata_{county.slug}.csv": files.links(schools),
        f"{county.slug}_census_{label}.csv": files.census(county, schools, random),
        f"{county.slug}_abs_{label}.csv": files.absence(county, schools, random),
    }


def files_to_try(county: MadeUpCounty, *, now: datetime) -> dict[str, bytes]:
    """Every file of the county, the people's and the contacts' too, for somebody who tries the upload pages."""
    school_year = school_year_of(timezone.localdate(now))
    random = Random(county.seed)  # noqa: S311  (made-up figures, the same each time)
    schools = files.make_schools(county, random, school_year=school_year)
    people = staff.people_list(staff.colleagues(county, school_year=school_year))
    return {
        **county_files(county, schools, random, school_year=school_year),
        f"{county.slug}_people.csv": people,
        f"{county.slug}_school_contacts.csv": files.contacts(county, schools),
    }
