"""Next year's money as a school sees it: by when it must know, and about what a day costs. Values alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

# The council is told of a "don't know yet" when the school's budget date is this many school days off (journey H5).
SENIOR_TOLD_FROM = 20
RING_WITHIN = 3  # school days
SILENT_AFTER = 10  # school days: a school that was asked and has not answered by then is rung (journeys M4, S3)
FOUR_WEEKS = timedelta(weeks=4)
ACADEMIES = ("academ", "free school", "college", "studio")


def is_academy(type_of_school: str, group: str = "") -> bool:
    """By the register's words for its type and group of types: its own budget year starts in September."""
    words = f"{type_of_school} {group}".lower()
    return any(each in words for each in ACADEMIES)


def budget_date(school_year: int, *, academy: bool) -> date:
    """By when a school has settled its budget for the school year that starts in September of `school_year`.

    Maintained schools hand it in by 31 May; an academy's year starts on 1 September (journeys 2, Term).
    """
    return date(school_year, 8, 31) if academy else date(school_year, 5, 31)


def told_from(budget_on: date, school_days: Sequence[date]) -> date:
    """From which day on the senior managers are told of a "don't know yet": so many school days before the budget date.

    `school_days` are those that are known up to it, in order; four weeks before where fewer are known.
    """
    before = [day for day in school_days if day <= budget_on]
    if len(before) <= SENIOR_TOLD_FROM:
        return budget_on - FOUR_WEEKS
    return before[-SENIOR_TOLD_FROM - 1]


def day_price(a_year: Decimal, weekdays: int) -> Decimal | None:
    """About what one day a week costs the school in a year, in whole pounds. None where no days are agreed."""
    if weekdays < 1:
        return None
    return (a_year / weekdays).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def weekdays_of(timetable: Collection[Mapping[str, object]]) -> int:
    """On how many days of a week the worker is in this school."""
    return len({day["weekday"] for day in timetable})
