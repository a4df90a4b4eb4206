"""Booking the month: days for all visits, three times for each school, and what comes back (journeys M1.2 to M1.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from schools.actions.calendars import calendars_of
from schools.models import Placement, SchoolContact
from schools.rules.calendar import SchoolCalendar
from supervision.actions import booking_mail, busy
from supervision.actions.months import Line, MonthPlan, look, write_down
from supervision.models import Slot, Visit
from supervision.rules.rhythm import possible_days
from supervision.rules.rhythm.months import last_of
from supervision.rules.rounds import Round, Stop, plan_round
from supervision.rules.slots import AHEAD, LASTS, Busy, fits, has_room, short_drives, times
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.words import clock
from teams.foundation.words import day as day_in_words
from teams.models import Notice, Part, Person

A_DAY = timedelta(days=1)
SILENT_AFTER = 3  # school days without an answer: then it is time to ring


@dataclass(frozen=True)
class Proposal:
    """The month's round, with the days on which each visit could be, by placement."""

    round: Round
    days: dict[int, list[date]]
    slots: dict[int, list[Slot]] = field(default_factory=dict)  # standing, by visit

    def day_of(self, line: Line) -> date | None:
        return self.round.days.get(line.placement.pk) if line.placement else None


@dataclass(frozen=True)
class Outcome:
    """What a press that offers times came to: how many schools are asked, and who is not, with the reason."""

    offered: int
    refused: list[str]


def propose(found: MonthPlan, *, today: date) -> Proposal:
    """A day for each visit. What is agreed, offered or pinned stays where it is. One query."""
    slots: dict[int, list[Slot]] = {}
    for slot in Slot.objects.standing().filter(visit__in=found.visits):
        slots.setdefault(slot.visit_id, []).append(slot)
    placed = found.crew.placed()
    earliest = found.crew.county.nth_after(today, AHEAD + 1) or today + timedelta(days=AHEAD + 1)
    days = {}
    stops = []
    for line in found.in_school:
        if line.placement is None or line.placement.pk not in placed:
            continue
        worker, place = placed[line.placement.pk]
        first = max(found.month, earliest)
        days[line.placement.pk] = possible_days(worker, place, found.crew.manager, first, last_of(found.month))
        stops.append(_stop(line, days[line.placement.pk], slots))
    return Proposal(plan_round(stops), days, slots)


def is_silent(visit: Visit, calendar: SchoolCalendar, *, today: date) -> bool:
    """Three school days without an answer: then it is time to ring."""
    if visit.status != Visit.Status.OFFERED or visit.offered_at is None or visit.other_times:
        return False
    return calendar.days_after(timezone.localdate(visit.offered_at), today) >= SILENT_AFTER


def _stop(line: Line, days: list[date], slots: dict[int, list[Slot]]) -> Stop:
    assert line.placement is not None  # noqa: S101  (asked before)
    school, visit = line.placement.school, line.visit
    fixed = None
    if visit is not None:
        if visit.status in (Visit.Status.AGREED, Visit.Status.HELD) and visit.occasion is not None:
            fixed = timezone.localdate(visit.occasion.starts_at)
        elif visit.pk in slots:
            fixed = timezone.localdate(min(slot.starts_at for slot in slots[visit.pk]))
        elif visit.pinned_on in days:
            fixed = visit.pinned_on
    return Stop(line.placement.pk, school.position, tuple(days), line.due_on, fixed)


def pin(
    manager: Person, month: date, placement: Placement, day: date | None, *, by: Principal, at: datetime, today: date
) -> None:
    """This visit is to be on that day. Raises Refusal, field "day", for one that cannot be."""
    with transaction.atomic():
        write_down(manager, month, by=by, at=at, today=today)
        found = look(manager, month, today=today)
        line = next((line for line in found.in_school if line.placement == placement and line.visit), None)
        if line is None or line.visit is None:
            raise Refusal("This visit is not in the plan any more. Look at the month again.", code="gone")
        if day is not None and day not in propose(found, today=today).days.get(placement.pk, ()):
            _refuse_day(line.visit, day)
            raise Refusal(
                f"{day_in_words(day)} cannot be: somebody is away, or the school has no time left to answer. "
                "Choose another day.",
                field="day",
                code="day",
            )
        line.visit.pin(day, by=by, at=at)


def offer_month(manager: Person, month: date, *, by: Principal, at: datetime, today: date) -> Outcome:
    """Three times to every school that has none yet: the month is written down, times are kept, mails are queued.

    What cannot be offered is said and does not stop the others.
    """
    write_down(manager, month, by=by, at=at, today=today)
    found = look(manager, month, today=today)
    due = [line.visit for line in found.in_school if line.visit and is_to_offer(line.visit)]
    return _offer(found, due, by=by, at=at, today=today)


