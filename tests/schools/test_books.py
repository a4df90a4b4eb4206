"""A post's money is its schedule's, however many posts are paid alike, and rates of other points change nothing in it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from schools.actions.books import Nameless, Scale, _paid
from schools.actions.money import yearly_costs
from schools.rules import money
from schools.rules.plans import Rate, Terms
from schools.rules.shares import Share

FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
SCALE = Scale(Decimal("37.00"), Decimal("39.0"), Decimal("31.0"))
# Some before the year, so that a grade and a rate hold from its first day on.
EARLY = date(2026, 4, 1)
days = st.dates(FIRST, LAST)
hours = st.sampled_from([Decimal("18.50"), Decimal("30.00"), Decimal("37.00")])
points = st.sampled_from([("L5", 10), ("L6", 14)])
salaries = st.decimals(Decimal(20_000), Decimal(40_000), places=2)
on_costs = st.decimals(Decimal(0), Decimal(40), places=2)


@st.composite
def asked(draw):
    """Terms, rates of all points, shares in two halves by a day of change, and funds' last days."""
    own = draw(st.lists(st.tuples(days, points, hours, st.booleans()), max_size=2, unique_by=lambda each: each[0]))
    own = sorted([(EARLY, draw(points), draw(hours), True), *own])
    terms = tuple((day, *point, week, term_time) for day, point, week, term_time in own)
    rates = [(*point, EARLY, draw(salaries), draw(on_costs)) for point in (("L5", 10), ("L6", 14), ("L9", 30))]
    more = st.tuples(st.sampled_from(["L5", "L6", "L9"]), days, salaries, on_costs)
    point_of = {"L5": 10, "L6": 14, "L9": 30}
    rates += [(grade, point_of[grade], *rest) for grade, *rest in draw(st.lists(more, max_size=4))]
    change = draw(st.dates(FIRST + timedelta(days=1), LAST))
    held = []
    for begins, ends in ((EARLY, change - timedelta(days=1)), (change, None)):
        cut = draw(st.integers(1, 9_999))
        held += [(0, Decimal(cut) / 100, begins, ends), (1, Decimal(10_000 - cut) / 100, begins, ends)]
    ends_on = (draw(st.none() | st.dates(EARLY, LAST - timedelta(days=1))), None)
    return terms, sorted(rates, key=lambda each: each[2]), tuple(held), ends_on


@given(asked())
@settings(deadline=None)
def test_it_is_the_schedules_own_money_with_every_rate_that_is_known(made):
    terms, rates, held, ends = made
    costs, _ = yearly_costs(
        Nameless(), [Terms(*each) for each in terms], [Rate(*each) for each in rates],
        authority=SCALE, starts_on=FIRST, ends_on=LAST,
    )  # fmt: skip
    shares = [Share(*each) for each in held]
    schedule = money.schedule(starts_on=FIRST, ends_on=LAST, costs=costs, shares=shares)
    over = {0: ends[0]} if ends[0] else {}
    late = sum(money.late_in(schedule, over, costs=costs, shares=shares).values(), Decimal(0))

    own = {each[1:3] for each in terms}
    paid = _paid(FIRST, LAST, terms, tuple(each for each in rates if each[:2] in own), SCALE, held, ends)
    assert dict(paid.amounts) == schedule.payers()
    assert sum((amount for _, amount in paid.late), Decimal(0)) == late
    # As the book asks, point by point.
    by_point = tuple(sorted((each for each in rates if each[:2] in own), key=lambda each: each[:2]))
    assert _paid(FIRST, LAST, terms, by_point, SCALE, held, ends) == paid
