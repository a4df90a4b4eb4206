"""School terms: the dates offered to a county, what is wrong with dates that were typed, and counting in school days.

Deadlines count in school days. A school day is a weekday of a term that is in neither its half-term
nor a bank holiday. INSET days count: workers and school staff are in, only pupils are not.
"""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from teams.foundation.errors import Refusal
from teams.foundation.words import day as day_in_words
from teams.rules.calendar import SATURDAY, Season, bank_holidays_in, school_year_dates, school_year_label

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
WEDNESDAY, FRIDAY = 2, 4
EARLIEST_START = (8, 20)  # month and day: an autumn term may open before 1 September
# 190 days with pupils (380 sessions) and five INSET days: the year of a maintained school.
WORKING_DAYS_OF_A_YEAR = 195


@dataclass(frozen=True)
class Term:
    """A term with its half-term holiday. All four dates are inclusive: `ends_on` is the last school day."""

    season: Season
    starts_on: date
    half_term_starts_on: date
    half_term_ends_on: date
    ends_on: date

    def runs_on(self, day: date) -> bool:
        """Whether the day lies in the term and outside its half-term; weekends and bank holidays are not looked at."""
        in_half_term = self.half_term_starts_on <= day <= self.half_term_ends_on
        return self.starts_on <= day <= self.ends_on and not in_half_term


def offered_terms(school_year: int) -> list[Term]:
    """The three terms a county is offered for the school year, after the pattern most English counties follow.

    - Autumn: from the first working day of September; half-term is the week of 28 October; to the last Friday up to
      22 December.
    - Spring: after two weeks at Christmas; half-term is the week of 17 February; to the two weeks at Easter. Those hold
      both Easter bank holidays: Good Friday's week and Easter Monday's, or, where Easter is early, Good Friday and the
      two weeks after it, or, where it is late, the two weeks before Easter Monday and that Monday.
    - Summer: half-term is the week of the spring bank holiday; to the first Wednesday or Friday by which the year has
      its 195 working days. It has 195 to 197, so a school has two days to spare for its own dates.

    For 2025/26 these are the dates published in England, with the later of the two usual ends, 22 July.
    """
    next_year = school_year + 1
    closed = bank_holidays_in([school_year, next_year])
    named = {name: day for day, name in closed.items() if day.year == next_year}

    autumn_ends = _on_or_before(date(school_year, 12, 22), FRIDAY)
    easter_starts = _easter_break(named["Easter Monday"])
    autumn = _term(
        Season.AUTUMN,
        _first_open_day(date(school_year, 9, 1), closed),
        date(school_year, 10, 28),
        autumn_ends,
    )
    spring = _term(
        Season.SPRING,
        _first_open_day(_monday_of(autumn_ends) + 3 * WEEK, closed),
        date(next_year, 2, 17),
        _last_open_day(easter_starts - DAY, closed),
    )
    longest_summer = _term(
        Season.SUMMER,
        _first_open_day(easter_starts + 2 * WEEK, closed),
        _spring_bank_holiday(named),
        date(next_year, 8, 31),
    )
    return [autumn, spring, _ended_in_time(longest_summer, [autumn, spring], closed)]


def problems(terms: Sequence[Term], *, school_year: int) -> list[str]:
    """What is wrong with the terms of this school year, a sentence each for the form; none when they can be used."""
    found = []
    for season in Season:
        times = sum(term.season == season for term in terms)
        if times == 0:
            found.append(f"There is no {season} term.")
        elif times > 1:
            found.append(f"The {season} term is there {times} times.")
    for term in terms:
        found += _problems_of(term) or _outside(term, school_year)
    in_order = sorted(terms, key=lambda term: list(Season).index(term.season))
    for before, after in pairwise(in_order):
        if before.season != after.season and after.starts_on <= before.ends_on:
            found.append(f"The {after.season} term starts before the {before.season} term ends.")
    return found


def is_school_day(day: date, terms: Sequence[Term], bank_holidays: Container[date]) -> bool:
    """Whether workers are expected in school on the day (see the module's first lines)."""
    return day.weekday() < SATURDAY and day not in bank_holidays and any(term.runs_on(day) for term in terms)


def school_days_between(a: date, b: date, terms: Sequence[Term], bank_holidays: Container[date]) -> int:
    """How many school days the day `b` is after `a`: `b` itself counts, `a` does not. Negative where `b` is first."""
    if b < a:
        return -school_days_between(b, a, terms, bank_holidays)
    return sum(is_school_day(day, terms, bank_holidays) for day in _days(a + DAY, b))


