"""Supervision's work in the background: reminders, and records that become final without an answer."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from supervision.actions import agreeing
from supervision.models import Session
from teams.foundation.access import system
from teams.foundation.tenancy import authority_scope
from teams.models import Authority

logger = logging.getLogger(__name__)


@shared_task(name="supervision.tasks.follow_up")
def follow_up(**_: object) -> None:
    """Every morning, for every authority: one reminder after five school days, final after ten (BR-08, H3)."""
    now = timezone.now()
    by = system("follow_up", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        try:
            with authority_scope(authority.pk):
                waiting = Session.objects.for_page().filter(status=Session.Status.TO_AGREE)
                for session in waiting.order_by("sent_at", "pk"):
                    agreeing.follow_up(session, by=by, at=now)
        except Exception:  # one authority's trouble is not the others'
            logger.exception("records were not followed up for authority %s", authority.pk)
