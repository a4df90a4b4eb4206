"""Three times for a school to choose from, with room for the drive. Times are of the clock on the wall ("10:00").

Nothing overlaps with anything else of the manager's or the worker's. Between two schools there is time for the drive:
straight-line miles and 30 % more, as in the month's round, at 25 miles an hour, in steps of 15 minutes; 30 minutes
where no file says where a school is. In one school they go from one to the next. What is in no school asks for no
drive: where it is, is free text, and may be a call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from math import ceil, hypot
from typing import Any

from schools.rules.timetable import Day
from supervision.rules.rounds import METRES_IN_A_MILE, ROADS, Point

TIMES = (time(10, 0), time(13, 30), time(9, 0), time(11, 0), time(14, 30))  # two schools a day: mornings first
LASTS = timedelta(minutes=45)
OFFERED = 3
AHEAD = 3  # school days, in which the school can answer
MILES_AN_HOUR = 25
STEP = timedelta(minutes=15)
NO_MAP = timedelta(minutes=30)


@dataclass(frozen=True)
class Where:
    """A school by its key, and its place on the map (None where no file says it)."""

    school: Any
    at: Point | None = None
    name: str = ""


@dataclass(frozen=True)
class Busy:
    """Some of somebody's time that is not free; `where` is None for what is in no school."""

    starts: datetime
    ends: datetime
    where: Where | None = None
    key: Any = None


def drive(one: Where | None, other: Where | None) -> timedelta:
    """About how long the way from one to the other takes: a multiple of 15 minutes, none in the same school."""
    if one is None or other is None or one.school == other.school:
        return timedelta(0)
    if one.at is None or other.at is None:
        return NO_MAP
    miles = hypot(one.at[0] - other.at[0], one.at[1] - other.at[1]) * ROADS / METRES_IN_A_MILE
    return max(ceil(timedelta(hours=miles / MILES_AN_HOUR) / STEP), 1) * STEP


def clashes(starts: datetime, busy: Iterable[Busy]) -> list[Busy]:
    """What overlaps with a supervision that starts then."""
    return [each for each in busy if each.starts < starts + LASTS and starts < each.ends]


def short_drives(starts: datetime, where: Where, busy: Iterable[Busy]) -> list[tuple[Busy, timedelta]]:
    """What is before or after it with less time between than the drive takes, and how long the drive is."""
    found = []
    for each in busy:
        between = max(each.starts - (starts + LASTS), starts - each.ends)
        way = drive(each.where, where)
        if timedelta(0) <= between < way:
            found.append((each, way))
    return found


def has_room(starts: datetime, where: Where, busy: Collection[Busy]) -> bool:
    """Nothing overlaps, and there is time for the drives."""
    return not clashes(starts, busy) and not short_drives(starts, where, busy)


def fits(starts: datetime, timetable: Iterable[Day]) -> bool:
    """Is the worker in that school from then on for as long as it lasts?"""
    first, last = starts.strftime("%H:%M"), (starts + LASTS).strftime("%H:%M")
    return any(
        day["weekday"] == starts.weekday() and day["starts"] <= first and last <= day["ends"] for day in timetable
    )


def times(
    planned: date, place: int, days: Sequence[date], timetable: Sequence[Day], where: Where, busy: Collection[Busy]
) -> list[datetime]:
    """At most three starts, without a time zone: on the planned day first, then on the days nearest to it.

    `place` is which visit of the planned day it is, 0 for the first. `busy` is what the manager or the worker has, and
    what is offered to other schools: who chooses a time has it. One time a day, and more of a day only where there are
    fewer than three days: a day that the manager has pinned comes alone.
    """
    free: list[list[datetime]] = []
    for day in sorted({planned, *days}, key=lambda each: (abs((each - planned).days), each)):
        order = TIMES[place:] + TIMES[:place] if day == planned else TIMES
        starts = [datetime.combine(day, each) for each in order]
        free.append([each for each in starts if fits(each, timetable) and has_room(each, where, busy)])
    in_turn = (each for turn in zip_longest(*free) for each in turn if each is not None)
    return list(islice(in_turn, OFFERED))
