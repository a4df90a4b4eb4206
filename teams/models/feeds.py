"""A person's own calendar as an address that Outlook and phones can subscribe to."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.links import hash_of
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models.people import Person


class FeedQuerySet(VisibleQuerySet):
    def with_token(self, token: str) -> FeedQuerySet:
        """The feed that this address opens, while its person works here."""
        return self.filter(token_hash=hash_of(token), status=Feed.Status.OPEN, person__left_at=None)


class Feed(Root):
    """256 random bits of which only the hash is kept: the address is shown once, when it is made."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    MOVES = {
        "open": move(),
        "close": move(Status.OPEN, to=Status.CLOSED, refusal="This address is closed already."),
    }

    person = tenant_key(Person, related_name="feeds")
    token_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            *wall("teams_feed", "person"),
            public_ids("teams_feed"),
            models.UniqueConstraint(fields=["authority", "token_hash"], name="teams_feed_token"),
            models.UniqueConstraint(
                fields=["authority", "person"], condition=Q(status="open"), name="teams_feed_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"feed {self.public_id}"

    @classmethod
    def open(cls, person: Person, *, by: Principal, at: datetime) -> str:
        """A new address; the one before is closed. Returns its token, which nobody can ask for again."""
        token = secrets.token_urlsafe(32)
        for feed in cls.objects.filter(person=person, status=cls.Status.OPEN):
            feed.close(by=by, at=at)
        begin(cls(person=person, token_hash=hash_of(token), made_at=at), "open", by=by, at=at)
        return token

    def close(self, *, by: Principal, at: datetime) -> None:
        with self.moving("close", by=by, at=at):
            pass
