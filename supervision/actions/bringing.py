"""The next supervision of a worker, and what she brings to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from casework.models import YoungPerson
from supervision.models import Bring, Visit
from supervision.models.bring import MOST
from supervision.models.visits import HELD
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.foundation.words import midnight

AHEAD = (Visit.Status.DUE, Visit.Status.OFFERED, Visit.Status.AGREED)


def coming_of(worker: Any, today: date) -> Any:
    """What is to come of this worker's supervisions, the next one first; one that nobody has held yet stays on it."""
    rows = Visit.objects.filter(worker=worker, status__in=AHEAD)
    booked = Q(occasion__starts_at__gte=midnight(today)) | (Q(occasion=None) & Q(due_on__gte=today))
    return rows.filter(booked).for_page().order_by(F("occasion__starts_at").asc(nulls_last=True), "due_on", "pk")


def young_people_there(visit: Visit, today: date) -> Any:
    """Whom this worker is with today, in this school; between two, wherever they go to school."""
    if visit.is_in_school:
        return YoungPerson.objects.known_at(visit.school, visit.worker, today)
    return YoungPerson.objects.with_us(today).filter(worker=visit.worker).order_by("initials", "pk")


def bring(visit: Visit, *, young: Sequence[YoungPerson], text: str, by: Principal, at: datetime) -> Bring:
    """Her list, written or changed. Raises Refusal once the supervision was held, and for more than four young people
    or one who is not hers in that school (field "young").
    """
    if visit.status not in AHEAD:
        raise Refusal(HELD, code="held")
    if len(young) > MOST:
        raise Refusal(f"Choose up to {MOST}: there is time for two to four.", field="young", code="too_many")
    for each in young:
        if each.worker_id != visit.worker_id or (visit.is_in_school and each.school_id != visit.school.pk):
            here = " in this school" if visit.is_in_school else ""
            raise Refusal(f"Choose young people of your own{here}.", field="young", code="not_hers")
    with transaction.atomic():
        Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)  # pressed twice, the second one waits here
        there = Bring.objects.filter(visit=visit).first()
        if there is not None:
            there.change(text, young, by=by, at=at)
            return there
        written = begin(Bring(visit=visit, text=text, written_at=at), "bring", by=by, at=at)
        written.name_young(young)
        return written
