"""What if (journey S3): what there is and what is tried out, counted from today's records by one counting.

A what-if keeps no sum that anybody reads later: it is counted anew each time it is looked at, so that no page can show
what the records said last week. Only a proposal is kept as it was (schools.actions.proposals).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial
from typing import Any
from uuid import UUID

from django.db import transaction

from schools.actions.ahead import years_ahead
from schools.actions.need import Need, SchoolNeed, highest_without_worker, need_of
from schools.actions.plans import Counted, Counting, County
from schools.models import WhatIf, WhatIfChange
from schools.models.what_if import LONGEST_NAME
from schools.permissions import NEED_READERS
from schools.rules import what_if as rules
from schools.rules.plans import Plan
from schools.rules.what_if import Change, Figures, Misfit
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import day as day_in_words
from teams.foundation.words import percent as percent_in_words
from teams.models import Authority, Person
from teams.rules.calendar import school_year_dates, school_year_label

MOST_BESIDE = 4  # what-ifs beside what there is
# By why a change does not fit: the field of its form that it is about, and the sentence.
MISFITS = {
    "no_post": ("post", "This post is not in the records of these years any more."),
    "not_running": ("starts_on", "The post does not run on this day."),
    "no_rate": ("starts_on", "No rate of pay is known on this day. Choose a later one."),
    "not_there": ("stay", "The post is not in this school on this day."),
    "there_already": ("school", "The post is in this school on this day already."),
    "before_start": ("ends_on", "The post starts after this day."),
    "not_whole": ("paid", "The parts that pay for the post must come to 100 %, and nobody may be there twice."),
}


def day_of_workers(school_year: int) -> date:
    """The day of the year on which schools with a worker are counted: late enough for what begins or ends in the year's
    course, and before the summer holidays, when workers leave and come."""
    return date(school_year + 1, 7, 1)


@dataclass(frozen=True)
class Tried:
    """A plan as it was counted, and of each change that does not fit the records of today, by public id, why."""

    plan: Plan
    counted: Counted
    misfits: dict[UUID, str] = field(default_factory=dict)


class Trying:
    """What there is over three school years, and whatever is tried out beside it, for one reader on one day.

    Nine queries, or fourteen for a reader who may see need, at any size and for any number of what-ifs. `since` is a
    school year that is to be counted although it is over, `only` one beside which no other is counted.
    """

    def __init__(
        self, principal: Principal, authority: Any, today: date, *, since: int | None = None, only: int | None = None
    ) -> None:
        self.principal, self.authority, self.today = principal, authority, today
        known = years_ahead(today)
        self.years = tuple(range(min(known[0], known[0] if since is None else since), known[-1] + 1))
        self.starts_on, self.ends_on = school_year_dates(self.years[0])[0], school_year_dates(self.years[-1])[1]
        self.county = County(principal, authority, starts_on=self.starts_on, ends_on=self.ends_on)
        self.counting = Counting(authority, self.years if only is None else (only,))

    @cached_property
    def there_is(self) -> Tried:
        """Without a change."""
        return Tried(self.county.plan, self.counting.count(self.county.plan))

    @cached_property
    def need(self) -> Need | None:
        """None for who may not read it (domain D.5: finance)."""
        may_read = self.principal.is_system or self.principal.has(*NEED_READERS)
        return need_of(self.principal, today=self.today) if may_read else None

    def with_changes(self, changes: Sequence[WhatIfChange]) -> Tried:
        """What there would be with these. Those that do not fit the records of today are left out, and said."""
        applied = rules.apply(self.county.plan, [each.value for each in changes])
        misfits = {changes[place].public_id: misfit_in_words(why) for place, why in applied.misfits.items()}
        for each in changes:  # who comes in by a change has a name
            for fund in filter(None, (each.to_fund, *(part.fund for part in each.who_pays))):
                self.county.funds.setdefault(fund.pk, fund)
            for school in filter(None, (each.to_school, *(part.school for part in each.who_pays))):
                self.county.schools.setdefault(school.pk, school)
        return Tried(applied.plan, self.counting.count(applied.plan), misfits)

    def figures(self, tried: Tried, school_year: int) -> Figures:
        """The four figures of one school year."""
        highest = None
        if self.need is not None and self.need.ranked:
            highest = [each.school_id for each in self.need.schools if each.is_highest]
        return rules.figures(
            tried.plan,
            tried.counted.years,
            school_year=school_year,
            day=day_of_workers(school_year),
            highest=highest,
        )

    def highest_without(self, tried: Tried, school_year: int) -> list[SchoolNeed]:
        """The schools of highest need without a worker in this plan, the highest need first; none without need."""
        if self.need is None:
            return []
        there = rules.schools_with_worker(tried.plan, day_of_workers(school_year))
        return highest_without_worker(self.need, there=there)

    def came_to(self, tried: Tried, school_year: int) -> dict[str, Any]:
        """What is kept beside a change: enough to say later that the records have moved on. Nothing of need."""
        figures = self.figures(tried, school_year)._asdict()
        return {name: figures[name] for name in ("county", "nobody", "schools", "with_worker")}

    def has_moved_on(self, what_if: WhatIf, tried: Tried) -> bool:
        """Do the records say something else than when it was changed last?"""
        now = self.came_to(tried, what_if.school_year)
        return bool(what_if.came_to) and what_if.came_to != {
            name: str(value) if isinstance(value, Decimal) else value for name, value in now.items()
        }

    def why_not(self, changes: Iterable[WhatIfChange], new: Change) -> Misfit | None:
        """Would one more change fit what there would be with these? None where it does."""
        values = [*(each.value for each in changes), new]
        return rules.apply(self.county.plan, values).misfits.get(len(values) - 1)


def misfit_in_words(misfit: Misfit) -> str:
    if misfit.percent is not None:
        return f"The payer pays {percent_in_words(misfit.percent)} on this day, and cannot give more."
    return MISFITS[misfit.why][1]


def refusal_of(misfit: Misfit) -> Refusal:
    """Beside the box of the form that it is about."""
    field_of = "percent" if misfit.percent is not None else MISFITS[misfit.why][0]
    return Refusal(misfit_in_words(misfit), field=field_of, code=misfit.why)


def begin(name: str, *, school_year: int, by: Principal, at: datetime) -> WhatIf:
    """A new what-if without a change. Raises Refusal, field "name" or "school_year"."""
    if school_year not in years_ahead(by.today):
        raise Refusal("Choose one of the three school years.", field="school_year", code="year")
    return WhatIf.save_as(name, school_year=school_year, person=_person(by), by=by, at=at)


def add_change(what_if: WhatIf, change: WhatIfChange, *, trying: Trying, by: Principal, at: datetime) -> None:
    """One more change, tried before it is kept.

    Raises Refusal beside the box that it is about: a day beyond the years that are counted, or what the records, with
    the changes before it, do not allow.
    """
    if not trying.starts_on <= change.day <= trying.ends_on:
        day_field = "ends_on" if change.kind.endswith("end") else "starts_on"
        span = f"{day_in_words(trying.starts_on)} to {day_in_words(trying.ends_on)}"
        raise Refusal(f"Choose a day from {span}: these years are counted.", field=day_field, code="day")
    held = list(what_if.changes.all())
    if change.public_id in {each.public_id for each in held}:
        return  # pressed twice
    if (misfit := trying.why_not(held, change.value)) is not None:
        raise refusal_of(misfit)
    what_if.add(change, came_to=partial(_comes_to, trying, what_if), by=by, at=at)


def take_out(what_if: WhatIf, change: WhatIfChange, *, trying: Trying, by: Principal, at: datetime) -> None:
    what_if.take_out(change, came_to=partial(_comes_to, trying, what_if), by=by, at=at)


def _comes_to(trying: Trying, what_if: WhatIf, changes: Sequence[WhatIfChange]) -> dict[str, Any]:
    return trying.came_to(trying.with_changes(changes), what_if.school_year)


def copy(what_if: WhatIf, *, by: Principal, at: datetime) -> WhatIf:
    """The same changes under a name of its own, to go on with. Copied twice at once it is copied twice."""
    with transaction.atomic():
        Authority.one_at_a_time()
        taken = {name.casefold() for name in WhatIf.objects.kept().values_list("name", flat=True)}
        names = (f"{what_if.name[: LONGEST_NAME - len(', 999')]}, {number}" for number in range(2, 1000))
        free = next(name for name in names if name.casefold() not in taken)
        return what_if.copy_as(free, person=_person(by), by=by, at=at)


def beside(rows: Sequence[WhatIf], chosen: Sequence[str]) -> list[WhatIf]:
    """Those to be compared: the chosen ones by public id, at most four, else the four that were changed last."""
    wanted = [each for each in rows if str(each.public_id) in chosen]
    return (wanted or list(rows))[:MOST_BESIDE]


def year_in_words(school_year: int) -> str:
    """ "2027/28, workers on 1 July 2028"."""
    return f"{school_year_label(school_year)}, workers on {day_in_words(day_of_workers(school_year))}"


def _person(by: Principal) -> Person:
    return Person.objects.get(pk=by.person_id or 0)