def add_school_days(day: date, n: int, terms: Sequence[Term], bank_holidays: Container[date]) -> date:
    """The nth school day after the day; with 0, the day itself.

    Raises Refusal when the terms given end first: a deadline that fell on a guessed date would be a false promise.
    """
    if n < 0:
        raise ValueError("School days are counted forwards: n is 0 or more.")
    if n == 0:
        return day
    last = max((term.ends_on for term in terms), default=day)
    for later in _days(day + DAY, last):
        n -= is_school_day(later, terms, bank_holidays)
        if n == 0:
            return later
    raise Refusal(
        f"The terms that are known end on {day_in_words(last)}. Add the next terms, then try again.",
        code="terms-missing",
    )


def weekdays_in_term(
    term: Term,
    weekdays: Container[int],
    bank_holidays: Container[date],
    *,
    starts_on: date = date.min,
    ends_on: date = date.max,
) -> int:
    """How many of a worker's agreed weekdays (0 is Monday) are school days of the term: "this term's days".

    `starts_on` and `ends_on` narrow it for an agreement that begins or ends inside the term.
    """
    days = _days(max(starts_on, term.starts_on), min(ends_on, term.ends_on))
    return sum(day.weekday() in weekdays and is_school_day(day, [term], bank_holidays) for day in days)


def _term(season: Season, starts_on: date, day_of_half_term: date, ends_on: date) -> Term:
    monday = _monday_of(day_of_half_term)
    return Term(season, starts_on, monday, monday + FRIDAY * DAY, ends_on)


def _easter_break(easter_monday: date) -> date:
    """The Monday on which the two weeks start; when Easter is early, the Friday before it is Good Friday."""
    if easter_monday < easter_monday.replace(month=4, day=4):
        return easter_monday
    if easter_monday < easter_monday.replace(month=4, day=17):
        return easter_monday - WEEK
    return easter_monday - 2 * WEEK


def _spring_bank_holiday(named: dict[str, date]) -> date:
    # In 2012 the list calls it a substitute day, because it was moved to June for a jubilee.
    return next(day for name, day in named.items() if name.startswith("Spring bank holiday"))


def _ended_in_time(summer: Term, earlier: Sequence[Term], closed: Container[date]) -> Term:
    worked = sum(weekdays_in_term(term, range(SATURDAY), closed) for term in earlier)
    ends_on = add_school_days(summer.starts_on - DAY, WORKING_DAYS_OF_A_YEAR - worked, [summer], closed)
    while ends_on.weekday() not in (WEDNESDAY, FRIDAY):
        ends_on += DAY
    return replace(summer, ends_on=ends_on)


def _problems_of(term: Term) -> list[str]:
    found = []
    if term.ends_on < term.starts_on:
        found.append(f"The {term.season} term ends before it starts.")
    elif term.half_term_ends_on < term.half_term_starts_on:
        found.append(f"The half-term of the {term.season} term ends before it starts.")
    elif not term.starts_on < term.half_term_starts_on <= term.half_term_ends_on < term.ends_on:
        found.append(f"The half-term of the {term.season} term is not inside the term.")
    for word, day in (("starts", term.starts_on), ("ends", term.ends_on)):
        if day.weekday() >= SATURDAY:
            found.append(f"The {term.season} term {word} on a {day:%A}, {day_in_words(day)}.")
    return found


def _outside(term: Term, school_year: int) -> list[str]:
    """A term that does not lie in its school year. Some counties open in the last days of August."""
    _, last = school_year_dates(school_year)
    first = date(school_year, *EARLIEST_START)
    label = school_year_label(school_year)
    return [
        f"The {term.season} term {word} on {day_in_words(day)}, which is not in the school year {label}. "
        f"Choose a day from {day_in_words(first)} to {day_in_words(last)}."
        for word, day in (("starts", term.starts_on), ("ends", term.ends_on))
        if not first <= day <= last
    ]


def _monday_of(day: date) -> date:
    return day - day.weekday() * DAY


def _on_or_before(day: date, weekday: int) -> date:
    return day - (day.weekday() - weekday) % 7 * DAY


def _first_open_day(day: date, closed: Container[date]) -> date:
    while day.weekday() >= SATURDAY or day in closed:
        day += DAY
    return day


def _last_open_day(day: date, closed: Container[date]) -> date:
    while day.weekday() >= SATURDAY or day in closed:
        day -= DAY
    return day


def _days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))
