"""Arithmetic of a term's paper: values in, values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

MINUTES_AN_HOUR = Decimal(60)
HUNDREDTH = Decimal("0.01")


def hours_in_term(days: Sequence[Mapping[str, str]], counts: Mapping[str, int]) -> Decimal:
    """The hours in school of a whole term.

    `days` are {"day": "Monday", "starts": "08:30", "ends": "15:30"}, a weekday perhaps more than once; `counts` says
    how many school days of the term fall on each. To the hundredth of an hour, without noughts at the end: 94.5.
    """
    minutes = sum(counts[day["day"]] * (_minutes(day["ends"]) - _minutes(day["starts"])) for day in days)
    hours = (minutes / MINUTES_AN_HOUR).quantize(HUNDREDTH)
    return hours.quantize(Decimal(1)) if hours == hours.to_integral_value() else hours.normalize()


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
