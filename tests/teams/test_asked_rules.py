"""How long the county takes to answer, and the three places of each manager. Without a database."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from statistics import median as known

import pytest
from hypothesis import given
from hypothesis import strategies as some

from teams.rules.asked import MOST_OPEN, free_place, in_words, median, working_days

DAYS = some.dates(date(2020, 1, 1), date(2030, 1, 1))


def every_day(_: date) -> bool:
    return True


def weekday(day: date) -> bool:
    return day.weekday() < 5


@given(DAYS, some.integers(0, 400), some.integers(0, 400))
def test_days_add_up(first, one, two):
    middle, last = first + timedelta(days=one), first + timedelta(days=one + two)
    assert working_days(first, last, weekday) == working_days(first, middle, weekday) + working_days(middle, last, weekday)  # fmt: skip
    assert working_days(first, last, every_day) == one + two


@given(DAYS, some.integers(0, 400))
def test_nobody_waits_backwards(first, number):
    assert working_days(first, first - timedelta(days=number), every_day) == 0


def test_a_weekend_is_no_waiting():
    assert working_days(date(2026, 9, 11), date(2026, 9, 14), weekday) == 1  # Friday to Monday


@given(some.lists(some.integers(0, 60), min_size=1, max_size=40))
def test_the_median_is_the_middle(days):
    assert median(days) == Decimal(str(known(days)))


def test_where_nothing_was_answered_there_is_no_median():
    assert median([]) is None


@pytest.mark.parametrize(
    ("days", "words"),
    [("0", "the same working day"), ("0.5", "½ working day"), ("1", "1 working day"), ("2.5", "2½ working days"),
     ("3", "3 working days")],
)  # fmt: skip
def test_days_in_words(days, words):
    assert in_words(Decimal(days)) == words


@given(some.sets(some.integers(1, MOST_OPEN)))
def test_a_place_is_free_until_all_three_are_taken(taken):
    found = free_place(sorted(taken))
    assert (found is None) == (len(taken) == MOST_OPEN)
    assert found not in taken
