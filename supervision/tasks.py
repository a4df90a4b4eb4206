"""Supervision's work in the background: reminders, and records that become final without an answer."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from supervision.actions import agreeing
from supervision.models import Session
from teams.foundation.access import system
from teams.foundation.tenancy import alone
from teams.models import Authority


@shared_task(name="supervision.tasks.follow_up")
def follow_up(**_: object) -> None:
    """Every morning, for every authority: one reminder after five school days, final after ten (BR-08, H3)."""
    now = timezone.now()
    by = system("follow_up", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        waiting: list[Session] = []
        with alone(authority.pk, "records were not followed up"):
            waiting = list(Session.objects.filter(status=Session.Status.TO_AGREE).order_by("sent_at", "pk"))
        for session in waiting:  # each by itself: what fails when it is kept is not the others' either
            with alone(authority.pk, f"record {session.public_id} was not followed up"):
                agreeing.follow_up(session, by=by, at=now)
