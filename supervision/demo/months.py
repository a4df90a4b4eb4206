"""Supervision in a made-up county: a rhythm that began two months ago, this month in every state there is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from schools.actions.calendars import county_calendar
from schools.demo.agreements import Stage, as_system
from schools.demo.counties import ATTENDANCE
from supervision.actions import bookings, months
from supervision.actions.patterns import choose, usual
from supervision.models import Slot, Visit
from supervision.rules.rhythm.months import counting, first_of
from supervision.rules.slots import LASTS
from teams.models import Part, Person, Profession

TEN, HALF_PAST_ONE = time(10, 0), time(13, 30)


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
        for manager in stage.managers.values():
            if month == first_of(today):
                _this_month(manager, month, now=stage.now, today=today)
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
        visit.hold({visit.manager_id, visit.worker_id}, by=by, at=visit.occasion.ends_at)


def _this_month(manager: Person, month: date, *, now: datetime, today: date) -> None:
    """What is behind was held; of the rest one is agreed, one was cancelled by its school, the others are offered."""
    at = min(now, timezone.make_aware(datetime.combine(month, time(8, 0)) + timedelta(days=2)))
    by = as_system(at)
    ahead = []
    for place, visit in enumerate(months.write_down(manager, month, by=by, at=at, today=month)):
        if visit.due_on < today:
            _agree(visit, visit.due_on, place, at=at)
            visit.hold({visit.manager_id, visit.worker_id}, by=by, at=visit.occasion.ends_at)
        else:
            ahead.append(visit)
    if ahead:
        _agree(ahead[0], ahead[0].due_on, 0, at=at)
    if len(ahead) > 1:
        _agree(ahead[1], ahead[1].due_on, 1, at=at)
        ahead[1].call_off(Part.SCHOOL, by=as_system(now), at=now)
    if len(ahead) > 2:
        asked = now - timedelta(days=6)
        bookings.offer_month(manager, month, by=as_system(asked), at=asked, today=today)
        _answer(Visit.objects.filter(pk__in=[visit.pk for visit in ahead[2:]], status=Visit.Status.OFFERED), now=now)


def _answer(visits: object, *, now: datetime) -> None:
    """One school finds that none of the times suits; the others have not answered."""
    visit = visits.order_by("pk").first()  # type: ignore[attr-defined]
    if visit is not None and Slot.objects.standing().filter(visit=visit).exists():
        visit.suit_none("Thursday afternoon, or any morning after assembly", by=as_system(now), at=now)


def _agree(visit: Visit, day: date, place: int, *, at: datetime) -> None:
    starts = timezone.make_aware(datetime.combine(day, HALF_PAST_ONE if place % 2 else TEN))
    visit.agree(starts, starts + LASTS, place=visit.school.name, by=as_system(at), at=at)
    visit.refresh_from_db()
