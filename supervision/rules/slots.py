"""Three times for a school to choose from. Times are of the clock on the wall, as timetables have them ("10:00")."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest

from schools.rules.timetable import Day

TIMES = (time(10, 0), time(13, 30), time(9, 0), time(11, 0), time(14, 30))  # two schools a day: mornings first
LASTS = timedelta(minutes=45)
OFFERED = 3
AHEAD = 3  # school days, in which the school can answer


def fits(starts: datetime, timetable: Iterable[Day]) -> bool:
    """Is the worker in that school from then on for as long as it lasts?"""
    first, last = starts.strftime("%H:%M"), (starts + LASTS).strftime("%H:%M")
    return any(
        day["weekday"] == starts.weekday() and day["starts"] <= first and last <= day["ends"] for day in timetable
    )


def times(
    planned: date, place: int, days: Sequence[date], timetable: Sequence[Day], taken: Container[datetime]
) -> list[datetime]:
    """At most three starts, without a time zone: on the planned day first, then on the days nearest to it.

    `place` is which visit of the planned day it is, 0 for the first. Nothing that is `taken` is offered again: who
    chooses a time has it. One time a day, and more of a day only where there are fewer than three days: a day that the
    manager has pinned comes alone.
    """
    free: list[list[datetime]] = []
    for day in sorted({planned, *days}, key=lambda each: (abs((each - planned).days), each)):
        order = TIMES[place:] + TIMES[:place] if day == planned else TIMES
        starts = [datetime.combine(day, each) for each in order]
        free.append([each for each in starts if each not in taken and fits(each, timetable)])
    in_turn = (each for turn in zip_longest(*free) for each in turn if each is not None)
    return list(islice(in_turn, OFFERED))
