"""Can the school keep its worker next year: what the choices cost, what it said, and who is told (H5, H47)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from schools.actions.calendars import calendars_of
from schools.actions.money import cost_of_post
from schools.models import NextYear, Placement
from schools.rules import next_year as rules
from schools.rules.money import notice_date
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Person, Term
from teams.rules.calendar import school_year_dates, school_year_of

USUAL_WAIT = timedelta(days=5)  # where no terms are known: three school days with a weekend among them


@dataclass(frozen=True)
class Choices:
    """What stands beside next year's choices on the school's page. Pounds a year, at today's rates of pay.

    `a_year` and `a_day` are None where the price cannot be worked out yet; `notice_on` where the terms are not known.
    """

    school_year: int
    a_year: Decimal | None
    a_day: Decimal | None
    ends_on: date
    notice_on: date | None


def choices_of(
    placement: Placement, *, authority: Any, today: date, terms: list[tuple[date, date]] | None = None
) -> Choices:
    """For the school year after today's: this school's own share, and nobody else's. `terms` are the first and last
    days of the county's, where they are known already.
    """
    school_year = school_year_of(today) + 1
    starts_on, ends_on = school_year_dates(school_year)
    before = starts_on - timedelta(days=1)
    terms = _terms() if terms is None else terms
    try:
        cost = cost_of_post(placement.post, authority=authority, starts_on=starts_on, ends_on=ends_on)
        a_year = cost.schedule.payers().get(placement.school)
    except Refusal:  # a rate or a share is missing: the manager is asked, and no number is made up
        a_year = None
    a_day = rules.day_price(a_year, rules.weekdays_of(placement.timetable)) if a_year else None
    return Choices(school_year, a_year or None, a_day, before, last_day_for_notice(school_year, terms))


def _terms() -> list[tuple[date, date]]:
    return list(Term.objects.values_list("starts_on", "ends_on"))


def last_day_for_notice(school_year: int, terms: list[tuple[date, date]]) -> date | None:
    """To end with the last day before this school year; None where the terms before it are not known."""
    try:
        return notice_date(school_year_dates(school_year)[0] - timedelta(days=1), terms=terms)
    except Refusal:
        return None


def say(
    placement: Placement,
    answer: str,
    *,
    words: str,
    person: Person,
    school_year: int,
    by: Principal,
    at: datetime,
    written_by: Person | None = None,
) -> NextYear:
    """Kept as the school's answer. Where it asks for a call, the manager has three school days for it. `written_by`
    is who wrote it down, where it was said on the telephone.

    Raises Refusal, field "next_year", where nothing was chosen.
    """
    school = placement.school
    calendar = calendars_of([school])[placement.school_id]
    budget_on = rules.budget_date(school_year, academy=rules.is_academy(school.type, school.type_group))
    told_from = by.today
    if answer == NextYear.Answer.UNKNOWN:
        told_from = max(by.today, rules.told_from(budget_on, calendar.between(date.min, budget_on)))
    return NextYear.say(
        placement,
        school_year,
        answer,
        words=words,
        person=person,
        ring_by=calendar.nth_after(by.today, rules.RING_WITHIN) or by.today + USUAL_WAIT,
        told_from=told_from,
        budget_on=budget_on,
        notice_on=last_day_for_notice(school_year, _terms()),
        begins_on=school_year_dates(school_year)[0],
        by=by,
        at=at,
        written_by=written_by,
    )


def heard(said: NextYear, text: str, answer: str, *, person: Person, by: Principal, at: datetime) -> NextYear:
    """The manager has rung. Where the school says something else now, that is its answer; returns what holds."""
    said.ring(text, person=person, by=by, at=at)
    if answer == said.answer:
        return said
    return say(said.placement, answer, words=text, person=said.said_by, school_year=said.school_year, by=by, at=at)
