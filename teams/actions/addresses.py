"""A colleague's e-mail address, which is how they sign in.

The rule is that of school contacts: links wait a day after a change, or for a second person, and so does coming in. The
old mailbox is told, and whoever reads it gets in no more. An account belongs to a mailbox: one that has changed hands
opens nothing of the person who had it before.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from teams.actions.authorities import administrator_only
from teams.actions.sessions import end_sessions
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.lookup import opens_another_authority
from teams.foundation.tokens import Token
from teams.models import Authority, Membership, Person, User

CHANGED = "address_changed"
mail.declare(mail.Kind(CHANGED, "Your e-mail address at {authority} was changed", to_old_mailbox=True))


def change_address(person: Person, email: str, *, by: Principal, at: datetime) -> None:
    """Another mailbox. Sign-in moves with it, the old one is told; sessions, links, tokens and ways in of before end.

    Raises Refusal, field "email", where the address is somebody else's or the same.
    """
    administrator_only(by, "person.change_address")
    email = email.lower()
    with transaction.atomic():
        Authority.one_at_a_time()
        person.refresh_from_db()
        before = person.email
        if email == before:
            raise Refusal(f"{person.name} has this address already. Type the new one.", field="email", code="same")
        if by.person_id == person.pk:
            raise Refusal(
                "You cannot change your own address. Ask another administrator to do it.", field="email", code="oneself"
            )
        make_free(email, for_whom=person, by=by, at=at)
        person.change_address(email, by=by, at=at)
        Link.objects.filter(person=person, voided_at=None, answered_at=None).update(voided_at=at)
        for token in Token.objects.filter(person=person, revoked_at=None):
            token.revoke(by=by, at=at)
        if person.user is not None:
            _move_account(person, person.user, by=by, at=at)
        if before:
            _tell_old_mailbox(person, before, by=by, at=at)


def make_free(email: str, *, for_whom: Person | None, by: Principal, at: datetime) -> None:
    """Nobody here has this address any more: who has left gives it up, and the account that it opened is closed.

    Raises Refusal, field "email", where somebody who is here has it, or an account that cannot be closed.
    """
    today = timezone.localdate(at)
    there = Person.objects.filter(email=email).exclude(pk=for_whom.pk if for_whom else None).first()
    if there is None:
        return
    if is_here(there, today) or (there.user is not None and opens_another_authority(there.user)):
        raise Refusal(
            f"{email} is the address of {there.name}. Type another address, or change theirs first.",
            field="email",
            code="taken",
        )
    account = there.user
    if account is not None:
        end_sessions(account, by=by, at=at)
        account.give_up_address()
        with there.moving("give_account", by=by, at=at):
            there.user = None
    there.change_address("", by=by, at=at)


def is_here(person: Person, today: date) -> bool:
    """Has this person a role here, today or from a later day on, or may they still be written to?

    Who has left for good has neither; a school's contact without an account has not left.
    """
    still = Membership.objects.not_over_by(today).filter(person=person)
    return person.left_at is None and (still.exists() or not person.memberships.exists())


def _move_account(person: Person, old: User, *, by: Principal, at: datetime) -> None:
    """The same account at the new mailbox; where it opens another authority too, that way in stays as it is, and this
    authority is opened by the account of the new mailbox.
    """
    end_sessions(old, by=by, at=at)
    known = User.objects.filter(email=person.email, is_active=True).first()
    if known is not None and Person.objects.filter(user=known).exists():
        raise Refusal(f"{person.email} signs in somebody else here. Type another address.", field="email", code="taken")
    if known is None and not opens_another_authority(old):
        for closed in User.objects.filter(email=person.email):
            closed.give_up_address()
        old.move_to(person.email)
        return
    account = User.objects.for_address(person.email)
    person.give_account(account, by=by, at=at)
    Membership.objects.not_over_by(timezone.localdate(at)).filter(person=person).update(user=account)
    if not opens_another_authority(old):
        old.give_up_address()


def _tell_old_mailbox(person: Person, before: str, *, by: Principal, at: datetime) -> None:
    """So that somebody whose place is being taken hears of it. It says neither who nor which the new address is."""
    authority = Authority.here()
    mail.write(
        CHANGED,
        to=person,
        address=before,
        matter=f"{person.public_id}:address:{at:%Y%m%d%H%M%S}",
        at=at,
        words={"telephone": authority.telephone},
        asked_for=True,
    )
