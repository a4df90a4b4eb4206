"""The month's round: which schools are visited on one day, and how many miles that saves (journey M1, features C 16).

Two schools a day. Near ones are paired: a tour of all schools by nearest neighbour, made shorter by 2-opt, is cut into
pairs. Miles are straight lines on the national grid and 30 % more, for roads are not straight: always said as "about".
A day of one school costs the way there and back; naive is each school on a day of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

METRES_IN_A_MILE = 1609.344
ROADS = 1.3
A_DAY = 2  # schools

Point = tuple[float, float]  # metres east and north


@dataclass(frozen=True)
class Stop:
    """A visit to plan: where the school is (None where no file says it), and the days on which it can be.

    `pinned` is a day that cannot move: agreed, offered, or chosen by the manager.
    """

    key: Any
    at: Point | None
    days: tuple[date, ...]
    due_on: date
    pinned: date | None = None


@dataclass(frozen=True)
class Round:
    """The day of each stop by its key, the stops of each day in the order of driving, and miles.

    A stop without a day that fits is in neither. `unknown` is how many schools have no place on the map: their miles
    are in neither sum.
    """

    days: Mapping[Any, date]
    order: Mapping[date, tuple[Any, ...]]
    miles: int
    naive_miles: int
    unknown: int


def plan_round(stops: Sequence[Stop]) -> Round:
    """A day for every stop. The same stops, in whatever order, give the same round."""
    stops = sorted(stops, key=lambda stop: (stop.due_on, str(stop.key)))
    base = middle(stop.at for stop in stops)
    found: dict[date, list[Stop]] = {}
    for stop in stops:
        if stop.pinned is not None:
            found.setdefault(stop.pinned, []).append(stop)
    left = [stop for stop in stops if stop.pinned is None and stop.days]
    left = _beside_pinned(found, left)
    tour = shortened(nearest_first(left, base), base)
    for pair in _pairs(tour):
        _place(found, pair)
    order = {day: tuple(_driven(each, base)) for day, each in sorted(found.items())}
    return Round(
        days={stop.key: day for day, each in order.items() for stop in each},
        order={day: tuple(stop.key for stop in each) for day, each in order.items()},
        miles=round(sum(_miles([base, *_points(each), base]) for each in order.values())),
        naive_miles=round(sum(_miles([base, *_points([stop]), base]) for each in order.values() for stop in each)),
        unknown=sum(stop.at is None for each in order.values() for stop in each),
    )


def nearest_first(stops: Sequence[Stop], base: Point | None) -> list[Stop]:
    """From the base always to the nearest one next; schools without a place come last."""
    left, tour, here = list(stops), list[Stop](), base
    while left:
        nearest = min(left, key=lambda stop: (stop.at is None, _distance(here, stop.at), stop.due_on, str(stop.key)))
        left.remove(nearest)
        tour.append(nearest)
        here = nearest.at or here
    return tour


def shortened(tour: Sequence[Stop], base: Point | None) -> list[Stop]:
    """2-opt: as long as turning round a part of the tour makes it shorter, turn it round."""
    tour, better = list(tour), True
    while better:
        better = False
        for first in range(len(tour) - 1):
            for last in range(first + 1, len(tour)):
                turned = tour[:first] + tour[first : last + 1][::-1] + tour[last + 1 :]
                if length(turned, base) < length(tour, base) - 1:  # a metre
                    tour, better = turned, True
    return tour


def length(tour: Sequence[Stop], base: Point | None) -> float:
    """Metres in straight lines, from the base through all of them and back."""
    points = [base, *_points(tour), base]
    return sum(_distance(a, b) for a, b in zip(points, points[1:], strict=False))


def _beside_pinned(found: dict[date, list[Stop]], left: list[Stop]) -> list[Stop]:
    """A day with one pinned school takes the nearest other school that can be then. Returns who is left."""
    for day in sorted(found):
        here = found[day]
        if len(here) >= A_DAY:
            continue
        fitting = [stop for stop in left if day in stop.days]
        if fitting:
            nearest = min(fitting, key=lambda stop: (_distance(here[0].at, stop.at), stop.due_on, str(stop.key)))
            here.append(nearest)
            left = [stop for stop in left if stop is not nearest]
    return left


def _pairs(tour: Sequence[Stop]) -> list[list[Stop]]:
    return [list(tour[start : start + A_DAY]) for start in range(0, len(tour), A_DAY)]


def _place(found: dict[date, list[Stop]], pair: list[Stop]) -> None:
    """A day for both where there is one that nothing stands on yet; else one for each."""
    common = set(pair[0].days).intersection(*(stop.days for stop in pair[1:]))
    free = [day for day in common if day not in found]
    if free:
        day = min(free, key=lambda day: (sum(abs((day - stop.due_on).days) for stop in pair), day))
        found[day] = pair
    elif len(pair) > 1:
        for stop in pair:
            _place(found, [stop])
    else:
        stop = pair[0]
        open_days = [day for day in stop.days if len(found.get(day, ())) < A_DAY]
        if open_days:
            found.setdefault(min(open_days, key=lambda day: (abs((day - stop.due_on).days), day)), []).append(stop)


def _driven(stops: Sequence[Stop], base: Point | None) -> list[Stop]:
    """The stops of one day in the order of driving: the one that is nearer to the base first."""
    return sorted(stops, key=lambda stop: (_distance(base, stop.at), str(stop.key)))


def middle(points: Iterable[Point | None]) -> Point | None:
    """The middle of all schools stands for where the manager sets out from: nobody is asked where she lives."""
    known = [point for point in points if point is not None]
    if not known:
        return None
    return (sum(east for east, _ in known) / len(known), sum(north for _, north in known) / len(known))


def _points(stops: Iterable[Stop]) -> list[Point | None]:
    return [stop.at for stop in stops if stop.at is not None]


def _miles(points: Sequence[Point | None]) -> float:
    metres = sum(_distance(a, b) for a, b in zip(points, points[1:], strict=False))
    return metres * ROADS / METRES_IN_A_MILE


def _distance(a: Point | None, b: Point | None) -> float:
    return hypot(a[0] - b[0], a[1] - b[1]) if a is not None and b is not None else 0.0
