"""What we said we'd do in a made-up county, kept and not kept; and one supervision tomorrow, with a list for it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from schools.actions.calendars import county_calendar
from schools.demo.agreements import Stage, as_system
from schools.models import Placement
from supervision.actions import bringing, months, visits
from supervision.actions.getting_ready import next_working_day
from supervision.models import Visit
from supervision.rules.rhythm.months import counting
from supervision.rules.slots import LASTS
from teams.foundation.transitions import begin
from teams.models import Audience, Commitment, Part, Person

LATEST = 12  # supervisions at which something was said: enough for every first page to show some


class Words(NamedTuple):
    """Something said at a supervision: by which side, for how many days, and what became of it."""

    text: str
    side: str
    days: int
    became: str = ""
    audience: str = Audience.SHARED


SAID = (
    Words("Find a quiet room for Thursday mornings", Part.SCHOOL, 21),
    Words("Ask the school nurse about mornings", Part.WORKER, 14, "kept"),
    Words("Bring the dates of the training", Part.MANAGER, 10),
    Words("Send the new contact sheet to the office", Part.WORKER, 14, "put off"),
    Words("Look for a course on part-time timetables", Part.MANAGER, 60, audience=Audience.TWO),
)
BROUGHT = "Could we look at the days in the last week of term?"


def play(stage: Stage) -> None:
    """After the months: at the latest supervisions that were held, and for the first manager's next one."""
    held = Visit.objects.filter(
        status=Visit.Status.HELD, kind=Visit.Kind.IN_SCHOOL, occasion__starts_at__lt=stage.now
    ).for_page()
    for place, visit in enumerate(held.order_by("-occasion__starts_at", "pk")[:LATEST]):
        _say(visit, place, now=stage.now)
    tomorrow = _tomorrow(stage)
    for month in _months_after(timezone.localdate(stage.now)):  # so that her workers see what is to come
        manager = next(iter(stage.managers.values()))
        today = timezone.localdate(stage.now)
        months.write_down(manager, month, by=as_system(stage.now), at=stage.now, today=today)
    if tomorrow is not None:
        young = list(bringing.young_people_there(tomorrow, timezone.localdate(stage.now))[:3])
        bringing.bring(tomorrow, young=young, text=BROUGHT, by=as_system(stage.now), at=stage.now)


def _months_after(today: date) -> list[date]:
    """The first day of the next month that counts, where terms are known."""
    return [month for month in counting(county_calendar(), today) if month > today][:1]


def _say(visit: Visit, place: int, *, now: datetime) -> None:
    """Two of them, or three; what has become of them was said since then."""
    at = visit.occasion.ends_at
    people = {Part.MANAGER: visit.manager, Part.WORKER: visit.worker, Part.SCHOOL: visit.school_person}
    for number in range(2 + place % 2):
        said = SAID[(place + number) % len(SAID)]
        who: Person = people[Part(said.side)] or visit.manager
        side = said.side if people[Part(said.side)] else Part.MANAGER
        due = timezone.localdate(at) + timedelta(days=said.days)
        made = Commitment(
            text=said.text, promised_by=who, side=side, due_on=due, occasion=visit.occasion, audience=said.audience,
            made_at=at,
        )  # fmt: skip
        begin(made, "promise", by=as_system(at), at=at)
        told = min(at + timedelta(days=said.days), now)
        if said.became == "kept":
            made.keep(by=as_system(told), at=told)
        elif said.became == "put off":
            later = due + timedelta(days=28)
            made.put_off(until=later, reason="The office had closed for the break", by=as_system(told), at=told)


def _tomorrow(stage: Stage) -> Any:
    """The first manager's next supervision is on the next working day at ten: one of the month's, or one more."""
    manager = next(iter(stage.managers.values()))
    today = timezone.localdate(stage.now)
    starts = timezone.make_aware(datetime.combine(next_working_day(today), time(10, 0)))
    ahead = Visit.objects.filter(manager=manager, kind=Visit.Kind.IN_SCHOOL, due_on__gte=today).exclude(
        status__in=(Visit.Status.HELD, Visit.Status.LEFT_OUT)
    )
    visit = ahead.for_page().order_by("due_on", "pk").first() or _one_more(manager, stage)
    if visit is None:
        return None
    by = as_system(stage.now)
    visit.agree(starts, starts + LASTS, place="The meeting room by the office", by=by, at=stage.now)
    return Visit.objects.for_page().get(pk=visit.pk)


def _one_more(manager: Person, stage: Stage) -> Any:
    """In a month whose turns are over, or in a holiday: a visit of whoever has none this month."""
    today = timezone.localdate(stage.now)
    day = next_working_day(today)
    placed = Placement.objects.filter(manager=manager, status=Placement.Status.ACTIVE, starts_on__lte=today)
    free = placed.exclude(visits__month=day.replace(day=1)).select_related("post", "school")
    for placement in free.prefetch_related("post__employments__person").order_by("pk"):
        worker = placement.post.holder_on(today)
        if worker is not None:
            return visits.plan(
                placement, worker=worker, manager=manager, due_on=day, by=as_system(stage.now), at=stage.now,
                why="The manager wants to see the new room.",
            )  # fmt: skip
    return None
