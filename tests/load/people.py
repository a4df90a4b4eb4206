"""Who looks at the pages: one person of each role in a benchmark authority, signed in, and the records they open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.urls import reverse

from casework.models import YoungPerson
from performance.models import Review, SuccessCriterion
from reports.models import DocumentRun
from schools.models import Agreement
from supervision.models import Session
from teams.foundation.access import Role
from teams.foundation.tenancy import address_prefix, authority_scope
from teams.models import Authority, Membership, Person, User

# Where people land, or what puts many things together: not a list, and about no single thing.
FIRST = ("first_page", "county", "supervision", "my_supervision")
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class Look:
    """One page as one role sees it. `kind` is "list", "detail" (about one thing), "first" or "plain"."""

    name: str
    kind: str
    role: Role
    path: str


def client_of(slug: str, role: Role) -> Client:
    """The first of this role; of workers the first who is in a school."""
    authority = Authority.objects.get(slug=slug)
    with authority_scope(authority.pk):
        hats = Membership.objects.filter(role=role).order_by("pk")
        if role == Role.WORKER:
            hats = hats.filter(person__employments__post__placements__status="active")
        if role == Role.HEADTEACHER:
            hats = hats.filter(person__school_contacts__school__placements__status="active")
        user = User.objects.get(pk=hats[0].user_id)
    client = Client(headers={"accept-encoding": "gzip"})
    client.force_login(user, backend=BACKEND)
    return client


def looks(slug: str) -> list[Look]:
    """Every page that is measured, with the records that it opens."""
    with address_prefix(slug), authority_scope(Authority.objects.get(slug=slug).pk):
        return [
            Look("plain page", "plain", Role.SENIOR_MANAGER, reverse("plain")),
            Look("bare page", "plain", Role.SENIOR_MANAGER, reverse("bare")),
            *_lists(),
            *_details(),
        ]


def _lists() -> list[Look]:
    senior, manager, worker = Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.WORKER
    named = [
        ("schools", senior, "school_list"),
        ("agreements", senior, "agreement_list"),
        ("people", Role.ADMINISTRATOR, "people"),
        ("contacts", Role.ADMINISTRATOR, "contact_list"),
        ("term papers", senior, "run_list"),
        ("funds", senior, "fund_list"),
        ("reviews", manager, "reviews"),
        ("a manager's agreements", manager, "agreement_list"),
        ("a manager's young people", manager, "young_people"),
        ("a worker's young people", worker, "young_people"),
    ]
    found = [Look(name, "list", role, reverse(page)) for name, role, page in named]
    return [*found, Look("search", "list", senior, reverse("search") + "?q=pellcombe")]


def _details() -> list[Look]:
    senior, manager, worker = Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.WORKER
    active = Agreement.objects.filter(status="active", placement__status="active").order_by("pk")[0]
    theirs = _first_of(manager)
    review = Review.objects.filter(manager=theirs).order_by("-pk")[0]
    session = Session.objects.filter(visit__manager=theirs, status="final").order_by("-pk")[0]
    mine = YoungPerson.objects.filter(worker=_first_of(worker), status="open").order_by("pk")[0]
    criterion = SuccessCriterion.objects.filter(team=None).order_by("-pk")[0]
    school = active.placement.school
    staff = Person.objects.filter(memberships__role=worker).order_by("pk")[0]

    def look(name: str, role: Role, page: str, record: Any = None, **more: Any) -> Look:
        values = {"public_id": record.public_id} if record is not None else {}
        kind = "first" if page in FIRST else "detail"
        return Look(name, kind, role, reverse(page, kwargs=values | more))

    return [
        look("county", senior, "county"),
        look("figure: schools with a worker", senior, "figure", code="schools-with-a-worker"),
        look("figure: money by fund", senior, "figure", code="money-by-fund"),
        look("school", senior, "school", school),
        look("agreement", senior, "agreement", active),
        look("a run of term papers", senior, "run", DocumentRun.objects.order_by("-pk")[0]),
        look("criterion", senior, "criterion", criterion),
        look("person", Role.ADMINISTRATOR, "person", staff),
        look("a manager's week", manager, "first_page"),
        look("a manager's month", manager, "supervision"),
        look("supervision record", manager, "session", session),
        look("review", manager, "review", review),
        look("what people said", manager, "people_said"),
        look("a worker's day", worker, "first_page"),
        look("young person", worker, "young_person", mine),
        look("my next supervision", worker, "my_supervision"),
        look("a head's page", Role.HEADTEACHER, "first_page"),
    ]


def _first_of(role: Role) -> Person:
    hats = Membership.objects.filter(role=role).order_by("pk").select_related("person")
    if role == Role.WORKER:
        hats = hats.filter(person__employments__post__placements__status="active")
    return hats[0].person
