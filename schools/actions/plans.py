"""From rows to plain values, and from those to schedules: one counting for what there is and for what is tried out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from schools.actions.books import Book
from schools.actions.money import yearly_costs
from schools.models import FundingStream, NextYear, Placement, School
from schools.rules import money
from schools.rules.plans import Answer, Key, PaidYear, Payer, Plan, PlannedPost, Rate, Stay, payers_order
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.rules.calendar import school_year_dates


def payer_of(payer: FundingStream | School) -> Payer:
    return Payer("fund" if isinstance(payer, FundingStream) else "school", payer.pk)


class County:
    """What a reader may see of posts, payers, placements and answers in a period: seven queries at most, at any size.

    `plan` is all of it as plain values; `funds`, `schools` and `posts` are the rows that its keys mean. Placements and
    schools are read when they are asked for: a sum of money needs neither.
    """

    def __init__(self, principal: Principal, authority: Any, *, starts_on: date, ends_on: date) -> None:
        self.principal, self.authority, self.starts_on = principal, authority, starts_on
        self.book = Book(principal, authority, starts_on=starts_on, ends_on=ends_on)
        self.funds = {fund.pk: fund for fund in FundingStream.objects.visible_to(principal)}
        paying = {share.fund_id for held in self.book.shares.values() for share in held if share.fund_id is not None}
        if others := paying - self.funds.keys():
            self.funds |= FundingStream.objects.in_bulk(others)
        self.posts = {post.pk: post for post in self.book.posts}

    @cached_property
    def placements(self) -> list[Any]:
        """With `said`, what the school said about each."""
        return list(
            Placement.objects.visible_to(self.principal)
            .not_over_by(self.starts_on)
            .filter(post__in=[post.pk for post in self.book.posts])
            .select_related("school__area")
            .annotate(said=ArraySubquery(self._said()))
            .order_by("school__name", "pk")
        )

    @cached_property
    def schools(self) -> dict[int, School]:
        """Those with a placement, and those that pay: most do both, and need no query of their own."""
        found = {placement.school_id: placement.school for placement in self.placements}
        paying = {
            share.school_id for held in self.book.shares.values() for share in held if share.school_id is not None
        }
        if others := paying - found.keys():
            found |= School.objects.select_related("area").in_bulk(others)
        return found

    def name_of(self, payer: Payer) -> str:
        if payer.kind == "nobody":
            return "Nobody yet"
        row = (self.funds if payer.kind == "fund" else self.schools).get(payer.key)
        return row.name if row is not None else "Not known"

    def area_of(self, post: PlannedPost, payer: Payer) -> str:
        """The area of the school that pays; of what a fund pays, that of the post's team. "" where there is none."""
        school = self.schools.get(payer.key) if payer.kind == "school" else None
        row = self.posts.get(post.key)
        if school is not None:
            return school.area.name if school.area is not None else ""
        return (row.area_name or "") if row is not None else ""

    @cached_property
    def plan(self) -> Plan:
        stays: dict[int, list[Stay]] = defaultdict(list)
        for each in self.placements:
            stays[each.post_id].append(Stay(each.school_id, each.starts_on, each.ends_on))
        return Plan(
            posts=tuple(self._post(post, tuple(stays[post.pk]), has_holder=post.is_held) for post in self.book.posts),
            rates=self.book.rates,
            ends={fund.pk: fund.ends_on for fund in self.funds.values() if fund.ends_on is not None},
            answers=self._answers(),
        )

    def _post(self, post: Any, stays: tuple[Stay, ...], *, has_holder: bool) -> PlannedPost:
        return PlannedPost(
            key=post.pk,
            name=post.name,
            starts_on=post.starts_on,
            ends_on=post.ends_on,
            terms=self.book.terms_of(post),
            shares=tuple(sorted(self.book.payers_of(post), key=payers_order)),
            stays=stays,
            team=post.team_id,
            has_holder=has_holder,
        )

    def _said(self) -> Any:
        """Of one placement, in one query with all of them."""
        said = NextYear.objects.visible_to(self.principal).filter(placement=OuterRef("pk")).order_by("pk")
        return said.values(found=JSONObject(pk="pk", year="school_year", answer="answer"))

    def _answers(self) -> dict[tuple[Key, int], tuple[Answer, ...]]:
        """What each school said last about each post and school year."""
        said = [
            (each["pk"], (placement.post_id, placement.school_id, each["year"]), each["answer"])
            for placement in self.placements
            for each in placement.said
        ]
        last: dict[tuple[int, int, int], str] = {key: answer for _, key, answer in sorted(said)}
        found: dict[tuple[Key, int], list[Answer]] = defaultdict(list)
        for (post, school, year), answer in last.items():
            found[post, school].append(Answer(year, answer))
        return {key: tuple(answers) for key, answers in found.items()}


@dataclass(frozen=True)
class Counted:
    """A plan with the years of each post, where it can be counted; `problems` say of a post why it cannot.

    `costs` are what each post costs a year, by date, over all the years.
    """

    plan: Plan
    years: dict[Key, list[PaidYear]]
    problems: dict[Key, str]
    costs: dict[Key, list[money.YearlyCost]]


@dataclass
class Counting:
    """Counts plans over some school years. What a second plan has in common with the first is not worked out again."""

    authority: Any
    school_years: tuple[int, ...]
    _known: dict[Any, Any] = field(default_factory=dict)

    def count(self, plan: Plan) -> Counted:
        counted = Counted(plan, {}, {}, {})
        for post in plan.posts:
            try:
                counted.years[post.key], counted.costs[post.key] = self._of(post, plan)
            except Refusal as refusal:
                counted.problems[post.key] = refusal.message
        return counted

    def _of(self, post: PlannedPost, plan: Plan) -> tuple[list[PaidYear], list[money.YearlyCost]]:
        ends = tuple(
            (share.payer, last_day)
            for share in post.shares
            if (last_day := plan.last_day_of(share.payer))  # type: ignore[arg-type]
        )
        known = (post.key, post.starts_on, post.ends_on, post.terms, post.shares, ends, id(plan.rates))
        if known not in self._known:
            # With the rates, so that no other tuple comes to have their id while this is kept.
            self._known[known] = (*self._worked_out(post, plan.rates, dict(ends)), plan.rates)
        years, costs, _ = self._known[known]
        return years, costs

    def _worked_out(
        self, post: PlannedPost, rates: tuple[Rate, ...], ends: dict[Hashable, date]
    ) -> tuple[list[PaidYear], list[money.YearlyCost]]:
        years, all_costs = [], []
        for first, last in self.stretches(post):
            costs, _ = yearly_costs(post, post.terms, rates, authority=self.authority, starts_on=first, ends_on=last)
            shares = post.whole_shares(first, last)
            schedule = money.schedule(starts_on=first, ends_on=last, costs=costs, shares=shares)
            years.append(PaidYear(schedule, money.late_in(schedule, ends, costs=costs, shares=shares)))
            all_costs += costs
        return years, all_costs

    def stretches(self, post: PlannedPost) -> Iterable[tuple[date, date]]:
        """The part of each school year in which there is the post."""
        for year in self.school_years:
            starts_on, ends_on = school_year_dates(year)
            first, last = max(starts_on, post.starts_on), min(ends_on, post.ends_on or ends_on)
            if first <= last:
                yield first, last
