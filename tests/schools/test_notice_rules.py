"""The terms that money is counted by, and the last day on which notice may be given."""

from datetime import date

import pytest

from schools.rules.money import (
    money_term_of,
    money_terms,
    notice_date,
)
from teams.foundation.errors import Refusal
from teams.rules.calendar import Season

LAST = date(2027, 8, 31)

# Terms and notice.


def test_the_money_terms_cover_the_school_year_without_a_gap():
    terms = money_terms(2026)
    assert [(term.season, term.starts_on, term.ends_on) for term in terms] == [
        (Season.AUTUMN, date(2026, 9, 1), date(2026, 12, 31)),
        (Season.SPRING, date(2027, 1, 1), date(2027, 4, 30)),
        (Season.SUMMER, date(2027, 5, 1), date(2027, 8, 31)),
    ]
    assert money_term_of(date(2027, 8, 31)) == terms[2]
    assert terms[1].label == "Spring term 2026/27"


SCHOOL_TERMS = [
    (date(2026, 9, 1), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 7, 21)),
]


@pytest.mark.parametrize(
    ("ends_on", "last_day"),
    [
        (date(2027, 8, 31), date(2027, 4, 11)),
        (date(2027, 7, 21), date(2027, 4, 11)),
        (date(2027, 7, 20), date(2027, 1, 3)),
        (date(2027, 2, 12), date(2026, 8, 31)),
    ],
)
def test_a_terms_notice_is_given_before_the_last_whole_term_starts(ends_on, last_day):
    assert notice_date(ends_on, terms=SCHOOL_TERMS) == last_day


@pytest.mark.parametrize(
    ("ends_on", "months", "last_day"),
    [
        (date(2027, 8, 31), 3, date(2027, 5, 31)),
        (date(2027, 7, 21), 3, date(2027, 4, 21)),
        (date(2027, 2, 28), 3, date(2026, 11, 30)),
        (date(2027, 5, 30), 3, date(2027, 2, 28)),
        (date(2028, 5, 30), 3, date(2028, 2, 29)),
        (date(2027, 1, 15), 1, date(2026, 12, 15)),
        (date(2027, 1, 15), 12, date(2026, 1, 15)),
    ],
)
def test_notice_in_months_is_given_on_the_same_day_of_an_earlier_month(ends_on, months, last_day):
    assert notice_date(ends_on, months=months) == last_day


def test_a_notice_date_is_not_guessed_from_terms_that_are_not_known():
    with pytest.raises(Refusal, match="The school terms before 31 August 2028 are not known"):
        notice_date(date(2028, 8, 31), terms=SCHOOL_TERMS)
    with pytest.raises(Refusal, match="Add them"):
        notice_date(date(2026, 10, 1), terms=SCHOOL_TERMS)
    with pytest.raises(Refusal, match="Add them"):
        notice_date(LAST, terms=[])


def test_one_notice_period_is_given_not_two_or_none():
    with pytest.raises(ValueError, match="either terms or months"):
        notice_date(LAST)
    with pytest.raises(ValueError, match="either terms or months"):
        notice_date(LAST, terms=SCHOOL_TERMS, months=3)
