"""Who led a review before, and what was said of its words that were changed afterwards."""

from __future__ import annotations

from typing import Any

from django.db import models

from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import TenantModel, tenant_key
from teams.models import Part


class Answer(models.TextChoices):
    """To the words of a review."""

    AGREED = "agreed", "Agreed"
    NOT_AGREED = "not_agreed", "Not agreed"


class SaidBefore(TenantModel):
    """What somebody said of words that were changed afterwards, or before another took their place. Written once."""

    review = tenant_key("performance.Review", related_name="said_before")
    person = tenant_key("teams.Person", related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)
    placement = tenant_key("schools.Placement", null=True, related_name="+")
    sending = models.PositiveSmallIntegerField()  # which sending of the words it was about
    answer = models.CharField(max_length=12, choices=Answer.choices)
    words = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["sending", "answered_at", "pk"]
        constraints = [
            *wall("performance_saidbefore", "review", "person", "placement"),
            AppendOnly(name="performance_saidbefore_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part}, sending {self.sending}: {self.answer}"

    @classmethod
    def of(cls, row: Any, sending: int) -> SaidBefore:
        """From an answer that is about to be asked for anew. Not saved."""
        assert row.answered_at is not None  # noqa: S101  a constraint of the table's own making: who answered has a time
        return cls(
            review_id=row.review_id, person_id=row.person_id, part=row.part, placement_id=row.placement_id,
            sending=sending, answer=row.answer, words=row.words, answered_at=row.answered_at,
        )  # fmt: skip


class LedBefore(TenantModel):
    """Who led a review, alone or with somebody, and does no longer, whether they said anything of it or not. Written
    once: it says who does not answer an appeal against it."""

    review = tenant_key("performance.Review", related_name="led_before")
    person = tenant_key("teams.Person", related_name="+")
    until = models.DateTimeField()

    class Meta:
        ordering = ["until", "pk"]
        constraints = [
            *wall("performance_ledbefore", "review", "person"),
            AppendOnly(name="performance_ledbefore_once"),
        ]
        indexes = [models.Index(fields=["authority", "review"], name="performance_ledbefore_of")]

    def __str__(self) -> str:
        return f"led until {self.until:%Y-%m-%d}"
