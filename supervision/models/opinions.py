"""What a school thought of it: two faces, after it has answered a record, in place of a survey each term (H3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from supervision.models.sessions import Session
from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class SessionOpinion(Root):
    """One for each record, written once. The school reads its own; everybody else reads counts alone, from five on."""

    class Face(models.TextChoices):
        YES = "yes", "Yes"
        PARTLY = "partly", "Partly"
        NO = "no", "No"

    MOVES = {"give": move()}

    session = tenant_key(Session, related_name="opinions")
    worth = models.CharField(max_length=8, choices=Face.choices, blank=True)  # "Worth your time?"
    expected = models.CharField(max_length=8, choices=Face.choices, blank=True)  # "The service you expected?"
    given_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["given_at", "pk"]
        constraints = [
            *wall("supervision_sessionopinion", "session"),
            public_ids("supervision_sessionopinion"),
            AppendOnly(name="supervision_sessionopinion_written"),
            models.UniqueConstraint(fields=["authority", "session"], name="supervision_sessionopinion_once"),
            models.CheckConstraint(
                condition=~Q(worth="") | ~Q(expected=""), name="supervision_sessionopinion_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"opinion {self.given_at:%Y-%m-%d}"
