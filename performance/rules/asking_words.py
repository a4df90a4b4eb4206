"""When a manager is reminded of the words that are asked of her for a term's report (S5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

BEFORE = 3  # school days before the day by which they are due
AFTER = 2  # and not before so many school days since they were asked for


def is_due(asked_on: date, words_by: date, today: date, is_school_day: Callable[[date], bool]) -> bool:
    """On a school day, with at most `BEFORE` school days left until the day itself, and `AFTER` gone since the asking.

    Where the day is near from the start there is no reminder; after the day there is none either.
    """
    if not asked_on < today <= words_by or not is_school_day(today):
        return False
    return _between(today, words_by, is_school_day) <= BEFORE and _between(asked_on, today, is_school_day) >= AFTER


def _between(first: date, last: date, is_school_day: Callable[[date], bool]) -> int:
    """School days after the first and until the last."""
    return sum(is_school_day(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))
