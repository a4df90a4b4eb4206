"""Casework's work in the background: a worry that nobody has yet is asked about again."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from casework.actions import worries
from casework.models import Worry
from teams.foundation.access import system
from teams.foundation.tenancy import alone
from teams.models import Authority


@shared_task(name="casework.tasks.ask_again")
def ask_again(**_: object) -> None:
    """Every five minutes, for every authority: those that were mailed half an hour ago, in school hours."""
    now = timezone.now()
    by = system("ask_again", today=timezone.localdate(now))
    for authority in Authority.objects.filter(closed_at=None):
        waiting: list[Worry] = []
        with alone(authority.pk, "worries were not asked about again"):
            waiting = list(Worry.objects.waiting().for_page())
        for worry in waiting:
            with alone(authority.pk, f"worry {worry.public_id} was not asked about again"):
                worries.remind(worry, by=by, at=now)
