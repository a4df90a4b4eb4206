"""What the ground floor hears: who signed in, who could not, and what becomes of people of other agencies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_login_failed

from teams.foundation.access import Principal
from teams.foundation.carriers import Trouble
from teams.foundation.mail import Notice
from teams.foundation.transitions import record_moved
from teams.models import AgencyPerson, Person, User
from teams.tasks import note_sign_in


def _signed_in(sender: Any, user: User, **_: Any) -> None:
    note_sign_in.nudge(user.pk, True)


def _could_not(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """The same work whether the address is known or not: how long the answer takes must not tell."""
    address = str(credentials.get("email") or credentials.get("username") or "").lower()
    user = User.objects.filter(email=address).only("pk").first()
    note_sign_in.nudge(user.pk if user else 0, False)


def _code_was_wrong(sender: Any, user: User, **_: Any) -> None:
    """A code from an app, or a spare one: the password before it was right."""
    note_sign_in.nudge(user.pk, False)


def _came_back(sender: Any, record: Notice, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """A mail came back because of its address: nobody writes there again. Not where there is another one by now."""
    if move == "come_back" and record.trouble == Trouble.ADDRESS and record.address == record.person.email:
        for each in _with_us(record.person_id).filter(bounced_at=None):
            each.bounce(by=by, at=at)


def _left(sender: Any, record: Person, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """Who is gone works with no team."""
    if move == "end_access":
        for each in _with_us(record.pk):
            each.end(by=by, at=at)


def _with_us(person: int | None) -> Any:
    return AgencyPerson.objects.filter(person=person, status=AgencyPerson.Status.WITH_US)


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="teams.receivers")
    user_login_failed.connect(_could_not, dispatch_uid="teams.receivers")
    authentication_failed.connect(_code_was_wrong, dispatch_uid="teams.receivers")
    record_moved.connect(_came_back, sender=Notice, dispatch_uid="teams.receivers.came_back")
    record_moved.connect(_left, sender=Person, dispatch_uid="teams.receivers.left")