def is_to_offer(visit: Visit | None) -> bool:
    """Not booked: nothing offered yet, or nothing of it suited."""
    return (
        visit is None
        or visit.status == Visit.Status.DUE
        or (visit.status == Visit.Status.OFFERED and bool(visit.other_times))
    )


def offer_one(manager: Person, visit: Visit, *, by: Principal, at: datetime, today: date) -> Outcome:
    """Other times for one school."""
    return _offer(look(manager, visit.month, today=today), [visit], by=by, at=at, today=today)


def _offer(found: MonthPlan, visits: list[Visit], *, by: Principal, at: datetime, today: date) -> Outcome:
    proposal = propose(found, today=today)
    taken = _taken(visits, found.month)
    place_of = {key: each.index(key) for each in proposal.round.order.values() for key in each}
    offered, refused = 0, []
    for visit in visits:
        key = visit.placement_id or 0  # one in school has one
        day = proposal.round.days.get(key)
        days = [day] if day is not None and day == visit.pinned_on else proposal.days.get(key, [])
        where, both = busy.where_of(visit), (visit.manager_id, visit.worker_id)
        hers = [each for person in both for each in taken[person]]
        free = times(day, min(place_of[key], 1), days, visit.placement.timetable, where, hers) if day else []
        try:
            _offer_times(visit, free, by=by, at=at)
        except Refusal as refusal:
            refused.append(f"{visit.school.name}: {refusal.message}")
        else:
            for person in both:
                taken[person] += [Busy(each, each + LASTS, where) for each in free]
            offered += 1
    return Outcome(offered, refused)


def _offer_times(visit: Visit, free: list[datetime], *, by: Principal, at: datetime) -> None:
    """Raises Refusal with the way on; nothing of this visit is written then."""
    _refuse_leavers(visit)
    if not free:
        raise Refusal("No day is left in this month. It comes again next month, or agree on a time by telephone.")
    if visit.school_person is None:
        raise Refusal("Nobody speaks for the school yet. Add a contact, or agree on a time by telephone.")
    try:
        with transaction.atomic():
            visit.offer([(_aware(each), _aware(each) + LASTS) for each in free], by=by, at=at)
            booking_mail.offer_times(visit, at=at)
    except IntegrityError as double:  # two presses at once
        raise Refusal("One of the times has gone just now. Press once more.", code="twice") from double


def free_slots(visit: Visit, *, at: datetime) -> list[Slot]:
    """What the school may choose: offered, to come, and with room still beside what else has been agreed since."""
    slots = [slot for slot in visit.slots.standing() if slot.starts_at > at]
    if not slots:
        return []
    first, last = min(slot.starts_at for slot in slots), max(slot.ends_at for slot in slots)
    held = busy.agreed([visit.manager_id, visit.worker_id], first - A_DAY, last + A_DAY, beside=visit.occasion_id)
    theirs, where = [each for person in held.values() for each in person], busy.where_of(visit)
    return [slot for slot in slots if has_room(busy.on_the_wall(slot.starts_at), where, theirs)]


def choose(visit: Visit, slot: Slot, person: Person, *, by: Principal, at: datetime) -> None:
    """The school takes a time. Raises Refusal where it cannot be any more."""
    _refuse_leavers(visit)
    _refuse_day(visit, timezone.localdate(slot.starts_at))
    with transaction.atomic():
        busy.one_at_a_time([visit.manager, visit.worker])
        if slot in visit.slots.standing() and slot not in free_slots(visit, at=at):
            raise Refusal("That time has gone since. Choose one of the others.", field="time", code="taken")
        visit.choose(slot, school_person=person, place=visit.school.name, by=by, at=at)


def agree(visit: Visit, starts_at: datetime, *, by: Principal, at: datetime) -> list[str]:
    """Agreed by telephone. Returns what she should know: a drive that is short, a school that was offered that time.

    Raises Refusal beside the box: a closed day, a person who left, a time at which one of both is not there or has
    something else.
    """
    _refuse_leavers(visit)
    local = busy.on_the_wall(starts_at)
    _refuse_day(visit, local.date())
    if not fits(local, visit.placement.timetable):
        raise Refusal(
            f"{visit.worker.name} is not at {visit.school.name} then. Choose a time within the agreed days.",
            field="time",
            code="not_there",
        )
    with transaction.atomic():
        busy.one_at_a_time([visit.manager, visit.worker])
        for person in (visit.manager, visit.worker):
            busy.refuse_clash(starts_at, starts_at + LASTS, person, except_for=visit.occasion, by=by)
        warnings = _warnings(visit, starts_at, by=by)
        visit.agree(starts_at, starts_at + LASTS, place=visit.school.name, by=by, at=at)
        try:
            booking_mail.tell_agreed(visit, at=at)
        except Refusal as refusal:  # agreed is agreed, whether or not a mail can go
            warnings.append(refusal.message)
    return warnings


