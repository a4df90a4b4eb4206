"""Money ahead (journey S3): what each fund pays until it ends, what is at risk, and who must be told by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from schools.actions.money import yearly_costs
from schools.actions.plans import Counted, Counting, County
from schools.models import School
from schools.rules import ahead as rules
from schools.rules import money
from schools.rules.ahead import ZERO, Part, Staircase
from schools.rules.plans import Payer, PlannedPost
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Term
from teams.rules.calendar import school_year_dates, school_year_of

YEARS = 3


def years_ahead(today: date) -> tuple[int, ...]:
    """This school year and the next two: the years of money ahead and of every what-if."""
    first = school_year_of(today)
    return tuple(range(first, first + YEARS))


@dataclass(frozen=True)
class RiskLine:
    """A part of a post that is, or comes to be, at risk. `payer` pays it, or paid it last; `a_year` is what that part
    costs today, in pounds a year: None where the post's cost is not known. `area` is "" where there is none."""

    part: Part
    payer: str
    area: str
    a_year: Decimal | None
    schools: tuple[School, ...]


@dataclass(frozen=True)
class Ending:
    """A payer that stops paying for posts, or a placement that ends ("stay": it has no `parts`).

    `notice_on` is the last day to give one school term's notice, None where the terms before it are not known.
    """

    what: str
    why: str
    ends_on: date
    notice_on: date | None
    parts: tuple[Part, ...]
    schools: tuple[School, ...]

    @property
    def posts(self) -> Decimal:
        return sum((part.posts for part in self.parts), ZERO)

    @property
    def name(self) -> str:
        """ "Oakfield School's share of PSW 2 (cannot keep it)": what it is that ends."""
        if self.why in ("fund", "stay"):
            return self.what
        posts = sorted({part.post.name for part in self.parts})
        of = f"{posts[0]} and {len(posts) - 1} more" if len(posts) > 2 else " and ".join(posts)
        said = {"cannot": " (cannot keep it)", "unknown": " (does not know yet)"}.get(self.why, "")
        return f"{self.what}'s share of {of}{said}"

    def days_left(self, today: date) -> int | None:
        """To the last day for notice, less than 0 where it has passed; None where it is not known."""
        return (self.notice_on - today).days if self.notice_on else None


@dataclass(frozen=True)
class Said:
    """What a school said about its share of one post next year: "" where it has said nothing yet."""

    school: School
    post: str
    area: str
    answer: str
    key: Hashable = None  # the post's


