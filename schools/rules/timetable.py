"""Days in school: what a week comes to, and where two timetables meet.

A timetable is a list of {"weekday": 0 to 4, "starts": "08:30", "ends": "15:30"}; Monday is 0. Times are those of the
clock on the wall, written in four figures, so that text sorts as time does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypedDict

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
USUAL_STARTS, USUAL_ENDS = "08:30", "15:30"

_CLOCK = re.compile(r"(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?\s*(?P<half>am|pm)?")


class Day(TypedDict):
    weekday: int
    starts: str
    ends: str


def clock(typed: str) -> str:
    """ "8:30", "8.30", "0830", "830" and "8.30am" as "08:30"; "3pm" as "15:00". Raises ValueError."""
    found = _CLOCK.fullmatch(typed.strip().lower())
    if found is None:
        raise ValueError(typed)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(typed)
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise ValueError(typed)
    return f"{hour:02d}:{minute:02d}"


class AtNight(ValueError):
    """A time at which nobody meets: "2:30" for half past two in the afternoon. The message is for people."""


def meeting_clock(typed: str) -> str:
    """The time at which people meet, as `clock` reads it. Raises AtNight before six unless "am" says so, and else
    ValueError."""
    found = clock(typed)
    if found < "06:00" and "a" not in typed.lower():
        hour, minutes = int(found[:2]), found[2:]
        afternoon, night = f"{hour + 12}{minutes}", f"{hour or 12}{minutes}am"
        raise AtNight(f"{found} is at night. Enter {afternoon} for the afternoon, or {night} if you mean the night")
    return found


def hours_per_week(timetable: Iterable[Day]) -> Decimal:
    """Hours in school a week, breaks included, to a hundredth: 08:30 to 15:30 on five days is 35.00."""
    minutes = sum(_minutes(day["ends"]) - _minutes(day["starts"]) for day in timetable)
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def clash(timetable: Sequence[Day], other: Sequence[Day]) -> Day | None:
    """The first day on which somebody would have to be in two places; None when there is none."""
    for day in sorted(timetable, key=lambda each: (each["weekday"], each["starts"])):
        for elsewhere in other:
            same_day = day["weekday"] == elsewhere["weekday"]
            if same_day and day["starts"] < elsewhere["ends"] and elsewhere["starts"] < day["ends"]:
                return day
    return None


def in_words(timetable: Sequence[Day]) -> str:
    """ "Monday, Tuesday and Thursday"."""
    names = [WEEKDAYS[number] for number in sorted({day["weekday"] for day in timetable})]
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def _minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)
