"""Casework's work in the background: a worry that nobody has yet is asked about again."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from casework.actions import worries
from casework.models import Worry
from teams.foundation.access import system
from teams.foundation.tenancy import authority_scope
from teams.models import Authority

logger = logging.getLogger(__name__)


@shared_task(name="casework.tasks.ask_again")
def ask_again(**_: object) -> None:
    """Every five minutes, for every authority: those that were mailed half an hour ago, in school hours."""
    now = timezone.now()
    by = system("ask_again", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        try:
            with authority_scope(authority.pk):
                waiting = list(Worry.objects.waiting().for_page())
        except Exception:  # one authority's trouble is not the others'
            logger.exception("worries were not asked about again for authority %s", authority.pk)
            continue
        for worry in waiting:
            try:
                with authority_scope(authority.pk):
                    worries.remind(worry, by=by, at=now)
            except Exception:  # nor is that of one worry
                logger.exception("worry %s was not asked about again", worry.public_id)
