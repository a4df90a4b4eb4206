"""What a post costs, and who pays: rows in, schedules out. The arithmetic itself is in schools.rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from schools.models import Agreement, AgreementVersion, FundingStream, School, Share
from schools.rules import money, pay, shares
from schools.rules.plans import Rate, Terms
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


class Named(Protocol):
    """A post, or whatever else has a name to be told by."""

    @property
    def name(self) -> Any: ...


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


def paid_on(held: list[shares.Share], day: date) -> dict[Any, Decimal]:
    """Per cent by payer, on one day."""
    return {share.payer: share.percent for share in shares.shares_on(held, day)}


@dataclass(frozen=True)
class SealedShares:
    """Who was to pay how many per cent, by date, as a sealed version says."""

    on_first_day: dict[Any, Decimal]
    later: dict[Any, dict[date, Decimal]]

    @classmethod
    def of(cls, version: AgreementVersion, held: list[shares.Share]) -> SealedShares | None:
        """None where a payer is nobody whom the post has now."""
        known = {str(share.payer.public_id): share.payer for share in held}  # type: ignore[attr-defined]
        lines = {known.get(line["payer"]): line for line in (version.cost or {})["payers"]}
        if None in lines:
            return None
        return cls(
            {payer: Decimal(line["percent"]) for payer, line in lines.items()},
            {
                payer: {date.fromisoformat(each["from"]): Decimal(each["percent"]) for each in line["changes"]}
                for payer, line in lines.items()
            },
        )

    @property
    def changes(self) -> set[date]:
        return {day for changes in self.later.values() for day in changes}

    def on(self, day: date) -> dict[Any, Decimal]:
        """Without those who were to pay nothing on this day."""
        paid = {}
        for payer, percent in self.on_first_day.items():
            past = [day_of for day_of in self.later[payer] if day_of <= day]
            paid[payer] = self.later[payer][max(past)] if past else percent
        return {payer: percent for payer, percent in paid.items() if percent}

    def days_that_differ(self, held: list[shares.Share], starts_on: date, ends_on: date) -> list[date]:
        """From which days of the period on the post is paid for otherwise than this says."""
        days = sorted(self.changes.union(shares.change_days(held, starts_on, ends_on)))
        return [day for day in days if paid_on(held, day) != self.on(day)]


def is_paid_as_sealed(agreement: Agreement, version: AgreementVersion) -> bool:
    """Do the post's shares still say what this version says? Another agreement of the same post may have moved them."""
    held = payers_of(agreement.placement.post)
    sealed = SealedShares.of(version, held)
    return sealed is not None and not sealed.days_that_differ(held, agreement.starts_on, agreement.ends_on)


def cost_of_post(
    post: Post,
    *,
    authority: Any,
    starts_on: date,
    ends_on: date,
    payers: list[shares.Share] | None = None,
    before: money.Schedule | None = None,
    change_from: date | None = None,
) -> PostCost:
    """Everything about the money of a post in a period. Raises Refusal where a rate or a share is missing.

    `payers` are the shares to reckon with, where they are not those that the post has now. With `before`, the schedule
    that was printed for the same period, months before the first real change stay as they were printed, and so do all
    before `change_from`: what they should have come to since is carried by the months that follow (BR-07).
    """
    terms = list(post.terms.order_by("starts_on"))
    rates = list(PayRate.objects.filter(grade__in={each.grade for each in terms}).order_by("starts_on"))
    costs, working = yearly_costs(post, terms, rates, authority=authority, starts_on=starts_on, ends_on=ends_on)
    sharing = payers_of(post) if payers is None else payers
    schedule = money.schedule(starts_on=starts_on, ends_on=ends_on, costs=costs, shares=sharing)
    if before is not None and (before.starts_on, before.ends_on) == (starts_on, ends_on):
        changed_on = first_change(before, schedule)
        schedule = before
        if changed_on is not None:
            change_on = min(max(changed_on, change_from or changed_on), ends_on)
            revised = money.revised(before, change_on=change_on, ends_on=ends_on, costs=costs, shares=sharing)
            schedule = revised if costs_more_or_less(before, revised) else before
    return PostCost(costs, working, schedule)


def yearly_costs(
    post: Named,
    terms: Sequence[PostTerms | Terms],
    rates: Sequence[PayRate | Rate],
    *,
    authority: Any,
    starts_on: date,
    ends_on: date,
) -> tuple[list[money.YearlyCost], pay.YearlyPay]:
    """What the post costs a year, by date, a new one for each change of grade, hours or rate; and the first working.

    `terms` and `rates` come in the order of their dates; no query. Raises Refusal where one is missing.
    """
    changes = {row.starts_on for rows in (terms, rates) for row in rows}
    edges = [starts_on, *sorted(day for day in changes if starts_on < day <= ends_on)]
    paid = [_yearly_pay(post, terms, rates, authority, first) for first in edges]
    ends = [*(following - timedelta(days=1) for following in edges[1:]), ends_on]
    costs = [money.YearlyCost(each.cost, first, last) for each, first, last in zip(paid, edges, ends, strict=True)]
    return costs, paid[0]


def costs_more_or_less(before: money.Schedule, now: money.Schedule) -> bool:
    """Does a payer pay another sum, or in other months, than was printed: more than rounding moves about?

    A month that carried arrears does not differ from one worked out anew today once those are counted in; each of the
    two roundings of a payer's sum lies less than a penny from its exact value, and of a month a few pennies.
    """
    nothing = Decimal("0.00")
    sums, fresh_sums = before.payers(), now.payers()
    if any(abs(sums.get(each, nothing) - fresh_sums.get(each, nothing)) > 2 * PENNY for each in {*sums, *fresh_sums}):
        return True
    return any(
        abs(printed.amounts.get(each, nothing) - fresh.amounts.get(each, nothing)) > len(before.months) * PENNY
        for printed, fresh in zip(before.months, now.months, strict=True)
        for each in {*printed.amounts, *fresh.amounts}
    )


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


def _yearly_pay(
    post: Named,
    terms: Sequence[PostTerms | Terms],
    rates: Sequence[PayRate | Rate],
    authority: Any,
    day: date,
) -> pay.YearlyPay:
    held = [each for each in terms if each.starts_on <= day]
    if not held:
        raise Refusal(
            f"{post.name} has no grade and hours yet. Add them before you work out its cost.", code="no_grade"
        )
    now = held[-1]
    known = [rate for rate in rates if (rate.grade, rate.point) == (now.grade, now.point) and rate.starts_on <= day]
    if not known:
        raise Refusal(f"There is no pay rate for grade {now.grade} point {now.point}. Add it first.", code="no_rate")
    if now.hours_per_week > authority.whole_time_hours:
        raise Refusal(
            f"{post.name} has {now.hours_per_week} hours a week, more than the {authority.whole_time_hours} of whole "
            "time. Ask the administrator to put right the hours of the post, or those of whole time.",
            code="more_than_whole_time",
        )
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
