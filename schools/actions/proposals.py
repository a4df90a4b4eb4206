"""Make this the proposal (journey S3, BR-05): what is laid out first, what is sealed, and whom it concerns.

A proposal sends nothing, and changes no post, share or agreement. It says which agreements would have to be varied and
which heads to ring, so that people do that, in the order that they choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from schools.actions.concerned import Concerned
from schools.actions.what_if import Tried, Trying, day_of_workers
from schools.models import ProposalCopy, WhatIf
from schools.models.what_if import MOVED
from schools.rules import proposals as rules
from schools.rules.plans import DAY, PlannedPost
from schools.rules.proposals import Ends
from schools.rules.what_if import Figures
from teams.foundation import sealing
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import counted, day
from teams.models import Person
from teams.rules.calendar import school_year_label

KIND = "proposal"
MOST_SCHOOLS = 10  # of highest need without a worker: each has a box, and the others have one together


class Line(NamedTuple):
    """One thing to be ticked. `value` is what its box sends."""

    value: str
    text: str


@dataclass(frozen=True)
class LaidOut:
    """What has to be looked at before a post that somebody holds may be proposed to end (BR-05). Nothing where no such
    post ends."""

    ends: list[Ends]
    vacancies: list[Line]
    growth: list[Line]
    funds: list[Line]

    @property
    def groups(self) -> dict[str, list[Line]]:
        return {"vacancies": self.vacancies, "growth": self.growth, "funds": self.funds} if self.ends else {}


class Proposing:
    """One what-if on its way to a proposal, as it would be sealed today."""

    def __init__(self, what_if: WhatIf, trying: Trying) -> None:
        self.what_if, self.trying, self.today = what_if, trying, trying.today
        self.county = trying.county
        self.changes = list(what_if.changes.all())

    @cached_property
    def tried(self) -> Tried:
        return self.trying.with_changes(self.changes)

    @property
    def stretch(self) -> tuple[date, date]:
        """From today to the day after the last one that is counted: what ends with that is no more on this day."""
        return max(self.today, self.trying.starts_on), self.trying.ends_on + DAY

    @cached_property
    def ends(self) -> list[Ends]:
        """Held posts that would be no more, or without anybody who pays."""
        return rules.posts_that_end(self.county.plan, self.tried.plan, *self.stretch)

    @cached_property
    def laid_out(self) -> LaidOut:
        return LaidOut(self.ends, self._vacancies(), self._growth(), self._funds())

    @property
    def _first_end(self) -> date:
        return min((each.day for each in self.ends), default=self.today)

    def _vacancies(self) -> list[Line]:
        """Posts with nobody in them that somebody pays for, on the day on which the first post ends."""
        held = [each.post.key for each in self.ends]
        paid = [
            post
            for post in self.tried.plan.posts
            if not post.has_holder
            and post.key in self.county.posts
            and post.key not in held
            and rules.is_paid(self.tried.plan, post, self._first_end)
        ]
        lines = [
            Line(f"post-{self.county.posts[post.key].public_id}", f"{post.name}{self._at(post, self._first_end)}")
            for post in paid
        ]
        return lines or [Line("none", "No post is vacant and paid for")]

    def _growth(self) -> list[Line]:
        lines = [
            Line(f"change-{each.public_id}", f"{each.in_words[:1].upper()}{each.in_words[1:]}")
            for each in self.changes
            if self.tried.plan.post(each.key) is not None
        ]
        without = self.trying.highest_without(self.tried, self.what_if.school_year)
        for each in without[:MOST_SCHOOLS]:
            lines.append(Line(f"school-{each.public_id}", f"{each.name}: highest need, and no worker"))
        if len(without) > MOST_SCHOOLS:
            more = counted(len(without) - MOST_SCHOOLS, "other school", "other schools")
            lines.append(Line("schools", f"{more} of highest need without a worker"))
        return lines or [Line("none", "No post is added, and every school of highest need has a worker")]

    def _funds(self) -> list[Line]:
        """Funds that go on after the first post has ended."""
        ends = self.tried.plan.ends
        lines = [
            Line(
                f"fund-{fund.public_id}",
                f"{fund.name}: {'ends on ' + day(ends[key]) if key in ends else 'no end is known'}",
            )
            for key, fund in sorted(self.county.funds.items(), key=lambda each: each[1].name)
            if ends.get(key, date.max) >= self._first_end
        ]
        return lines or [Line("none", "No fund goes on")]

    def _at(self, post: PlannedPost, on: date) -> str:
        names = [self.county.schools[key].name for key in post.schools_on(on) if key in self.county.schools]
        return f", {' and '.join(names)}" if names else ""

    @cached_property
    def concerned(self) -> Concerned:
        return Concerned(self.trying, self.tried, *self.stretch)

    @cached_property
    def contents(self) -> dict[str, Any]:
        """All that is sealed, but who seals it and what was ticked."""
        authority = self.trying.authority
        there = self.trying.there_is
        return {
            "kind": KIND,
            "authority": authority.letterhead,
            "name": self.what_if.name,
            "school_year": school_year_label(self.what_if.school_year),
            "figures_on": self.today,
            "changes": [each.in_words for each in self.changes],
            "years": [
                {
                    "label": school_year_label(year),
                    "workers_on": day_of_workers(year),
                    "there_is": _figures(self.trying.figures(there, year)),
                    "then": _figures(self.trying.figures(self.tried, year)),
                }
                for year in self.trying.years
            ],
            "chosen": self.trying.years.index(self.what_if.school_year),
            "not_counted": [
                [post.name, self.tried.counted.problems[post.key]]
                for post in self.tried.plan.posts
                if post.key in self.tried.counted.problems
            ],
            "ends": [[each.post.name, each.day] for each in self.ends],
            "agreements": self.concerned.agreements,
            "no_agreement": self.concerned.no_agreement,
            "heads": self.concerned.heads,
        }

    @cached_property
    def read(self) -> str:
        """A digest of what stands on the page: what is pressed is what was read."""
        return sealing.digest(self.contents | {"laid_out": self.laid_out.groups})

    def refuse_misfits(self) -> None:
        """Raises Refusal where a change does not fit the records any more, or there is none."""
        if not self.changes:
            raise Refusal("Add a change first. Without one there is nothing to propose.", code="no_change")
        if self.tried.misfits:
            some = counted(len(self.tried.misfits), "change does", "changes do")
            raise Refusal(f"{some} not fit the records any more. Take that out first.", code="misfit")

    def seal(self, ticked: Mapping[str, list[str]], *, read: str, by: Principal, at: datetime) -> None:
        """Make it the proposal, as it was read.

        Raises Refusal: field "vacancies", "growth" or "funds" where something laid out is not ticked (BR-05); code
        "moved" where the records have changed since the page was opened.
        """
        self.refuse_misfits()
        if read != self.read:
            raise Refusal(MOVED, code="moved")
        for name, lines in self.laid_out.groups.items():
            missing = [line for line in lines if line.value not in ticked.get(name, ())]
            if missing:
                raise Refusal(not_ticked(len(missing)), field=name, code="not_ticked")
        person = Person.objects.get(pk=by.person_id or 0)
        laid_out = {name: [line.text for line in lines] for name, lines in self.laid_out.groups.items()}
        whole = self.contents | {"proposed_by": by.name, "laid_out": laid_out}
        copies = {ProposalCopy.Copy.WHOLE.value: whole, ProposalCopy.Copy.FINANCE.value: _without_need(whole)}
        self.what_if.propose(copies, of=self.changes, person=person, by=by, at=at)


def not_ticked(lines: int) -> str:
    some = counted(lines, "line is", "lines are")
    return f"{some} not ticked. Look at each, and tick it, before you propose to end a post that somebody holds."


def _figures(figures: Figures) -> dict[str, Any]:
    return figures._asdict() | {"cost": figures.cost}


def _without_need(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The copy of who may not know which schools have how much need (D.5)."""
    years = [
        {
            **year,
            "there_is": {**year["there_is"], "highest_without": None},
            "then": {**year["then"], "highest_without": None},
        }
        for year in whole["years"]
    ]
    laid_out = {name: lines for name, lines in whole["laid_out"].items() if name != "growth"}
    return {**whole, "years": years, "laid_out": laid_out}
