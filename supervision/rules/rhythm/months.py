"""Which months count. A month counts when it has enough school days for a round of visits: August never does."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date
from functools import lru_cache

from schools.rules.calendar import SchoolCalendar

ENOUGH = 8  # school days


def first_of(day: date) -> date:
    return day.replace(day=1)


def last_of(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@lru_cache(maxsize=256)
def counting(county: SchoolCalendar, starts_on: date) -> tuple[date, ...]:
    """The first days of all months that count, from the rhythm's first one on, as far as terms are known."""
    days = Counter(first_of(day) for day in county.days)
    return tuple(sorted(month for month, number in days.items() if number >= ENOUGH and month >= first_of(starts_on)))
