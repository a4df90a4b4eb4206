"""Who speaks for a school: added one by one or from a list, confirmed, changed, ended.

A confirmed head or in-school lead can sign in, silently (journeys 0, rule 10); nobody else of a school can. One head at
a time: a new one ends the old one's contact, links and access in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from schools.models import Agreement, School, SchoolContact
from schools.rules.contacts import ContactRow, SchoolKey, same_person
from teams.actions.leaving import close_account
from teams.actions.memberships import let_in_again
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.foundation.transitions import begin
from teams.models import Membership, Person

Kind = SchoolContact.Kind
ROLES = {Kind.HEAD.value: Role.HEADTEACHER, Kind.LEAD.value: Role.IN_SCHOOL_LEAD}


class What(StrEnum):
    """What adding somebody would do, or did."""

    NEW = "New"
    REPLACES = "Takes the place of"
    ADDRESS = "Has a new address"
    KNOWN = "Here already"


@dataclass(frozen=True)
class Plan:
    """What adding somebody would do: `contact` is the one that it is about, and the head that would be replaced."""

    what: What
    contact: SchoolContact | None = None

    @property
    def in_words(self) -> str:
        if self.what == What.REPLACES and self.contact is not None:
            confirmed = " (confirmed)" if self.contact.is_confirmed else ""
            return f"Takes the place of {self.contact.person.name}{confirmed}"
        return str(self.what)


def school_keys() -> Iterable[SchoolKey]:
    """The authority's schools, for finding the one that a line means. One query."""
    for school in School.objects.only("urn", "laestab", "name", "town", "status"):
        yield SchoolKey(school.pk, school.urn, school.laestab, school.name, school.town, school.is_open)


def plan(current: Iterable[SchoolContact], *, kind: str, name: str, email: str) -> Plan:
    """What adding this person would do, beside the school's `current` contacts with their people. No query."""
    same_kind = [contact for contact in current if contact.kind == kind]
    for contact in same_kind:
        if same_person(contact.person.name, name):
            is_known = contact.person.email == email.lower()
            return Plan(What.KNOWN if is_known else What.ADDRESS, contact)
    if kind == Kind.HEAD and same_kind:
        return Plan(What.REPLACES, same_kind[0])
    return Plan(What.NEW)


def add(
    school: School,
    *,
    kind: str,
    name: str,
    email: str,
    by: Principal,
    at: datetime,
    job: str = "",
    telephone: str = "",
) -> tuple[SchoolContact, Plan]:
    """Somebody speaks for a school from today on, unconfirmed. Twice adds nothing; returns what was done.

    The same name at another address is a change of address. Raises Refusal, field "email", where the address is
    somebody else's; a new head may take over the old one's mailbox.
    """
    today, email = timezone.localdate(at), email.lower()
    with transaction.atomic():
        # One at a time for a school: two who add a head at once would both find the old one.
        School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
        current = list(school.contacts.current(today).select_related("person"))
        found = plan(current, kind=kind, name=name, email=email)
        if found.what in (What.KNOWN, What.ADDRESS) and found.contact is not None:
            contact = found.contact
            change(
                contact,
                name=contact.person.name,
                email=email,
                job=job or contact.person.job,
                telephone=telephone or contact.person.telephone,
                by=by,
                at=at,
            )
            return contact, found
        leaving = found.contact if found.what == What.REPLACES else None
        if leaving is not None:
            end(leaving, by=by, at=at)
        person = _person(name, email, job=job, telephone=telephone, school=school, by=by, at=at)
        if person.left_at is not None:
            person.come_back(by=by, at=at)
        contact = begin(SchoolContact(school=school, person=person, kind=kind, starts_on=today), "add", by=by, at=at)
        return contact, found


def confirm(contact: SchoolContact, *, by: Principal, at: datetime) -> None:
    """Somebody has rung or met them: heads and in-school leads can sign in, by a code to this address.

    A second person's yes also ends the day that links and signing in wait after a new address.
    """
    with transaction.atomic():
        contact.confirm(by=by, at=at)
        if contact.person.address_is_fresh(at):
            with suppress(Refusal):  # who typed the address may confirm it; link and sign-in then wait their day
                contact.person.vouch_for_address(by=by, at=at)
        _let_in(contact, by=by, at=at)


def change(
    contact: SchoolContact, *, name: str, email: str, job: str, telephone: str, by: Principal, at: datetime
) -> None:
    """The same person with another address, job or number. A new address is to be confirmed again; until then they
    cannot sign in, and links to the old one are void.

    Raises Refusal, field "email", where the address is somebody else's, or the person's own at the council.
    """
    person, email = contact.person, email.lower()
    with transaction.atomic():
        if email != person.email:
            _change_address(person, email, by=by, at=at)
            for other in SchoolContact.objects.current(timezone.localdate(at)).filter(person=person):
                other.unconfirm(by=by, at=at)
            contact.refresh_from_db(fields=["confirmed_at", "bounced_at"])
        words = {"name": name, "job": job, "telephone": telephone}
        if any(getattr(person, field) != value for field, value in words.items()):
            with person.moving("change", by=by, at=at):
                for field, value in words.items():
                    setattr(person, field, value)