class Ahead:
    """Money over this school year and the next two, for one reader on one day. Eight queries at most, at any
    size.

    `terms` are first and last days of the county's terms, where they have been read already.
    """

    def __init__(
        self, principal: Principal, authority: Any, today: date, *, terms: Sequence[tuple[date, date]] | None = None
    ) -> None:
        self.today = today
        self.years = years_ahead(today)
        self.starts_on, self.ends_on = school_year_dates(self.years[0])[0], school_year_dates(self.years[-1])[1]
        self.county = County(principal, authority, starts_on=self.starts_on, ends_on=self.ends_on)
        self.counting = Counting(authority, self.years)
        self._terms = terms

    @property
    def next_september(self) -> date:
        """The first day of the next school year."""
        return school_year_dates(self.years[1])[0]

    @cached_property
    def counted(self) -> Counted:
        return self.counting.count(self.county.plan)

    @cached_property
    def terms(self) -> Sequence[tuple[date, date]]:
        return list(Term.objects.values_list("starts_on", "ends_on")) if self._terms is None else self._terms

    @cached_property
    def staircases(self) -> list[Staircase]:
        """Of each fund that pays or is asked for anything in these years: the first to end first."""
        funds = [Payer("fund", key) for key in self.county.funds]
        found = [rules.staircase(fund, self.county.plan, self.counted.years) for fund in funds]
        paying = [each for each in found if each.paid or each.late]
        return sorted(paying, key=lambda each: (each.ends_on or date.max, self.county.name_of(each.fund)))

    def posts_at_risk(self, day: date) -> list[RiskLine]:
        """The parts of posts that nobody may pay on this day: `sum(line.part.posts for line in ...)` whole posts."""
        return [self._line(part) for part in rules.parts_at_risk(self.county.plan, day)]

    def money_at_risk(self, *, months: int = 12) -> list[RiskLine]:
        """What the parts of posts cost for which nobody pays today, or may not until so many months from now: their
        funds or shares have ended or end, or the school has said that it cannot or does not know. Each part once.
        """
        parts = rules.at_risk_until(self.county.plan, self.today, _months_after(self.today, months))
        return [self._line(part) for part in parts]

    def endings(self) -> list[Ending]:
        """Every payer that stops with nobody following, and every placement that ends, on a day from today on: the
        earliest notice date first, those not known at the end. Where a school stops paying on the day on which the
        post leaves it, that is one ending."""
        grouped: dict[tuple[Payer, str, date], list[Part]] = defaultdict(list)
        for part in rules.risks_between(self.county.plan, self.today, self.ends_on):
            if part.since >= self.today:
                grouped[part.payer, part.why, part.since].append(part)
        found = [
            Ending(
                self.county.name_of(payer),
                why,
                since,
                _notice(since, self.terms),
                tuple(parts),
                self._schools(parts),
            )
            for (payer, why, since), parts in grouped.items()
        ]
        stopping = {(part.post.key, part.payer.key, part.since) for parts in grouped.values() for part in parts}
        found += self._stays(stopping)
        return sorted(found, key=lambda each: (each.notice_on or date.max, each.ends_on, each.what))

    def _stays(self, stopping: Container[tuple[Hashable, int, date]]) -> list[Ending]:
        return [
            Ending(
                f"{self.county.posts[stay.post_id].name} at {stay.school.name}",
                "stay",
                stay.ends_on,
                _notice(stay.ends_on, self.terms),
                (),
                (stay.school,),
            )
            for stay in self.county.placements
            if stay.ends_on and self.today <= stay.ends_on <= self.ends_on
            if (stay.post_id, stay.school_id, stay.ends_on) not in stopping
        ]

    def answers(self) -> list[Said]:
        """Of every school that is to pay a share of a post next year, a line a post, by name."""
        year, day = self.years[1], self.next_september
        plan, schools = self.county.plan, self.county.schools
        found = []
        for post in plan.posts:
            for payer in post.paid_on(day) if post.runs_on(day) else ():
                if payer.kind == "school":
                    school, said = schools[payer.key], plan.answers.get((post.key, payer.key), ())
                    answer = next((each.answer for each in said if each.school_year == year), "")
                    found.append(Said(school, post.name, school.area.name if school.area else "", answer, post.key))
        return sorted(found, key=lambda each: (each.school.name, each.post))

    def price_next_year(self, said: Said) -> Decimal | None:
        """What the school pays for this post in the whole of next school year; None where it cannot be counted."""
        first, last = school_year_dates(self.years[1])
        for each in self.counted.years.get(said.key, []):
            if first <= each.schedule.starts_on <= last:
                return each.schedule.payers().get(Payer("school", said.school.pk)) or None
        return None

    def _line(self, part: Part) -> RiskLine:
        cost = self._cost_today(part.post)
        a_year = money.to_penny(Fraction(cost) * Fraction(part.percent) / 100) if cost is not None else None
        payer = self.county.name_of(part.payer)
        return RiskLine(part, payer, self.county.area_of(part.post, part.payer), a_year, self._schools([part]))

    def _cost_today(self, post: PlannedPost) -> Decimal | None:
        """What the post costs a year by today's grade, hours and rate; None where it is not there or not known. Of the
        posts that are asked about alone: to work out three years of every post took half of the county's page."""
        if not post.runs_on(self.today):
            return None
        try:
            costs, _ = yearly_costs(
                post, post.terms, self.county.plan.rates, authority=self.county.authority,
                starts_on=self.today, ends_on=self.today,
            )  # fmt: skip
        except Refusal:
            return None
        return costs[0].amount

    def _schools(self, parts: Sequence[Part]) -> tuple[School, ...]:
        keys = {key for part in parts for key in rules.schools_of(part, self.today)}
        found = [self.county.schools[key] for key in keys if key in self.county.schools]
        return tuple(sorted(found, key=lambda each: (each.name, each.pk)))


def schools_in(lines: Sequence[RiskLine]) -> int:
    """In how many schools these parts of posts are, each counted once."""
    return len({school.pk for line in lines for school in line.schools})


def _notice(ends_on: date, terms: Sequence[tuple[date, date]]) -> date | None:
    try:
        return money.notice_date(ends_on, terms=terms)
    except Refusal:
        return None


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = (date(year, month + 1, 28) + timedelta(days=4)).replace(day=1)
    return min(following - timedelta(days=1), date(year, month + 1, 1) + timedelta(days=day.day - 1))