def _warnings(visit: Visit, starts_at: datetime, *, by: Principal) -> list[str]:
    """She knows the road, so a short drive is said and not refused; so is an offer that this takes away.

    Another's school is not named to who may not read that visit.
    """
    people = {person.pk: person for person in (visit.manager, visit.worker)}
    day = timezone.localtime(starts_at).replace(hour=0, minute=0)
    local, where = busy.on_the_wall(starts_at), busy.where_of(visit)
    held = busy.agreed(people, day, day + A_DAY, beside=visit.occasion_id)
    short = [(people[key], *each) for key, theirs in held.items() for each in short_drives(local, where, theirs)]
    new = [Busy(local, local + LASTS, where)]
    offers = busy.offered([visit.manager_id], day, day + A_DAY, beside=[visit])[visit.manager_id]
    gone = [each for each in offers if each.where is not None and not has_room(each.starts, each.where, new)]
    if not short and not gone:
        return []
    seen = Q(occasion__in=[other.key for _, other, _ in short]) | Q(pk__in=[each.key for each in gone])
    rows = list(Visit.objects.visible_to(by).filter(seen).values_list("occasion", "pk"))
    agreed, offered = {occasion for occasion, _ in rows}, {key for _, key in rows}
    words = []
    for person, other, way in short:
        when = f"until {clock(other.ends)}" if other.ends <= local else f"from {clock(other.starts)}"
        minutes = way // timedelta(minutes=1)
        words.append(f"{person.name} is at {_name(other, agreed)} {when}, and the drive takes about {minutes} minutes.")
    for each in gone:
        words.append(
            f"{clock(each.starts)} that day was offered to {_name(each, offered)}, and can no longer be chosen there."
        )
    return words


def _name(other: Busy, named: Container[int | None]) -> str:
    return other.where.name if other.where is not None and other.key in named else "another school"


def call_off(manager: Person, visit: Visit, side: str, *, by: Principal, at: datetime, today: date) -> Outcome:
    """It could not happen: whose side it was is kept, and other times are offered at once where there are any.

    Of what the council's side called off the school hears by that mail, or by one of its own.
    """
    was_at = visit.occasion.starts_at if visit.occasion is not None else at  # and then the guard refuses
    with transaction.atomic():
        visit.call_off(side, by=by, at=at)
        visit = Visit.objects.for_page().get(pk=visit.pk)
        done = offer_one(manager, visit, by=by, at=at, today=today)
        if side == Part.SCHOOL or was_at <= at:
            return done
        if not done.offered:
            with suppress(Refusal):  # they are rung then, as it says below
                booking_mail.tell_called_off(visit, at=at)
    in_time = Notice.objects.filter(subject_id=visit.public_id, made_at=at, due_at__lt=was_at).exists()
    return done if in_time else Outcome(done.offered, [*done.refused, _ring(visit)])


def _ring(visit: Visit) -> str:
    person = visit.school_person
    who = f"{person.name}, {person.telephone}" if person is not None and person.telephone else visit.school.name
    return f"Please ring them: no mail of ours comes before the time that was agreed ({who})."


def people_of(visit: Visit, *, today: date) -> list[Person]:
    """Who can come for the school, who is named first."""
    contacts = SchoolContact.objects.on(today).filter(school=visit.placement.school_id).select_related("person")
    people = {contact.person_id: contact.person for contact in contacts}
    return sorted(people.values(), key=lambda person: (person.pk != visit.school_person_id, person.name))


def _refuse_leavers(visit: Visit) -> None:
    for person in (visit.worker, visit.manager):
        if person.left_at is not None:
            raise Refusal(f"{person.name} has left. Leave this visit out, and plan the month again.", code="left")


def _refuse_day(visit: Visit, day: date) -> None:
    """Raises Refusal, field "day", for a closed day; the next open one is the way on."""
    school = visit.placement.school
    calendar = calendars_of([school])[school.pk]
    why = calendar.why_closed(day)
    if why:
        after = calendar.nth_after(day, 1)
        way = f" The next school day is {day_in_words(after)}." if after else ""
        raise Refusal(f"{day_in_words(day)} is {why}.{way}", field="day", code="closed")


def _taken(visits: Iterable[Visit], month: date) -> dict[int, list[Busy]]:
    """What is not free in this month, by person: offered to other schools, or agreed already. Three queries."""
    visits = list(visits)
    people = {visit.manager_id for visit in visits} | {visit.worker_id for visit in visits}
    first = _aware(datetime.combine(month, time.min))
    last = _aware(datetime.combine(last_of(month), time.max))
    taken: dict[int, list[Busy]] = defaultdict(list)
    for found in (busy.agreed(people, first, last), busy.offered(people, first, last, beside=visits)):
        for person, theirs in found.items():
            taken[person] += theirs
    return taken


def _aware(local: datetime) -> Any:
    return timezone.make_aware(local)
