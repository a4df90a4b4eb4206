"""Where somebody is signed in, and ending it: one's own by oneself, somebody's who leaves by the council."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed
from teams.models import Person
from teams.permissions import PLANNERS


def end_sessions(user: Any, *, by: Principal, at: datetime, but: str = "") -> int:
    """Sign this account out on every device at once, `but` for the session of that key. Returns how many it ended.

    By oneself, or by those who keep people here. An account has one sign-in for all its authorities, so it is signed
    out of the others too, and may sign in there again.
    """
    return _end(UserSession.objects.filter(user=user).exclude(session_key=but), user, by=by, at=at)


def end_session(user: Any, number: int, *, by: Principal, at: datetime) -> int:
    """End one of this account's sessions, by its number in the list."""
    return _end(UserSession.objects.filter(user=user, pk=number), user, by=by, at=at)


def _end(sessions: Any, user: Any, *, by: Principal, at: datetime) -> int:
    person = Person.objects.filter(user=user).first()
    may = by.is_system or by.user_id == user.pk or by.has(*PLANNERS)
    if person is None or not may:  # nobody ends the sessions of an account that has no business here
        raise NotAllowed("sessions.end", str(person.public_id) if person else "")
    with transaction.atomic():
        keys: Iterable[str] = list(sessions.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        ended = UserSession.objects.filter(session_key__in=keys).delete()[0]
        audit.record("sessions.end", by=by, at=at, subjects=[person], reason=f"{ended} ended")
    return ended
