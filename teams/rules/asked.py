"""How long the county takes to answer its managers (journey S6), and what is asked in writing about a figure (S1).

Plain values in, plain values out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

MOST_OPEN = 3  # more than this is a second in-box (journey S6)
LOOKED_BACK = timedelta(days=365)  # whose answers count
HALF = Decimal("0.5")


def working_days(first: date, last: date, works: Callable[[date], bool]) -> int:
    """How many working days lie after `first`, up to and with `last`; 0 on the same day, or where `last` is earlier."""
    return sum(works(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))


def working_day_on(first: date, number: int, works: Callable[[date], bool]) -> date:
    """The so manieth working day after `first`; `first` itself for 0."""
    day = first
    while number > 0:
        day += timedelta(days=1)
        number -= works(day)
    return day


def median(days: Sequence[int]) -> Decimal | None:
    """The middle one, or half-way between the two in the middle: a whole or a half. None where there is none."""
    if not days:
        return None
    ranked = sorted(days)
    middle, is_odd = divmod(len(ranked), 2)
    return Decimal(ranked[middle]) if is_odd else (ranked[middle - 1] + ranked[middle]) * HALF


def in_words(days: Decimal) -> str:
    """ "the same working day", "1 working day", "2½ working days"."""
    if not days:
        return "the same working day"
    whole, rest = divmod(days, 1)
    number = f"{int(whole) or ''}{'½' if rest else ''}"
    return f"{number} working {'day' if days <= 1 else 'days'}"


def free_place(taken: Sequence[int]) -> int | None:
    """The first of the places 1 to 3 that no open question of this manager stands in; None when all are taken."""
    return next((place for place in range(1, MOST_OPEN + 1) if place not in taken), None)
