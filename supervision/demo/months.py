"""Supervision in a made-up county: a rhythm that began two months ago, this month in every state there is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from schools.actions.calendars import county_calendar
from schools.demo.agreements import Stage, as_system
from schools.demo.counties import ATTENDANCE
from supervision.actions import bookings, months
from supervision.actions.patterns import choose, usual
from supervision.demo import records
from supervision.models import Slot, Visit
from supervision.rules.rhythm.months import counting, first_of
from supervision.rules.slots import LASTS
from teams.models import Part, Person, Profession

TEN, HALF_PAST_ONE = time(10, 0), time(13, 30)
OFFICE = "The team's office"


def play(stage: Stage) -> None:
    """How often for each profession; every manager's months up to today; this month offered, agreed, cancelled."""
    today = timezone.localdate(stage.now)
    begins = _begins(date(stage.school_year, 9, 1), today)
    founded = timezone.make_aware(datetime.combine(begins, time(8, 0)))
    by = as_system(founded)
    for profession in Profession.objects.all():
        code = "second-month" if profession.name == ATTENDANCE else usual(profession)
        choose(profession, code, starts_on=begins, by=by, at=founded, today=begins)
    for month in counting(county_calendar(), begins):
        if month > today:
            break
        for place, manager in enumerate(stage.managers.values()):
            if month == first_of(today):
                _this_month(manager, month, first=place, now=stage.now, today=today)
            else:
                _over(manager, month)


def _begins(first: date, today: date) -> date:
    """Two months that count before today's, in this school year: enough to look at, and quick to load."""
    months_before = [month for month in counting(county_calendar(), first) if month < first_of(today)]
    return months_before[-2:][0] if months_before else first


def _over(manager: Person, month: date) -> None:
    """A month that went as it was planned."""
    at = timezone.make_aware(datetime.combine(month, time(8, 0)))
    by = as_system(at)
    for place, visit in enumerate(months.write_down(manager, month, by=by, at=at, today=month)):
        _agree(visit, visit.due_on, place, at=at)
        hold = records.hold if visit.is_in_school else records.hold_between_two
        hold(visit, place + month.month)


def _this_month(manager: Person, month: date, *, first: int, now: datetime, today: date) -> None:
    """Agreed, offered, cancelled by the school or held, in turn from `first` on, as far as days are left."""
    at = min(now, timezone.make_aware(datetime.combine(month, time(8, 0)) + timedelta(days=2)))
    by = as_system(at)
    offered = []
    written = months.write_down(manager, month, by=by, at=at, today=month)
    new = [visit for visit in written if visit.is_in_school]
    for place, visit in enumerate(each for each in written if not each.is_in_school):
        if visit.due_on < today:
            _agree(visit, visit.due_on, place, at=at)
            records.hold_between_two(visit, place)
        elif place % 2 == 0:
            _agree(visit, visit.due_on, place, at=at)
    days = bookings.propose(months.look(manager, month, today=today), today=today).days
    for place, visit in enumerate(new, start=first):
        ahead = days.get(visit.placement_id or 0, [])
        state = place % 4
        if state == 3 and visit.due_on < today:
            _agree(visit, visit.due_on, 0, at=at)
            records.hold(visit, place)
        elif state == 1 or not ahead:
            offered.append(visit.pk)
        else:
            _agree(visit, ahead[0], place, at=at)
            if state == 2:
                visit.call_off(Part.SCHOOL, by=as_system(now), at=now)
    if offered:
        asked = now - timedelta(days=6)
        bookings.offer_month(manager, month, by=as_system(asked), at=asked, today=today)
        _answer(Visit.objects.filter(pk__in=offered[1:], status=Visit.Status.OFFERED), now=now)


def _answer(visits: object, *, now: datetime) -> None:
    """One school finds that none of the times suits; the others have not answered."""
    visit = visits.order_by("pk").first()  # type: ignore[attr-defined]
    if visit is not None and Slot.objects.standing().filter(visit=visit).exists():
        visit.suit_none("Thursday afternoon, or any morning after assembly", by=as_system(now), at=now)


def _agree(visit: Visit, day: date, place: int, *, at: datetime) -> None:
    starts = timezone.make_aware(datetime.combine(day, HALF_PAST_ONE if place % 2 else TEN))
    where = visit.school.name if visit.is_in_school else OFFICE
    visit.agree(starts, starts + LASTS, place=where, by=as_system(at), at=at)
    visit.refresh_from_db()
