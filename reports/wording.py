"""What the sections of a county's pack are called, which figures stand in each, and how a period is written."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import NamedTuple

MONTHS_OF_PERIOD = 2
FIRST_MONTHS = (9, 11, 1, 3, 5, 7)  # of two-monthly reports (L16), which begin with the school year


class Section(StrEnum):
    """In the order of the pack."""

    SUPERVISION = "supervision"
    AGREEMENTS = "agreements"
    MONEY = "money"
    NEED = "need"
    PEOPLE = "people"
    SAID = "said"
    ACTIONS = "actions"

    @property
    def called(self) -> str:
        return TITLES[self]


TITLES = {
    Section.SUPERVISION: "Supervision",
    Section.AGREEMENTS: "Agreements and schools",
    Section.MONEY: "Money ahead and notice dates",
    Section.NEED: "Need, and where workers are",
    Section.PEOPLE: "People and teams",
    Section.SAID: "What people said",
    Section.ACTIONS: "What we said we’d do",
}
FIGURES = {
    Section.SUPERVISION: ("supervision-in-date", "school-present", "agreed-in-the-room", "sorted-there"),
    Section.AGREEMENTS: ("agreements-signed", "waiting-for-signature", "rooms-ready"),
    Section.MONEY: ("money-by-fund", "next-notice-date", "money-at-risk"),
    Section.NEED: ("schools-with-a-worker", "highest-need-without-worker", "young-people-supported"),
    Section.PEOPLE: ("posts-filled", "reviews-final"),
    Section.SAID: (),
    Section.ACTIONS: ("actions-kept",),
}
# In what they have to do with, where a figure of the registry is named above nowhere.
ELSEWHERE = Section.PEOPLE


def section_of(code: str) -> Section:
    return next((section for section, codes in FIGURES.items() if code in codes), ELSEWHERE)


class Period(NamedTuple):
    """First and last day."""

    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        return period_label(*self)


def two_months_of(day: date) -> Period:
    """The two months of a report in which this day lies."""
    first = next(month for month in (day.month, (day.month - 2) % 12 + 1) if month in FIRST_MONTHS)
    year = day.year if first <= day.month else day.year - 1
    return Period(date(year, first, 1), _before_month(*_later(year, first, MONTHS_OF_PERIOD)))


def two_months_before(period: Period) -> Period:
    return two_months_of(date.fromordinal(period.starts_on.toordinal() - 1))


def period_label(starts_on: date, ends_on: date) -> str:
    """ "September and October 2026"."""
    if starts_on.year != ends_on.year:
        return f"{starts_on:%B %Y} to {ends_on:%B %Y}"
    between = "and" if ends_on.month - starts_on.month == 1 else "to"
    return f"{starts_on:%B} {between} {ends_on:%B %Y}"


def _later(year: int, month: int, by: int) -> tuple[int, int]:
    years, rest = divmod(month - 1 + by, 12)
    return year + years, rest + 1


def _before_month(year: int, month: int) -> date:
    return date.fromordinal(date(year, month, 1).toordinal() - 1)
