"""Schedules of cost are right to the penny, for any shares and dates, and every printed line adds up (BR-07)."""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.rules.money import (
    Schedule,
    YearlyCost,
    money_term_of,
    revised,
    schedule,
    share_out,
    to_penny,
)
from schools.rules.shares import Share, change_from
from teams.foundation.errors import Refusal
from teams.rules.calendar import Season

# A busy machine is no reason to fail.
unhurried = settings(deadline=None)

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
DAY = timedelta(days=1)
PENNY = Fraction(1, 100)


def pounds(*amounts):
    return [Decimal(amount) for amount in amounts]


def shares_of(percents, starts_on=FIRST):
    return [Share(payer, Decimal(percent), starts_on) for payer, percent in percents.items()]


def year(amount, percents, starts_on=FIRST, ends_on=LAST):
    return schedule(
        starts_on=starts_on,
        ends_on=ends_on,
        costs=[YearlyCost(Decimal(amount), date(2020, 1, 1))],
        shares=shares_of(percents, date(2020, 1, 1)),
    )


def of(payer, made: Schedule):
    return [month.amounts[payer] for month in made.months]


def totals(made: Schedule):
    """The first day of each month, and what all payers pay for it together."""
    return [(month.starts_on, sum(month.amounts.values())) for month in made.months]


def test_41_per_cent_of_34500_is_14145_a_year_4715_a_term_and_1178_75_a_month():
    made = year("34500.00", {"county": "59", "school": "41"})
    assert made.total == Decimal("34500.00")
    assert made.payers() == {"county": Decimal("20355.00"), "school": Decimal("14145.00")}
    assert [(term.term.season, term.amounts["school"]) for term in made.terms()] == [
        (Season.AUTUMN, Decimal("4715.00")),
        (Season.SPRING, Decimal("4715.00")),
        (Season.SUMMER, Decimal("4715.00")),
    ]
    assert of("school", made) == pounds("1178.75") * 12
    assert made.months[0].starts_on == FIRST
    assert totals(made)[-1] == (date(2027, 8, 1), Decimal("2875.00"))


def test_30_and_30_and_40_for_a_worker_shared_by_two_schools():
    made = year("28417.33", {"Oakfield": "30", "Ashgrove": "30", "county": "40"})
    assert made.payers() == dict(
        zip(["Oakfield", "Ashgrove", "county"], pounds("8525.20", "8525.20", "11366.93"), strict=True)
    )
    assert of("Oakfield", made) == of("Ashgrove", made)


def test_thirds_share_a_penny_out_by_the_order_in_which_payers_are_named():
    thirds = {"a": "33.33", "b": "33.33", "c": "33.34"}
    assert list(year("100.00", thirds).payers().values()) == pounds("33.33", "33.33", "33.34")
    assert list(year("0.01", thirds).payers().values()) == pounds("0.00", "0.00", "0.01")
    assert list(year("0.01", {"a": "50", "b": "50"}).payers().values()) == pounds("0.01", "0.00")


def test_left_over_pennies_go_to_the_earlier_months():
    assert of("county", year("100.00", {"county": "100"})) == pounds("8.34") * 4 + pounds("8.33") * 8


def test_a_share_of_one_hundredth_of_a_per_cent_is_paid():
    made = year("34500.00", {"county": "99.99", "parents": "0.01"})
    assert made.payers()["parents"] == Decimal("3.45")
    assert of("parents", made) == pounds("0.29") * 9 + pounds("0.28") * 3


def test_a_whole_february_costs_a_twelfth_in_a_leap_year_too_and_half_of_one_counts_29_days():
    assert year("34800.00", {"county": "100"}, date(2028, 2, 1), date(2028, 2, 29)).total == Decimal("2900.00")
    assert year("34800.00", {"county": "100"}, date(2028, 2, 1), date(2028, 2, 10)).total == Decimal("1000.00")
    assert year("33600.00", {"county": "100"}, date(2027, 2, 1), date(2027, 2, 10)).total == Decimal("1000.00")


