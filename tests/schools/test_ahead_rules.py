"""What funds pay month by month, and what is at risk: every penny of a post is somebody's, on every plan (S3, L31)."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schools.rules import ahead, money
from schools.rules.plans import NOBODY, Answer, PaidYear, Payer, Plan, PlannedPost, Stay
from schools.rules.shares import Share

unhurried = settings(deadline=None, max_examples=60)
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
BUDGET, GRANT, OAKFIELD, BEECH = Payer("fund", 1), Payer("fund", 2), Payer("school", 1), Payer("school", 2)
COST = [money.YearlyCost(Decimal("34500.00"), date(2020, 1, 1))]
days = st.dates(FIRST - timedelta(days=200), LAST + timedelta(days=200))


def post(key, *shares, ends_on=None, starts_on=date(2024, 9, 1), stays=()):
    return PlannedPost(key, f"PSW {key}", starts_on, ends_on, (), tuple(shares), tuple(stays))


def split(*parts, starts_on=date(2024, 9, 1), ends_on=None):
    return [Share(payer, Decimal(percent), starts_on, ends_on) for payer, percent in parts]


def paid_year(each, plan, first=FIRST, last=LAST):
    shares = each.whole_shares(first, last)
    made = money.schedule(starts_on=first, ends_on=last, costs=COST, shares=shares)
    ends = {share.payer: plan.last_day_of(share.payer) for share in shares if plan.last_day_of(share.payer)}
    return PaidYear(made, money.late_in(made, ends, costs=COST, shares=shares))


def years(plan):
    return {each.key: [paid_year(each, plan)] for each in plan.posts}


@st.composite
def plans(draw):
    """Up to four posts of one or two payers, whose shares may all end; a grant that may end on any day."""
    posts = []
    for key in range(draw(st.integers(1, 4))):
        cents = draw(st.integers(1, 9999))
        ends_on = draw(st.none() | days)
        shares = split((GRANT, Decimal(cents) / 100), (OAKFIELD, Decimal(10000 - cents) / 100), ends_on=ends_on)
        posts.append(post(key, *shares, stays=[Stay(1, date(2024, 9, 1))]))
    ends_on = draw(st.none() | days)
    return Plan(tuple(posts), (), {2: ends_on} if ends_on else {})


@unhurried
@given(plans())
def test_what_payers_pay_and_what_nobody_does_is_the_whole_cost(plan):
    held = years(plan)
    paid, nobody = ahead.paid_by(each for (each,) in held.values())
    assert sum(paid.values()) + nobody == sum(each.schedule.total for (each,) in held.values())
    assert all(amount >= 0 for amount in [*paid.values(), nobody])


@unhurried
@given(plans())
def test_a_staircase_pays_what_the_payers_do_and_nothing_after_its_end(plan):
    held = years(plan)
    paid, _ = ahead.paid_by(each for (each,) in held.values())
    stairs = ahead.staircase(GRANT, plan, held)
    assert stairs.paid == paid.get(GRANT, 0) == sum(step.paid for step in stairs.steps)
    for month in stairs.months:
        if stairs.ends_on is not None and month.month > stairs.ends_on:
            assert (month.paid, month.parts) == (0, ())


@unhurried
@given(plans())
def test_steps_follow_each_other_without_a_gap_and_differ(plan):
    steps = ahead.staircase(GRANT, plan, years(plan)).steps
    assert steps[0].starts_on == FIRST
    for one, following in zip(steps, steps[1:], strict=False):
        assert one.parts != following.parts
        assert one.ends_on < following.starts_on
        assert following.starts_on - one.ends_on <= timedelta(days=31)


@unhurried
@given(plans(), days)
def test_what_is_at_risk_is_what_the_schedule_has_no_payer_for(plan, day):
    """On a day of the year the parts at risk are the per cents that the money says nobody pays."""
    if not FIRST <= day <= LAST:
        return
    by_post = {each.key: Decimal(0) for each in plan.posts}
    for part in ahead.parts_at_risk(plan, day):
        by_post[part.post.key] += part.percent
    for each in plan.posts:
        _, nobody = ahead.paid_by([paid_year(each, plan, day, day)])
        assert abs(nobody - Decimal("34500") / 12 / monthrange(day.year, day.month)[1] * by_post[each.key] / 100) < 1


@unhurried
@given(plans(), days, st.integers(0, 400))
def test_a_post_that_is_at_risk_on_a_day_is_in_what_is_at_risk_until_then(plan, today, length):
    """Since before today too: what nobody pays any more is not safer than what somebody may stop paying."""
    until = today + timedelta(days=length)
    found = ahead.at_risk_until(plan, today, until)
    in_money = {each.post.key for each in found}
    for day in {today, until, today + timedelta(days=length // 2)}:
        for part in ahead.parts_at_risk(plan, day):
            assert part.post.key in in_money or not part.post.runs_on(today)


@unhurried
@given(plans(), days, st.integers(0, 400))
def test_no_more_of_a_post_is_at_risk_than_there_is_of_it(plan, today, length):
    by_post: dict[object, Decimal] = {}
    for part in ahead.at_risk_until(plan, today, today + timedelta(days=length)):
        assert part.percent > 0
        by_post[part.post.key] = by_post.get(part.post.key, Decimal(0)) + part.percent
    assert all(percent <= 100 for percent in by_post.values())


def test_a_post_whose_money_has_ended_is_at_risk_until_somebody_pays():
    shares = split((BUDGET, 59), (OAKFIELD, 41), ends_on=date(2026, 9, 7))
    plan = Plan((post(1, *shares), post(2, *shares, ends_on=date(2026, 9, 7)), post(3)), ())
    found = ahead.at_risk_until(plan, date(2026, 9, 8), date(2027, 9, 8))
    assert [(each.post.key, each.payer, each.percent, each.since) for each in found] == [
        (1, BUDGET, Decimal(59), date(2026, 9, 7)), (1, OAKFIELD, Decimal(41), date(2026, 9, 7))
    ]  # fmt: skip
    followed = Plan((post(1, *shares, *split((BUDGET, 100), starts_on=date(2026, 9, 8))),), ())
    assert ahead.at_risk_until(followed, date(2026, 9, 8), date(2027, 9, 8)) == []


def test_what_goes_over_to_a_grant_that_ends_soon_is_at_risk_too_and_once():
    """The budget pays until December, a grant until it ends in March: the same part of the same post, at risk once."""
    held = [*split((BUDGET, 59), (OAKFIELD, 41), ends_on=date(2026, 12, 31)),
            *split((GRANT, 65), (OAKFIELD, 35), starts_on=date(2027, 1, 1))]  # fmt: skip
    plan = Plan((post(1, *held),), (), {2: date(2027, 3, 31)}, {(1, 1): (Answer(2027, "cannot"),)})
    found = ahead.at_risk_until(plan, date(2026, 9, 8), date(2027, 9, 8))
    assert [(each.payer, each.percent) for each in found] == [(GRANT, Decimal(65)), (OAKFIELD, Decimal(35))]


def test_where_one_payer_that_ends_follows_another_the_post_is_counted_once():
    held = [*split((GRANT, 100), ends_on=date(2027, 3, 31)), *split((OAKFIELD, 100), starts_on=date(2027, 4, 1))]
    said = {(1, 1): (Answer(2027, "cannot"),)}
    plan = Plan((post(1, *held),), (), {2: date(2026, 12, 31)}, said)
    found = ahead.at_risk_until(plan, date(2026, 9, 8), date(2027, 9, 8))
    assert [(each.payer, each.percent) for each in found] == [(GRANT, Decimal(100))]


def test_a_fund_that_ends_leaves_its_part_at_risk_unless_another_follows():
    followed = [*split((GRANT, 59), (OAKFIELD, 41), ends_on=date(2027, 3, 31)),
                *split((BUDGET, 59), (OAKFIELD, 41), starts_on=date(2027, 4, 1))]  # fmt: skip
    plan = Plan((post(1, *split((GRANT, 59), (OAKFIELD, 41))), post(2, *followed)), (), {2: date(2027, 3, 31)})
    (part,) = ahead.parts_at_risk(plan, date(2027, 4, 1))
    assert (part.post.key, part.payer, part.percent, part.why, part.since) == (
        1, GRANT, Decimal(59), "fund", date(2027, 3, 31)
    )  # fmt: skip
    assert ahead.parts_at_risk(plan, date(2027, 3, 31)) == []


def test_where_all_shares_end_the_whole_post_is_at_risk_and_one_with_its_own_end_is_not():
    shares = split((BUDGET, 59), (OAKFIELD, 41), ends_on=date(2027, 3, 31))
    plan = Plan((post(1, *shares), post(2, *shares, ends_on=date(2027, 3, 31)), post(3)), ())
    found = ahead.parts_at_risk(plan, date(2027, 9, 1))
    assert [(each.post.key, each.payer, each.why) for each in found] == [(1, BUDGET, "ends"), (1, OAKFIELD, "ends")]


def test_a_school_that_cannot_or_does_not_know_puts_its_own_part_at_risk_from_september():
    both = split((BUDGET, 40), (OAKFIELD, 30), (BEECH, 30))
    stays = [Stay(1, date(2024, 9, 1)), Stay(2, date(2024, 9, 1))]
    said = {(1, 1): (Answer(2027, "cannot"),), (1, 2): (Answer(2027, "keep"),)}
    plan = Plan((post(1, *both, stays=stays),), (), {}, said)
    assert ahead.parts_at_risk(plan, date(2027, 8, 31)) == []
    (part,) = ahead.parts_at_risk(plan, date(2027, 9, 1))
    assert (part.payer, part.percent, part.since) == (OAKFIELD, Decimal(30), date(2027, 8, 31))
    assert ahead.schools_of(part, date(2026, 9, 8)) == [1]
    later = Plan(plan.posts, (), {}, said | {(1, 1): (Answer(2027, "cannot"), Answer(2028, "keep"))})
    assert ahead.parts_at_risk(later, date(2028, 9, 1)) == []


def test_each_part_is_told_once_as_it_begins():
    said = {(1, 1): (Answer(2027, "unknown"),)}
    plan = Plan((post(1, *split((GRANT, 59), (OAKFIELD, 41))),), (), {2: date(2027, 3, 31)}, said)
    found = ahead.risks_between(plan, date(2026, 9, 8), date(2029, 8, 31))
    assert [(each.payer, each.since) for each in found] == [
        (GRANT, date(2027, 3, 31)), (OAKFIELD, date(2027, 8, 31))
    ]  # fmt: skip


def test_a_fund_that_ends_within_a_month_pays_its_days_of_it():
    plan = Plan((post(1, *split((GRANT, 100))),), (), {2: date(2027, 4, 15)})
    stairs = ahead.staircase(GRANT, plan, years(plan))
    april = next(each for each in stairs.months if each.month == date(2027, 4, 1))
    assert (april.paid, april.late, april.posts) == (Decimal("1437.50"), Decimal("1437.50"), 1)
    first, after = stairs.steps
    assert (first.ends_on, first.posts, first.leaves) == (date(2027, 4, 15), 1, (1,))
    assert (after.starts_on, after.posts, after.paid) == (date(2027, 5, 1), 0, 0)


def test_dates_that_nobody_pays_for_are_nobodys():
    shares = split((GRANT, 59), (OAKFIELD, 41), ends_on=date(2027, 5, 31))
    plan = Plan((post(1, *shares),), ())
    paid, nobody = ahead.paid_by(years(plan)[1])
    assert nobody == Decimal("8625.00"), "three of twelve months of 34,500.00"
    assert paid[OAKFIELD] == Decimal("10608.75")
    assert NOBODY not in paid


def test_a_share_that_ends_with_its_fund_in_the_middle_of_a_month_is_late_by_nothing():
    """Fifteen days are what the share comes to already: they are not parted once more."""
    held = [*split((GRANT, 100), ends_on=date(2027, 4, 15)), *split((BUDGET, 100), starts_on=date(2027, 4, 16))]
    plan = Plan((post(1, *held),), (), {2: date(2027, 4, 15)})
    april = next(each for each in ahead.staircase(GRANT, plan, years(plan)).months if each.month.month == 4)
    assert (april.paid, april.late) == (Decimal("1437.50"), 0)
