"""What a post costs, and who pays: rows in, schedules out. The arithmetic itself is in schools.rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from schools.models import FundingStream, School, Share
from schools.rules import money, pay, shares
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import PayRate, Post, PostTerms


@dataclass(frozen=True)
class PostCost:
    """The cost of a post over a period: by date, by month and payer, and the working on the first day."""

    costs: list[money.YearlyCost]
    working: pay.YearlyPay
    schedule: money.Schedule

    @property
    def a_year(self) -> Decimal:
        """Pounds a year on the first day of the period."""
        return self.working.cost


Payer = FundingStream | School
PENNY = Decimal("0.01")


def payers_of(post: Post) -> list[shares.Share]:
    """The post's shares as plain values, funds first, in an order that never changes: it decides who gets a penny."""
    rows = post.shares.select_related("fund", "school")
    return in_order([shares.Share(row.fund or row.school, row.percent, row.starts_on, row.ends_on) for row in rows])


def in_order(held: list[shares.Share]) -> list[shares.Share]:
    """Funds first, then schools, each as they were entered, then by date."""

    def place(share: shares.Share) -> tuple[bool, int, date]:
        return isinstance(share.payer, School), share.payer.pk, share.starts_on  # type: ignore[attr-defined]

    return sorted(held, key=place)


def cost_of_post(
    post: Post,
    *,
    authority: Any,
    starts_on: date,
    ends_on: date,
    payers: list[shares.Share] | None = None,
    before: money.Schedule | None = None,
) -> PostCost:
    """Everything about the money of a post in a period. Raises Refusal where a rate or a share is missing.

    `payers` are the shares to reckon with, where they are not those that the post has now. With `before`, the schedule
    that was printed for the same period, months before the first real change stay as they were printed (BR-07).
    """
    terms = list(post.terms.order_by("starts_on"))
    rates = list(PayRate.objects.filter(grade__in={each.grade for each in terms}).order_by("starts_on"))
    changes = [each.starts_on for each in terms] + [rate.starts_on for rate in rates]
    edges = sorted({starts_on} | {day for day in changes if starts_on < day <= ends_on})
    costs, working = [], None
    for first, following in zip(edges, [*edges[1:], ends_on + timedelta(days=1)], strict=True):
        on_day = _yearly_pay(post, terms, rates, authority, first)
        working = working or on_day
        costs.append(money.YearlyCost(on_day.cost, first, following - timedelta(days=1)))
    assert working is not None  # noqa: S101  there is always a first day
    sharing = payers_of(post) if payers is None else payers
    schedule = money.schedule(starts_on=starts_on, ends_on=ends_on, costs=costs, shares=sharing)
    if before is not None and (before.starts_on, before.ends_on) == (starts_on, ends_on):
        change_on = first_change(before, schedule)
        schedule = before
        if change_on is not None:
            schedule = money.revised(before, change_on=change_on, ends_on=ends_on, costs=costs, shares=sharing)
    return PostCost(costs, working, schedule)


def first_change(before: money.Schedule, now: money.Schedule) -> date | None:
    """The first month in which a payer is to pay something else than was printed; None when nothing has changed.

    Each printed month lies less than a penny from its exact value, so two roundings of one value are a penny apart at
    most: a real change is two pennies or more.
    """
    nothing = Decimal("0.00")
    for printed, fresh in zip(before.months, now.months, strict=True):
        payers = printed.amounts.keys() | fresh.amounts.keys()
        if any(abs(printed.amounts.get(each, nothing) - fresh.amounts.get(each, nothing)) > PENNY for each in payers):
            return printed.starts_on
    return None


def _yearly_pay(post: Post, terms: list[PostTerms], rates: list[PayRate], authority: Any, day: date) -> pay.YearlyPay:
    held = [each for each in terms if each.starts_on <= day]
    if not held:
        raise Refusal(
            f"{post.name} has no grade and hours yet. Add them before you work out its cost.", code="no_grade"
        )
    now = held[-1]
    known = [rate for rate in rates if (rate.grade, rate.point) == (now.grade, now.point) and rate.starts_on <= day]
    if not known:
        raise Refusal(f"There is no pay rate for grade {now.grade} point {now.point}. Add it first.", code="no_rate")
    term_time = pay.TermTime(authority.term_time_weeks, authority.term_time_days_off) if now.term_time_only else None
    return pay.yearly_pay(
        pay_point=f"grade {now.grade}, point {now.point}",
        salary=known[-1].salary,
        hours=now.hours_per_week,
        whole_time_hours=authority.whole_time_hours,
        on_costs=known[-1].on_costs_percent,
        term_time=term_time,
    )


def share_out(post: Post, new: list[tuple[Payer, Decimal]], *, from_day: date, by: Principal, at: datetime) -> None:
    """Who pays what from a day on. What was before stays as it was (BR-07).

    Raises Refusal, field "shares", when the new shares do not come to 100.00.
    """
    total = sum((percent for _, percent in new), Decimal("0.00"))
    if total != Decimal("100.00"):
        raise Refusal(f"The shares come to {total:.2f} %. They must come to 100.00 %.", field="shares", code="not_100")
    with post.moving("share_out", by=by, at=at):
        post.shares.filter(starts_on__gte=from_day).delete()
        post.shares.filter(ends_on=None).update(ends_on=from_day - timedelta(days=1))
        post.shares.filter(ends_on__gte=from_day).update(ends_on=from_day - timedelta(days=1))
        Share.objects.bulk_create(
            Share(
                post=post,
                fund=payer if isinstance(payer, FundingStream) else None,
                school=payer if isinstance(payer, School) else None,
                percent=percent,
                starts_on=from_day,
            )
            for payer, percent in new
        )