def test_a_change_of_share_on_the_17th_is_counted_by_calendar_days():
    change = date(2027, 1, 17)
    shares = change_from(
        shares_of({"county": "59", "school": "41"}), change, {"county": Decimal(55), "school": Decimal(45)}
    )
    made = schedule(starts_on=FIRST, ends_on=LAST, costs=[YearlyCost(Decimal(37200), FIRST)], shares=shares)
    # January costs 3,100.00, which is 100.00 a day: 16 days at 41 per cent and 15 at 45.
    assert of("school", made) == pounds("1271.00") * 4 + pounds("1331.00") + pounds("1395.00") * 7
    assert made.total == Decimal("37200.00")


def test_a_pay_award_in_april_raises_the_months_from_then_on():
    costs = [YearlyCost(Decimal(12000), FIRST, date(2027, 3, 31)), YearlyCost(Decimal(12600), date(2027, 4, 1))]
    made = schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares_of({"county": "100"}))
    assert of("county", made) == pounds("1000.00") * 7 + pounds("1050.00") * 5


def test_an_agreement_from_the_3rd_to_the_middle_of_a_month_pays_for_its_days():
    made = year("36000.00", {"county": "59", "school": "41"}, date(2026, 11, 3), date(2027, 1, 15))
    # 28 of 30 days, a month, 15 of 31 days, of 3,000.00 a month.
    assert [total for _, total in totals(made)] == pounds("2800.00", "3000.00", "1451.61")
    assert [month.starts_on for month in made.months] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert [term.term.label for term in made.terms()] == ["Autumn term 2026/27", "Spring term 2026/27"]


def test_a_payer_of_other_dates_has_no_column():
    shares = [Share("fund", Decimal(100), date(2020, 1, 1), FIRST - DAY), Share("county", Decimal(100), FIRST)]
    made = schedule(starts_on=FIRST, ends_on=LAST, costs=[YearlyCost(Decimal(100), FIRST)], shares=shares)
    assert list(made.payers()) == ["county"]


def test_wrong_shares_costs_and_periods_are_refused_in_words():
    costs = [YearlyCost(Decimal(34500), FIRST)]
    whole = shares_of({"county": "100"})
    with pytest.raises(Refusal, match="From 1 September 2026 to 31 August 2027 the shares come to 99.00"):
        schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares_of({"county": "59", "school": "40"}))
    with pytest.raises(Refusal, match="the shares come to 0.00"):
        schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares_of({"county": "100"}, FIRST + DAY))
    with pytest.raises(Refusal, match="There is no yearly cost for 1 September 2026"):
        schedule(starts_on=FIRST, ends_on=LAST, costs=[YearlyCost(Decimal(1), FIRST + DAY)], shares=whole)
    with pytest.raises(Refusal, match="There is more than one yearly cost for 1 September 2026"):
        schedule(starts_on=FIRST, ends_on=LAST, costs=costs * 2, shares=whole)
    with pytest.raises(ValueError, match="before it starts"):
        schedule(starts_on=LAST, ends_on=FIRST, costs=costs, shares=whole)
    with pytest.raises(ValueError, match="below nothing"):
        YearlyCost(Decimal("-0.01"), FIRST)


# What was printed stays: revised schedules.


def test_a_change_in_january_leaves_the_printed_autumn_to_the_penny_and_the_year_right():
    shares = shares_of({"county": "100"})
    before = schedule(starts_on=FIRST, ends_on=LAST, costs=[YearlyCost(Decimal("100.00"), FIRST)], shares=shares)
    change = date(2027, 1, 1)
    after = revised(
        before,
        change_on=change,
        ends_on=LAST,
        costs=[YearlyCost(Decimal("100.00"), FIRST)],
        shares=change_from(shares, change, {"county": Decimal(50), "school": Decimal(50)}),
    )
    assert [month.amounts["county"] for month in after.months[:4]] == of("county", before)[:4] == pounds("8.34") * 4
    assert [month.amounts["school"] for month in after.months[:4]] == pounds("0.00") * 4
    assert after.total == before.total == Decimal("100.00")


