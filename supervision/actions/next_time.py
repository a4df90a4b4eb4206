"""When people meet again: the day that is filled in for whatever they promise each other (journeys M3.3)."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from schools.actions.calendars import calendars_of, county_calendar
from supervision.models import Visit

TWO_MONTHS = 40  # school days: in school one month, peer supervision the next

AHEAD = (Visit.Status.DUE, Visit.Status.OFFERED, Visit.Status.AGREED)


def next_day(visit: Visit, *, today: date) -> date | None:
    """The worker's next supervision of this kind where it is planned already, else forty school days from today.

    None where the terms of that time are not known: a day that nobody can vouch for is not filled in. Four queries.
    """
    later = Visit.objects.filter(worker=visit.worker_id, kind=visit.kind, month__gt=visit.month, status__in=AHEAD)
    following = later.select_related("occasion").order_by("month", "pk").first()
    if following is not None:
        day = timezone.localdate(following.occasion.starts_at) if following.occasion else following.due_on
        if day > today:
            return day
    calendar = calendars_of([visit.school])[visit.school.pk] if visit.is_in_school else county_calendar()
    return calendar.nth_after(today, TWO_MONTHS)
