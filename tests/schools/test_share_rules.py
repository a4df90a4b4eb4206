"""Shares come to exactly 100.00 per cent on every date, and a change never touches the past (BR-07)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.rules.shares import WHOLE, Share, WrongDates, change_from, explain, shares_on, wrong_dates

# A busy machine is no reason to fail.
unhurried = settings(deadline=None)

SEPTEMBER = date(2026, 9, 1)
DAY = timedelta(days=1)


def share(payer, percent, starts_on=SEPTEMBER, ends_on=None):
    return Share(payer, Decimal(percent), starts_on, ends_on)


@pytest.mark.parametrize(
    "percents",
    [["59", "41"], ["30", "30", "40"], ["33.33", "33.33", "33.34"], ["99.99", "0.01"], ["100"], ["100.00", "0"]],
)
def test_shares_that_come_to_100_have_no_wrong_dates(percents):
    assert wrong_dates([share(f"payer {number}", percent) for number, percent in enumerate(percents)]) == []


def test_no_shares_have_no_wrong_dates_of_their_own():
    assert wrong_dates([]) == []


def test_dates_that_nobody_pays_for_come_to_nothing_when_an_agreement_covers_them():
    assert wrong_dates([], starts_on=SEPTEMBER, ends_on=date(2027, 8, 31)) == [
        WrongDates(SEPTEMBER, date(2027, 8, 31), Decimal("0.00"))
    ]
    late = [share("county", "100", date(2026, 10, 1))]
    assert wrong_dates(late, starts_on=SEPTEMBER, ends_on=date(2027, 8, 31)) == [
        WrongDates(SEPTEMBER, date(2026, 9, 30), Decimal("0.00"))
    ]


def test_one_penny_in_a_hundred_pounds_is_missed_for_ever():
    assert wrong_dates([share("county", "59"), share("school", "40.99")]) == [
        WrongDates(SEPTEMBER, None, Decimal("99.99"))
    ]


def test_a_gap_between_two_shares_is_wrong_and_the_time_after_the_last_is_not_looked_at():
    shares = [
        share("county", "100", SEPTEMBER, date(2026, 12, 31)),
        share("county", "100", date(2027, 1, 2), date(2027, 8, 31)),
    ]
    assert wrong_dates(shares) == [WrongDates(date(2027, 1, 1), date(2027, 1, 1), Decimal("0.00"))]


def test_a_share_that_ends_leaves_the_rest_wrong_from_the_day_after():
    shares = [share("county", "59"), share("school", "41", SEPTEMBER, date(2027, 3, 31))]
    assert wrong_dates(shares) == [WrongDates(date(2027, 4, 1), None, Decimal("59.00"))]


def test_neighbouring_dates_with_the_same_wrong_total_are_one_stretch():
    shares = [
        share("county", "58"),
        share("school", "41", SEPTEMBER, date(2027, 1, 16)),
        share("trust", "41", date(2027, 1, 17), date(2027, 8, 31)),
        share("school", "42", date(2027, 9, 1)),
    ]
    assert wrong_dates(shares) == [WrongDates(SEPTEMBER, date(2027, 8, 31), Decimal("99.00"))]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            WrongDates(SEPTEMBER, None, Decimal("99")),
            "From 1 September 2026 the shares come to 99.00 %. They must come to 100.00 %.",
        ),
        (
            WrongDates(SEPTEMBER, date(2027, 1, 16), Decimal("100.01")),
            "From 1 September 2026 to 16 January 2027 the shares come to 100.01 %. They must come to 100.00 %.",
        ),
        (
            WrongDates(SEPTEMBER, SEPTEMBER, Decimal("0")),
            "On 1 September 2026 the shares come to 0.00 %. They must come to 100.00 %.",
        ),
        (
            WrongDates(SEPTEMBER, None, Decimal("99.9999")),
            "From 1 September 2026 the shares come to 99.9999 %. They must come to 100.00 %.",
        ),
    ],
)
def test_wrong_dates_are_explained_in_one_sentence(wrong, sentence):
    assert explain(wrong).replace("\N{NO-BREAK SPACE}", " ") == sentence


def test_a_share_below_nothing_or_one_that_ends_before_it_starts_cannot_be_made():
    with pytest.raises(ValueError, match="below nothing"):
        share("school", "-1")
    with pytest.raises(ValueError, match="before it starts"):
        share("school", "41", SEPTEMBER, SEPTEMBER - DAY)


def test_both_ends_of_a_share_belong_to_it():
    only = share("school", "100", SEPTEMBER, date(2026, 9, 30))
    assert shares_on([only], SEPTEMBER) == [only]
    assert shares_on([only], date(2026, 9, 30)) == [only]
    assert shares_on([only], SEPTEMBER - DAY) == []
    assert shares_on([only], date(2026, 10, 1)) == []


def test_a_change_ends_the_old_shares_the_day_before_and_starts_the_new_ones_on_the_day():
    old = [share("county", "59"), share("school", "41")]
    day = date(2027, 1, 17)
    assert change_from(old, day, {"school": Decimal(45), "county": Decimal(55)}) == [
        share("county", "59", SEPTEMBER, date(2027, 1, 16)),
        share("school", "41", SEPTEMBER, date(2027, 1, 16)),
        share("school", "45", day),
        share("county", "55", day),
    ]


def test_a_change_replaces_what_was_to_start_later_and_leaves_what_ended_before():
    ended = share("fund", "100", date(2025, 9, 1), date(2026, 8, 31))
    running = share("county", "100", SEPTEMBER, date(2027, 3, 31))
    planned = share("trust", "100", date(2027, 4, 1))
    day = date(2027, 1, 1)
    assert change_from([ended, running, planned], day, {"school": Decimal(100)}, ends_on=date(2027, 8, 31)) == [
        ended,
        share("county", "100", SEPTEMBER, date(2026, 12, 31)),
        share("school", "100", day, date(2027, 8, 31)),
    ]


def test_a_change_on_the_first_day_replaces_everything():
    assert change_from([share("county", "100")], SEPTEMBER, {"school": WHOLE}) == [share("school", "100")]


days = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def any_shares(draw):
    made = []
    for _ in range(draw(st.integers(1, 5))):
        starts_on = draw(days)
        length = draw(st.none() | st.integers(0, 200))
        ends_on = None if length is None else starts_on + length * DAY
        percent = Decimal(draw(st.sampled_from(["50", "100", "0.01"])))
        made.append(Share(draw(st.sampled_from("abc")), percent, starts_on, ends_on))
    return made


@unhurried
@given(any_shares(), days)
def test_a_day_is_in_a_wrong_stretch_exactly_when_its_shares_do_not_come_to_100(shares, day):
    wrong = wrong_dates(shares)
    total = sum(each.percent for each in shares_on(shares, day))
    first = min(each.starts_on for each in shares)
    open_ended = any(each.ends_on is None for each in shares)
    looked_at = first <= day and (open_ended or day <= max(each.ends_on for each in shares))
    stretches = [each for each in wrong if each.starts_on <= day and (each.ends_on is None or day <= each.ends_on)]
    assert [each.total for each in stretches] == ([total] if looked_at and total != WHOLE else [])


@unhurried
@given(any_shares())
def test_wrong_stretches_stand_in_order_and_never_touch_with_the_same_total(shares):
    wrong = wrong_dates(shares)
    for before, after in pairwise(wrong):
        assert before.ends_on < after.starts_on
        assert before.total != after.total or before.ends_on + DAY < after.starts_on


@unhurried
@given(any_shares(), days, days)
def test_a_change_never_touches_a_day_before_it(shares, change_on, day):
    changed = change_from(shares, change_on, {"new": WHOLE})
    paid = [(each.payer, each.percent) for each in shares_on(changed, day)]
    if day < change_on:
        assert paid == [(each.payer, each.percent) for each in shares_on(shares, day)]
    else:
        assert paid == [("new", WHOLE)]
