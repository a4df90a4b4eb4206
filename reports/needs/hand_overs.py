"""What somebody who left has left open, for who takes it and for who says who does."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reports.needs.line import Need
from teams.foundation.access import Principal, Role
from teams.foundation.words import counted, day
from teams.models import HandOver


def waiting(principal: Principal) -> list[Need]:
    """What somebody who left has left open: what is hers to take; for administrators also what nobody takes yet."""
    rows = HandOver.objects.visible_to(principal).still_open().select_related("person", "taker").order_by("made_at")
    found = []
    for person, left in groupby(sorted(rows, key=lambda row: row.person_id), key=lambda row: row.person):
        things = list(left)
        mine = [row for row in things if row.taker_id in principal.stands_for]
        nobodys = [row for row in things if row.taker_id is None]
        if mine:
            what = f"Take over from {person.name}: {counted(len(mine), 'thing', 'things')}"
            why = f"{person.name} {_leaves(person)}. One press takes all of it."
        elif nobodys and principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
            what = f"Say who takes over from {person.name}"
            why = f"{counted(len(nobodys), 'thing waits', 'things wait')}, and nobody is named."
        elif principal.has(Role.ADMINISTRATOR):
            takers = sorted({row.taker.name for row in things if row.taker})
            what = f"{person.name} {_leaves(person)}: {counted(len(things), 'thing is', 'things are')} not taken over"
            why = f"It waits for {' and '.join(takers)}."
        else:
            continue
        found.append(Need(what, why, "Hand-over", "hand_over", person.public_id, things[0].made_at))
    return found


def _leaves(person: Any) -> str:
    return "has left" if person.left_at is not None else f"leaves on {day(person.leaves_on)}"
