"""One-to-ones and joint visits: due by the rhythm, agreed between the two, in no school's calendar (BR-03, BR-09)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from supervision.actions import busy
from supervision.actions.months import Line, look, write_visit
from supervision.models import Visit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import day
from teams.models import Person

LASTS = timedelta(hours=1)


def line_of(manager: Person, month: date, kind: str, worker: object, *, today: date) -> Line | None:
    """What is due or written down for one of her workers, by the worker's public id; None where nothing is."""
    lines = look(manager, month, today=today).between_two
    return next((line for line in lines if line.kind == kind and line.worker and line.worker.public_id == worker), None)


def plan(manager: Person, month: date, kind: str, worker: object, *, by: Principal, at: datetime, today: date) -> Visit:
    """The row of what is due. Twice is once. Raises Refusal where nothing is due any more."""
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=manager.pk)
        line = line_of(manager, month, kind, worker, today=today)
        if line is None:
            raise Refusal("This is not due any more. Look at the month again.", code="gone")
        return line.visit or write_visit(manager, line, {}, by=by, at=at)


def agree(visit: Visit, starts_at: datetime, *, place: str, by: Principal, at: datetime) -> None:
    """When and where they meet, or met. Raises Refusal, field "day" or "time": who left, a day of before its month, a
    time that is taken.
    """
    for person in (visit.worker, visit.manager):
        if person.left_at is not None:
            raise Refusal(f"{person.name} has left. Leave this out, and look at the month again.", code="left")
    if timezone.localdate(starts_at) < visit.month:
        raise Refusal(
            f"This is {visit.month:%B}’s. Enter a day from {day(visit.month)} on.", field="day", code="before"
        )
    with transaction.atomic():
        busy.one_at_a_time([visit.manager, visit.worker])
        for person in (visit.manager, visit.worker):
            busy.refuse_clash(starts_at, starts_at + LASTS, person, except_for=visit.occasion, by=by)
        visit.agree(starts_at, starts_at + LASTS, place=place, by=by, at=at)
