"""What the ground floor hears: who signed in, and who could not."""

from __future__ import annotations

from typing import Any

from allauth.mfa.signals import authentication_failed
from django.contrib.auth.signals import user_logged_in, user_login_failed

from teams.models import User
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


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="teams.receivers")
    user_login_failed.connect(_could_not, dispatch_uid="teams.receivers")
    authentication_failed.connect(_code_was_wrong, dispatch_uid="teams.receivers")
