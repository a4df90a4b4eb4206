"""A month's statement of miles for who made the visits: worked out, and put right by her own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from schools.models import Placement
from supervision.models import MileageDay, Visit
from supervision.rules.mileage import Day, days
from supervision.rules.rhythm import Kind
from supervision.rules.rhythm.months import first_of, last_of
from teams.foundation.access import Principal
from teams.foundation.transitions import begin
from teams.models import Person


def statement(person: Person, month: date) -> list[Day]:
    """The days of the month on which she held supervisions in a school. Three queries."""
    first, last = first_of(month), last_of(month)
    held = Visit.objects.filter(manager=person, kind=Kind.IN_SCHOOL, status=Visit.Status.HELD)
    there = held.exclude(sessions__in_school=False).filter(
        occasion__starts_at__date__gte=first, occasion__starts_at__date__lte=last
    )
    visits = [
        (timezone.localdate(visit.occasion.starts_at), visit.placement.school.name, visit.placement.school.position)
        for visit in there.select_related("occasion", "placement__school").order_by("occasion__starts_at", "pk")
        if visit.occasion is not None
    ]
    hers = Placement.objects.filter(manager=person, starts_on__lte=last).exclude(ends_on__lt=first)
    homes = {placement.school_id: placement.school.position for placement in hers.select_related("school")}
    own = MileageDay.objects.filter(person=person, on__gte=first, on__lte=last, miles__isnull=False)
    return days(visits, homes.values(), {each.on: each.miles for each in own if each.miles is not None})


def keep(person: Person, found: list[Day], said: Mapping[date, Decimal | None], *, by: Principal, at: datetime) -> int:
    """Her own numbers for these days; an empty one takes hers back. Returns how many changed."""
    changed = 0
    with transaction.atomic():
        # Two presses at once are two turns.
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        rows = {each.on: each for each in MileageDay.objects.filter(person=person, on__in=[day.on for day in found])}
        for day in found:
            miles, row = said.get(day.on), rows.get(day.on)
            if row is None and miles is not None:
                new = MileageDay(person=person, on=day.on, miles=miles, proposed=day.about, said_at=at)
                begin(new, "say", by=by, at=at)
            elif row is not None and row.miles != miles:
                row.change(miles, proposed=day.about, by=by, at=at)
            else:
                continue
            changed += 1
    return changed
