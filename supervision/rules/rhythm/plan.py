"""What is due in a month, for one manager's workers under one rhythm."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schools.rules.calendar import SchoolCalendar
from supervision.rules.rhythm import sentences as say
from supervision.rules.rhythm.months import counting, first_of, last_of
from supervision.rules.rhythm.values import (
    SETS,
    WEEKDAYS,
    Due,
    Key,
    Kind,
    Manager,
    Outcome,
    Past,
    Place,
    Rhythm,
    Shape,
    Worker,
)

NINE_WEEKS = 45  # school days


def plan(
    month: date,
    rhythm: Rhythm,
    workers: Sequence[Worker],
    county: SchoolCalendar,
    manager: Manager,
    *,
    today: date,
) -> list[Due]:
    """What is due in the month that `month` lies in: visits by day, then peer supervision. Empty where none counts.

    The month is planned from what had happened before it began. Months from today's on that lie before it are taken
    to go as they are planned, so that next term can be looked at.
    """
    wanted, now = first_of(month), first_of(today)
    months = counting(county, rhythm.starts_on)
    if wanted not in months:
        return []
    for earlier in (each for each in months if now <= each < wanted):
        due = _Month(earlier, rhythm, county, manager).due(workers)
        workers = [_as_planned(worker, due, earlier) for worker in workers]
    return _Month(wanted, rhythm, county, manager).due(workers)


def exception(worker: Worker, *, today: date) -> str | None:
    """The sentence of BR-03 where more than nine school weeks have gone by today; None where they have not."""
    day = exception_day(worker, today=today)
    if day is None or today < day:
        return None
    last, outcome = _counted_from(worker)
    return say.over_nine_weeks(last, outcome)


def exception_day(worker: Worker, *, today: date) -> date | None:
    """The school day with which more than nine school weeks will have gone by; None while terms do not reach so far,
    or nobody expects the worker in a school."""
    places = [place for place in worker.places if place.ends_on is None or place.ends_on >= today]
    if not places:
        return None
    last, _ = _counted_from(worker)
    return _next_place(places, worker.past).calendar.nth_after(last, NINE_WEEKS + 1)


def possible_days(worker: Worker, place: Place, manager: Manager, first: date, last: date) -> list[date]:
    """The days from `first` to `last` on which the worker is in that school, and somebody is there to come."""
    return [
        day
        for day in place.calendar.between(first, last)
        if day.weekday() in place.weekdays and place.holds(day) and not worker.is_away(day) and not manager.is_away(day)
    ]


def _counted_from(worker: Worker) -> tuple[date, Outcome | None]:
    counted = [past for past in worker.past if past.kind == Kind.IN_SCHOOL]
    if not counted:
        starts = [place.starts_on for place in worker.places]
        return max([worker.since, *([min(starts)] if starts else [])]), None
    latest = max(counted, key=lambda past: past.on)
    return latest.on, latest.outcome


def _as_planned(worker: Worker, due: Iterable[Due], month: date) -> Worker:
    """The worker once the month has gone by. What has really happened in it already stands."""
    new = tuple(
        Past(each.kind, each.on, Outcome.HELD, each.place)
        for each in due
        if each.worker == worker.key
        and not any(past.kind == each.kind and first_of(past.on) == month for past in worker.past)
    )
    return replace(worker, past=(*worker.past, *new)) if new else worker


@dataclass(frozen=True)
class _Turn:
    """What a worker's stream of one kind says about a month: its own turn, or what is left from the one before."""

    is_own: bool
    missed: date | None = None  # the month of the turn that did not take place
    cancelled: Past | None = None  # by the school