def end(contact: SchoolContact, *, by: Principal, at: datetime) -> None:
    """They speak for this school no longer, from this moment: contact, open links, waiting mails and access end.

    What they signed keeps their name. Access to another school stays. A contact that began today goes altogether, for
    whatever ends today would open doors until midnight.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        contact.end(on=max(contact.starts_on, today - timedelta(days=1)), by=by, at=at)
        _void_links(contact, at=at)
        still = SchoolContact.objects.current(today).filter(person=contact.person_id).exclude(pk=contact.pk)
        if contact.kind in ROLES and not still.filter(kind=contact.kind).exists():
            _end_role(contact.person, ROLES[contact.kind], today=today, by=by, at=at)
            if not _is_here_otherwise(contact.person, today):
                close_account(contact.person, by=by, at=at)  # made silently, it goes silently
        if contact.starts_on == today:
            contact.delete()


def add_lines(
    lines: Iterable[tuple[ContactRow, School, str]], *, by: Principal, at: datetime
) -> tuple[list[Plan], list[tuple[ContactRow, str]]]:
    """Add each line's person with this school and kind; a line that is refused costs only itself.

    Returns what was done, and the lines that stay behind with the reason.
    """
    done: list[Plan] = []
    refused: list[tuple[ContactRow, str]] = []
    for row, school, kind in lines:
        try:
            _, found = add(
                school, kind=kind, name=row.name, email=row.email, job=row.job, telephone=row.telephone, by=by, at=at
            )
        except Refusal as refusal:
            refused.append((row, refusal.message))
        else:
            done.append(found)
    return done, refused


def _person(name: str, email: str, *, job: str, telephone: str, school: School, by: Principal, at: datetime) -> Person:
    """Whoever has this address, or a new person. A new head may take over the mailbox of an old one of the school."""
    there = Person.objects.filter(email=email).first()
    if there is not None and same_person(there.name, name):
        return there
    account = None
    if there is not None:
        spoke_for_it = SchoolContact.objects.filter(person=there, school=school).exists()
        if not spoke_for_it or _is_here_otherwise(there, timezone.localdate(at)):
            raise Refusal(
                f"{email} is the address of {there.name}. Use an address of {name}’s own, or end {there.name} first.",
                field="email",
                code="taken",
            )
        account = there.user
        there.change_address("", by=by, at=at)
        _take_account(there, by=by, at=at)
    # Typed just now: links wait a day, or for a second person.
    person = Person(name=name, email=email, job=job, telephone=telephone, address_changed_at=at)
    begin(person, "add", by=by, at=at)
    if account is not None:
        account.forget_ways_in()  # who leaves knows the password
        person.give_account(account, by=by, at=at)
    return person


def _is_here_otherwise(person: Person, today: date) -> bool:
    """Do they still speak for a school, or work for the council?"""
    return (
        SchoolContact.objects.current(today).filter(person=person).exists()
        or Membership.objects.on(today).filter(person=person).exists()
    )


def _change_address(person: Person, email: str, *, by: Principal, at: datetime) -> None:
    today = timezone.localdate(at)
    other = Person.objects.filter(email=email).exclude(pk=person.pk).first()
    if other is not None:
        raise Refusal(f"{email} is the address of {other.name}. Type another address.", field="email", code="taken")
    if Membership.objects.on(today).filter(person=person, role__in=COUNCIL_ROLES).exists():
        raise Refusal(
            f"{person.name} works for the council too. The administrator changes the address under People.",
            field="email",
            code="council",
        )
    person.change_address(email, by=by, at=at)
    if person.user_id is not None:
        # The account belongs to the mailbox: whoever reads the old one gets in no more.
        for role in ROLES.values():
            _end_role(person, role, today=today, by=by, at=at)
        _take_account(person, by=by, at=at)
    Link.objects.filter(person=person, voided_at=None, answered_at=None).update(voided_at=at)


def _take_account(person: Person, *, by: Principal, at: datetime) -> None:
    """The account stays what it is, a mailbox's; this person has none any more."""
    with person.moving("give_account", by=by, at=at):
        person.user = None


def _let_in(contact: SchoolContact, *, by: Principal, at: datetime) -> None:
    """An account and the role that goes with the contact, made silently; nobody is told."""
    role, person, today = ROLES.get(contact.kind), contact.person, timezone.localdate(at)
    if role is None:
        return
    let_in_again(person, by=by, at=at)
    if not Membership.objects.on(today).filter(user=person.user, role=role).exists():
        Membership.objects.update_or_create(
            user=person.user, role=role, starts_on=today, defaults={"person": person, "ends_on": None}
        )
        audit.record("membership.add", by=by, at=at, subjects=[person], reason=str(role))


def _end_role(person: Person, role: str, *, today: date, by: Principal, at: datetime) -> None:
    """Access ends at this moment, so yesterday is the last day; a role that began today never was."""
    held = Membership.objects.on(today).filter(person=person, role=role)
    gone = held.filter(starts_on=today).delete()[0]
    if gone + held.update(ends_on=today - timedelta(days=1)):
        audit.record("membership.end", by=by, at=at, subjects=[person], reason=str(role))


def _void_links(contact: SchoolContact, *, at: datetime) -> None:
    """Open links and waiting mails about this school's agreements; another school's stay as they are."""
    agreements = list(Agreement.objects.filter(placement__school=contact.school_id).values_list("public_id", flat=True))
    links = Link.objects.filter(person=contact.person_id, subject_id__in=agreements)
    links.filter(voided_at=None, answered_at=None).update(voided_at=at)
    waiting = Notice.objects.filter(person=contact.person_id, subject_id__in=agreements, state=Notice.State.WAITING)
    waiting.update(state=Notice.State.HELD_BACK)  # whoever sent it is told: somebody else has to read it now
