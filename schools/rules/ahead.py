"""Money ahead: what each fund pays month by month until it ends, what is at risk, and by when somebody must be told.

Amounts come from schedules (schools.rules.money) and are pounds to the penny; posts are whole posts: 0.59 is 59 per
cent of one (journey S3, L31).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from schools.rules.plans import DAY, NOBODY, Answer, Key, PaidYear, Payer, Plan, PlannedPost
from schools.rules.shares import change_days
from teams.rules.calendar import school_year_dates, school_year_of

ZERO = Decimal("0.00")
HUNDRED = Decimal(100)
AT_RISK = ("cannot", "unknown")  # a school that cannot keep its worker, and one that does not know yet
Years = Mapping[Key, Sequence[PaidYear]]  # of each post, one for each school year, in order


class FundMonth(NamedTuple):
    """A calendar month of one fund: `parts` are the per cent of each post that it pays at the month's end, or on its
    own last day in the month in which it ends; `late` is asked of it for days after its end, and nobody pays it.
    """

    month: date
    parts: tuple[tuple[Key, Decimal], ...]
    paid: Decimal
    late: Decimal

    @property
    def posts(self) -> Decimal:
        return sum((percent for _, percent in self.parts), ZERO) / HUNDRED


class Step(NamedTuple):
    """Months on which a fund pays for the same parts of the same posts. `starts_on` is a first of a month, `ends_on`
    the last day of a month, or the fund's own. `leaves` are the posts of which it pays less afterwards."""

    starts_on: date
    ends_on: date
    parts: tuple[tuple[Key, Decimal], ...]
    paid: Decimal
    leaves: tuple[Key, ...] = ()

    @property
    def posts(self) -> Decimal:
        return sum((percent for _, percent in self.parts), ZERO) / HUNDRED


class Staircase(NamedTuple):
    """One fund over the years that are looked at."""

    fund: Payer
    ends_on: date | None
    months: tuple[FundMonth, ...]
    steps: tuple[Step, ...]

    @property
    def paid(self) -> Decimal:
        return sum((each.paid for each in self.months), ZERO)

    @property
    def late(self) -> Decimal:
        """What shares still ask of it after its end."""
        return sum((each.late for each in self.months), ZERO)

    @property
    def top(self) -> Decimal:
        return max((each.posts for each in self.months), default=ZERO)


class Part(NamedTuple):
    """A part of a post that nobody may pay. `why`: "fund" (it has ended, its share goes on), "ends" (all shares end),
    "cannot" or "unknown" (what the school said). `since` is the last day that is paid for."""

    post: PlannedPost
    payer: Payer
    percent: Decimal
    why: str
    since: date

    @property
    def posts(self) -> Decimal:
        return self.percent / HUNDRED


def staircase(fund: Payer, plan: Plan, years: Years) -> Staircase:
    """One fund, month by month, from the schedules of all posts."""
    ends_on = plan.last_day_of(fund)
    asked: dict[date, Decimal] = {}
    late: dict[date, Decimal] = {}
    for year in (each for held in years.values() for each in held):
        for month, amounts in year.schedule.months:
            asked[month] = asked.get(month, ZERO) + amounts.get(fund, ZERO)
            late[month] = late.get(month, ZERO) + year.late.get((month, fund), ZERO)
    months = tuple(
        FundMonth(first, _parts(fund, plan, first, ends_on), asked[first] - late[first], late[first])
        for first in sorted(asked)
    )
    return Staircase(fund, ends_on, months, _steps(months, ends_on))


def _parts(fund: Payer, plan: Plan, first: date, ends_on: date | None) -> tuple[tuple[Key, Decimal], ...]:
    day = _month_end(first)
    if ends_on is not None and ends_on < day:
        if ends_on < first:
            return ()
        day = ends_on
    held = ((post.key, post.paid_on(day).get(fund)) for post in plan.posts if post.runs_on(day))
    return tuple((key, percent) for key, percent in held if percent)


def _steps(months: Sequence[FundMonth], ends_on: date | None) -> tuple[Step, ...]:
    found: list[Step] = []
    for parts, group in groupby(months, key=lambda each: each.parts):
        held = list(group)
        last = _month_end(held[-1].month)
        if ends_on is not None and held[0].month <= ends_on < last and parts:
            last = ends_on
        if found:
            now = dict(parts)
            left = tuple(key for key, percent in found[-1].parts if now.get(key, ZERO) < percent)
            found[-1] = found[-1]._replace(leaves=left)
        found.append(Step(held[0].month, last, parts, sum((each.paid for each in held), ZERO)))
    return tuple(found)


