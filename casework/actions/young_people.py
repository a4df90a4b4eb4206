"""Beginning to work with a young person: the worker has to be placed in that school."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from casework.models import YoungPerson
from schools.models import Placement
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Employment


def start(
    *, initials: str, school: Any, worker: Any, need: str, starts_on: date, by: Principal, at: datetime
) -> YoungPerson:
    """Raises Refusal, field "school", where the worker is not placed on that day."""
    posts = Employment.objects.on(starts_on).filter(person=worker).values("post")
    if not Placement.objects.on(starts_on).filter(school=school, post__in=posts).exists():
        raise Refusal(
            f"{worker.name} is not placed at {school.name} on that day. Choose a school where she works.",
            field="school",
            code="not_placed",
        )
    young = YoungPerson(initials=initials, school=school, worker=worker, need=need, starts_on=starts_on)
    return begin(young, "start", by=by, at=at)
