"""A worker's year on one page, gathered and never typed again: what was agreed, done, kept and seen (M8, W5, H79).

The same for the worker and for who leads the review: nothing can be used in a review that is not on it. Twelve
queries at any size.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from performance.actions.said_in_sum import SaidAt, said_at
from performance.models import Objective
from schools.actions.calendars import calendars_of
from schools.models import Placement, TimeAway
from schools.rules.calendar import SchoolCalendar
from schools.rules.whereabouts import Count as Minutes
from schools.rules.whereabouts import counted_time
from supervision.models import Session, SessionPart, Visit
from supervision.rules.words import REASONS
from teams.foundation.access import Principal
from teams.foundation.kept import Kept
from teams.foundation.words import LONDON, midnight
from teams.models import Absence, Audience, Commitment, Part, Person

SIDES = {
    Part.WORKER: "The worker’s actions",
    Part.SCHOOL: "The schools’ actions",
    Part.MANAGER: "The manager’s actions",
}
KINDS = {
    Visit.Kind.IN_SCHOOL: "Supervision in school",
    Visit.Kind.ONE_TO_ONE: "One-to-ones",
    Visit.Kind.JOINT: "Joint visits",
}
WHY_ALONG = dict(zip(REASONS, ("it was planned", "health and safety", "a difficulty"), strict=True))
WITHOUT_DATES = {Commitment.Status.NEW_DATE, Commitment.Status.DROPPED}  # neither kept nor broken


def _placements_held(*, worker: Any, first: Any, last: Any) -> Any:
    held, there = "post__employments__", Q(ends_on=None) | Q(ends_on__gte=first)
    still_held = Q(**{f"{held}ends_on": None}) | Q(**{f"{held}ends_on__gte": first})
    return (
        Placement.objects.exclude(status=Placement.Status.PLANNED)
        .filter(still_held, **{f"{held}person": worker, f"{held}starts_on__lte": last})
        .filter(there, starts_on__lte=last)
        .annotate(held_from=F(f"{held}starts_on"), held_to=F(f"{held}ends_on"))
        .select_related("school")
        .order_by("pk", "held_from")
    )


def _promised(*, worker: Any, first: Any, last: Any) -> Any:
    """Whose first: all that its reader may see grows with the years."""
    return (
        Commitment.objects.filter(occasion__visits__worker=worker, due_on__gte=first, due_on__lte=last)
        .exclude(status__in=WITHOUT_DATES)
        .order_by()
    )


PLACEMENTS = Kept(_placements_held)
ABSENCES = Kept(lambda *, worker, first: Absence.objects.filter(Q(ends_on=None) | Q(ends_on__gte=first), person=worker))
PROMISED = Kept(_promised)
HELD = Kept(
    lambda *, worker, start, end: (
        Session.objects.filter(visit__worker=worker, started_at__gte=start, started_at__lt=end)
        .select_related("visit__placement__school")
        .order_by("started_at", "pk")
    )
)
BETWEEN_TWO = Kept(
    lambda *, worker, start, end: SessionPart.objects.filter(
        session__visit__worker=worker,
        session__visit__kind=Visit.Kind.JOINT,
        session__started_at__gte=start,
        session__started_at__lt=end,
        audience=Audience.TWO,
    )  # fmt: skip
)
OBJECTIVES = Kept(lambda *, worker: Objective.objects.filter(worker=worker, status=Objective.Status.OPEN))


@dataclass(frozen=True)
class TimeInSchool:
    """What was agreed with one school in the year so far, and where it went. Minutes."""

    school: str
    count: Minutes

    @property
    def percent(self) -> int:
        return self.count.percents()[0]

    @property
    def words(self) -> str:
        if not self.count.agreed:
            return "No agreed day yet"
        said = f"{self.percent} %: {self.count.hours(self.count.given)} of {self.count.hours(self.count.agreed)}"
        away = self.count.with_benefit
        return f"{said}; away with a benefit to the school {self.count.hours(away)}" if away else said


@dataclass(frozen=True)
class Promised:
    """The actions of one side that fell due in the year."""

    side: str
    kept: int
    due: int

    @property
    def words(self) -> str:
        return f"{self.kept} of {self.due} kept"


@dataclass(frozen=True)
class Held:
    """Supervision of one kind that was held. `rows` are (day, school or why, public id of its record)."""

    kind: str
    rows: list[tuple[date, str, Any]]


@dataclass(frozen=True)
class WorkerYear:
    """Everything of one worker and one year that a review may go by, but for what others wrote (evidence.py)."""

    worker: Person
    starts_on: date
    ends_on: date
    in_school: list[TimeInSchool]
    actions: list[Promised]
    held: list[Held]
    objectives: list[Objective]
    said: list[SaidAt]

    @property
    def is_empty(self) -> bool:
        return not (self.in_school or self.actions or any(each.rows for each in self.held) or self.objectives)

    def in_lines(self) -> list[tuple[str, str]]:
        """For a copy on paper: (what, in words)."""
        return [
            *((f"Time in school: {each.school}", each.words) for each in self.in_school),
            *((each.side, each.words) for each in self.actions),
            *((each.kind, f"{len(each.rows)} held") for each in self.held),
            *(line for each in self.said for line in each.in_lines()),
        ]


def gather(worker: Person, starts_on: date, ends_on: date, *, by: Principal, now: datetime) -> WorkerYear:
    """`by` reads what she may; the counts of time are the worker's own, whoever reads them."""
    last = min(ends_on, by.today)
    there = _placements(worker, starts_on, last)
    return WorkerYear(
        worker,
        starts_on,
        ends_on,
        _in_school(worker, there, starts_on, last, now=now),
        _actions(worker, starts_on, last, by=by),
        _held(worker, starts_on, last, by=by),
        OBJECTIVES.visible_to(by, worker=worker.pk),
        said_at(sorted({each.school for each in there}, key=str), worker, starts_on=starts_on, ends_on=ends_on),
    )


