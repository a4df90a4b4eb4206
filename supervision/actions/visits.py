"""Visits that are due, written down."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from supervision.models import Visit
from teams.foundation.access import Principal
from teams.foundation.transitions import begin


def plan(
    placement: Any,
    *,
    worker: Any,
    manager: Any,
    due_on: date,
    why: str,
    by: Principal,
    at: datetime,
    kind: str = Visit.Kind.IN_SCHOOL,
    school_person: Any = None,
) -> Visit:
    """One visit in the month of its due date. `placement` is None for what is between two, and in no school."""
    visit = Visit(
        kind=kind,
        worker=worker,
        manager=manager,
        placement=placement,
        month=due_on.replace(day=1),
        due_on=due_on,
        why=why,
        school_person=school_person,
    )
    return begin(visit, "plan", by=by, at=at)
