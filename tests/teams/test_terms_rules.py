"""Terms offered for any year, bank holidays as the government lists them, and counting in school days."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.foundation.errors import Refusal
from teams.rules.calendar import Season, bank_holidays_in, school_year_dates, school_year_label, school_year_of
from teams.rules.terms import (
    Term,
    add_school_days,
    is_school_day,
    offered_terms,
    problems,
    school_days_between,
    weekdays_in_term,
)

# A busy machine is no reason to fail.
unhurried = settings(deadline=None)

GOVERNMENT_LIST = Path(__file__).resolve().parents[3] / "shared" / "data" / "ref" / "bank-holidays.json"
YEARS = range(2012, 2041)
DAY = timedelta(days=1)
MONDAY, TUESDAY, THURSDAY, FRIDAY = 0, 1, 3, 4
WEEKDAYS = range(5)


def closed_in(school_year):
    return bank_holidays_in([school_year, school_year + 1])


# Bank holidays and school years.


def government_list():
    if not GOVERNMENT_LIST.exists():
        pytest.skip(f"The government's list of bank holidays is not at {GOVERNMENT_LIST}: nothing was compared.")
    events = json.loads(GOVERNMENT_LIST.read_text(encoding="utf-8"))["england-and-wales"]["events"]
    return {date.fromisoformat(event["date"]): event for event in events}


@pytest.mark.realdata
def test_bank_holidays_are_those_of_the_governments_list():
    listed = government_list()
    assert set(bank_holidays_in(range(2012, 2029))) == set(listed)


@pytest.mark.realdata
def test_bank_holidays_have_the_governments_names_but_for_the_one_off_days():
    ours = bank_holidays_in(range(2012, 2029))
    different = Counter(
        event["title"].replace("’", "'")
        for day, event in government_list().items()
        if ours[day].removesuffix(" (substitute day)") != event["title"].replace("’", "'")
    )
    assert different == Counter(
        [
            "Queen's Diamond Jubilee",
            "Early May bank holiday (VE day)",
            "Platinum Jubilee bank holiday",
            "Bank Holiday for the State Funeral of Queen Elizabeth II",
            "Bank holiday for the coronation of King Charles III",
        ]
    )


def test_a_holiday_at_a_weekend_is_its_substitute_day_alone():
    assert list(bank_holidays_in([2022]).items())[0] == (date(2022, 1, 3), "New Year's Day (substitute day)")
    assert all(day.weekday() < 5 for day in bank_holidays_in(YEARS))


def test_a_school_year_runs_from_september_to_august():
    assert school_year_of(date(2026, 9, 1)) == school_year_of(date(2027, 8, 31)) == 2026
    assert school_year_of(date(2026, 8, 31)) == 2025
    assert school_year_label(2026) == "2026/27"
    assert school_year_label(1999) == "1999/00"
    assert school_year_dates(2026) == (date(2026, 9, 1), date(2027, 8, 31))


# The terms that are offered.


def test_2025_26_is_the_published_year_with_the_later_end_of_july():
    assert offered_terms(2025) == [
        Term(Season.AUTUMN, date(2025, 9, 1), date(2025, 10, 27), date(2025, 10, 31), date(2025, 12, 19)),
        Term(Season.SPRING, date(2026, 1, 5), date(2026, 2, 16), date(2026, 2, 20), date(2026, 3, 27)),
        Term(Season.SUMMER, date(2026, 4, 13), date(2026, 5, 25), date(2026, 5, 29), date(2026, 7, 22)),
    ]


@pytest.mark.parametrize(
    ("school_year", "spring_ends", "summer_starts"),
    [
        (2023, date(2024, 3, 28), date(2024, 4, 15)),  # early: Good Friday and two weeks
        (2022, date(2023, 3, 31), date(2023, 4, 17)),  # the weeks of Good Friday and Easter Monday
        (2024, date(2025, 4, 4), date(2025, 4, 22)),  # late: two weeks and Easter Monday
        (2034, date(2035, 3, 22), date(2035, 4, 9)),  # the earliest Easter of these years, 25 March
        (2037, date(2038, 4, 9), date(2038, 4, 27)),  # the latest, 25 April
    ],
)
def test_the_easter_break_moves_with_easter(school_year, spring_ends, summer_starts):
    _, spring, summer = offered_terms(school_year)
    assert (spring.ends_on, summer.starts_on) == (spring_ends, summer_starts)


@pytest.mark.parametrize("school_year", YEARS)
def test_the_offered_terms_are_sound_in_every_year(school_year):
    terms, closed = offered_terms(school_year), closed_in(school_year)
    autumn, spring, summer = terms
    assert problems(terms, school_year=school_year) == []
    assert [term.season for term in terms] == list(Season)
    for term in terms:
        assert is_school_day(term.starts_on, terms, closed)
        assert is_school_day(term.ends_on, terms, closed)
        assert term.half_term_starts_on.weekday() == MONDAY
        assert term.half_term_ends_on - term.half_term_starts_on == 4 * DAY
        for first, last in (
            (term.starts_on, term.half_term_starts_on),
            (term.half_term_ends_on, term.ends_on),
        ):
            assert 20 <= (last - first).days <= 65
    assert date(school_year, 9, 1) <= autumn.starts_on <= date(school_year, 9, 3)
    assert date(school_year, 12, 16) <= autumn.ends_on <= date(school_year, 12, 22)
    assert date(school_year + 1, 1, 3) <= spring.starts_on <= date(school_year + 1, 1, 8)
    assert date(school_year + 1, 7, 18) <= summer.ends_on <= date(school_year + 1, 7, 26)
    assert summer.ends_on.weekday() in (2, 4)


@pytest.mark.parametrize("school_year", YEARS)
def test_the_offered_year_has_190_days_with_pupils_and_5_inset_days_and_at_most_two_more(school_year):
    days = sum(weekdays_in_term(term, WEEKDAYS, closed_in(school_year)) for term in offered_terms(school_year))
    assert 195 <= days <= 197


@pytest.mark.parametrize("school_year", YEARS)
def test_easter_lies_in_the_break_and_the_spring_bank_holiday_in_half_term(school_year):
    _, spring, summer = offered_terms(school_year)
    named = {name.removesuffix(" (substitute day)"): day for day, name in bank_holidays_in([school_year + 1]).items()}
    assert spring.ends_on < named["Good Friday"] < named["Easter Monday"] < summer.starts_on
    assert summer.half_term_starts_on <= named["Spring bank holiday"] <= summer.half_term_ends_on
    assert 14 <= (summer.starts_on - spring.ends_on).days <= 18


# What is wrong with typed dates.

AUTUMN, SPRING, SUMMER = offered_terms(2026)


@pytest.mark.parametrize(
    ("terms", "sentences"),
    [
        ([AUTUMN, SPRING, SUMMER], []),
        ([SUMMER, AUTUMN, SPRING], []),
        ([AUTUMN, SPRING], ["There is no summer term."]),
        ([AUTUMN, AUTUMN, SPRING, SUMMER], ["The autumn term is there 2 times."]),
        (
            [AUTUMN, replace(SPRING, starts_on=AUTUMN.ends_on), SUMMER],
            ["The spring term starts before the autumn term ends."],
        ),
        (
            [replace(AUTUMN, ends_on=date(2025, 12, 18)), SPRING, SUMMER],
            ["The autumn term ends before it starts."],
        ),
        (
            [AUTUMN, SPRING, replace(SUMMER, half_term_ends_on=date(2027, 5, 28))],
            ["The half-term of the summer term ends before it starts."],
        ),
        (
            [AUTUMN, replace(SPRING, half_term_starts_on=date(2026, 2, 15)), SUMMER],
            ["The half-term of the spring term is not inside the term."],
        ),
        (
            [AUTUMN, SPRING, replace(SUMMER, ends_on=date(2027, 7, 24))],
            ["The summer term ends on a Saturday, 24 July 2027."],
        ),
    ],
)
def test_wrong_terms_are_told_in_sentences(terms, sentences):
    assert problems(terms, school_year=2026) == sentences


IN_THE_YEAR = "Choose a day from 20 August 2026 to 31 August 2027."


@pytest.mark.parametrize(
    ("terms", "sentences"),
    [
        ([replace(AUTUMN, starts_on=date(2026, 8, 20)), SPRING, SUMMER], []),  # some open in August
        (
            [replace(AUTUMN, starts_on=date(2026, 8, 19)), SPRING, SUMMER],
            [f"The autumn term starts on 19 August 2026, which is not in the school year 2026/27. {IN_THE_YEAR}"],
        ),
        ([AUTUMN, SPRING, replace(SUMMER, ends_on=date(2027, 8, 31))], []),
        (
            [AUTUMN, SPRING, replace(SUMMER, ends_on=date(2027, 9, 1))],
            [f"The summer term ends on 1 September 2027, which is not in the school year 2026/27. {IN_THE_YEAR}"],
        ),
    ],
)
def test_terms_lie_in_their_own_school_year(terms, sentences):
    assert problems(terms, school_year=2026) == sentences


def test_the_terms_of_another_year_are_none_of_this_one():
    said = problems(offered_terms(2031), school_year=2026)
    assert len(said) == 6
    assert all("is not in the school year 2026/27" in sentence for sentence in said)


# School days. The year is 2026/27: autumn from Tuesday 1 September, half-term 26 to 30 October.

TERMS = [AUTUMN, SPRING, SUMMER]
CLOSED = closed_in(2026)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 9, 1), True),
        (date(2026, 8, 31), False),
        (date(2026, 9, 5), False),
        (date(2026, 10, 26), False),
        (date(2026, 12, 18), True),
        (date(2026, 12, 21), False),
        (date(2027, 5, 3), False),  # the early May bank holiday
        (date(2027, 5, 4), True),
    ],
)
def test_a_school_day_is_a_weekday_of_a_term_outside_half_term_and_bank_holidays(day, expected):
    assert is_school_day(day, TERMS, CLOSED) is expected


def test_ten_school_days_step_over_half_term():
    assert add_school_days(date(2026, 10, 20), 10, TERMS, CLOSED) == date(2026, 11, 10)
    assert school_days_between(date(2026, 10, 20), date(2026, 11, 10), TERMS, CLOSED) == 10
    assert school_days_between(date(2026, 11, 10), date(2026, 10, 20), TERMS, CLOSED) == -10


def test_a_deadline_beyond_the_known_terms_is_not_guessed():
    with pytest.raises(Refusal, match="The terms that are known end on 21 July 2027"):
        add_school_days(date(2027, 7, 20), 2, TERMS, CLOSED)
    with pytest.raises(Refusal, match="Add the next terms"):
        add_school_days(date(2027, 7, 20), 1, [], CLOSED)
    with pytest.raises(ValueError, match="forwards"):
        add_school_days(date(2027, 7, 20), -1, TERMS, CLOSED)


def test_a_worker_of_mondays_and_thursdays_has_so_many_days_in_a_term():
    # Summer term 2027: 15 Mondays less a bank holiday and half-term, 14 Thursdays less half-term.
    assert weekdays_in_term(SUMMER, {MONDAY}, CLOSED) == 13
    assert weekdays_in_term(SUMMER, {THURSDAY}, CLOSED) == 13
    assert weekdays_in_term(SUMMER, {MONDAY, THURSDAY}, CLOSED) == 26
    assert weekdays_in_term(SUMMER, set(), CLOSED) == 0


def test_an_agreement_that_starts_or_ends_inside_a_term_has_the_days_between():
    assert weekdays_in_term(AUTUMN, {TUESDAY}, CLOSED, starts_on=date(2026, 12, 8)) == 2
    assert weekdays_in_term(AUTUMN, {TUESDAY}, CLOSED, ends_on=date(2026, 9, 8)) == 2
    assert weekdays_in_term(AUTUMN, {TUESDAY}, CLOSED, starts_on=date(2027, 1, 1)) == 0


TEN_YEARS = [term for school_year in range(2020, 2031) for term in offered_terms(school_year)]
TEN_YEARS_CLOSED = bank_holidays_in(range(2020, 2032))
some_day = st.dates(date(2020, 9, 1), date(2030, 6, 30))


@unhurried
@given(some_day, st.integers(1, 100))
def test_the_nth_school_day_is_a_school_day_and_n_school_days_away(day, n):
    found = add_school_days(day, n, TEN_YEARS, TEN_YEARS_CLOSED)
    assert is_school_day(found, TEN_YEARS, TEN_YEARS_CLOSED)
    assert school_days_between(day, found, TEN_YEARS, TEN_YEARS_CLOSED) == n
    assert school_days_between(day, found - DAY, TEN_YEARS, TEN_YEARS_CLOSED) == n - 1


@unhurried
@given(some_day, some_day, some_day)
def test_school_days_add_up_over_any_day_between(a, b, c):
    def between(first, last):
        return school_days_between(first, last, TEN_YEARS, TEN_YEARS_CLOSED)

    assert between(a, b) + between(b, c) == between(a, c)


@unhurried
@given(st.sampled_from(TEN_YEARS), st.sets(st.sampled_from(WEEKDAYS)))
def test_the_days_of_a_term_are_those_of_its_weekdays_together(term, weekdays):
    apart = [weekdays_in_term(term, {weekday}, TEN_YEARS_CLOSED) for weekday in weekdays]
    assert weekdays_in_term(term, weekdays, TEN_YEARS_CLOSED) == sum(apart)
    whole = weekdays_in_term(term, WEEKDAYS, TEN_YEARS_CLOSED)
    assert whole == school_days_between(term.starts_on - DAY, term.ends_on, TEN_YEARS, TEN_YEARS_CLOSED)