def test_a_pay_award_dated_back_to_april_is_owed_in_the_month_of_the_change():
    shares = shares_of({"county": "59", "school": "41"})
    before = schedule(starts_on=FIRST, ends_on=LAST, costs=[YearlyCost(Decimal(12000), FIRST)], shares=shares)
    after = revised(
        before,
        change_on=date(2027, 6, 1),
        ends_on=LAST,
        costs=[YearlyCost(Decimal(12000), FIRST, date(2027, 3, 31)), YearlyCost(Decimal(13200), date(2027, 4, 1))],
        shares=shares,
    )
    # 41 per cent of 100.00 more a month: June bears April's and May's as well as its own.
    assert of("school", after) == pounds("410.00") * 9 + pounds("533.00") + pounds("451.00") * 2


def test_an_agreement_that_ends_early_keeps_the_months_before_and_counts_the_last_by_days():
    shares = shares_of({"county": "59", "school": "41"})
    costs = [YearlyCost(Decimal(37200), FIRST)]
    before = schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares)
    ends_on = date(2027, 1, 10)
    after = revised(before, change_on=ends_on + DAY, ends_on=ends_on, costs=costs, shares=shares)
    assert of("school", after) == pounds("1271.00") * 4 + pounds("410.00")
    at_month_end = revised(before, change_on=date(2027, 1, 1), ends_on=date(2026, 12, 31), costs=costs, shares=shares)
    assert of("school", at_month_end) == pounds("1271.00") * 4


def test_a_revised_schedule_needs_those_who_were_to_pay_before_and_a_change_before_the_end():
    costs = [YearlyCost(Decimal(37200), FIRST)]
    before = schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares_of({"fund": "100"}))
    changed = {"ends_on": LAST, "costs": costs, "shares": shares_of({"county": "100"})}
    with pytest.raises(ValueError, match="leave out fund"):
        revised(before, change_on=date(2027, 1, 1), **changed)
    with pytest.raises(ValueError, match="comes after the end"):
        revised(before, change_on=LAST + 2 * DAY, **changed)


# For any shares and dates.


@st.composite
def percents(draw):
    """Parts of 100.00 for one to five payers, some of them 0.01."""
    cuts = sorted(draw(st.lists(st.integers(1, 9999) | st.sampled_from([1, 9999]), max_size=4, unique=True)))
    edges = [0, *cuts, 10000]
    payers = draw(st.permutations("abcde"))
    return {payer: Decimal(high - low).scaleb(-2) for payer, (low, high) in zip(payers, pairwise(edges), strict=False)}


costs_a_year = st.integers(0, 10_000_000).map(lambda pennies: Decimal(pennies).scaleb(-2))


@st.composite
def plans(draw):
    """The period, its costs with a pay award or none, and its shares with up to two changes."""
    starts_on = draw(st.dates(date(2019, 1, 1), date(2032, 12, 31)))
    ends_on = starts_on + draw(st.integers(0, 500)) * DAY
    within = st.dates(starts_on, ends_on)
    shares = [Share(payer, percent, starts_on - DAY) for payer, percent in draw(percents()).items()]
    for change_on in sorted(draw(st.lists(within, max_size=2, unique=True))):
        shares = change_from(shares, change_on, draw(percents()))
    award = draw(within)
    costs = [YearlyCost(draw(costs_a_year), starts_on, award), YearlyCost(draw(costs_a_year), award + DAY)]
    return {"starts_on": starts_on, "ends_on": ends_on, "costs": costs, "shares": shares}


def exact_by_day(plan):
    """The rule in its plainest form: each day costs a part of a twelfth. Pounds by month and payer."""
    exact = defaultdict(Fraction)
    day = plan["starts_on"]
    while day <= plan["ends_on"]:
        a_year = next(cost.amount for cost in plan["costs"] if cost.starts_on <= day <= (cost.ends_on or day))
        a_day = Fraction(a_year) / 12 / monthrange(day.year, day.month)[1]
        for share in plan["shares"]:
            if share.starts_on <= day <= (share.ends_on or day):
                exact[day.replace(day=1), share.payer] += a_day * Fraction(share.percent) / 100
        day += DAY
    return exact


