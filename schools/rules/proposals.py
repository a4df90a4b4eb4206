"""What a proposal asks of people: which held posts it ends (BR-05), and whose agreements say something else then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from schools.rules.money import YearlyCost
from schools.rules.plans import DAY, Key, Payer, Plan, PlannedPost
from schools.rules.shares import Dated, change_days, in_force


class Ends(NamedTuple):
    """A post that somebody holds, from which day it is no more, or nobody pays for any part of it."""

    post: PlannedPost
    day: date


def posts_that_end(before: Plan, after: Plan, starts_on: date, ends_on: date) -> list[Ends]:
    """The held posts that are no more after the changes, or that nobody pays for any more, on any day of a stretch.

    A post that nobody pays for as it is ends with its own end (BR-05: it is the one most at risk).
    """
    found = []
    for post in before.posts:
        changed = after.post(post.key)
        if post.has_holder and changed is not None:
            for day in _days(before, after, post, changed, starts_on, ends_on):
                is_over = post.runs_on(day) and not changed.runs_on(day)
                if is_over or (is_paid(before, post, day) and not is_paid(after, changed, day)):
                    found.append(Ends(post, day))
                    break
    return found


def is_paid(plan: Plan, post: PlannedPost, day: date) -> bool:
    """Does anybody pay any part of it on this day, and not only a fund that has ended?"""
    return post.runs_on(day) and any(_pays(plan, payer, day) for payer in post.paid_on(day))


def differences(
    before: Plan,
    after: Plan,
    key: Key,
    *,
    school: int,
    starts_on: date,
    ends_on: date,
    costs: tuple[Sequence[YearlyCost], Sequence[YearlyCost]] = ((), ()),
) -> dict[str, date]:
    """What becomes different for a school about a post on days of a stretch, with the first such day.

    "ends" or "goes_on" (the post itself), "leaves" or "comes" (this school), "pays" (who pays what), "fund" (a fund
    that pays ends on another day), "costs" (what the post costs a year, where `costs` of both plans are given).
    """
    held, changed = before.post(key), after.post(key)
    if held is None or changed is None:
        return {}
    found: dict[str, date] = {}
    for day in _days(before, after, held, changed, starts_on, ends_on, *costs):
        for why in _whys(before, after, held, changed, school, day):
            found.setdefault(why, day)
        if changed.runs_on(day) and _a_year(costs[0], day) != _a_year(costs[1], day):
            found.setdefault("costs", day)
    return found


def _whys(before: Plan, after: Plan, held: PlannedPost, changed: PlannedPost, school: int, day: date) -> list[str]:
    was, is_now = held.runs_on(day), changed.runs_on(day)
    if not was or not is_now:
        return [] if was == is_now else ["ends" if was else "goes_on"]
    found = []
    was_here, is_here = school in held.schools_on(day), school in changed.schools_on(day)
    if was_here != is_here:
        found.append("leaves" if was_here else "comes")
    paid, paid_now = held.paid_on(day), changed.paid_on(day)
    if paid != paid_now:
        found.append("pays")
    elif any(_pays(before, payer, day) != _pays(after, payer, day) for payer in paid):
        found.append("fund")
    return found


def _days(
    before: Plan,
    after: Plan,
    held: PlannedPost,
    changed: PlannedPost,
    starts_on: date,
    ends_on: date,
    *costs: Sequence[YearlyCost],
) -> list[date]:
    """Every day of the stretch on which either plan may begin to say something else of the post."""
    dated: list[Dated] = [
        *held.shares, *changed.shares, *held.stays, *changed.stays, held, changed, *(each for c in costs for each in c)
    ]  # fmt: skip
    funds = {last + DAY for plan in (before, after) for last in plan.ends.values() if starts_on <= last < ends_on}
    return sorted(funds.union(change_days(dated, starts_on, ends_on)))


def _pays(plan: Plan, payer: Payer, day: date) -> bool:
    """It has not ended before this day."""
    return (plan.last_day_of(payer) or day) >= day


def _a_year(costs: Sequence[YearlyCost], day: date) -> object:
    found = in_force(costs, day)
    return found[0].amount if found else None
