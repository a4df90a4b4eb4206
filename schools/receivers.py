"""News from the floor below: an address that takes no mail is marked where the school's people are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from schools.models import SchoolContact
from teams.foundation.access import Principal
from teams.foundation.carriers import Trouble
from teams.foundation.mail import Notice
from teams.foundation.transitions import record_moved


@receiver(record_moved, sender=Notice)
def mark_contacts(record: Notice, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """A mail came back because of its address. Not where the person has another one by now."""
    if move != "come_back" or record.trouble != Trouble.ADDRESS or record.address != record.person.email:
        return
    current = SchoolContact.objects.current(timezone.localdate(at)).filter(person=record.person_id, bounced_at=None)
    for contact in current:
        contact.bounce(by=by, at=at)
