"""Mails that say only that something waits, and lead to the page where it is counted when it is opened (journeys 9).

None names a child, a school, a place or a number: by the time it is read those would be out of date. At most one for a
person and period; none to who has left, is away, has switched it off, or has nothing waiting, asked again when it is
sent. What waits for a manager who is away waits for who covers; for a worker, her manager has a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from reports import needs
from reports.rules import digest_period
from teams.actions.covering import covered_by, gets_nothing
from teams.foundation import audit, mail
from teams.foundation.access import Principal, Role
from teams.foundation.school_hours import is_working_day
from teams.foundation.tenancy import alone
from teams.models import Authority, LineManagement, Membership, Person

OPEN_FOR = timedelta(hours=3)  # one that beat has missed is made up for within this time, else left out
WRITTEN = "digest.write"


@dataclass(frozen=True)
class Digest:
    """Who gets it, when, and how it is called where people choose (templates/reports/mail_choices.html)."""

    kind: str
    roles: frozenset[Role]
    at: time
    weekly: bool  # on the first working day of the week, else on each
    title: str
    subject: str


DIGESTS = (
    Digest(
        "digest_senior_manager",
        frozenset({Role.SENIOR_MANAGER}),
        time(7, 0),
        weekly=True,
        title="Mondays at 07:00, when something waits for you to decide",
        subject="Something waits for you to decide",
    ),
    Digest(
        "digest_manager",
        frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER}),
        time(7, 15),
        weekly=True,
        title="Mondays at 07:15, when something in your week needs you",
        subject="Your week: something needs you",
    ),
    Digest(
        "digest_worker",
        frozenset({Role.WORKER}),
        time(7, 15),
        weekly=False,
        title="Working days at 07:15, when something is asked of you",
        subject="Today: something is asked of you",
    ),
    Digest(
        "digest_administrator",
        frozenset({Role.ADMINISTRATOR}),
        time(8, 0),
        weekly=False,
        title="Working days at 08:00, when mail came back or something else needs a person",
        subject="Something needs a person",
    ),
)
BY_KIND = {digest.kind: digest for digest in DIGESTS}


def of_roles(roles: frozenset[str]) -> list[Digest]:
    """The digests that somebody with these roles may get."""
    return [digest for digest in DIGESTS if digest.roles & roles]


def due(now: datetime) -> list[tuple[Digest, str]]:
    """(digest, its period) for each whose hour has come today and is not long past. No query."""
    local = timezone.localtime(now)
    found = []
    for digest in DIGESTS:
        hour = datetime.combine(local.date(), digest.at, tzinfo=local.tzinfo)
        period = digest_period(local.date(), weekly=digest.weekly, works=is_working_day)
        if period is not None and hour <= local < hour + OPEN_FOR:
            found.append((digest, period))
    return found


def write_due(authority: Authority, *, by: Principal, at: datetime) -> int:
    """Write what is due in the open authority, once for each period. Returns how many mails were written.

    What fails for one reader is not the others' trouble, and is tried again when beat comes next.
    """
    if not authority.mails_may_go:
        return 0
    written = 0
    for digest, period in due(at):
        with alone(authority.pk, f"{digest.kind} {period} was not written"):
            written += _write(digest, period, authority, by=by, at=at)
    return written


def _write(digest: Digest, period: str, authority: Authority, *, by: Principal, at: datetime) -> int:
    name = f"{digest.kind} {period}"
    if audit.AuditEvent.objects.filter(verb=WRITTEN, reason=name, at__gte=at - timedelta(days=7)).exists():
        return 0
    written = went = 0
    readers = list(_readers(digest, at))
    for person, roles in readers:
        with alone(authority.pk, f"{name} was not written to person {person.public_id}"):
            if something_waits(digest, person, roles, authority, at=at):
                written += _write_one(digest, period, person, at=at)
            went += 1
    if went == len(readers):  # else it comes again: who has had one today gets no second
        audit.record(WRITTEN, by=by, at=at, reason=name)
    return written


def _readers(digest: Digest, at: datetime) -> Iterator[tuple[Person, frozenset[str]]]:
    """Who has the role today, an account that is open and an address, has not switched it off, and had none today."""
    morning = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    had = set(mail.Notice.objects.filter(made_at__gte=morning).exclude(period="").values_list("person_id", flat=True))
    had |= gets_nothing(timezone.localdate(at))
    people: dict[int, Person] = {}
    roles: dict[int, set[str]] = {}
    for hat in _hats(digest, at).select_related("person").order_by("person_id", "pk"):
        if hat.person_id not in had and hat.person.email and digest.kind not in hat.person.digests_off:
            people[hat.person_id] = hat.person
            roles.setdefault(hat.person_id, set()).add(hat.role)
    for key, person in people.items():
        yield person, frozenset(roles[key])


def _hats(digest: Digest, at: datetime) -> Any:
    return Membership.objects.on(timezone.localdate(at)).filter(role__in=digest.roles, user__is_active=True)


def something_waits(
    digest: Digest, person: Person, roles: frozenset[str], authority: Authority, *, at: datetime
) -> bool:
    """Exactly what the page would show to somebody with these roles."""
    reader = Principal(
        kind="membership",
        user_id=person.user_id,
        person_id=person.pk,
        name=person.name,
        roles=frozenset(roles),
        today=timezone.localdate(at),
        covers=covered_by(person, roles, on=timezone.localdate(at)),
    )
    return any(group.needs for group in needs.waiting(replace(reader, roles=reader.roles & digest.roles), authority))


def _write_one(digest: Digest, period: str, person: Person, *, at: datetime) -> int:
    try:
        with transaction.atomic():  # two beats at once: the second finds the row, and the round goes on
            mail.write(
                digest.kind,
                to=person,
                matter=f"{digest.kind}:{period}",
                at=at,
                words=_who_answers(person, at),
                period=period,
            )
    except IntegrityError:
        return 0
    return 1


def _who_answers(person: Person, at: datetime) -> dict[str, str]:
    """Every mail names a person to reply to: the line manager, else an administrator, else a senior manager."""
    today = timezone.localdate(at)
    line = LineManagement.objects.on(today).filter(person=person).exclude(manager__email="").select_related("manager")
    found = next((row.manager for row in line), None)
    for role in (Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
        if found is None:
            hats = Membership.objects.on(today).filter(role=role).exclude(person=person.pk).exclude(person__email="")
            found = next((hat.person for hat in hats.select_related("person").order_by("pk")[:1]), None)
    if found is None:
        return {"manager": "", "reply_to": "", "telephone": ""}
    return {"manager": found.name, "reply_to": found.email, "telephone": found.telephone}


def _still_matters(notice: mail.Notice) -> bool:
    digest, at = BY_KIND[notice.kind], notice.due_at
    if digest.kind in notice.person.digests_off or notice.person_id in gets_nothing(timezone.localdate(at)):
        return False
    roles = frozenset(_hats(digest, at).filter(person=notice.person_id).values_list("role", flat=True))
    return not roles or something_waits(digest, notice.person, roles, Authority.here(), at=at)


def _may_read(notice: mail.Notice, at: datetime) -> bool:
    """Not to who has left since it was written."""
    return _hats(BY_KIND[notice.kind], at).filter(person=notice.person_id).exists()


for each in DIGESTS:
    mail.declare(mail.Kind(each.kind, each.subject, still_matters=_still_matters, may_read=_may_read))
