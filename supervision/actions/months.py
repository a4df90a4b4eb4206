"""One manager's month (journey M1): what is due, what is written down already, and writing down the rest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count

from schools.models import Placement, SchoolContact
from supervision.actions import visits
from supervision.actions.crews import Crew, crew_of
from supervision.actions.patterns import fill_sets
from supervision.models import PeerSupervision, Visit
from supervision.rules.rhythm import Due, Kind, Worker, exception, plan
from supervision.rules.rhythm.months import ENOUGH, first_of, last_of
from teams.foundation.access import Principal
from teams.foundation.transitions import begin
from teams.models import Person
from teams.rules.calendar import school_year_of


@dataclass(frozen=True)
class Line:
    """One thing that is due: as it is written down, or as the rules propose it."""

    kind: str
    due_on: date
    why: str
    group: str = ""
    worker: Person | None = None
    placement: Placement | None = None
    by: Person | None = None  # a deputy
    visit: Visit | None = None
    warning: str = ""  # more than nine school weeks
    people: tuple[Person, ...] = ()  # of peer supervision: the workers of the set


@dataclass(frozen=True)
class MonthPlan:
    """Everything of the month, by day. `proposed` is what nothing is written of yet."""

    month: date
    crew: Crew
    counts: bool
    in_school: list[Line]
    peer: list[Line]
    between_two: list[Line]  # one-to-ones and joint visits

    @property
    def terms_are_known(self) -> bool:
        """Those of the school year that the month is in."""
        until = self.crew.county.known_until
        return until is not None and school_year_of(self.month) <= school_year_of(until)

    @property
    def proposed(self) -> list[Line]:
        return [line for line in (*self.in_school, *self.between_two) if line.visit is None]

    @property
    def visits(self) -> list[Visit]:
        """Those in school: the round is of them."""
        return [line.visit for line in self.in_school if line.visit is not None]


def look(manager: Person, month: date, *, today: date) -> MonthPlan:
    """The month as it stands. Nothing is written. Fourteen queries at any size."""
    month = first_of(month)
    crew = crew_of(manager, month, today=today)
    rows = of_manager(manager, month, crew)
    written = [visit for visit in rows if visit.status != Visit.Status.LEFT_OUT]
    late = {worker.key: exception(worker, today=today) or "" for worker in crew.workers}
    planned = [
        (workers, plan(month, pattern.rhythm, workers, crew.county, crew.manager, today=today))
        for pattern, workers in crew.by_pattern
    ]
    due = [each for _, found in planned for each in found]
    lines = [
        Line(visit.kind, visit.due_on, visit.why, visit=visit, worker=visit.worker, placement=visit.placement,
             warning=late.get(visit.worker_id, "") if visit.status != Visit.Status.HELD else "")
        for visit in written if visit.is_in_school
    ]  # fmt: skip
    has_one = {(visit.kind, visit.worker_id) for visit in rows}  # left out this time is an answer too
    proposed = [each for each in due if (each.kind, each.worker) not in has_one]
    lines += [_line(each, crew, late) for each in proposed if _is_in_school_of(each, crew, manager)]
    between_two = [
        Line(visit.kind, visit.due_on, visit.why, visit=visit, worker=visit.worker, placement=visit.placement)
        for visit in written if not visit.is_in_school
    ]  # fmt: skip
    of_two = [each for each in proposed if each.kind in (Kind.ONE_TO_ONE, Kind.JOINT)]
    between_two += [_line(each, crew, {}) for each in of_two if each.worker in crew.managed]
    return MonthPlan(
        month=month,
        crew=crew,
        counts=len(crew.county.between(month, last_of(month))) >= ENOUGH,
        in_school=sorted(lines, key=lambda line: (line.due_on, line.worker.name if line.worker else "")),
        peer=_peer_lines(crew, planned, last_of(month)),
        between_two=sorted(between_two, key=lambda line: (line.due_on, line.worker.name if line.worker else "")),
    )


def of_manager(manager: Person, month: date, crew: Crew) -> list[Visit]:
    """Visits of the month that she makes or that are made for her, and what is between two with her workers."""
    there = Visit.objects.in_month(month)
    rows = there.made_by([manager.pk]) | there.between_two(crew.managed)
    return list(rows.for_page().order_by("due_on", "pk"))


def counts(principal: Principal, month: date) -> list[tuple[int, str]]:
    """How many of this month's visits are how far: [(2, "To be booked"), (1, "Agreed")]. One query."""
    visits = Visit.objects.in_month(first_of(month)).made_by(principal.stands_for).order_by()
    found = dict(visits.values_list("status").annotate(number=Count("pk")))
    return [(found[status.value], status.label) for status in Visit.Status if status.value in found]


