"""The calendar that everybody in England shares: bank holidays, school years and the names of the three terms.

School years run from 1 September to 31 August and are named by the calendar year in which they start: 2026 is 2026/27.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import cache

import holidays

SATURDAY = 5
SEPTEMBER = 9

# The words of the government's own list, where the package says something else.
_GOVERNMENT_NAMES = {
    "May Day": "Early May bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}


class Season(StrEnum):
    """A third of the school year, in the order of the year."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


def school_year_of(day: date) -> int:
    """The school year that the day lies in, by its first calendar year: 31 August 2027 is in 2026."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def school_year_label(school_year: int) -> str:
    """ "2026/27" for 2026."""
    return f"{school_year}/{(school_year + 1) % 100:02d}"


def school_year_dates(school_year: int) -> tuple[date, date]:
    """First and last day: 1 September and 31 August."""
    return date(school_year, SEPTEMBER, 1), date(school_year + 1, SEPTEMBER - 1, 31)


def bank_holidays_in(years: Iterable[int]) -> dict[date, str]:
    """The bank holidays of England in these calendar years with their names, in the order of the year.

    Only days off work: a 26 December that is a Saturday is left out, and its substitute on the Monday is in. A one-off
    holiday that is proclaimed later comes with a newer release of the `holidays` package.
    """
    return {day: name for year in sorted(years) for day, name in _bank_holidays_in_year(year)}


@cache
def _bank_holidays_in_year(year: int) -> tuple[tuple[date, str], ...]:
    found = holidays.country_holidays("GB", subdiv="ENG", years=year, language="en_GB")
    return tuple((day, _government_name(name)) for day, name in sorted(found.items()) if day.weekday() < SATURDAY)


def _government_name(name: str) -> str:
    holiday, substitute, _ = name.partition(" (observed)")
    return _GOVERNMENT_NAMES.get(holiday, holiday) + (" (substitute day)" if substitute else "")
