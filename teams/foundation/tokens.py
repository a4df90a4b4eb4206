"""Ways in for programs: a token speaks as the person who made it, and never says more than they may at that moment.

256 random bits; only their hash is stored, they are shown once and never logged. A token is for the roles that its
maker had when it was made: a role given later does not widen it, and one that has ended ends it for good. It ends
after a year at most, and may do only what its scopes say.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from teams.foundation import audit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.links import hash_of
from teams.foundation.lookup import principal_of
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.tenancy import survives
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import midnight

PREFIX = "als_"  # so that a token lying about is known for what it is
SHAPE = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
LONGEST = timedelta(days=365)
NOTED_EVERY = timedelta(hours=1)

FAMILIES = {
    "schools": "Schools and their contacts",
    "people": "People",
    "placements": "Who works in which school",
    "agreements": "Agreements and funds",
    "documents": "Term papers",
    "runs": "Printing the term papers",
    "measures": "Figures",
}
WRITABLE = ("schools", "people", "agreements", "runs")
COSTS = "costs:read"  # beside the family: money is a question of its own
READS = (*(f"{family}:read" for family in FAMILIES), COSTS)
WRITES = tuple(f"{family}:write" for family in WRITABLE)
SCOPES = (*READS, *WRITES)

UNKNOWN = "This token opens nothing here. It is mistyped, or it is the token of another authority."


class TokenRefused(Exception):
    """This token does not speak. The sentence is for whoever holds it."""

    def __init__(self, sentence: str, *, token: Token | None = None) -> None:
        super().__init__(sentence)
        self.sentence, self.token = sentence, token


class TokenQuerySet(VisibleQuerySet):
    def live_at(self, now: datetime) -> TokenQuerySet:
        """Neither revoked nor over."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class Token(Root):
    """One program's way in. The token itself is known only to whoever copied it when it was made."""

    MOVES = {"make": move(), "revoke": move()}

    name = models.CharField(max_length=60)  # what it is for
    token_hash = models.CharField(max_length=64)
    person = tenant_key("teams.Person", related_name="tokens")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    roles = ArrayField(models.CharField(max_length=30))  # what its maker was, when it was made
    scopes = ArrayField(models.CharField(max_length=30))
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        app_label = "teams"
        ordering = ["-made_at", "-pk"]
        constraints = [
            *wall("teams_token", "person"),
            public_ids("teams_token"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="teams_token_hash"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")) & Q(expires_at__lte=F("made_at") + timedelta(days=367)),
                name="teams_token_not_for_ever",
            ),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="teams_token_by_person")]

    def __str__(self) -> str:
        return f"token {str(self.public_id)[:8]}"

    @classmethod
    def make(
        cls, *, name: str, scopes: Iterable[str], until: date, user: Any, by: Principal, at: datetime
    ) -> tuple[Token, str]:
        """A new token and its text, which nobody can see again. It ends with the day `until`.

        Raises Refusal, field "until" or "scopes", and NotAllowed for anybody but a person who is signed in.
        """
        today = timezone.localdate(at)
        if not today <= until <= today + LONGEST:
            raise Refusal("Choose a last day within a year from today.", field="until", code="too_long")
        chosen = [scope for scope in SCOPES if scope in set(scopes)]
        if not chosen:
            raise Refusal("Choose what the token may do.", field="scopes", code="nothing_chosen")
        text = PREFIX + secrets.token_urlsafe(32)
        end = midnight(until + timedelta(days=1))
        token = cls(
            name=name,
            token_hash=hash_of(text),
            person_id=by.person_id or 0,
            user=user,
            roles=sorted(by.roles),
            scopes=chosen,
            made_at=at,
            expires_at=end,
        )
        return begin(token, "make", by=by, at=at), text

    def revoke(self, *, by: Principal, at: datetime) -> None:
        """It opens nothing from now on. Twice is once."""
        with self.moving("revoke", by=by, at=at):
            self.revoked_at = self.revoked_at or at

    @property
    def last_day(self) -> date:
        return timezone.localdate(self.expires_at - timedelta(seconds=1))

    def state_on(self, now: datetime) -> str:
        """In words, for the page."""
        if self.revoked_at is not None:
            return "Revoked"
        return "Works" if self.expires_at > now else "Over"

    def allows(self, scope: str) -> bool:
        """Whoever may write a family may read it."""
        return scope in self.scopes or scope.replace(":read", ":write") in self.scopes


def speak(text: str, *, at: datetime) -> Principal:
    """The principal that a token speaks as, inside the open scope. Raises TokenRefused.

    A query by hash; what its maker is today is looked up each time, so that nothing outlives a membership.
    """
    token = Token.objects.filter(token_hash=hash_of(text)).select_related("user").first()
    if token is None:
        raise TokenRefused(UNKNOWN)
    if token.revoked_at is not None:
        raise TokenRefused("This token was revoked. Make a new one on the page “Tokens”.", token=token)
    if token.expires_at <= at:
        raise TokenRefused("This token is over. Make a new one on the page “Tokens”.", token=token)
    principal = principal_of(token.user, since=timezone.localdate(token.made_at)) if token.user.is_active else None
    roles = principal.roles & set(token.roles) if principal else frozenset()
    if principal is None or not roles:
        raise TokenRefused("Whoever made this token no longer has the role that it was made in.", token=token)
    speaker = replace(principal, roles=roles, token=token)
    _note_use(token, by=speaker, at=at)
    return speaker


def _note_use(token: Token, *, by: Principal, at: datetime) -> None:
    """At most once an hour, and once a day in the audit; also where the request itself is rolled back."""
    last = token.last_used_at
    if last is not None and at - last < NOTED_EVERY:
        return
    is_first_today = last is None or timezone.localdate(last) != timezone.localdate(at)
    event = audit.event("token.use", by=by, at=at, subjects=[token])

    def write() -> None:
        not_noted = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
        was_noted = Token.objects.filter(not_noted, pk=token.pk).update(last_used_at=at)
        if was_noted and is_first_today:
            event.save(force_insert=True)

    survives(write)
