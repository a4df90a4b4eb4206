"""The year of one worker in one school as facts: time given, actions kept on both sides, supervision. Sums alone.

What a head reads before she writes her part (journey H5), so that nobody needs memory. Nothing here tells when the
worker was away or why, and nothing is of another school.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from performance.actions.said_in_sum import SaidAt, said_at
from schools.actions.calendars import calendars_of
from schools.models import Placement, TimeAway
from schools.rules.calendar import SchoolCalendar
from schools.rules.whereabouts import Count as Time
from schools.rules.whereabouts import counted_time
from supervision.models import SessionPart, Visit
from teams.foundation.words import LONDON, midnight
from teams.models import Absence, Audience, Commitment, Employment, Part


@dataclass(frozen=True)
class Kept:
    """Actions whose day has come: how many were kept, out of how many."""

    kept: int
    of: int


@dataclass(frozen=True)
class Facts:
    """`time` is None where no school day of the placement lies in the year. `supervisions` are those held in school.
    `people` is what young people and parents said, in sum."""

    time: Time | None
    school: Kept
    council: Kept
    supervisions: int
    people: SaidAt


@dataclass(frozen=True)
class Said:
    """What the school said of the service at one supervision, in its own words."""

    on: date
    answer: str
    why: str


ANSWERS = {"as_expected": "As expected", "mostly": "Mostly", "no": "No"}


def facts_of(
    placement: Placement,
    worker: Any,
    *,
    starts_on: date,
    ends_on: date,
    now: datetime,
    county: SchoolCalendar | None = None,
) -> Facts:
    """From the first day of the year to its end, or to yesterday, as far as this worker was in the post. What somebody
    else did there before is theirs. Eight queries, seven where the county's calendar is handed over."""
    kept = _kept(placement, worker, starts_on, ends_on, now)
    held = Visit.objects.filter(placement=placement, worker=worker).held_in_school(starts_on, ends_on)
    return Facts(
        _time(placement, worker, starts_on, ends_on, now, county),
        Kept(kept["school_kept"], kept["school_of"]),
        Kept(kept["council_kept"], kept["council_of"]),
        held.count(),
        said_at([placement.school], worker, starts_on=starts_on, ends_on=ends_on)[0],
    )


def said_before(placement: Placement, worker: Any, *, starts_on: date, ends_on: date) -> list[Said]:
    """What the school said at this worker's supervisions of the year, with a reason; the newest first. One query."""
    rows = (
        SessionPart.objects.filter(
            session__visit__placement=placement,
            session__visit__worker=worker,
            session__visit__kind=Visit.Kind.IN_SCHOOL,
            session__started_at__gte=midnight(starts_on),
            session__started_at__lt=midnight(ends_on + timedelta(days=1)),
            audience=Audience.SHARED,
            session__status__in=("to_agree", "final"),
        )
        .exclude(words__service__why="")
        .order_by("-session__started_at")
        .values_list("session__started_at", "words__service")
    )
    return [
        Said(started.astimezone(LONDON).date(), ANSWERS.get(service["answer"], ""), service["why"])
        for started, service in rows
        if service and service.get("why")
    ]


def _time(
    placement: Placement, worker: Any, starts_on: date, ends_on: date, now: datetime, county: SchoolCalendar | None
) -> Time | None:
    today = now.astimezone(LONDON).date()
    first = max(starts_on, placement.starts_on)
    last = min(ends_on, today - timedelta(days=1), *([placement.ends_on] if placement.ends_on else []))
    calendar = calendars_of([placement.school], county)[placement.school_id]
    held = Employment.objects.filter(post=placement.post_id, person=worker, starts_on__lte=last)
    spans = [(max(first, each.starts_on), min(last, each.ends_on or last)) for each in held]
    days = sorted({day for start, end in spans if start <= end for day in calendar.between(start, end)})
    if not days:
        return None
    told = [
        row.value
        for row in TimeAway.objects.filter(placement=placement, person=worker)
        .told()
        .touching(midnight(first), midnight(last + timedelta(days=1)))
    ]
    absences = list(Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), person=worker, starts_on__lte=last))
    return counted_time(
        days,
        placement.timetable,
        told,
        is_absent=lambda day: any(each.covers_day(day) for each in absences),
        until=midnight(last + timedelta(days=1)),
    )


def _kept(placement: Placement, worker: Any, starts_on: date, ends_on: date, now: datetime) -> dict[str, int]:
    """Of what was said before all three: settled, or open with its day over. A new date counts by its last day."""
    today = now.astimezone(LONDON).date()
    over = ~Q(status__in=(Commitment.Status.NEW_DATE, Commitment.Status.OPEN)) | Q(
        status=Commitment.Status.OPEN, due_on__lt=today
    )
    of_school, was_kept = Q(side=Part.SCHOOL), Q(status=Commitment.Status.KEPT)
    return (
        Commitment.objects.filter(
            over,
            occasion__visits__placement=placement,
            occasion__visits__worker=worker,
            occasion__visits__kind=Visit.Kind.IN_SCHOOL,
            audience=Audience.SHARED,
            due_on__gte=starts_on,
            due_on__lte=ends_on,
        )
        .order_by()
        .aggregate(
            school_of=Count("pk", filter=of_school, distinct=True),
            school_kept=Count("pk", filter=of_school & was_kept, distinct=True),
            council_of=Count("pk", filter=~of_school, distinct=True),
            council_kept=Count("pk", filter=~of_school & was_kept, distinct=True),
        )
    )
