"""News that changes whom a worry is asked of: somebody is not reached any more, or another worker goes on."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from casework.actions import worries
from casework.models import Worry, YoungPerson
from schools.models import SchoolContact
from teams.foundation.access import system
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.transitions import record_moved


@receiver(record_moved, sender=SchoolContact)
def ask_somebody_else(record: SchoolContact, move: str, at: datetime, **_: Any) -> None:
    """A worry that waits for them is asked of somebody else at once, and not when it is asked again."""
    if move not in ("bounce", "end"):
        return
    by = system("ask_again", today=timezone.localdate(at))
    for worry in Worry.objects.waiting().for_page().filter(school=record.school_id, asked_of=record.person_id):
        with suppress(Refusal), transaction.atomic():  # somebody has it by now
            worries.remind(worry, by=by, at=at)


@receiver(record_moved, sender=Notice)
def ask_who_is_reached(record: Notice, move: str, at: datetime, **_: Any) -> None:
    """A mail about a worry came back, whoever it went to and whyever."""
    if move != "come_back" or record.kind != worries.KIND:
        return
    by = system("ask_again", today=timezone.localdate(at))
    for worry in Worry.objects.waiting().for_page().filter(public_id=record.subject_id):
        with suppress(Refusal), transaction.atomic():  # somebody has it by now
            worries.mail_came_back(worry, by=by, at=at)


@receiver(record_moved, sender=YoungPerson)
def ring_who_goes_on(record: YoungPerson, move: str, at: datetime, **_: Any) -> None:
    """Another worker goes on with somebody who waits to be found: she is the one to ring."""
    if move != "hand_over":
        return
    by = system("ask_again", today=timezone.localdate(at))
    for worry in Worry.objects.waiting().for_page().filter(young_person=record):
        with suppress(Refusal), transaction.atomic():  # somebody has it by now
            worries.remind(worry, by=by, at=at)
