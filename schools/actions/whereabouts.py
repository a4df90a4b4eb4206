"""What a school reads about its worker's time: where she is now, what took her away, and how much was given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q

from schools.actions.calendars import calendars_of
from schools.models import Placement, TimeAway
from schools.rules.calendar import SchoolCalendar
from schools.rules.whereabouts import Count, Line, counted_time, whereabouts
from teams.foundation.access import SCHOOL_ROLES, Principal
from teams.foundation.words import LONDON
from teams.models import Absence, Person
from teams.rules.terms import Term

SHOWN = 20


@dataclass(frozen=True)
class Where:
    """One worker in one school. `rows` are the times away of the term, newest first."""

    line: Line
    term: Term | None
    count: Count | None
    counted_until: datetime
    rows: list[TimeAway]
    now: TimeAway | None


def where_they_are(
    placements: Iterable[Placement], workers: Mapping[int, Person | None], *, principal: Principal, now: datetime
) -> dict[int, Where]:
    """By placement, for those of the principal's own list. Four queries at any size.

    `workers` are the holders by placement. Whoever is away is read here past that row's own policy: D.5 gives the
    school "absent", and this line is all of it. The school's count ends with yesterday: the worker sees hers first.
    """
    placed = list(placements)
    calendars = calendars_of(placement.school_id for placement in placed)
    today = now.astimezone(LONDON).date()
    terms = {placement.pk: term_at(calendars[placement.school_id], today) for placement in placed}
    first = min([today, *(term.starts_on for term in terms.values() if term is not None)])
    start = datetime.combine(first, time(), tzinfo=LONDON)
    told: dict[int, list[TimeAway]] = {placement.pk: [] for placement in placed}
    rows = TimeAway.objects.visible_to(principal).told().filter(placement__in=placed)
    for row in rows.touching(start, now + timedelta(days=60)):
        told[row.placement_id].append(row)
    people = [worker.pk for worker in workers.values() if worker is not None]
    absences = list(Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), person__in=people))
    midnight = datetime.combine(today, time(), tzinfo=LONDON)
    until = midnight if principal.has(*SCHOOL_ROLES) else now
    return {
        placement.pk: _where(
            placement,
            told[placement.pk],
            [each for each in absences if (worker := workers.get(placement.pk)) and each.person_id == worker.pk],
            calendars[placement.school_id],
            terms[placement.pk],
            now=now,
            until=until,
        )
        for placement in placed
    }


def term_at(calendar: SchoolCalendar, day: date) -> Term | None:
    """The term of the day; in a holiday the one that is over; None before the first that is known."""
    return next((term for term in reversed(calendar.terms) if term.starts_on <= day), None)


def _where(
    placement: Placement,
    told: list[TimeAway],
    absences: list[Absence],
    calendar: SchoolCalendar,
    term: Term | None,
    *,
    now: datetime,
    until: datetime,
) -> Where:
    today = now.astimezone(LONDON).date()
    values = [row.value for row in told]

    def is_absent(day: date) -> bool:
        return any(each.covers_day(day) for each in absences)

    is_known = calendar.known_until is not None and calendar.terms[0].starts_on <= today <= calendar.known_until
    line = whereabouts(
        now,
        placement.timetable,
        values,
        is_absent=is_absent(today),
        why_closed=calendar.why_closed(today) if is_known else "",
    )
    count = None
    if term is not None and placement.starts_on <= today:
        last = min(term.ends_on, until.date(), *([placement.ends_on] if placement.ends_on else []))
        days = calendar.between(max(term.starts_on, placement.starts_on), last)
        count = counted_time(days, placement.timetable, values, is_absent=is_absent, until=until)
    current: Any = next((row for row in told if row.value.runs_at(now)), None)
    return Where(line, term, count, until, told[::-1][:SHOWN], current)
