"""What somebody who left has left open, and who takes it."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models.people import Person


class HandOverQuerySet(VisibleQuerySet):
    def still_open(self) -> HandOverQuerySet:
        """Nobody has taken it over yet."""
        return self.filter(status=HandOver.Status.OPEN)


class HandOver(Root):
    """One thing that waits for somebody else. What it is about is named by kind and public id, for it may be a record
    of an upper floor; `words` say what it was called on the day.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Waits"
        DONE = "done", "Taken over"

    MOVES = {
        "name_taker": move(Status.OPEN, refusal="This has been taken over already."),
        "finish": move(Status.OPEN, to=Status.DONE, refusal="This has been taken over already."),
    }

    person = tenant_key(Person, related_name="left_behind")  # who left
    taker = tenant_key(Person, null=True, related_name="to_take_over")
    kind = models.CharField(max_length=20)
    item_id = models.UUIDField()
    words = models.CharField(max_length=250)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            *wall("teams_handover", "person", "taker"),
            public_ids("teams_handover"),
            models.UniqueConstraint(
                fields=["authority", "person", "kind", "item_id"],
                condition=Q(status="open"),
                name="teams_handover_once",
            ),
        ]
        indexes = [models.Index(fields=["authority", "status", "taker"], name="teams_handover_by_taker")]

    def __str__(self) -> str:
        return f"{self.kind} {self.get_status_display()}"

    def name_taker(self, taker: Person, *, by: Principal, at: datetime) -> None:
        """Somebody else is to take it."""
        with self.moving("name_taker", by=by, at=at, reason=self.kind):
            self.taker = taker

    def finish(self, *, by: Principal, at: datetime) -> None:
        """It is with somebody else now, or dealt with."""
        with self.moving("finish", by=by, at=at, reason=self.kind):
            self.done_at = at
