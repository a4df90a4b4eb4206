"""One-to-ones and joint visits: due by the rhythm, agreed between the two, in no school's calendar (BR-03, BR-09)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from supervision.actions.months import Line, look, write_visit
from supervision.actions.peers import refuse_time
from supervision.models import Visit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
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
    """When and where. Raises Refusal, field "day" or "time": who left, a day that is over, a time that is taken."""
    for person in (visit.worker, visit.manager):
        if person.left_at is not None:
            raise Refusal(f"{person.name} has left. Leave this out, and look at the month again.", code="left")
    for person in (visit.manager, visit.worker):
        refuse_time(starts_at, person, except_for=visit.occasion, by=by, at=at)
    visit.agree(starts_at, starts_at + LASTS, place=place, by=by, at=at)