@unhurried
@given(plans())
def test_every_amount_lies_less_than_a_penny_from_its_exact_value(plan):
    made, exact = schedule(**plan), exact_by_day(plan)
    for month in made.months:
        for payer, amount in month.amounts.items():
            assert abs(Fraction(amount) - exact[month.starts_on, payer]) < PENNY
    for payer, amount in made.payers().items():
        assert abs(Fraction(amount) - sum(part for (_, who), part in exact.items() if who == payer)) < PENNY
    assert made.total == to_penny(sum(exact.values(), Fraction()))


@unhurried
@given(plans())
def test_months_payers_terms_and_the_total_all_add_up(plan):
    made = schedule(**plan)
    for payer, amount in made.payers().items():
        assert sum(of(payer, made)) == amount
        assert sum(term.amounts[payer] for term in made.terms()) == amount
    assert sum(made.payers().values()) == made.total
    assert sum(total for _, total in totals(made)) == made.total
    for term in made.terms():
        months = [month for month in made.months if money_term_of(month.starts_on) == term.term]
        assert term.amounts == {payer: sum(month.amounts[payer] for month in months) for payer in term.amounts}


@unhurried
@given(plans())
def test_nothing_is_below_nothing_and_who_has_no_share_in_a_month_pays_nothing(plan):
    exact = exact_by_day(plan)
    for month in schedule(**plan).months:
        for payer, amount in month.amounts.items():
            assert amount >= 0
            assert amount == 0 or exact[month.starts_on, payer] > 0


@unhurried
@given(plans())
def test_every_amount_is_in_whole_pennies_and_the_same_each_time(plan):
    made = schedule(**plan)
    assert made == schedule(**plan)
    assert all(amount.as_tuple().exponent == -2 for month in made.months for amount in month.amounts.values())


@unhurried
@given(plans(), st.data())
def test_a_revised_schedule_keeps_every_printed_amount_and_charges_nobody_below_nothing(plan, data):
    before = schedule(**plan)
    change_on = data.draw(st.dates(plan["starts_on"], plan["ends_on"]))
    new = {**plan, "shares": change_from(plan["shares"], change_on, data.draw(percents()))}
    del new["starts_on"]
    after = revised(before, change_on=change_on, **new)
    for month, old in zip(after.months, before.months, strict=True):
        assert all(amount >= 0 for amount in month.amounts.values())
        if month.starts_on < change_on.replace(day=1):
            assert month.amounts == {payer: old.amounts.get(payer, 0) for payer in month.amounts}


at_least_a_tenth = st.lists(st.integers(1000, 4500), min_size=2, max_size=2).map(
    lambda parts: dict(zip("abc", [Decimal(part).scaleb(-2) for part in (*parts, 10000 - sum(parts))], strict=True))
)


@unhurried
@given(
    a_year=st.integers(2_000_000, 10_000_000).map(lambda pennies: Decimal(pennies).scaleb(-2)),
    old=at_least_a_tenth,
    new=at_least_a_tenth,
    change_on=st.dates(FIRST, LAST),
)
def test_for_all_who_go_on_paying_a_revised_schedule_comes_to_the_same_as_one_made_afresh(a_year, old, new, change_on):
    costs, shares = [YearlyCost(a_year, FIRST)], shares_of(old)
    before = schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares)
    changed = {"ends_on": LAST, "costs": costs, "shares": change_from(shares, change_on, new)}
    assert revised(before, change_on=change_on, **changed).payers() == schedule(starts_on=FIRST, **changed).payers()


@unhurried
@given(st.lists(st.fractions(0, 1000), min_size=1, max_size=12))
def test_sharing_out_gives_the_whole_pennies_first_and_the_rest_to_the_largest_remainders(exact):
    total = round(sum(exact))
    shared = share_out(total, exact)
    assert sum(shared) == total
    remainders = [
        (amount - floor(amount), pennies - floor(amount)) for amount, pennies in zip(exact, shared, strict=True)
    ]
    assert {extra for _, extra in remainders} <= {0, 1}
    with_penny = [remainder for remainder, extra in remainders if extra]
    without = [remainder for remainder, extra in remainders if not extra]
    assert min(with_penny, default=1) >= max(without, default=0)
