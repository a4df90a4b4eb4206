"""The periods of two-monthly reports, and the place of every figure in a pack. Without a database."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from reports.measures.registry import BY_CODE, MEASURES
from reports.wording import FIGURES, FIRST_MONTHS, Section, period_label, section_of, two_months_before, two_months_of

DAYS = some.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS)
def test_every_day_lies_in_one_period_of_two_months(day):
    period = two_months_of(day)
    assert period.starts_on <= day <= period.ends_on
    assert period.starts_on.month in FIRST_MONTHS
    assert period.starts_on.day == 1
    assert (period.ends_on + timedelta(days=1)).day == 1
    assert 59 <= (period.ends_on - period.starts_on).days + 1 <= 62
    assert two_months_of(period.ends_on) == period


@given(DAYS)
def test_the_period_before_ends_the_day_before(day):
    period = two_months_of(day)
    assert two_months_before(period).ends_on == period.starts_on - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "label"),
    [(date(2026, 11, 23), "November and December 2026"), (date(2026, 9, 1), "September and October 2026"),
     (date(2027, 2, 28), "January and February 2027"), (date(2027, 8, 31), "July and August 2027")],
)  # fmt: skip
def test_a_period_is_called_by_its_months(day, label):
    assert period_label(*two_months_of(day)) == label


def test_no_figure_stands_in_two_sections_and_none_that_is_counted_no_more():
    named = [code for codes in FIGURES.values() for code in codes]
    assert len(named) == len(set(named))
    assert set(named) <= BY_CODE.keys()


@pytest.mark.parametrize("measure", MEASURES, ids=lambda each: each.code)
def test_every_figure_of_the_registry_is_named_in_a_section(measure):
    assert any(measure.code in codes for codes in FIGURES.values()), f"Name {measure.code} in reports.wording.FIGURES."
    assert isinstance(section_of(measure.code), Section)
