"""Who signs for a school, and whether we know where to write to: "wrong person?" (journey M7, step 5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from schools.models import Agreement, School, SchoolContact
from schools.permissions import SIGN_LINK
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.models import Person


def confirm_head(contact: SchoolContact, *, by: Principal, at: datetime) -> None:
    """Somebody has rung or met them. A second person's yes also ends the day that links wait after a new address."""
    with transaction.atomic():
        contact.confirm(by=by, at=at)
        if contact.person.address_is_fresh(at):
            with suppress(Refusal):  # who typed the address may confirm it; the link then waits its day
                contact.person.vouch_for_address(by=by, at=at)


def correct_address(contact: SchoolContact, email: str, *, by: Principal, at: datetime) -> None:
    """The same person at another mailbox: to be confirmed again, and links to the old one are void."""
    person = contact.person
    if person.email == email.lower():
        raise Refusal(f"{person.name} has this address already. Type the right one.", field="email", code="same")
    _nobody_else_has(email, person)
    with transaction.atomic():
        person.change_address(email, by=by, at=at)
        contact.unconfirm(by=by, at=at)
        _void_links(person, at=at)


def name_head(school: School, *, name: str, job: str, email: str, by: Principal, at: datetime) -> SchoolContact:
    """Another person is the head from today on: unconfirmed, and the old one's links and access end.

    Raises Refusal, field "email", when the address belongs to somebody of another name.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        for old in SchoolContact.objects.heads().filter(school=school, ends_on=None).select_related("person"):
            old.end(on=max(old.starts_on, today - timedelta(days=1)), by=by, at=at)
            _void_links(old.person, at=at)
        person = Person.objects.filter(email=email.lower()).first()
        if person is None:
            # Typed just now: links wait a day, or for a second person.
            person = Person(name=name, job=job, email=email.lower(), address_changed_at=at)
            begin(person, "add", by=by, at=at)
        elif person.name.lower() != name.lower():
            raise _taken(email)
        contact = SchoolContact(school=school, person=person, kind=SchoolContact.Kind.HEAD, starts_on=today)
        return begin(contact, "add", by=by, at=at)


def take_back_to_name_head(
    agreement: Agreement, *, name: str, job: str, email: str, by: Principal, at: datetime
) -> SchoolContact:
    """The head named in a text that is on its way is another person: it is written anew, with the right name."""
    with transaction.atomic():
        if agreement.status in (Agreement.Status.OFFERED, Agreement.Status.DECLINED):
            agreement.revise(by=by, at=at)
        return name_head(agreement.placement.school, name=name, job=job, email=email, by=by, at=at)


def _nobody_else_has(email: str, person: Person) -> None:
    if Person.objects.filter(email=email.lower()).exclude(pk=person.pk).exists():
        raise _taken(email)


def _taken(email: str) -> Refusal:
    return Refusal(
        f"{email} is the address of somebody else here. Each who signs has a mailbox of their own. Type another address.",
        field="email",
        code="taken",
    )


def _void_links(person: Person, *, at: datetime) -> None:
    Link.objects.filter(person=person, purpose=SIGN_LINK, voided_at=None).update(voided_at=at)