def paid_by(years: Iterable[PaidYear]) -> tuple[dict[Payer, Decimal], Decimal]:
    """What each fund and school pays in these years, and what nobody does: without a payer, or after a fund's end.

    All of it together is what the posts cost.
    """
    found: dict[Any, Decimal] = {}
    for year in years:
        for payer, amount in year.schedule.payers().items():
            found[payer] = found.get(payer, ZERO) + amount
        for (_, payer), amount in year.late.items():
            found[payer] -= amount
            found[NOBODY] = found.get(NOBODY, ZERO) + amount
    nobody = found.pop(NOBODY, ZERO)
    return found, nobody


def parts_at_risk(plan: Plan, day: date) -> list[Part]:
    """The parts of posts that on this day nobody pays, or whose school has said that it may not.

    A post that has an end of its own is not at risk after it, and one that nobody has ever paid for is not either.
    """
    return [part for post in plan.posts for part in _parts_of(post, plan, day)]


def _parts_of(post: PlannedPost, plan: Plan, day: date) -> list[Part]:
    if not post.runs_on(day):
        return []
    held = post.paid_on(day)
    if not held:
        over = [share.ends_on for share in post.shares if share.ends_on is not None and share.ends_on < day]
        if not over or any(share.starts_on > day for share in post.shares):
            return []
        last = max(over)
        return [Part(post, payer, percent, "ends", last) for payer, percent in post.paid_on(last).items()]
    found = []
    for payer, percent in held.items():
        ends_on = plan.last_day_of(payer)
        if ends_on is not None and ends_on < day:
            found.append(Part(post, payer, percent, "fund", ends_on))
        elif payer.kind == "school" and (said := said_by(plan, post, payer.key, day)) and said.answer in AT_RISK:
            last = school_year_dates(said.school_year)[0] - DAY
            found.append(Part(post, payer, percent, said.answer, last))
    return found


def said_by(plan: Plan, post: PlannedPost, school: int, day: date) -> Answer | None:
    """What a school said last about the school year of this day, or about an earlier one that has begun by then."""
    year = school_year_of(day)
    said = [each for each in plan.answers.get((post.key, school), ()) if each.school_year <= year]
    return max(said, key=lambda each: each.school_year, default=None)


def risks_between(plan: Plan, starts_on: date, ends_on: date) -> list[Part]:
    """Everything that is or comes to be at risk on a day of this stretch, both inclusive: each part once, as it begins.

    A part that is paid again later is there all the same: until then somebody has to decide.
    """
    days = {starts_on, ends_on, *(last + DAY for last in plan.ends.values() if last < ends_on)}
    for post in plan.posts:
        days.update(change_days([*post.shares, post], starts_on, ends_on))
    for answers in plan.answers.values():
        days.update(school_year_dates(each.school_year)[0] for each in answers)
    found: dict[tuple[Key, Payer], Part] = {}
    for day in sorted(each for each in days if starts_on <= each <= ends_on):
        for part in parts_at_risk(plan, day):
            found.setdefault((part.post.key, part.payer), part)
    return list(found.values())


def at_risk_until(plan: Plan, today: date, until: date) -> list[Part]:
    """Of the posts that are there today, what nobody pays any more or may not on a day until then, both inclusive.

    Each part once, and of one post never more than the whole of it: where a payer that ends follows another that ends,
    it is the same part. What has ended is not safer than what is to end: it is in here until somebody pays.
    """
    found: list[Part] = []
    left: dict[Key, Decimal] = {}
    for part in risks_between(plan, today, until):
        percent = min(part.percent, left.setdefault(part.post.key, HUNDRED))
        if percent and part.post.runs_on(today):
            left[part.post.key] -= percent
            found.append(part._replace(percent=percent))
    return found


def schools_of(part: Part, today: date) -> list[int]:
    """Whom it concerns: the school itself where it is the payer, else every school in which the post is when it ends;
    where it has ended, is today."""
    return [part.payer.key] if part.payer.kind == "school" else part.post.schools_on(max(part.since, today))


def posts_in_words(posts: Decimal) -> str:
    """ "4.6": whole posts with two decimal places at most."""
    rounded = posts.quantize(Decimal("0.01"))
    return f"{rounded.normalize():f}" if rounded else "0"


def _month_end(first: date) -> date:
    return (first.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY
