"""What if: no change changes nothing to the penny, every penny is somebody's or nobody's yet, and no order matters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schools.actions.plans import Counting
from schools.rules import proposals, what_if
from schools.rules.ahead import paid_by
from schools.rules.plans import NOBODY, Payer, Plan, PlannedPost, Rate, Stay, Terms
from schools.rules.shares import Share, wrong_dates
from schools.rules.what_if import AddPost, ChangeShare, EndFund, EndPost, Misfit, MovePost, PayAward
from teams.models import Authority

unhurried = settings(deadline=None, max_examples=80)
YEARS = (2026, 2027, 2028)
FIRST, LAST = date(2026, 9, 1), date(2029, 8, 31)
BUDGET, GRANT, OAKFIELD, BEECH = Payer("fund", 1), Payer("fund", 2), Payer("school", 1), Payer("school", 2)
PAYERS = (BUDGET, GRANT, OAKFIELD, BEECH, NOBODY)
COUNTY = Authority(slug="fenshire", name="Fenshire", whole_time_hours=Decimal("37.00"))
RATES = (
    Rate("G6", 12, date(2024, 4, 1), Decimal("27650.00"), Decimal("24.50")),
    Rate("G7", 15, date(2024, 4, 1), Decimal("30111.11"), Decimal("26.30")),
    Rate("G6", 12, date(2027, 4, 1), Decimal("28203.00"), Decimal("24.50")),
)
days = st.dates(FIRST - timedelta(days=100), LAST + timedelta(days=100))
year_days = st.dates(FIRST, LAST)
percents = st.integers(1, 10000).map(lambda cents: Decimal(cents) / 100)


def post(key, *shares, ends_on=None, stays=(), has_holder=True, grade=("G6", 12)):
    terms = (Terms(date(2024, 9, 1), *grade, Decimal("30.00"), term_time_only=key != 3),)
    return PlannedPost(
        key, f"PSW {key}", date(2024, 9, 1), ends_on, terms, tuple(shares), tuple(stays), has_holder=has_holder
    )


def split(*parts, starts_on=date(2024, 9, 1), ends_on=None):
    return [Share(payer, Decimal(percent), starts_on, ends_on) for payer, percent in parts]


def stay(school, ends_on=None):
    return Stay(school, date(2024, 9, 1), ends_on)


@st.composite
def plans(draw):
    """Up to four posts in one school or two, paid by a grant and a school, whose shares, and the grant, may end."""
    posts = []
    for key in range(1, draw(st.integers(1, 4)) + 1):
        percent, ends_on = draw(percents), draw(st.none() | year_days)
        shares = split((GRANT, percent), ends_on=ends_on)
        if percent < 100:
            shares += split((OAKFIELD, 100 - percent), ends_on=ends_on)
        stays = [stay(1)] if key % 2 else [stay(1), stay(2)]
        grade = ("G6", 12) if key % 2 else ("G7", 15)
        posts.append(post(key, *shares, ends_on=draw(st.none() | year_days), stays=stays, grade=grade))
    ends = draw(st.none() | year_days)
    return Plan(tuple(posts), RATES, {2: ends} if ends else {})


@st.composite
def changes(draw):
    keys = st.integers(1, 4)
    kind = draw(st.sampled_from(what_if.KINDS))
    if kind is PayAward:
        return PayAward(draw(st.integers(0, 1500)) / Decimal(100), draw(days))
    if kind is EndFund:
        return EndFund(draw(st.sampled_from((1, 2))), draw(days))
    if kind is EndPost:
        return EndPost(draw(keys), draw(days))
    if kind is MovePost:
        return MovePost(draw(keys), 1, draw(st.sampled_from((2, 3))), draw(days), draw(st.booleans()))
    if kind is AddPost:
        number = draw(st.integers(1, 9999))
        return AddPost(f"new {number}", "One more", draw(keys), draw(st.sampled_from((1, 2, 3))), draw(days))
    giver, taker = draw(st.permutations(PAYERS))[:2]
    return ChangeShare(draw(keys), giver, taker, draw(percents), draw(days))


def touches(change):
    """What a change is about: two that are about one thing on one day may not be changed round."""
    what = getattr(change, "post", None) or getattr(change, "fund", None) or getattr(change, "key", None)
    return type(change), what_if.day_of(change), what


def in_any_order(plan):
    """Two posts that are added on one day stand in the order in which they were written."""
    return {post.key: post for post in plan.posts}, plan.rates, plan.ends


several = st.lists(changes(), max_size=6, unique_by=touches)


def counting():
    return Counting(COUNTY, YEARS)


def whole_cost(counted):
    return sum((year.schedule.total for held in counted.years.values() for year in held), Decimal("0.00"))


def four(plan, year=2026, day=date(2027, 7, 1), highest=(1, 2, 3)):
    return what_if.figures(plan, counting().count(plan).years, school_year=year, day=day, highest=highest)


@unhurried
@given(plans())
def test_without_a_change_there_is_what_there_is_to_the_penny(plan):
    both = counting()
    before = both.count(plan)
    after = both.count(what_if.apply(plan, []).plan)
    assert after.years == before.years
    assert after.costs == before.costs


@unhurried
@given(plans(), several, st.randoms(use_true_random=False))
def test_changes_in_any_order_come_to_the_same(plan, several, random):
    shuffled = random.sample(several, len(several))
    one, other = what_if.apply(plan, several), what_if.apply(plan, shuffled)
    assert in_any_order(one.plan) == in_any_order(other.plan)
    assert {several[place]: why for place, why in one.misfits.items()} == {
        shuffled[place]: why for place, why in other.misfits.items()
    }


@unhurried
@given(plans(), days)
def test_a_pay_award_of_nothing_changes_nothing(plan, day):
    assert what_if.apply(plan, [PayAward(Decimal("0.00"), day)]).plan == plan


@unhurried
@given(plans(), several)
def test_every_penny_is_paid_by_somebody_or_by_nobody_yet(plan, several):
    after = what_if.apply(plan, several).plan
    counted = counting().count(after)
    paid, nobody = paid_by(year for held in counted.years.values() for year in held)
    assert sum(paid.values(), nobody) == whole_cost(counted)
    assert all(amount >= 0 for amount in [*paid.values(), nobody])
    by_year = [what_if.figures(after, counted.years, school_year=year, day=FIRST, highest=None).cost for year in YEARS]
    assert sum(by_year) == whole_cost(counted)


@unhurried
@given(plans(), several)
def test_shares_come_to_a_hundred_on_every_date_and_never_to_more(plan, several):
    for each in what_if.apply(plan, several).plan.posts:
        whole = each.whole_shares(FIRST, LAST)
        assert not wrong_dates(whole, starts_on=FIRST, ends_on=LAST)
        assert all(share.percent > 0 for share in whole)
        assert all(share.payer != NOBODY for share in each.shares)


@unhurried
@given(plans(), changes())
def test_what_was_before_the_day_of_a_change_stays_as_it_was(plan, change):
    """Who pays, where a post is, and at what rate; an end alone may also come later than the end that there was."""
    after, day = what_if.apply(plan, [change]).plan, what_if.day_of(change)
    for before in plan.posts:
        now = after.post(before.key)
        for each in (FIRST - timedelta(days=101), day - timedelta(days=1)):
            if each < day and before.runs_on(each):
                assert now.paid_on(each) == before.paid_on(each)
                assert sorted(now.schools_on(each)) == sorted(before.schools_on(each))
    assert [rate for rate in after.rates if rate.starts_on < day] == [r for r in plan.rates if r.starts_on < day]


@unhurried
@given(plans(), percents, year_days)
def test_a_share_changed_and_changed_back_costs_everybody_the_same(plan, percent, day):
    there = ChangeShare(1, GRANT, BEECH, percent, day)
    gone = what_if.apply(plan, [there])
    if gone.misfits:
        return
    back = what_if.apply(gone.plan, [ChangeShare(1, BEECH, GRANT, percent, day)])
    ends = [share.ends_on for share in plan.posts[0].shares if share.ends_on is not None]
    if all(end >= day for end in ends):
        assert {key: [paid_by([year]) for year in held] for key, held in counting().count(back.plan).years.items()} == {
            key: [paid_by([year]) for year in held] for key, held in counting().count(plan).years.items()
        }


ONE = post(1, *split((GRANT, 59), (OAKFIELD, 41)), stays=[stay(1)])
TWO = post(2, *split((BUDGET, 40), (OAKFIELD, 30), (BEECH, 30)), stays=[stay(1), stay(2)], grade=("G7", 15))
PLAN = Plan((ONE, TWO), RATES, {2: date(2027, 3, 31)})


def test_a_fund_gives_its_part_to_a_school_from_the_day_on_and_no_sooner():
    found = what_if.apply(PLAN, [ChangeShare(1, GRANT, OAKFIELD, Decimal(20), date(2027, 4, 1))])
    (changed, _) = found.plan.posts
    assert found.misfits == {}
    assert changed.paid_on(date(2027, 3, 31)) == {GRANT: 59, OAKFIELD: 41}
    assert changed.paid_on(date(2027, 4, 1)) == {GRANT: 39, OAKFIELD: 61}
    before, after = four(PLAN), four(found.plan)
    assert after.cost == before.cost
    assert after.nobody < before.nobody, "a part of what nobody paid after the grant is the school's now"


def test_who_gives_more_than_it_pays_is_told_what_it_pays():
    found = what_if.apply(PLAN, [ChangeShare(1, GRANT, BEECH, Decimal(60), date(2027, 4, 1))])
    assert found.plan == PLAN
    assert found.misfits == {0: Misfit("pays_less", Decimal(59))}


def test_what_has_no_payer_is_given_to_somebody_and_an_end_of_shares_is_bridged():
    ended = post(1, *split((GRANT, 100), ends_on=date(2027, 3, 31)))
    change = ChangeShare(1, NOBODY, BUDGET, Decimal(100), date(2027, 4, 1))
    found = what_if.apply(Plan((ended,), RATES), [change]).plan
    assert four(Plan((ended,), RATES)).nobody > 0
    assert four(found).nobody == 0


def test_to_take_a_share_away_leaves_it_to_nobody_and_loses_no_penny():
    found = what_if.apply(PLAN, [ChangeShare(2, BUDGET, NOBODY, Decimal(40), FIRST)]).plan
    before, after = four(PLAN), four(found)
    assert after.cost == before.cost
    assert after.nobody > before.nobody


def test_a_pay_award_is_to_the_penny_and_leaves_later_rates_as_they_are_known():
    found = what_if.apply(PLAN, [PayAward(Decimal("3.50"), date(2027, 1, 1))]).plan
    held = {(rate.grade, rate.starts_on): rate.salary for rate in found.rates}
    assert held["G6", date(2027, 1, 1)] == Decimal("28617.75"), "27,650.00 and 967.75"
    assert held["G7", date(2027, 1, 1)] == Decimal("31165.00"), "30,111.11 and 1,053.88885"
    assert held["G6", date(2027, 4, 1)] == Decimal("28203.00")
    assert list(found.rates) == sorted(found.rates, key=lambda rate: rate.starts_on)


def test_an_award_from_the_day_of_a_known_rate_is_on_that_rate():
    found = what_if.apply(PLAN, [PayAward(Decimal(10), date(2027, 4, 1))]).plan
    assert [rate.salary for rate in found.rates if rate.grade == "G6"] == [Decimal("27650.00"), Decimal("31023.30")]


def test_an_award_before_any_rate_is_known_does_not_fit():
    assert what_if.apply(PLAN, [PayAward(Decimal(3), date(2020, 1, 1))]).misfits == {0: Misfit("no_rate")}


def test_a_fund_that_goes_on_longer_pays_what_nobody_paid():
    found = what_if.apply(PLAN, [EndFund(2, LAST)]).plan
    assert four(PLAN).nobody > 0
    assert four(found).nobody == 0
    assert four(found).cost == four(PLAN).cost


def test_a_post_that_ends_costs_nothing_afterwards_and_leaves_its_school():
    found = what_if.apply(PLAN, [EndPost(1, date(2026, 12, 31))]).plan
    assert four(found).with_worker == 2, "the other post is in both schools"
    alone = what_if.apply(replace(PLAN, posts=(ONE,)), [EndPost(1, date(2026, 8, 31))]).plan
    assert four(alone) == (0, 0, 0, 0, 3)


def test_a_post_moves_with_the_share_of_the_school_that_it_leaves():
    day = date(2027, 4, 1)
    found = what_if.apply(PLAN, [MovePost(1, 1, 3, day)]).plan
    (moved, _) = found.posts
    assert moved.schools_on(day - timedelta(days=1)) == [1]
    assert moved.schools_on(day) == [3]
    assert moved.paid_on(day) == {GRANT: 59, Payer("school", 3): 41}
    before, after = four(PLAN), four(found)
    assert after.cost == before.cost
    assert (before.with_worker, before.highest_without) == (2, 1)
    assert (after.with_worker, after.highest_without) == (3, 0)


def test_a_post_moves_and_its_payers_stay_where_that_was_said():
    found = what_if.apply(PLAN, [MovePost(1, 1, 3, FIRST, with_share=False)]).plan
    assert found.posts[0].paid_on(FIRST) == {GRANT: 59, OAKFIELD: 41}


def test_a_post_that_is_in_two_schools_leaves_one_and_not_for_the_other():
    assert what_if.apply(PLAN, [MovePost(2, 1, 2, FIRST)]).misfits == {0: Misfit("there_already")}
    assert what_if.apply(PLAN, [MovePost(2, 3, 4, FIRST)]).misfits == {0: Misfit("not_there")}
    assert sorted(what_if.apply(PLAN, [MovePost(2, 1, 3, FIRST)]).plan.posts[1].schools_on(FIRST)) == [2, 3]


def test_one_more_post_is_paid_as_its_like_with_its_own_school_for_every_school():
    found = what_if.apply(PLAN, [AddPost("new 1", "A second", 2, 3, date(2027, 9, 1))]).plan
    added = found.post("new 1")
    assert added.paid_on(date(2027, 9, 1)) == {BUDGET: 40, Payer("school", 3): 60}
    assert not added.has_holder
    assert added.terms == TWO.terms
    assert four(found) == four(PLAN), "it begins a year later"
    assert four(found, 2027, date(2028, 7, 1)).highest_without == 0


def test_what_the_records_no_longer_have_is_left_out_and_said():
    gone = [ChangeShare(9, GRANT, BEECH, Decimal(1), FIRST), EndPost(9, LAST), AddPost("new 1", "", 9, 1, FIRST)]
    assert what_if.apply(PLAN, gone).misfits == dict.fromkeys(range(3), Misfit("no_post"))
    early = [EndPost(1, date(2024, 8, 30)), MovePost(1, 1, 3, date(2024, 8, 31))]
    assert what_if.apply(PLAN, early).misfits == {0: Misfit("before_start"), 1: Misfit("not_running")}


def ends(changes, plan=PLAN):
    found = proposals.posts_that_end(plan, what_if.apply(plan, changes).plan, FIRST, LAST)
    return [(each.post.key, each.day) for each in found]


def test_a_held_post_ends_with_its_last_day_or_when_its_last_payer_goes():
    assert ends([]) == []
    assert ends([EndPost(1, date(2027, 3, 31))]) == [(1, date(2027, 4, 1))]
    assert ends([ChangeShare(1, OAKFIELD, NOBODY, Decimal(41), date(2027, 9, 1))]) == [(1, date(2027, 9, 1))], (
        "the grant has ended in March"
    )
    assert ends([ChangeShare(1, OAKFIELD, NOBODY, Decimal(41), date(2027, 1, 1))]) == [(1, date(2027, 4, 1))]
    assert ends([ChangeShare(2, BEECH, NOBODY, Decimal(30), FIRST)]) == []


def test_a_fund_that_ends_sooner_ends_a_post_that_nobody_else_pays():
    whole = replace(PLAN, posts=(post(1, *split((BUDGET, 100))),))
    assert ends([EndFund(1, date(2027, 7, 31))], whole) == [(1, date(2027, 8, 1))]


def test_a_post_that_nobody_holds_may_end():
    vacant = replace(PLAN, posts=(replace(ONE, has_holder=False),))
    assert ends([EndPost(1, date(2027, 3, 31))], vacant) == []


def test_the_finance_reader_has_no_figure_of_need():
    assert four(PLAN, highest=None).highest_without is None