class _Month:
    """One month that counts."""

    def __init__(self, month: date, rhythm: Rhythm, county: SchoolCalendar, manager: Manager) -> None:
        self.month, self.ends = month, last_of(month)
        self.rhythm, self.county, self.manager = rhythm, county, manager
        self.months = counting(county, rhythm.starts_on)
        self.index = self.months.index(month)
        days = county.between(month, self.ends)
        self.middle = days[len(days) // 2]

    def due(self, workers: Sequence[Worker]) -> list[Due]:
        if self.rhythm.shape == Shape.EACH:
            kinds = (Kind.ONE_TO_ONE, Kind.JOINT)
            found = [self._each(worker, kind) for worker in workers for kind in kinds]
        else:
            found = [self._in_school(worker) for worker in workers]
            found += [self._peer(group, workers) for group in SETS if not self._visits(group)(self.index)]
        return sorted((due for due in found if due is not None), key=lambda due: (due.kind == Kind.PEER, due.on))

    # Supervision in school, and peer.

    def _visits(self, group: str) -> Callable[[int], bool]:
        """Is the set visited in the n-th month? The first one is A's."""
        return lambda index: index % 2 == (SETS.index(group) if group in SETS else 0)

    def _in_school(self, worker: Worker) -> Due | None:
        turn = self._turn(worker, Kind.IN_SCHOOL, self._visits(worker.group))
        if turn is None:
            return None
        held = [past for past in worker.past if past.kind == Kind.IN_SCHOOL and past.on < self.month]
        last = max((past for past in held if past.outcome == Outcome.HELD), key=lambda past: past.on, default=None)
        here = [place for place in worker.places if self._days(worker, place)]
        if not here:
            return None
        place = _next_place(here, tuple(held))
        limit = place.calendar.nth_after(last.on, NINE_WEEKS) if last else None
        is_soonest = turn.missed is not None or turn.cancelled is not None
        on, moved = self._day(worker, place, is_soonest=is_soonest, limit=limit)
        return self._made(
            Kind.IN_SCHOOL,
            on,
            worker.key,
            worker.group,
            place.key,
            [
                *self._why_in_school(worker, turn),
                say.other_school(place, last, worker.places) if last else "",
                *moved,
                say.last_in_school(last, on, place.calendar),
            ],
        )

    def _why_in_school(self, worker: Worker, turn: _Turn) -> list[str]:
        if turn.cancelled is not None:
            names = {place.key: place.name for place in worker.places}
            return [say.cancelled(names.get(turn.cancelled.place, "the school"), turn.cancelled)]
        missed = say.missed(worker, turn.missed, last_of(turn.missed)) if turn.missed else ""
        if not turn.is_own:
            return [say.in_school_now(missed)]
        own = say.in_school(self.months[self.index - 1] if self.index else None, worker.group or SETS[0])
        return [own, f"{missed[0].upper()}{missed[1:]}." if missed else ""]

    def _peer(self, group: str, workers: Sequence[Worker]) -> Due | None:
        """One for the set that is not visited, on the day on which most of its workers can come."""
        members = [worker for worker in workers if worker.group == group and self._is_placed(worker)]
        days = [day for day in self.county.between(self.month, self.ends) if not self.manager.is_away(day)]
        if not members or not days:
            return None
        can_come = {day: sum(_works(worker, day) for worker in members) for day in days}
        on = min(days, key=lambda day: (-can_come[day], abs((day - self.middle).days), day))
        before = self.months[self.index - 1] if self.index else None
        other = SETS[1 - SETS.index(group)]
        return self._made(Kind.PEER, on, None, group, None, [say.peer(before, group, other)])

    def _is_placed(self, worker: Worker) -> bool:
        return worker.since <= self.ends and any(
            place.starts_on <= self.ends and (place.ends_on is None or place.ends_on >= self.month)
            for place in worker.places
        )

    # One-to-ones and joint visits.

    def _each(self, worker: Worker, kind: Kind) -> Due | None:
        every = self.rhythm.one_to_one_every if kind == Kind.ONE_TO_ONE else self.rhythm.joint_every
        offset = 1 % every if kind == Kind.JOINT else 0
        turn = self._turn(worker, kind, lambda index: index % every == offset)
        if turn is None:
            return None
        places = worker.places if kind == Kind.JOINT and worker.places else (self._anywhere(worker),)
        here = [place for place in places if self._days(worker, place)]
        if not here:
            return None
        before = tuple(past for past in worker.past if past.kind == kind and past.on < self.month)
        place = _next_place(here, before)
        is_soonest = turn.missed is not None or turn.cancelled is not None
        on, moved = self._day(worker, place, is_soonest=is_soonest, limit=None)
        last = max((past for past in before if past.outcome == Outcome.HELD), key=lambda past: past.on, default=None)
        if turn.cancelled is not None:
            why = say.cancelled(place.name or "the school", turn.cancelled)
        else:
            why = say.regular_now(kind, turn.missed) if turn.missed else say.regular(kind, every)
        words = [why, *moved, say.last_of_kind(kind, last, on, self.county)]
        return self._made(kind, on, worker.key, worker.group, place.key, words)

    def _anywhere(self, worker: Worker) -> Place:
        return Place(None, "", WEEKDAYS, self.county, worker.since)

    # What all have in common.

    def _turn(self, worker: Worker, kind: Kind, is_turn: Callable[[int], bool]) -> _Turn | None:
        """Is something of this kind due this month, by its own turn or because the one before did not take place?"""
        if worker.since > self.ends:
            return None
        before = next((index for index in range(self.index - 1, -1, -1) if is_turn(index)), None)
        missed = self.months[before] if before is not None else None
        since = [past for past in worker.past if past.kind == kind and missed and missed <= past.on < self.month]
        if missed is None or worker.since > self._first_day(missed) or _held(since):
            return _Turn(True) if is_turn(self.index) else None
        called_off = max(since, key=lambda past: past.on, default=None)
        if called_off is not None:
            return _Turn(is_turn(self.index), cancelled=called_off)
        return _Turn(is_turn(self.index), missed=missed)

    def _first_day(self, month: date) -> date:
        return self.county.between(month, last_of(month))[0]

    def _days(self, worker: Worker, place: Place) -> list[date]:
        return possible_days(worker, place, self.manager, max(self.month, worker.since), self.ends)

    def _day(self, worker: Worker, place: Place, *, is_soonest: bool, limit: date | None) -> tuple[date, list[str]]:
        """The due day, and the sentences about why it is not the day that one would expect."""
        days = self._days(worker, place)
        in_time = [day for day in days if limit is None or day <= limit]
        term_time = [day for day in self._term_time(place) if place.holds(day) and day >= worker.since]
        aim = self.month if is_soonest else min(self.middle, limit or self.middle)
        on = min(in_time or days[:1], key=lambda day: (abs((day - aim).days), day))
        sooner = limit is not None and not is_soonest and limit < self.middle and bool(in_time)
        said = [say.in_time()] if sooner and on < self.middle else []
        wanted = min(term_time, key=lambda day: (abs((day - aim).days), day), default=on)
        if wanted != on and wanted not in days:
            said.append(self._why_moved(wanted, on, worker, place))
        return on, said

    def _term_time(self, place: Place) -> list[date]:
        """The worker's weekdays that one would expect to be school days: closed ones among them need a word."""
        first, last = self.month.toordinal(), self.ends.toordinal()
        return [
            day
            for day in map(date.fromordinal, range(first, last + 1))
            if day.weekday() in place.weekdays
            and (place.calendar.is_school_day(day) or any(term.runs_on(day) for term in place.calendar.terms))
        ]

    def _why_moved(self, wanted: date, on: date, worker: Worker, place: Place) -> str:
        closed = place.calendar.why_closed(wanted)
        if closed:
            return say.moved(wanted, on, why=closed)
        away = worker.is_away(wanted)
        if away is not None:
            return say.moved_for_absence(worker.name, away, on)
        manager_away = self.manager.is_away(wanted)
        return say.moved_for_absence(self.manager.name, manager_away, on) if manager_away is not None else ""

    def _made(
        self, kind: Kind, on: date, worker: Key | None, group: str, place: Key | None, words: Iterable[str]
    ) -> Due:
        cover = self.manager.cover(on)
        said = [*words, say.covered(self.manager.name, cover) if cover else ""]
        return Due(kind, on, worker, group, place, cover.key if cover else None, " ".join(filter(None, said)))


def _held(past: Iterable[Past]) -> bool:
    return any(each.outcome == Outcome.HELD for each in past)


def _works(worker: Worker, day: date) -> bool:
    """Is it a working day of theirs, in whichever school?"""
    return not worker.is_away(day) and any(day.weekday() in place.weekdays for place in worker.places)


def _next_place(places: Sequence[Place], past: tuple[Past, ...]) -> Place:
    """Of several schools the one that was visited longest ago; one that never was comes first."""
    latest = {each.place: each.on for each in sorted(past, key=lambda past: past.on) if each.outcome == Outcome.HELD}
    return min(places, key=lambda place: (latest.get(place.key, date.min), place.starts_on, place.name))