def _placements(worker: Person, first: date, last: date) -> list[Any]:
    """Where this worker held the post: one row for each time that she did, with `held_from` and `held_to`.

    Read past the placements' own policy, which closes what has ended: the review's policy has decided already.
    """
    return PLACEMENTS(worker=worker.pk, first=first, last=last)


def _in_school(worker: Person, placements: list[Any], first: date, last: date, *, now: datetime) -> list[TimeInSchool]:
    """School by school, for the time in which this worker held the post: her colleague's days are not hers."""
    calendars = calendars_of({each.school_id for each in placements}) if placements else {}
    start, end = midnight(first), min(now, midnight(last + timedelta(days=1)))
    away: dict[int, list[TimeAway]] = defaultdict(list)
    rows = TimeAway.objects.told().filter(person=worker, placement__in=placements)
    for row in rows.touching(start, end) if placements else ():
        away[row.placement_id].append(row)
    absences = ABSENCES(worker=worker.pk, first=first)
    found: dict[tuple[str, int], Minutes] = {}  # two schools may have the same name
    for each in placements:
        count = counted_time(
            _days(each, calendars[each.school_id], first, last),
            each.timetable,
            [row.value for row in away[each.pk]],
            is_absent=lambda day: any(absence.covers_day(day) for absence in absences),
            until=end,
        )
        school = (each.school.name, each.school_id)
        found[school] = _sum(found[school], count) if school in found else count
    return [TimeInSchool(name, found[name, key]) for name, key in sorted(found)]


def _days(placement: Any, calendar: SchoolCalendar, first: date, last: date) -> list[date]:
    """The school days on which this worker was to be there."""
    start = max(first, placement.starts_on, placement.held_from)
    end = min(day for day in (last, placement.ends_on, placement.held_to) if day is not None)
    return list(calendar.between(start, end)) if start <= end else []


def _sum(one: Minutes, other: Minutes) -> Minutes:
    """The same school twice in a year."""
    return Minutes(
        one.agreed + other.agreed,
        one.given + other.given,
        one.with_benefit + other.with_benefit,
        one.private + other.private,
    )


def _actions(worker: Person, first: date, last: date, *, by: Principal) -> list[Promised]:
    """What was promised at this worker's supervisions and fell due: kept, of all that was to be kept."""
    rows = PROMISED.visible_to(by, worker=worker.pk, first=first, last=last)
    sides = {each.pk: (each.side, each.status) for each in rows}  # one at two visits is one
    found = []
    for side, name in SIDES.items():
        due = [status for of, status in sides.values() if of == side]
        if due:
            found.append(Promised(name, due.count(Commitment.Status.KEPT), len(due)))
    return found


def _held(worker: Person, first: date, last: date, *, by: Principal) -> list[Held]:
    """By kind: in school, one-to-one, joint visits with why (H79). A kind that was never held stands with none."""
    start, end = midnight(first), midnight(last + timedelta(days=1))
    sessions = HELD.visible_to(by, worker=worker.pk, start=start, end=end)
    joint = {each.pk for each in sessions if each.visit.kind == Visit.Kind.JOINT}
    parts = BETWEEN_TWO.visible_to(by, worker=worker.pk, start=start, end=end) if joint else ()
    reasons = {
        part.session_id: WHY_ALONG.get(part.words.get("reason", ""), "") for part in parts if part.session_id in joint
    }
    by_kind: dict[Visit.Kind, list[tuple[date, str, Any]]] = {kind: [] for kind in KINDS}
    for each in sessions:
        said = each.visit.school.name if each.visit.is_in_school else reasons.get(each.pk, "")
        by_kind[Visit.Kind(each.visit.kind)].append((each.started_at.astimezone(LONDON).date(), said, each.public_id))
    return [Held(KINDS[kind], rows) for kind, rows in by_kind.items()]
