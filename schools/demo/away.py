"""A worker at training while the demo is loaded, the times away of weeks before, and a manager who is covered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from schools.demo.agreements import as_system
from schools.models import Placement, TimeAway
from schools.rules.whereabouts import slots_on
from teams.foundation.access import Role
from teams.models import Absence, Cover, Membership

WEEKS_SHOWN = 6


def add_away(*, now: datetime) -> None:
    """In the open county; by the verbs that people press."""
    by, today = as_system(now), timezone.localdate(now)
    active = Placement.objects.filter(status=Placement.Status.ACTIVE, starts_on__lte=today)
    placements = list(
        active.select_related("school", "post").prefetch_related("post__employments__person").order_by("pk")
    )
    for number, placement in enumerate(placements):
        worker = placement.post.holder_on(today)
        if worker is None:
            continue
        for week in range(1, WEEKS_SHOWN):
            day = today - timedelta(weeks=week, days=number % 3)
            for starts, ends in slots_on(day, placement.timetable)[:1]:
                purpose = ("team", "home", "training", "peer", "own")[(week + number) % 5]
                back = min(starts + timedelta(hours=3), ends)
                TimeAway.tell(placement, worker, purpose=purpose, starts_at=starts, back_at=back, by=by, at=now)
    at_training = next((each for each in placements if each.post.holder_on(today) is not None), None)
    if at_training is not None:
        worker = at_training.post.holder_on(today)
        TimeAway.tell(
            at_training, worker, purpose="training", starts_at=now - timedelta(minutes=40),
            back_at=now + timedelta(hours=2), by=by, at=now,
        )  # fmt: skip
        for placement in placements:
            ill = placement.post.holder_on(today)
            if ill is not None and ill != worker:
                Absence.start(ill, starts_on=today, ends_on=None, by=by, at=now)
                break
    hats = Membership.objects.on(today).filter(role=Role.TEAM_MANAGER).select_related("person").order_by("pk")
    managers = list(dict.fromkeys(hat.person for hat in hats))
    if len(managers) > 1:  # the first one can sign in (schools/demo/sign_ins.py), and covers for the last
        Cover.start(managers[-1], managers[0], starts_on=today, ends_on=today + timedelta(days=9), by=by, at=now)
