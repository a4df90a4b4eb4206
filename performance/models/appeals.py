"""What stands on top of a final review: comments, and the worker's appeal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from performance.models.reviews import Review
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Audience


class ReviewComment(TenantModel):
    """Words on top of a final review. Written once."""

    review = tenant_key(Review, related_name="comments")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    text = models.TextField(max_length=2000)
    written_by = tenant_key("teams.Person", related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            *wall("performance_reviewcomment", "review", "written_by"),
            AppendOnly(name="performance_reviewcomment_once"),
            models.CheckConstraint(condition=Q(audience__in=("shared", "two")), name="performance_reviewcomment_for"),
        ]

    def __str__(self) -> str:
        return f"comment {self.written_at:%Y-%m-%d}"


class Appeal(Root):
    """The worker does not accept a final review. A senior manager answers; the review stays as it was."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting for an answer"
        ANSWERED = "answered", "Answered"

    MOVES = {
        "appeal": move(),
        "answer": move(Status.WAITING, to=Status.ANSWERED, refusal="This appeal has been answered already."),
    }

    review = tenant_key(Review, related_name="appeals")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()
    reply = models.TextField(max_length=4000, blank=True)
    answered_by = tenant_key("teams.Person", null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            *wall("performance_appeal", "review", "answered_by"),
            public_ids("performance_appeal"),
            models.UniqueConstraint(fields=["authority", "review"], name="performance_appeal_one"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.written_at:%Y-%m-%d}"

    @classmethod
    def write(cls, review: Review, text: str, *, by: Principal, at: datetime) -> Appeal:
        """Against a final review, once. Raises Refusal, field "text", for nothing, or before it is final."""
        if review.status != Review.Status.FINAL:
            raise Refusal("This review is not final yet: say it where you agree.", field="text", code="not_final")
        if not text.strip():
            raise Refusal("Write what you do not accept, and why.", field="text", code="no_words")
        with transaction.atomic():
            Review.objects.select_for_update(of=("self",), no_key=True).get(pk=review.pk)  # two presses, one appeal
            if cls.objects.filter(review=review).exists():
                raise Refusal("You have appealed against this review already. It stands on its page.", code="once")
            return begin(cls(review=review, text=text.strip(), written_at=at), "appeal", by=by, at=at)

    def answer(self, reply: str, *, person: Any, by: Principal, at: datetime) -> None:
        with self.moving("answer", by=by, at=at):
            self.reply, self.answered_by, self.answered_at = reply, person, at
