"""What a worker is to reach: set in one review, looked at in a later one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import Q

from performance.models.reviews import Review
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move


class Objective(Root):
    """What the worker is to reach, set in one review and looked at in a later one. Never deleted."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        MET = "met", "Met"
        PARTLY = "partly", "Partly met"
        NOT_MET = "not_met", "Not met"
        DROPPED = "dropped", "Dropped"

    MOVES = {
        "set": move(),
        "settle": move(Status.OPEN, refusal="What became of this objective is known already."),
    }

    worker = tenant_key("teams.Person", related_name="objectives")
    set_in = tenant_key(Review, related_name="objectives_set")
    text = models.CharField(max_length=300)
    by_when = models.DateField()
    settled_in = tenant_key(Review, null=True, related_name="objectives_settled")
    outcome = models.CharField(max_length=300, blank=True)  # in words: the evidence, or why it was dropped
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["by_when", "pk"]
        constraints = [
            *wall("performance_objective", "worker", "set_in", "settled_in"),
            public_ids("performance_objective"),
            models.CheckConstraint(condition=~Q(text=""), name="performance_objective_words"),
        ]
        indexes = [models.Index(fields=["authority", "worker", "status"], name="performance_objective_by")]

    def __str__(self) -> str:
        return f"objective {self.status} by {self.by_when}"

    @classmethod
    def agree_on(cls, review: Review, text: str, by_when: date, *, by: Principal, at: datetime) -> Objective:
        """Set in this review, for its worker."""
        return begin(cls(worker=review.worker, set_in=review, text=text, by_when=by_when), "set", by=by, at=at)

    def settle(self, became: str, words: str, *, review: Review, by: Principal, at: datetime) -> None:
        """`became` is one of Status but OPEN."""
        with self.moving("settle", by=by, at=at):
            self.status, self.outcome, self.settled_in = became, words, review

    def is_late(self, today: date) -> bool:
        return self.status == self.Status.OPEN and self.by_when < today
