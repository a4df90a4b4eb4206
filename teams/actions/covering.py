"""Who covers for whom today, and what was done for whom: the lines of the first pages (journeys M6.4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from teams.foundation.access import DEPUTIES, Principal, Role
from teams.foundation.audit import AuditEvent, done_for
from teams.foundation.words import midnight
from teams.models import Absence, Cover, CoverGrant, Membership, Person

SHOWN_AFTER = timedelta(days=14)  # how long after the last day the list of what was done stands on "My week"
LINES = 20


class Handed(NamedTuple):
    """What a deputy did for a manager who is back."""

    cover: Cover
    events: list[AuditEvent]


def covers_of(principal: Principal) -> list[Cover]:
    """The covers that this person has a part in, those that run or come, and the latest that are over. One query."""
    if principal.person_id is None or not principal.has(*DEPUTIES):
        return []
    mine = Q(manager=principal.person_id) | Q(deputy=principal.person_id)
    recent = Cover.objects.filter(mine, ends_on__gte=principal.today - SHOWN_AFTER)
    return list(recent.select_related("manager", "deputy").order_by("starts_on", "pk"))


def holding(covers: Iterable[Cover], today: date) -> list[Cover]:
    """Those that hold today."""
    return [each for each in covers if each.starts_on <= today and not each.is_over(today)]


def done_while_away(covers: Iterable[Cover], principal: Principal) -> list[Handed]:
    """What came back with the manager: for each cover of hers that is over, what its deputy did. A query for each."""
    over = [each for each in covers if each.manager_id == principal.person_id and each.is_over(principal.today)]
    return [Handed(each, _done_under(each)) for each in over if each.starts_on <= principal.today]


def _done_under(cover: Cover) -> list[AuditEvent]:
    first = midnight(cover.starts_on)
    after = midnight(cover.ends_on + timedelta(days=1))
    events = done_for(cover.manager, since=first).filter(at__lt=cover.stopped_at or after, user=cover.deputy.user_id)
    return list(events[:LINES])


def deputy_of(manager: Person, *, on: date) -> Person | None:
    """Who answers for this manager on the day; None while nobody covers. One query."""
    cover = Cover.objects.on(on).filter(manager=manager).select_related("deputy").first()
    return cover.deputy if cover else None


def may_cover(manager: Person | None, *, on: date) -> list[Person]:
    """Who can be chosen as deputy: managers with an account who are here. One query."""
    held = Membership.objects.on(on).filter(role__in=DEPUTIES)
    away = Absence.objects.on(on).values("person")
    people = Person.objects.filter(pk__in=held.values("person"), left_at=None).exclude(pk__in=away)
    return list(people.exclude(pk=manager.pk if manager else 0).order_by("name", "pk"))


def may_be_covered(*, on: date) -> list[Person]:
    """The team managers: for a senior manager or administrator who arranges it for one who cannot. One query."""
    held = Membership.objects.on(on).filter(role=Role.TEAM_MANAGER)
    return list(Person.objects.filter(pk__in=held.values("person"), left_at=None).order_by("name", "pk"))


def covered_by(person: Person, roles: frozenset[str], *, on: date) -> frozenset[int]:
    """The managers, by id, for whom this person acts on the day: what `principal_of` puts into `covers`."""
    if roles.isdisjoint(DEPUTIES) or person.user_id is None:
        return frozenset()
    grants = CoverGrant.objects.on(on).filter(user_id=person.user_id)
    return frozenset(grants.values_list("content_object_id", flat=True)) - {person.pk}


def gets_nothing(day: date) -> set[int]:
    """The people, by id, to whom no digest goes on the day: who is away, and whoever is covered. Two queries."""
    away = set(Absence.objects.on(day).values_list("person_id", flat=True))
    return away | set(Cover.objects.on(day).values_list("manager_id", flat=True))


def end_with(person: Person, *, by: Principal, at: datetime) -> int:
    """Somebody leaves: no cover of theirs goes on, whichever side they were on. Returns how many ended."""
    mine = Q(manager=person) | Q(deputy=person)
    running = list(Cover.objects.not_over_by(timezone.localdate(at)).filter(mine))
    for each in running:
        each.stop(by=by, at=at)
    return len(running)
