"""A young person asked to be found, and nobody has said yet that they have it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from casework.models import Worry
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal


def asked(principal: Principal) -> QuerySet[Any]:
    """For who manages the worker, who keeps the school's young people safe, and the worker, who is to be rung."""
    rows = Worry.objects.visible_to(principal).waiting()
    return as_json(
        rows,
        of="public_id",
        at="asked_at",
        worker="worker__name",
        whose="worker",
        initials="young_person__initials",
        school="school__name",
    )


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [_line(each, principal) for each in found]


def _line(found: dict[str, Any], principal: Principal) -> Need:
    why = "A young person asked to be found. Nobody has said yet that they have it."
    if found["whose"] == principal.person_id:
        what = f"{found['initials'] or 'A young person'} asked to be found: expect a call"
        why = "The safeguarding lead is asked to ring you. Nobody has said yet that they have it."
    else:
        what = f"Ring {found['worker']} about {found['school']}"
    return Need(what, why, "Safety", "worry", UUID(found["of"]), moment(found["at"]))


KIND = Kind(asked, lines)
