"""Every post, month and payer of a plan, with the pay point and the rate that its pennies come from.

For finance's own sheet (journey S3: "it must say which rate, which pay point, which month"). The lines of a year come
to the figures of that year, to the penny.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from schools.actions.plans import County
from schools.actions.what_if import Tried
from schools.rules.ahead import ZERO
from schools.rules.money import YearlyCost
from schools.rules.plans import NOBODY, PaidYear, Payer, Plan, PlannedPost, Rate
from schools.rules.shares import in_force
from teams.foundation.words import day as day_in_words
from teams.foundation.words import money
from teams.rules.calendar import school_year_label, school_year_of

PAYERS = {"fund": "Fund", "school": "School", "nobody": "Nobody yet"}


class Line(NamedTuple):
    """What one payer pays for one post in one calendar month. Grade, hours and rate are those of the month's last day
    in which there is the post; `working` says each yearly cost of the month."""

    plan: str
    school_year: str
    month: date
    post: str
    kind: str
    payer: str
    amount: Decimal
    grade: str
    point: Decimal  # a number of the spreadsheet's
    hours: Decimal
    term_time: str
    salary: Decimal | None
    rate_since: date | None
    on_costs: Decimal | None
    working: str


def lines_of(name: str, tried: Tried, county: County, school_year: int) -> Iterator[Line]:
    """One plan in one school year, post by post and month by month. Months in which somebody pays nothing are left
    out."""
    for post in tried.plan.posts:
        for year in tried.counted.years.get(post.key, ()):
            if school_year_of(year.schedule.starts_on) == school_year:
                yield from _of_post(name, post, year, tried, county, school_year)


def _of_post(
    name: str, post: PlannedPost, year: PaidYear, tried: Tried, county: County, school_year: int
) -> Iterator[Line]:
    costs, schedule = tried.counted.costs[post.key], year.schedule
    for month, amounts in schedule.months:
        first, last = max(month, schedule.starts_on), min(_month_end(month), schedule.ends_on)
        terms = post.terms_on(last)
        if terms is None:
            continue  # it could not be counted then
        rate = _rate_on(tried.plan, terms.grade, terms.point, last)
        working = "; ".join(_in_words(each) for each in _in_month(costs, first, last))
        for payer, amount in _paid(month, amounts, year).items():
            if amount:
                yield Line(
                    name, school_year_label(school_year), month, post.name, PAYERS[payer.kind], county.name_of(payer),
                    amount, terms.grade, Decimal(terms.point), terms.hours_per_week,
                    "yes" if terms.term_time_only else "no",
                    rate.salary if rate else None, rate.starts_on if rate else None,
                    rate.on_costs_percent if rate else None, working,
                )  # fmt: skip


def _paid(month: date, amounts: Any, year: PaidYear) -> dict[Payer, Decimal]:
    """What is asked of a fund after its end is nobody's."""
    found: dict[Payer, Decimal] = {}
    for payer, amount in amounts.items():
        late = year.late.get((month, payer), ZERO)
        found[payer] = found.get(payer, ZERO) + amount - late
        if late:
            found[NOBODY] = found.get(NOBODY, ZERO) + late
    return found


def _rate_on(plan: Plan, grade: str, point: int, day: date) -> Rate | None:
    known = [each for each in plan.rates if (each.grade, each.point) == (grade, point) and each.starts_on <= day]
    return known[-1] if known else None


def _in_month(costs: list[YearlyCost], first: date, last: date) -> list[YearlyCost]:
    """The yearly costs that hold on days of a month, one after the other, without those that say the same."""
    days = sorted({first, *(each.starts_on for each in costs if first < each.starts_on <= last)})
    found: list[YearlyCost] = []
    for day in days:
        for cost in in_force(costs, day):
            if not found or found[-1].amount != cost.amount:
                found.append(YearlyCost(cost.amount, day))
    return found


def _in_words(cost: YearlyCost) -> str:
    return f"{money(cost.amount)} a year from {day_in_words(cost.starts_on)}"


def _month_end(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
