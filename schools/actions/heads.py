"""Who signs for a school, and whether we know where to write to: "wrong person?" (journey M7, step 5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from schools.actions import contacts
from schools.models import Agreement, SchoolContact
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal


def head_of(school: Any, *, on: date) -> Any:
    """The contact who is headteacher on this day, or is to be. Reads prefetched contacts. Raises Refusal."""
    heads = [
        contact
        for contact in school.contacts.all()
        if contact.kind == "head" and (contact.ends_on is None or contact.ends_on >= on)
    ]
    if not heads:
        raise Refusal(
            f"We do not know who the headteacher of {school.name} is. Add the head's name and address first.",
            code="no_head",
        )
    return min(heads, key=lambda contact: contact.starts_on)


def confirm_head(contact: SchoolContact, *, by: Principal, at: datetime) -> None:
    """Somebody has rung or met them: they can sign in from now on."""
    contacts.confirm(contact, by=by, at=at)


def correct_address(contact: SchoolContact, email: str, *, by: Principal, at: datetime) -> None:
    """The same person at another mailbox, to be confirmed again; the old one opens nothing any more."""
    person = contact.person
    if person.email == email.lower():
        raise Refusal(f"{person.name} has this address already. Type the right one.", field="email", code="same")
    words = {"name": person.name, "job": person.job, "telephone": person.telephone}
    contacts.change(contact, email=email, **words, by=by, at=at)


def take_back_to_name_head(
    agreement: Agreement, *, name: str, job: str, email: str, by: Principal, at: datetime
) -> SchoolContact:
    """The head named in a text that is on its way is another person: it is written anew, with the right name.

    Raises Refusal, field "email", when the address belongs to somebody else.
    """
    with transaction.atomic():
        if agreement.status in (Agreement.Status.OFFERED, Agreement.Status.DECLINED):
            agreement.revise(by=by, at=at)
        school, head = agreement.placement.school, SchoolContact.Kind.HEAD
        contact, _ = contacts.add(school, kind=head, name=name, job=job, email=email, by=by, at=at)
        return contact
