"""When people are not free: what is agreed with them, and what is offered to schools (`supervision.rules.slots`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from supervision.models import Slot, Visit
from supervision.rules.slots import Busy, Where
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import moment
from teams.models import Attendee, Occasion, Person
from teams.permissions import ABOUT_A_FIGURE

SCHOOL = ("school", "school__name", "school__easting", "school__northing")
NOWHERE = (None, None, None, None)


def where_of(visit: Visit) -> Where:
    return Where(visit.school.pk, visit.school.position, visit.school.name)


def agreed(people: Iterable[int], first: datetime, last: datetime, *, beside: Any = None) -> dict[int, list[Busy]]:
    """What stands in the calendars of these people (ids) between both moments, by person. One query.

    `beside` is the id of an occasion that does not count: the one which is about to move.
    """
    found: dict[int, list[Busy]] = defaultdict(list)
    rows = (
        Attendee.objects.filter(
            person__in=list(people),
            occasion__called_off_at=None,
            occasion__starts_at__lt=last,
            occasion__ends_at__gt=first,
        )
        .exclude(occasion=beside)
        .exclude(occasion__kind=ABOUT_A_FIGURE)
    )  # nobody meets
    school = [f"occasion__visits__placement__{name}" for name in SCHOOL]
    kind = "occasion__visits__kind"  # where two met is free text: the placement of a joint visit says nothing of it
    wanted = ("person", kind, "occasion__starts_at", "occasion__ends_at", "occasion")
    for person, of_kind, starts, ends, key, *place in rows.values_list(*wanted, *school):
        found[person].append(_busy(starts, ends, key, *(place if of_kind == Visit.Kind.IN_SCHOOL else NOWHERE)))
    return found


def offered(
    people: Iterable[int], first: datetime, last: datetime, *, beside: Iterable[Visit]
) -> dict[int, list[Busy]]:
    """The same of the times that schools may still choose, those `beside` left out. Two queries."""
    people = list(people)
    found: dict[int, list[Busy]] = defaultdict(list)
    # A chosen one stands in the calendars.
    open_ones = Slot.objects.standing().filter(visit__status=Visit.Status.OFFERED)
    slots = open_ones.filter(starts_at__lt=last, ends_at__gt=first).exclude(visit__in=list(beside))
    school = [f"visit__placement__{name}" for name in SCHOOL]
    for whose in ("manager", "visit__worker"):
        rows = slots.filter(**{f"{whose}__in": people}).values_list(whose, "starts_at", "ends_at", "visit", *school)
        for person, *row in rows:
            found[person].append(_busy(*row))
    return found


def one_at_a_time(people: Iterable[Person]) -> None:
    """Two presses about the time of one person are two turns. Always in the same order: nobody waits in a ring."""
    keys = [person.pk for person in people]
    list(Person.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


def refuse_clash(
    starts_at: datetime, ends_at: datetime, person: Person, *, except_for: Occasion | None, by: Principal
) -> None:
    """Raises Refusal, field "time". What else somebody does then is named only to who may read it."""
    held = Occasion.objects.meetings().standing().of(person.pk).filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    other = held.exclude(pk=except_for.pk if except_for else None).first()
    if other is not None:
        may_read = Occasion.objects.visible_to(by).filter(pk=other.pk).exists()
        what = f": {other.title}, {moment(other.starts_at)}" if may_read else ""
        raise Refusal(f"{person.name} has something else then{what}. Choose another time.", field="time", code="taken")


def _busy(starts: datetime, ends: datetime, key: int, school: int | None, name: str | None, *at: int | None) -> Busy:
    east, north = at
    point = (east, north) if east is not None and north is not None else None
    return Busy(on_the_wall(starts), on_the_wall(ends), Where(school, point, name or "") if school else None, key)


def on_the_wall(at: datetime) -> datetime:
    """The same moment by the clock on the wall, without a time zone."""
    return timezone.localtime(at).replace(tzinfo=None)
