"""The days of one school: county's terms, bank holidays, and what the school does otherwise."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.rules.calendar import OwnDays, SchoolCalendar, of_county, problem
from teams.rules.terms import offered_terms

# Autumn half-term is 26 to 30 October, Christmas from 21 December to 1 January, Good Friday 26 March 2027.
COUNTY = of_county([*offered_terms(2027), *offered_terms(2026)])
INSET = OwnDays(date(2026, 11, 6), date(2026, 11, 6), is_open=False, words="INSET, nobody in")
OPEN_WEEK = OwnDays(date(2026, 10, 24), date(2026, 11, 1), is_open=True, words="Half-term a week later")


def with_own(*own):
    return SchoolCalendar(COUNTY.terms, own)


def test_a_school_without_days_of_its_own_keeps_the_countys():
    assert COUNTY.is_school_day(date(2026, 11, 6))
    assert not COUNTY.is_school_day(date(2026, 10, 28))
    assert COUNTY.between(date(2026, 10, 24), date(2026, 11, 1)) == ()
    assert COUNTY.known_until == offered_terms(2027)[-1].ends_on


def test_closed_days_come_off_and_open_days_come_on_but_never_weekends_or_bank_holidays():
    school = with_own(INSET, OPEN_WEEK, OwnDays(date(2027, 3, 22), date(2027, 4, 9), is_open=True))
    assert not school.is_school_day(date(2026, 11, 6))
    assert school.between(date(2026, 10, 24), date(2026, 11, 1)) == tuple(date(2026, 10, d) for d in range(26, 31))
    good_friday, easter_monday = date(2027, 3, 26), date(2027, 3, 29)
    assert not school.is_school_day(good_friday)
    assert not school.is_school_day(easter_monday)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 5), ""),
        (date(2026, 11, 6), "a day on which the school is closed (INSET, nobody in)"),
        (date(2026, 11, 7), "a Saturday"),
        (date(2026, 10, 28), "half-term"),
        (date(2026, 12, 23), "the Christmas holiday"),
        (date(2026, 12, 25), "a bank holiday (Christmas Day)"),
        (date(2027, 8, 12), "the summer holiday"),
        (date(2027, 4, 1), "the Easter holiday"),
        (date(2028, 8, 10), "a day for which no terms are known yet"),
    ],
)
def test_a_closed_day_says_why(day, why):
    assert with_own(INSET).why_closed(day) == why


def test_the_holidays_between_two_days_are_named_in_their_order():
    assert COUNTY.holidays_between(date(2026, 9, 16), date(2026, 11, 3)) == ["half-term"]
    assert COUNTY.holidays_between(date(2026, 10, 8), date(2027, 1, 12)) == ["half-term", "the Christmas holiday"]
    assert COUNTY.holidays_between(date(2027, 6, 10), date(2027, 9, 9)) == ["the summer holiday"]
    assert COUNTY.holidays_between(date(2026, 11, 3), date(2026, 12, 3)) == []


@pytest.mark.parametrize(
    ("new", "field", "says"),
    [
        (OwnDays(date(2026, 12, 2), date(2026, 12, 1), is_open=False), "ends_on", "must not be before"),
        (OwnDays(date(2026, 9, 2), date(2027, 3, 2), is_open=False), "ends_on", "four months"),
        (OwnDays(date(2026, 11, 5), date(2026, 11, 9), is_open=False), "starts_on", "6 November 2026 already"),
        (OwnDays(date(2026, 10, 28), date(2026, 10, 28), is_open=False), "starts_on", "closed on these days already"),
        (OwnDays(date(2026, 11, 12), date(2026, 11, 12), is_open=True), "starts_on", "open on these days already"),
        (OwnDays(date(2026, 12, 25), date(2026, 12, 25), is_open=True), "starts_on", "bank holiday (Christmas Day)"),
        (OwnDays(date(2026, 11, 14), date(2026, 11, 14), is_open=True), "starts_on", "a Saturday"),
    ],
)
def test_days_that_change_nothing_or_clash_are_refused_beside_their_box(new, field, says):
    found = problem(new, with_own(INSET))
    assert found is not None
    assert found[0] == field
    assert says in found[1]


def test_days_that_change_something_are_taken():
    assert problem(INSET, COUNTY) is None
    assert problem(OPEN_WEEK, COUNTY) is None


days = st.dates(date(2026, 9, 1), date(2028, 7, 21))
stretches = st.builds(
    lambda first, length, is_open: OwnDays(first, first + timedelta(days=length), is_open),
    days,
    st.integers(0, 20),
    st.booleans(),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(stretches, max_size=4), days, days)
def test_counting_is_looking_at_each_day(own, a, b):
    """`days_after`, `between`, `nth_after` and `why_closed` agree with asking about every single day."""
    school, (a, b) = with_own(*own), sorted((a, b))
    each = [a + timedelta(days=n) for n in range((b - a).days + 1)]
    open_days = tuple(day for day in each if school.is_school_day(day))
    assert school.between(a, b) == open_days
    assert school.days_after(a, b) == len(open_days) - school.is_school_day(a)
    assert all(bool(school.why_closed(day)) != school.is_school_day(day) for day in each)
    if len(open_days) > 1:
        n = len(open_days) - school.is_school_day(a)
        assert school.nth_after(a, n) == open_days[-1]
    for stretch in own:
        assert not any(school.is_school_day(day) for day in each if day in school.bank_holidays or day.weekday() > 4), (
            stretch
        )
