"""What the rhythm is worked out from, and what comes out. Plain values: dates inclusive, keys whatever names a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from schools.rules.calendar import SchoolCalendar

Key = Any  # whatever names a row, and can be a key of a dictionary
SETS = ("A", "B")  # set A is visited in the month in which the rhythm begins
WEEKDAYS = frozenset(range(5))


class Shape(StrEnum):
    """How a profession is supervised."""

    ALTERNATE = "alternate"  # in school one month, peer supervision the next, in two sets out of step
    EACH = "each"  # one-to-one every n-th month, and joint visits


class Kind(StrEnum):
    """What is due."""

    IN_SCHOOL = "in_school"
    PEER = "peer"
    ONE_TO_ONE = "one_to_one"
    JOINT = "joint"


class Outcome(StrEnum):
    """What became of something that was planned for a day. Only these two move the rhythm."""

    HELD = "held"
    SCHOOL_CANCELLED = "school_cancelled"


@dataclass(frozen=True)
class Rhythm:
    """One profession's pattern from a day on. The numbers are months that count (`months.counting`); 1 is each."""

    shape: Shape
    starts_on: date
    one_to_one_every: int = 2
    joint_every: int = 2


@dataclass(frozen=True)
class Place:
    """A school in which a worker is placed: on which weekdays (Monday is 0), from when, and its own calendar."""

    key: Key
    name: str
    weekdays: frozenset[int]
    calendar: SchoolCalendar
    starts_on: date
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Away:
    """Nobody is told why."""

    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Cover(Away):
    """While somebody is away, another does what is due."""

    key: Key = None
    name: str = ""


@dataclass(frozen=True)
class Past:
    """What took place, or what the school called off. `place` is the key of the school, if it was in one."""

    kind: Kind
    on: date
    outcome: Outcome
    place: Key | None = None


@dataclass(frozen=True)
class Worker:
    """Who is supervised. `since` is from when on the rhythm counts for them; `group` is their set, or ""."""

    key: Key
    name: str
    group: str
    since: date
    places: tuple[Place, ...]
    past: tuple[Past, ...] = ()
    away: tuple[Away, ...] = ()

    def is_away(self, day: date) -> Away | None:
        return next((each for each in self.away if each.holds(day)), None)


@dataclass(frozen=True)
class Manager:
    """Who supervises, when she is away, and who does it meanwhile."""

    name: str
    away: tuple[Away, ...] = ()
    covers: tuple[Cover, ...] = ()

    def cover(self, day: date) -> Cover | None:
        return next((each for each in self.covers if each.holds(day)), None)

    def is_away(self, day: date) -> Away | None:
        """Away, and nobody covers."""
        return None if self.cover(day) else next((each for each in self.away if each.holds(day)), None)


@dataclass(frozen=True)
class Due:
    """One thing that is due in a month. `by` is the deputy's key while the manager is away, else None."""

    kind: Kind
    on: date
    worker: Key | None
    group: str
    place: Key | None
    by: Key | None
    sentence: str
