"""The mail that lets somebody in for the first time: they choose a password, or link their council account.

A link opens only for the mailbox that it went to, and only as long as that is the mailbox of person and account alike:
else whoever may change an address here could walk into an account that is also somebody's in another authority.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from teams.actions.authorities import administrator_only
from teams.foundation import audit, links, mail
from teams.foundation.access import COUNCIL_ROLES, Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Membership, Person

INVITATION = "invitation"
INVITATIONS_A_DAY = 3
BY_PASSWORD, BY_COUNCIL_ACCOUNT = "you chose a password", "you signed in with your council account"


def _still_invited(notice: mail.Notice) -> bool:
    """Asked again when the mail is sent."""
    return why_not(notice.person, on=timezone.localdate(notice.due_at)) is None


mail.declare(mail.Kind(INVITATION, "Your way in to {service}", still_matters=_still_invited))


def why_not(person: Person, *, on: Any) -> Refusal | None:
    """Why this person cannot be let in by an invitation on this day, or None."""
    if not person.email:
        return Refusal(f"We have no e-mail address for {person.name}. Add one first.", code="no_address")
    here = Membership.objects.not_over_by(on).filter(person=person)
    if person.user is None or not here.exists():
        return Refusal(f"{person.name} has no role here. Give a role first, then invite.", code="no_membership")
    if person.user.email != person.email.lower():
        return Refusal(
            f"{person.name} signs in with another address than the one here. Correct the address first.",
            code="other_address",
        )
    return None


def invite(person: Person, *, by: Principal, at: datetime) -> mail.Notice:
    """Write the mail with the way in; earlier links are void when it goes.

    Administrators only. Raises Refusal for somebody without an address, a role or one and the same mailbox, and where
    one is on its way or three went today.
    """
    administrator_only(by, "person.invite")
    with transaction.atomic():
        notice = _write(person, by=_person_of(by), at=at)
        audit.record("person.invite", by=by, at=at, subjects=[person])
    return notice


def send_again(link: Link, *, at: datetime) -> mail.Notice:
    """A new link to the mailbox of an old one, on the press of whoever holds it."""
    if link.address.lower() != link.person.email.lower():
        raise Refusal("This link went to an address that is no longer yours here. Ask your council for a new one.")
    with transaction.atomic():
        notice = _write(link.person, by=None, at=at, asked_for=True)
        by = links.principal_of(link, today=timezone.localdate(at))
        audit.record("invitation.ask_again", by=by, at=at, subjects=[link.person])
    return notice


def accept(link: Link, *, how: str, at: datetime) -> Person:
    """The link's one press: from here on this person comes in by `how`. The caller writes that in the same transaction.

    Raises Refusal where the link has done its work or opens no more.
    """
    person = Person.objects.select_related("user").get(pk=link.person_id)
    refusal = why_not(person, on=timezone.localdate(at))
    if refusal is not None or not link.is_open(at):
        raise Refusal("This link no longer works. Ask for a new one.", code="link_over")
    link.mark_answered(answer=how, at=at)
    by = links.principal_of(link, today=timezone.localdate(at))
    audit.record("invitation.accept", by=by, at=at, subjects=[person], reason=how)
    return person


def choose_password(link: Link, password: str, *, at: datetime) -> Person:
    """The first password of an account. One that has a password already keeps it: an invitation is no reset."""
    with transaction.atomic():
        person = accept(link, how=BY_PASSWORD, at=at)
        user = person.user
        assert user is not None  # noqa: S101  (accept has asked)
        if user.has_usable_password():
            raise Refusal("You have a password already. Sign in with it.", code="has_password")
        user.set_password(password)
        user.save(update_fields=["password"])
    return person


def _person_of(by: Principal) -> Person | None:
    return None if by.person_id is None else Person.objects.filter(pk=by.person_id).first()


def _write(person: Person, *, by: Person | None, at: datetime, asked_for: bool = False) -> mail.Notice:
    refusal = why_not(person, on=timezone.localdate(at))
    if refusal is not None:
        raise refusal
    # One at a time: all that come at once would be counted before any of them is written.
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    matter = f"{INVITATION}:{person.public_id}"
    before = mail.Notice.objects.filter(matter=matter, person=person)
    if before.filter(state=mail.Notice.State.WAITING).exists():
        raise Refusal(f"An invitation to {person.name} is on its way already.", code="waiting")
    if before.filter(made_at__gte=at - timedelta(days=1)).count() >= INVITATIONS_A_DAY:
        raise Refusal("Three invitations went out within a day. Use the newest, or wait a day.", code="too_often")
    at_council = Membership.objects.filter(person=person, role__in=COUNCIL_ROLES).exists()
    return mail.write(
        INVITATION,
        to=person,
        matter=matter,
        at=at,
        words={"manager": by.name, "reply_to": by.email, "telephone": by.telephone} if by else {},
        purpose=INVITATION,
        subject=person,
        to_school=not at_council,
        asked_for=asked_for,
    )
