"""Miles of a day: from the middle of the manager's schools through the visits of the day and back (journey M4, 2).

Straight lines and 30 % more, as in the month's round: always "about", and hers to put right, for nobody is asked where
she lives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from supervision.rules.rounds import METRES_IN_A_MILE, ROADS, Point, Stop, length, middle

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Day:
    """One day of visits: the schools in the order of the visits, about how many miles, and her own number.

    `unknown` is how many of the schools no file places on the map: their miles are not in `about`.
    """

    on: date
    schools: tuple[str, ...]
    about: int
    unknown: int = 0
    own: Decimal | None = None

    @property
    def counted(self) -> Decimal:
        """Her own number where she gave one."""
        return Decimal(self.about) if self.own is None else self.own


def days(
    visits: Iterable[tuple[date, str, Point | None]], homes: Iterable[Point | None], own: Mapping[date, Decimal]
) -> list[Day]:
    """Each day once, in order. `visits` are in the order of their time; `homes` are all schools of the manager."""
    base = middle(homes)
    found: dict[date, list[tuple[str, Point | None]]] = {}
    for on, school, at in visits:
        found.setdefault(on, []).append((school, at))
    return [
        Day(on, tuple(name for name, _ in there), _about(there, base), sum(at is None for _, at in there), own.get(on))
        for on, there in sorted(found.items())
    ]


def total(month: Sequence[Day]) -> Decimal:
    """Of the numbers that count, to the tenth of a mile."""
    return sum((day.counted for day in month), Decimal(0)).quantize(TENTH)


def _about(there: list[tuple[str, Point | None]], base: Point | None) -> int:
    stops = [Stop(name, at, (), date.min) for name, at in there]
    return round(length(stops, base) * ROADS / METRES_IN_A_MILE)
