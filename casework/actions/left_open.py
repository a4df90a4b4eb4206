"""Young people of somebody who leaves: who goes on with them is chosen among the workers of their school."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from casework.models import YoungPerson
from teams.actions.left_open import Item, Kind, declare
from teams.foundation.access import Role
from teams.foundation.words import counted
from teams.models import Person


def young_people_of(person: Person, today: date) -> list[Item]:
    """One line a school, with their number: nothing about a child stands in a hand-over."""
    with_them = YoungPerson.objects.filter(worker=person, status=YoungPerson.Status.OPEN)
    rows = with_them.values("school__public_id", "school__name").annotate(number=Count("pk")).order_by("school__name")
    return [
        Item(
            row["school__public_id"],
            f"{counted(row['number'], 'young person', 'young people')} at {row['school__name']}",
        )
        for row in rows
    ]


def declare_kinds() -> None:
    declare(
        Kind(
            "young_people",
            "Young people",
            "Hand each over to another worker of the school, or end the work. Then say that it is dealt with.",
            young_people_of,
            15,
            roles=frozenset({Role.TEAM_MANAGER}),
            page="young_people_hand_over",
        )
    )
