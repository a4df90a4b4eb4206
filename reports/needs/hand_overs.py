"""What somebody who left has left open, for who takes it and for who says who does."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal, Role
from teams.foundation.words import counted, day
from teams.models import HandOver


def asked(principal: Principal) -> QuerySet[Any]:
    """What is hers to take; for administrators and senior managers also what nobody takes yet."""
    rows = HandOver.objects.visible_to(principal).still_open().order_by("person", "made_at", "pk")
    return as_json(
        rows,
        person="person__public_id",
        name="person__name",
        left_at="person__left_at",
        leaves_on="person__leaves_on",
        taker_id="taker_id",
        taker="taker__name",
        at="made_at",
    )


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    """One for each person who left."""
    made = []
    for of, left in groupby(found, key=lambda row: row["person"]):
        things = list(left)
        first = things[0]
        name, mine = first["name"], [row for row in things if row["taker_id"] in principal.stands_for]
        nobodys = [row for row in things if row["taker_id"] is None]
        if mine:
            what = f"Take over from {name}: {counted(len(mine), 'thing', 'things')}"
            why = f"{name} {_leaves(first)}. One press takes all of it."
        elif nobodys and principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
            what = f"Say who takes over from {name}"
            why = f"{counted(len(nobodys), 'thing waits', 'things wait')}, and nobody is named."
        elif principal.has(Role.ADMINISTRATOR):
            takers = sorted({row["taker"] for row in things if row["taker"]})
            what = f"{name} {_leaves(first)}: {counted(len(things), 'thing is', 'things are')} not taken over"
            why = f"It waits for {' and '.join(takers)}."
        else:
            continue
        made.append(Need(what, why, "Hand-over", "hand_over", UUID(of), moment(first["at"])))
    return made


KIND = Kind(asked, lines)


def waiting(principal: Principal) -> list[Need]:
    """These lines alone. One query."""
    return lines([row["found"] for row in asked(principal)], principal)


def _leaves(row: dict[str, Any]) -> str:
    return "has left" if row["left_at"] is not None else f"leaves on {day(date.fromisoformat(row['leaves_on']))}"
