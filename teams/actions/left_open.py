"""What somebody has left open, by kind. Each floor declares its own kinds.

A kind finds what is open of a person, and knows how it changes hands: by a verb of its own, or by somebody's word that
it is dealt with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from teams.foundation.access import Principal
from teams.models import HandOver, Person


class Item(NamedTuple):
    """One thing. `words` name adults and schools, never a child."""

    item_id: UUID
    words: str


@dataclass(frozen=True)
class Kind:
    """`find` is asked on the day; `take` moves it to the row's taker, and is missing where a person has to act
    elsewhere and then says that it is done. `roles` may take it: everybody who manages, where it is empty.
    """

    name: str
    title: str  # over the list of them: "Workers in schools"
    what_to_do: str  # what taking it over does or asks
    find: Callable[[Person, date], list[Item]]
    position: int
    take: Callable[[HandOver, Principal, datetime], None] | None = None
    roles: frozenset[str] = frozenset()
    page: str = ""  # the URL name of the item's own page, by its public id; "" where there is none


_kinds: dict[str, Kind] = {}


def declare(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: (kind.position, kind.name))


def kind_of(row: HandOver) -> Kind:
    return _kinds[row.kind]


def left_open_by(person: Person, *, today: date) -> list[tuple[Kind, list[Item]]]:
    """Everything that waits for somebody else if this person goes: a few queries for each kind, at any size."""
    found = [(kind, kind.find(person, today)) for kind in kinds()]
    return [(kind, items) for kind, items in found if items]
