"""The days of one school: the county's terms, the bank holidays, and what the school itself does otherwise.

A school day is one on which workers are expected in that school (teams.rules.terms). Maintained schools keep the
county's terms, academies and church schools set their own (domain B.5): each difference is a range of days on which
this school is closed, or open though the county's schools are not. What the school says comes before what the county
says, and of two that overlap the later one in the list. Weekends and bank holidays are never school days.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from teams.foundation.words import day as day_in_words
from teams.rules.calendar import SATURDAY, Season, bank_holidays_in
from teams.rules.terms import Term, is_school_day

DAY = timedelta(days=1)
LONGEST = timedelta(days=120)
HOLIDAY_BEFORE = {
    Season.AUTUMN: "the summer holiday",
    Season.SPRING: "the Christmas holiday",
    Season.SUMMER: "the Easter holiday",
}
HALF_TERM = "half-term"


@dataclass(frozen=True)
class OwnDays:
    """What one school does otherwise from a day to a day, both inclusive. `words` say why ("INSET, nobody in")."""

    starts_on: date
    ends_on: date
    is_open: bool
    words: str = ""

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class SchoolCalendar:
    """Which days are school days of one school, or of the county where `own` is empty. Dates are inclusive.

    `terms` stand in the order of time and without a hole: a holiday is named by the term after it.
    """

    terms: tuple[Term, ...]
    own: tuple[OwnDays, ...] = ()

    @cached_property
    def bank_holidays(self) -> Mapping[date, str]:
        edges = [day for term in self.terms for day in (term.starts_on, term.ends_on)]
        edges += [day for own in self.own for day in (own.starts_on, own.ends_on)]
        return bank_holidays_in(range(min(edges).year, max(edges).year + 1)) if edges else {}

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every school day that is known, in order."""
        found = {
            day
            for term in self.terms
            for day in _days(term.starts_on, term.ends_on)
            if is_school_day(day, [term], self.bank_holidays)
        }
        for own in self.own:
            working = {
                day
                for day in _days(own.starts_on, own.ends_on)
                if day.weekday() < SATURDAY and day not in self.bank_holidays
            }
            found = found | working if own.is_open else found - working
        return tuple(sorted(found))

    @property
    def known_until(self) -> date | None:
        """The last day that the county's terms speak of; None where none is known."""
        return self.terms[-1].ends_on if self.terms else None

    def is_school_day(self, day: date) -> bool:
        place = bisect_left(self.days, day)
        return place < len(self.days) and self.days[place] == day

    def between(self, first: date, last: date) -> tuple[date, ...]:
        """The school days from `first` to `last`."""
        return self.days[bisect_left(self.days, first) : bisect_right(self.days, last)]

    def days_after(self, day: date, until: date) -> int:
        """How many school days `until` is after `day`: `until` counts, `day` does not. Never less than 0."""
        return max(0, bisect_right(self.days, until) - bisect_right(self.days, day))

    def nth_after(self, day: date, n: int) -> date | None:
        """The nth school day after the day (n is 1 or more); None where the terms that are known end first."""
        place = bisect_right(self.days, day) + n - 1
        return self.days[place] if place < len(self.days) else None

    def why_closed(self, day: date) -> str:
        """Why this is no school day, to follow "because it is": "half-term", "a bank holiday (Good Friday)".

        "" for a school day.
        """
        if self.is_school_day(day):
            return ""
        if day.weekday() >= SATURDAY:
            return f"a {day:%A}"
        own = self._own(day)
        if own is not None:
            return f"a day on which the school is closed ({own.words})" if own.words else "a day of the school’s own"
        if day in self.bank_holidays:
            return f"a bank holiday ({self.bank_holidays[day]})"
        term = next((term for term in self.terms if term.ends_on >= day), None)
        if term is None or day < self.terms[0].starts_on - LONGEST:
            return "a day for which no terms are known yet"
        return HOLIDAY_BEFORE[term.season] if day < term.starts_on else HALF_TERM

    def holidays_between(self, a: date, b: date) -> list[str]:
        """The holidays of which every day lies after `a` and before `b`: ["half-term", "the Christmas holiday"]."""
        found = []
        for term in self.terms:
            if a < term.half_term_starts_on and term.half_term_ends_on < b:
                found.append((term.half_term_starts_on, HALF_TERM))
        for before, after in pairwise(self.terms):
            if a <= before.ends_on and after.starts_on <= b:
                found.append((before.ends_on, HOLIDAY_BEFORE[after.season]))
        return [words for _, words in sorted(found)]

    def _own(self, day: date) -> OwnDays | None:
        return next((own for own in reversed(self.own) if own.holds(day)), None)


def problem(new: OwnDays, calendar: SchoolCalendar) -> tuple[str, str] | None:
    """What is wrong with days that a school wants to add, as (field, sentence); None when they can be kept.

    `calendar` is the school's as it stands without them.
    """
    if new.ends_on < new.starts_on:
        return "ends_on", "The last day must not be before the first."
    if new.ends_on - new.starts_on > LONGEST:
        return "ends_on", "That is longer than four months. Add each stretch of days for itself."
    overlap = next((own for own in calendar.own if own.starts_on <= new.ends_on and new.starts_on <= own.ends_on), None)
    if overlap is not None:
        return "starts_on", (
            f"The school has something from {day_in_words(overlap.starts_on)} to {day_in_words(overlap.ends_on)} "
            "already. Withdraw that first."
        )
    after = SchoolCalendar(calendar.terms, (*calendar.own, new))
    if after.between(new.starts_on, new.ends_on) == calendar.between(new.starts_on, new.ends_on):
        state = "open" if new.is_open else "closed"
        why = calendar.why_closed(new.starts_on)
        if new.is_open and why.startswith(("a bank", "a Sat", "a Sun")):
            return "starts_on", f"{day_in_words(new.starts_on)} is {why}: no worker is expected then."
        return "starts_on", f"The school is {state} on these days already: there is nothing to change."
    return None


def _days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def of_county(terms: Sequence[Term]) -> SchoolCalendar:
    """The calendar that every school of the county has without days of its own."""
    return SchoolCalendar(tuple(sorted(terms, key=lambda term: term.starts_on)))