def write_down(manager: Person, month: date, *, by: Principal, at: datetime, today: date) -> list[Visit]:
    """Each visit and peer supervision of the month gets its row, and who is in no set gets one.

    Twice changes nothing; returns the visits that are new.

    The rules are asked under a lock on the manager's row, so that two presses at once write one visit each.
    """
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=manager.pk)
        found = look(manager, month, today=today)
        fill_sets(found.crew.in_no_set, on=first_of(today), by=by, at=at)
        there = set(PeerSupervision.objects.filter(manager=manager, month=found.month).values_list("group", flat=True))
        for line in found.peer:
            if line.group not in there:
                write_peer(manager, found.month, line, by=by, at=at)
        new = [line.placement for line in found.in_school if line.visit is None and line.placement]
        come = who_comes(new, today=today)
        return [write_visit(manager, line, come, by=by, at=at) for line in found.proposed]


def write_visit(manager: Person, line: Line, come: dict[int, Person], *, by: Principal, at: datetime) -> Visit:
    """What is due gets its row. `come` says who comes for which school, by placement (`who_comes`)."""
    return visits.plan(
        line.placement,
        kind=line.kind,
        worker=line.worker,
        manager=line.by or manager,
        due_on=line.due_on,
        why=line.why,
        school_person=come.get(line.placement.pk) if line.placement and line.kind == Kind.IN_SCHOOL else None,
        by=by,
        at=at,
    )


def write_peer(manager: Person, month: date, line: Line, *, by: Principal, at: datetime) -> PeerSupervision:
    """A set's peer supervision gets its row, with the workers of the set as it is now."""
    peer = PeerSupervision(manager=manager, month=month, group=line.group, due_on=line.due_on, why=line.why)
    begin(peer, "plan", by=by, at=at)
    peer.name_people(line.people)
    return peer


def who_comes(placements: list[Placement], *, today: date) -> dict[int, Person]:
    """Who comes for the school, by placement: last time's person while they speak for it, else lead, else head."""
    speak: dict[int, dict[int, SchoolContact]] = {}
    for contact in (
        SchoolContact.objects.on(today)
        .filter(school__in=[each.school_id for each in placements])
        .select_related("person")
    ):
        speak.setdefault(contact.school_id, {})[contact.person_id] = contact
    last = {
        visit.placement_id: visit.school_person_id
        for visit in Visit.objects.filter(placement__in=placements, school_person__isnull=False).order_by("due_on")
    }
    found = {}
    for placement in placements:
        there = speak.get(placement.school_id, {})
        heads = [key for key, contact in there.items() if contact.kind == SchoolContact.Kind.HEAD]
        for key in (last.get(placement.pk), placement.lead_id, *heads):
            if key in there:
                found[placement.pk] = there[key].person
                break
    return found


def _is_in_school_of(due: Due, crew: Crew, manager: Person) -> bool:
    if due.kind != Kind.IN_SCHOOL or not isinstance(due.place, int):
        return False
    return crew.placements[due.place].manager_id == manager.pk


def _peer_lines(crew: Crew, planned: list[tuple[list[Worker], list[Due]]], ends: date) -> list[Line]:
    """One a set: professions of one rhythm meet together, on the earlier of their days."""
    found: dict[str, Line] = {}
    turns = [(due, workers) for workers, dues in planned for due in dues if due.kind == Kind.PEER]
    for due, workers in sorted(turns, key=lambda turn: turn[0].on):
        people = [crew.people[each.key] for each in workers if each.group == due.group and each.since <= ends]
        first = found.get(due.group) or _line(due, crew, {})
        found[due.group] = replace(first, people=(*first.people, *people))
    return sorted(found.values(), key=lambda line: line.due_on)


def _line(due: Due, crew: Crew, late: dict[object, str]) -> Line:
    return Line(
        kind=due.kind.value,
        due_on=due.on,
        why=due.sentence,
        group=due.group,
        worker=crew.people.get(due.worker) if isinstance(due.worker, int) else None,
        placement=crew.placements.get(due.place) if isinstance(due.place, int) else None,
        by=crew.people.get(due.by) if isinstance(due.by, int) else None,
        warning=late.get(due.worker, ""),
    )
