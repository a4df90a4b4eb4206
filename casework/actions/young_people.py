"""Beginning to work with a young person, and handing over: the worker has to be placed in that school."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.models import YoungPerson
from schools.models import Placement, School
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Employment, Person


def schools_of(worker: Any, day: date) -> Any:
    """Where this person works on this day, by name."""
    posts = Employment.objects.on(day).filter(person=worker).values("post")
    placed = Placement.objects.on(day).filter(post__in=posts).values("school")
    return School.objects.filter(pk__in=placed).order_by("name", "pk")


def workers_at(school: Any, day: date) -> Any:
    """Who works in this school on this day, by name; nobody who has left."""
    posts = Placement.objects.on(day).filter(school=school).values("post")
    held = Employment.objects.on(day).filter(post__in=posts).values("person")
    return Person.objects.filter(pk__in=held, left_at=None).order_by("name", "pk")


def start(
    *, initials: str, school: Any, worker: Any, need: str, starts_on: date, by: Principal, at: datetime
) -> YoungPerson:
    """Raises Refusal: field "school" where the worker is not placed on that day, "initials" for the same once more."""
    if not schools_of(worker, starts_on).filter(pk=school.pk).exists():
        raise Refusal(
            f"{worker.name} is not placed at {school.name} on that day. Choose a school where she works.",
            field="school",
            code="not_placed",
        )
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=worker.pk)  # pressed twice, the second one waits here
        same = YoungPerson.objects.filter(status=YoungPerson.Status.OPEN, worker=worker, school=school)
        if same.filter(initials=initials, need=need).exists():
            raise Refusal(
                f"{initials} is in your list already, with the same words. Write what tells the two apart.",
                field="initials",
                code="twice",
            )
        young = YoungPerson(initials=initials, school=school, worker=worker, need=need, starts_on=starts_on)
        return begin(young, "start", by=by, at=at)


def hand_over(young: Sequence[YoungPerson], worker: Any, *, by: Principal, at: datetime) -> int:
    """Another worker of their school goes on with all of these. Returns how many changed hands.

    Raises Refusal, field "worker", where that worker is not placed there, and then none of them changes hands.
    """
    done = 0
    with transaction.atomic():
        for each in young:
            if each.worker_id == worker.pk:
                continue
            if not workers_at(each.school, timezone.localdate(at)).filter(pk=worker.pk).exists():
                raise Refusal(
                    f"{worker.name} does not work at {each.school.name}. Choose somebody who does.",
                    field="worker",
                    code="not_placed",
                )
            each.hand_over(worker, by=by, at=at)
            done += 1
    return done
