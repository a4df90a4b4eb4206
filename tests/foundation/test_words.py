"""How days, moments, money and counts are written."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.foundation import words

NBSP = "\N{NO-BREAK SPACE}"


def test_a_day_is_written_out():
    assert words.day(date(2026, 9, 4)) == "4 September 2026"
    assert words.short_day(date(2026, 9, 4)) == "4 Sep 2026"


@pytest.mark.parametrize(
    ("utc", "written"),
    [
        ("2026-09-03T06:12:00", "3 September 2026 at 7:12am"),  # summer time
        ("2026-12-03T07:12:00", "3 December 2026 at 7:12am"),
        ("2026-09-03T23:30:00", "4 September 2026 at 12:30am"),  # the next day in London
        ("2026-12-03T16:00:00", "3 December 2026 at 4pm"),
        ("2026-12-03T12:00:00", "3 December 2026 at midday"),
        ("2026-12-03T12:05:00", "3 December 2026 at 12:05pm"),
        ("2026-12-03T00:00:00", "3 December 2026 at midnight"),
    ],
)
def test_a_moment_is_read_from_the_clocks_of_london(utc, written):
    assert words.moment(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == written


def test_a_moment_given_where_a_day_is_wanted_is_the_day_in_london():
    assert words.day(datetime(2026, 9, 3, 23, 30, tzinfo=UTC)) == "4 September 2026"


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        words.moment(datetime(2026, 9, 3, 7, 12))
    with pytest.raises(ValueError, match="no time zone"):
        words.day(datetime(2026, 9, 3, 7, 12))


def test_money_is_pounds_and_pence():
    assert words.money(Decimal("14145")) == "£14,145.00"
    assert words.money(Decimal("-0.5")) == "-£0.50"
    assert words.money(0) == "£0.00"
    assert words.whole_money(Decimal("14145.00")) == "£14,145"
    assert words.whole_money(Decimal("14145.50")) == "£14,145.50"


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_no_penny_is_lost_in_writing(amount):
    for written in (words.money(amount), words.whole_money(amount)):
        assert Decimal(written.replace("£", "").replace(",", "")) == amount


def test_a_share_has_two_decimals_or_none():
    assert words.percent(Decimal("59.00")) == f"59{NBSP}%"
    assert words.percent(Decimal("33.33")) == f"33.33{NBSP}%"
    assert words.percent(Decimal("33.50")) == f"33.50{NBSP}%"
    assert words.percent(100) == f"100{NBSP}%"


def test_things_are_counted_in_words():
    assert words.counted(1, "school", "schools") == "1 school"
    assert words.counted(0, "school", "schools") == "0 schools"
    assert words.counted(1096, "row", "rows") == "1,096 rows"
