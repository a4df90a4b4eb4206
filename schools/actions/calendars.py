"""The resolved calendar of schools: the county's terms with what each school does otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from schools.models import School, SchoolDay
from schools.rules.calendar import OwnDays, SchoolCalendar, of_county, problem
from teams.actions.terms import all_terms
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin


def county_calendar() -> SchoolCalendar:
    """The days of a school that does nothing otherwise. One query."""
    return of_county(all_terms())


def calendars_of(schools: Iterable[School | int], county: SchoolCalendar | None = None) -> dict[int, SchoolCalendar]:
    """Each school's calendar by the school's key; equal calendars are one value. Two queries at any size, one where
    the county's calendar is handed over.
    """
    keys = [school if isinstance(school, int) else school.pk for school in schools]
    county = county or county_calendar()
    own: dict[int, list[OwnDays]] = defaultdict(list)
    for days in SchoolDay.objects.standing().filter(school__in=keys).order_by("starts_on", "pk"):
        own[days.school_id].append(days.value)
    return {key: SchoolCalendar(county.terms, tuple(own[key])) if key in own else county for key in keys}


def add_days(school: School, days: OwnDays, *, by: Principal, at: datetime) -> SchoolDay:
    """The school is closed, or open, on these days. Raises Refusal beside the box that is wrong."""
    with transaction.atomic():
        # Two at once may not both be the first: the second sees what the first has added, and is refused.
        School.objects.select_for_update(of=("self",)).get(pk=school.pk)
        wrong = problem(days, calendars_of([school])[school.pk])
        if wrong is not None:
            raise Refusal(wrong[1], field=wrong[0], code="days")
        kind = SchoolDay.Kind.OPEN if days.is_open else SchoolDay.Kind.CLOSED
        new = SchoolDay(school=school, kind=kind, starts_on=days.starts_on, ends_on=days.ends_on, words=days.words)
        return begin(new, "add", by=by, at=at)
