"""News from the floor below: an address that takes no mail is marked where the school's people are kept, and somebody
who is gone speaks for no school any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from schools.actions import contacts
from schools.models import SchoolContact
from teams.foundation.access import Principal
from teams.foundation.carriers import Trouble
from teams.foundation.mail import Notice
from teams.foundation.transitions import record_moved
from teams.models import Person


@receiver(record_moved, sender=Notice)
def mark_contacts(record: Notice, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """A mail came back because of its address. Not where the person has another one by now."""
    if move != "come_back" or record.trouble != Trouble.ADDRESS or record.address != record.person.email:
        return
    current = SchoolContact.objects.current(timezone.localdate(at)).filter(person=record.person_id, bounced_at=None)
    for contact in current:
        contact.bounce(by=by, at=at)


@receiver(record_moved, sender=Person)
def end_contacts(record: Person, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """Their contact ends with their access: links, waiting mails and what they open at the school."""
    if move == "end_access":
        current = SchoolContact.objects.current(timezone.localdate(at)).filter(person=record)
        for contact in current.select_related("person__user"):
            contacts.end(contact, by=by, at=at)
