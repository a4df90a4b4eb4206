"""The posts of a county as plain values: what they are paid as, who pays for them, and in which schools they are.

What is counted ahead (schools.rules.ahead) and what is tried out (schools.rules.what_if) both work on these, so that a
plan nobody has changed counts as what there is.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple

from schools.rules.money import Schedule
from schools.rules.shares import WHOLE, Share, in_force, wrong_dates

DAY = timedelta(days=1)


class Payer(NamedTuple):
    """Who pays a part of a post: a fund or a school by its key, or nobody."""

    kind: Literal["fund", "school", "nobody"]
    key: int = 0


NOBODY = Payer("nobody")
Key = Hashable  # a post's: its row's key, or a text for one that is only thought of


@dataclass(frozen=True)
class Terms:
    """What a post is paid as from a day on; hours a week. The names are those of teams.models.PostTerms."""

    starts_on: date
    grade: str
    point: int
    hours_per_week: Decimal
    term_time_only: bool = True


@dataclass(frozen=True)
class Rate:
    """A pay point's whole-time salary, pounds a year, from a day on, and the on-costs on it in per cent."""

    grade: str
    point: int
    starts_on: date
    salary: Decimal
    on_costs_percent: Decimal


@dataclass(frozen=True)
class Stay:
    """A post in a school, both dates inclusive."""

    school: int
    starts_on: date
    ends_on: date | None = None


class Answer(NamedTuple):
    """What a school said about one post: "keep", "change", "cannot" or "unknown", for a school year (2027: 2027/28)."""

    school_year: int
    answer: str


@dataclass(frozen=True)
class PlannedPost:
    """`shares` come in the payers' order (schools.actions.money.in_order), which decides who gets a penny."""

    key: Key
    name: str
    starts_on: date
    ends_on: date | None
    terms: tuple[Terms, ...]
    shares: tuple[Share, ...]
    stays: tuple[Stay, ...] = ()
    team: int = 0
    has_holder: bool = True

    def runs_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def paid_on(self, day: date) -> dict[Payer, Decimal]:
        """Per cent by payer; empty where nobody pays on this day."""
        return {share.payer: share.percent for share in in_force(self.shares, day)}  # type: ignore[misc]

    def terms_on(self, day: date) -> Terms | None:
        held = [each for each in self.terms if each.starts_on <= day]
        return held[-1] if held else None

    @staticmethod
    def payer_of(share: Share) -> Payer:
        """Of a share of a plan: `Share` itself does not know what its payers are."""
        return share.payer  # type: ignore[return-value]

    def schools_on(self, day: date) -> list[int]:
        return [stay.school for stay in in_force(self.stays, day)]

    def whole_shares(self, starts_on: date, ends_on: date) -> tuple[Share, ...]:
        """Its shares, with `NOBODY` for what is missing from 100.00 on these dates."""
        missing = [
            Share(NOBODY, WHOLE - wrong.total, wrong.starts_on, wrong.ends_on)
            for wrong in wrong_dates(self.shares, starts_on=starts_on, ends_on=ends_on)
            if wrong.total < WHOLE
        ]
        return (*self.shares, *missing)


class PaidYear(NamedTuple):
    """A post's schedule in a school year, with `NOBODY` for what has no payer, and what of it falls after a fund's end,
    by first of month and payer."""

    schedule: Schedule
    late: Mapping[tuple[date, Hashable], Decimal]


@dataclass(frozen=True)
class Plan:
    """Everything that money ahead is counted from. `ends` are the last days of the funds that have one, by key.

    `answers` are by post and school: what the school said last about each school year.
    """

    posts: tuple[PlannedPost, ...]
    rates: tuple[Rate, ...]
    ends: Mapping[int, date] = field(default_factory=dict)
    answers: Mapping[tuple[Key, int], tuple[Answer, ...]] = field(default_factory=dict)

    def last_day_of(self, payer: Payer) -> date | None:
        """When a fund ends; None for one without an end, and for schools."""
        return self.ends.get(payer.key) if payer.kind == "fund" else None

    def post(self, key: Key) -> PlannedPost | None:
        return next((each for each in self.posts if each.key == key), None)


def payers_order(share: Share) -> tuple[int, int, date]:
    """Funds first, then schools, each by key, then by date: as in the agreements' schedules."""
    payer: Payer = share.payer  # type: ignore[assignment]
    return (("fund", "school", "nobody").index(payer.kind), payer.key, share.starts_on)
