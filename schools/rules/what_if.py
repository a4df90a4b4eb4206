"""What if (journey S3): changes as plain values, applied to a plan, and the same four figures of what comes of them.

Nothing here is a record. A change that does not fit the plan, because the records have moved on since it was written,
is left out and said; it is never bent until it fits. Changes are applied in the order of their days, whatever order
they were written in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from schools.rules.ahead import ZERO, Years, paid_by
from schools.rules.plans import DAY, NOBODY, Key, Payer, Plan, PlannedPost, Rate, Stay, payers_order
from schools.rules.shares import WHOLE, Share, change_days, in_force, shares_on
from teams.rules.calendar import school_year_of

PENNY = Decimal("0.01")
HUNDRED = Decimal(100)
Paid = dict[Payer, Decimal]  # per cent by payer
Parts = tuple[tuple[Payer, Decimal], ...]  # the same, in the order in which somebody said it


@dataclass(frozen=True)
class ChangeShare:
    """From a day on `giver` pays so many per cent of a post less, and `taker` so many more; either may be `NOBODY`.

    Where the giver comes to pay less than that on a later day, it gives what it has then.
    """

    post: Key
    giver: Payer
    taker: Payer
    percent: Decimal
    starts_on: date


@dataclass(frozen=True)
class PayAward:
    """So many per cent on every rate that is in force on a day, from that day on. A rate that is known for a later day
    holds from then as it is known."""

    percent: Decimal
    starts_on: date


@dataclass(frozen=True)
class EndFund:
    """The last day of a fund, sooner or later than it is now."""

    fund: int
    ends_on: date


@dataclass(frozen=True)
class EndPost:
    """The last day of a post, sooner or later than it is now."""

    post: Key
    ends_on: date


@dataclass(frozen=True)
class MovePost:
    """From a day on a post is in another school than the one that it leaves. With `with_share` the new school pays from
    then on what the old one was to pay; without, who pays stays as it is."""

    post: Key
    leaves: int
    school: int
    starts_on: date
    with_share: bool = True


@dataclass(frozen=True)
class AddPost:
    """One more post, from a day on, in a school, with grade, point and hours of the post `like`. Nobody holds it yet.

    `paid` says who pays which per cent, 100.00 in all. Where it says nothing, the same funds pay as there, and this
    school what schools pay of the other.
    """

    key: Key
    name: str
    like: Key
    school: int
    starts_on: date
    paid: Parts = ()


Change = ChangeShare | PayAward | EndFund | EndPost | MovePost | AddPost
# Of changes from one day the first kind comes first: who pays is changed after a post has moved.
KINDS: tuple[type, ...] = (PayAward, AddPost, MovePost, ChangeShare, EndFund, EndPost)


class Misfit(NamedTuple):
    """Why a change cannot be applied: "no_post", "not_running", "no_rate", "not_there", "there_already",
    "before_start", "not_whole", or "pays_less", where `percent` is what the giver pays."""

    why: str
    percent: Decimal | None = None


class Applied(NamedTuple):
    """What comes of the changes, and by their places in the list those that do not fit."""

    plan: Plan
    misfits: dict[int, Misfit]


class _DoesNotFitError(Exception):
    def __init__(self, why: str, percent: Decimal | None = None) -> None:
        super().__init__(why)
        self.misfit = Misfit(why, percent)


class Figures(NamedTuple):
    """The four figures of a plan in a school year, always in this order; money in pounds.

    `county` is what funds pay and `schools` what schools do. `nobody` is what the posts cost beyond both: it has no
    payer, or falls after a fund's end. `highest_without` is None for a reader who may not see need.
    """

    county: Decimal
    nobody: Decimal
    schools: Decimal
    with_worker: int
    highest_without: int | None

    @property
    def cost(self) -> Decimal:
        """What all posts cost in the year."""
        return self.county + self.nobody + self.schools

    @classmethod
    def from_text(cls, kept: Mapping[str, Any]) -> Figures:
        """As they are sealed: money as text with its pennies."""
        money = {name: Decimal(kept[name]) for name in ("county", "nobody", "schools")}
        return cls(**money, with_worker=kept["with_worker"], highest_without=kept["highest_without"])


def day_of(change: Change) -> date:
    """The first day on which there is a difference."""
    return change.ends_on + DAY if isinstance(change, EndFund | EndPost) else change.starts_on


def apply(plan: Plan, changes: Sequence[Change]) -> Applied:
    """A new plan with the changes in it. Without changes it is the plan itself."""
    order = sorted(
        range(len(changes)), key=lambda place: (day_of(changes[place]), KINDS.index(type(changes[place])), place)
    )
    misfits: dict[int, Misfit] = {}
    found = plan
    for place in order:
        change = changes[place]
        try:
            found = _after(found, change, plan)
        except _DoesNotFitError as wrong:
            misfits[place] = wrong.misfit
    return Applied(found, misfits)


def figures(plan: Plan, years: Years, *, school_year: int, day: date, highest: Collection[int] | None) -> Figures:
    """`years` are those of the plan as it was counted; `highest` the schools of highest need, by key. Workers are those
    of the day."""
    in_year = [
        each for held in years.values() for each in held if school_year_of(each.schedule.starts_on) == school_year
    ]
    paid, nobody = paid_by(in_year)
    there = schools_with_worker(plan, day)
    return Figures(
        county=sum((amount for payer, amount in paid.items() if payer.kind == "fund"), ZERO),
        nobody=nobody,
        schools=sum((amount for payer, amount in paid.items() if payer.kind == "school"), ZERO),
        with_worker=len(there),
        highest_without=None if highest is None else len(set(highest) - there),
    )


def schools_with_worker(plan: Plan, day: date) -> set[int]:
    """The schools in which there is a post on this day, filled or to be filled, as its cost is counted either way."""
    return {school for post in plan.posts if post.runs_on(day) for school in post.schools_on(day)}


def _after(plan: Plan, change: Change, base: Plan) -> Plan:
    """The plan after one more change; `base` is the plan before all of them."""
    match change:
        case PayAward():
            return _award(plan, change)
        case AddPost():
            return _add(plan, change, base)
        case MovePost():
            return _move(plan, change)
        case ChangeShare():
            return _share(plan, change)
        case EndFund():
            return replace(plan, ends={**plan.ends, change.fund: change.ends_on})
        case EndPost():
            return _end_post(plan, change)


def _award(plan: Plan, change: PayAward) -> Plan:
    if not change.percent:
        return plan
    held = {(rate.grade, rate.point): rate for rate in plan.rates if rate.starts_on <= change.starts_on}
    if not held:
        raise _DoesNotFitError("no_rate")
    factor = 1 + change.percent / HUNDRED
    raised = [
        replace(
            rate,
            starts_on=change.starts_on,
            salary=(rate.salary * factor).quantize(PENNY, rounding=ROUND_HALF_UP),
        )
        for rate in held.values()
    ]
    kept = [rate for rate in plan.rates if rate.starts_on != change.starts_on]
    return replace(plan, rates=tuple(sorted([*kept, *raised], key=_by_day)))


def _by_day(rate: Rate) -> date:
    return rate.starts_on


def _add(plan: Plan, change: AddPost, base: Plan) -> Plan:
    like = _post_of(base, change.like)
    if change.paid and not are_whole(change.paid):
        raise _DoesNotFitError("not_whole")
    paid = dict(change.paid) or _paid_like(like, change)
    added = PlannedPost(
        key=change.key,
        name=change.name,
        starts_on=change.starts_on,
        ends_on=None,
        terms=like.terms,
        shares=tuple(sorted((Share(*each, change.starts_on) for each in paid.items()), key=payers_order)),
        stays=(Stay(change.school, change.starts_on),),
        team=like.team,
        has_holder=False,
    )
    return replace(plan, posts=(*plan.posts, added))


def are_whole(parts: Parts) -> bool:
    """Do they come to exactly 100.00 %, each of them more than nothing, and nobody twice?"""
    payers = [payer for payer, _ in parts]
    percents = [percent for _, percent in parts]
    return sum(percents, ZERO) == WHOLE and min(percents) > 0 and len(set(payers)) == len(payers)


def _paid_like(like: PlannedPost, change: AddPost) -> Paid:
    day = max(change.starts_on, like.starts_on)
    paid: Paid = {}
    for payer, percent in like.paid_on(day if like.ends_on is None else min(day, like.ends_on)).items():
        here = Payer("school", change.school) if payer.kind == "school" else payer
        paid[here] = paid.get(here, ZERO) + percent
    return paid


def _move(plan: Plan, change: MovePost) -> Plan:
    post, day = _running(plan, change.post, change.starts_on), change.starts_on
    held = in_force(post.stays, day)
    left = [stay for stay in held if stay.school == change.leaves]
    if not left:
        raise _DoesNotFitError("not_there")
    if any(stay.school == change.school for stay in held):
        raise _DoesNotFitError("there_already")
    stays = [stay for stay in post.stays if stay not in left]
    stays += [replace(stay, ends_on=day - DAY) for stay in left if stay.starts_on < day]
    stays += [Stay(change.school, day, stay.ends_on) for stay in left]
    moved = replace(post, stays=tuple(stays))
    if change.with_share:
        old, new = Payer("school", change.leaves), Payer("school", change.school)
        moved = _paid_otherwise(moved, day, lambda paid: _given(paid, old, new, WHOLE))
    return _with(plan, moved)


def _share(plan: Plan, change: ChangeShare) -> Plan:
    post, day = _running(plan, change.post, change.starts_on), change.starts_on
    has = _has(post.paid_on(day), change.giver)
    if has < change.percent:
        raise _DoesNotFitError("pays_less", has)
    return _with(
        plan, _paid_otherwise(post, day, lambda paid: _given(paid, change.giver, change.taker, change.percent))
    )


def _end_post(plan: Plan, change: EndPost) -> Plan:
    post = _post_of(plan, change.post)
    if change.ends_on < post.starts_on:
        raise _DoesNotFitError("before_start")
    return _with(plan, replace(post, ends_on=change.ends_on))


def _has(paid: Paid, payer: Payer) -> Decimal:
    """How many per cent it can give: nobody has what is missing from 100.00."""
    return WHOLE - sum(paid.values(), ZERO) if payer == NOBODY else paid.get(payer, ZERO)


def _given(paid: Paid, giver: Payer, taker: Payer, percent: Decimal) -> Paid:
    """Who pays after so many per cent, or as many as there are, have gone from one to another."""
    moved = min(percent, _has(paid, giver))
    after = dict(paid)
    for payer, amount in ((giver, -moved), (taker, moved)):
        if payer != NOBODY:
            after[payer] = after.get(payer, ZERO) + amount
    return {payer: amount for payer, amount in after.items() if amount > 0}


def _paid_otherwise(post: PlannedPost, day: date, how: Callable[[Paid], Paid]) -> PlannedPost:
    """The post with other payers from a day on. What was before stays; a payer whose per cent goes on has one share."""
    firsts = change_days(post.shares, day, None)
    lasts = [*(following - DAY for following in firsts[1:]), None]
    found = [share for share in post.shares if share.starts_on < day]
    found = [replace(share, ends_on=_earlier(share.ends_on, day - DAY)) for share in found]
    for first, last in zip(firsts, lasts, strict=True):
        paid: Paid = {}
        for share in shares_on(post.shares, first):
            payer: Payer = share.payer  # type: ignore[assignment]
            paid[payer] = paid.get(payer, ZERO) + share.percent
        found += [Share(payer, percent, first, last) for payer, percent in how(paid).items()]
    return replace(post, shares=tuple(sorted(_joined(found), key=payers_order)))


def _joined(shares: Iterable[Share]) -> list[Share]:
    """Shares of one payer that follow each other with the same per cent as one."""
    found: list[Share] = []
    ordered = sorted(shares, key=payers_order)
    for share in ordered:
        last = found[-1] if found else None
        if (
            last is not None
            and (last.payer, last.percent) == (share.payer, share.percent)
            and last.ends_on == share.starts_on - DAY
        ):
            found[-1] = replace(last, ends_on=share.ends_on)
        else:
            found.append(share)
    return found


def _earlier(ends_on: date | None, day: date) -> date:
    return day if ends_on is None else min(ends_on, day)


def _post_of(plan: Plan, key: Key) -> PlannedPost:
    found = plan.post(key)
    if found is None:
        raise _DoesNotFitError("no_post")
    return found


def _running(plan: Plan, key: Key, day: date) -> PlannedPost:
    post = _post_of(plan, key)
    if not post.runs_on(day):
        raise _DoesNotFitError("not_running")
    return post


def _with(plan: Plan, changed: PlannedPost) -> Plan:
    return replace(plan, posts=tuple(changed if post.key == changed.key else post for post in plan.posts))
