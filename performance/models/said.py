"""What somebody said with a name on it: evidence for the worker whom it is about, read by her and who manages her."""

from __future__ import annotations

from django.db import models

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class FeedbackQuerySet(VisibleQuerySet):
    def for_page(self) -> FeedbackQuerySet:
        """The latest first, with who said it, at which school, and the words of its questions."""
        named = self.select_related("young_person", "school", "worker", "wave__questionnaire")
        return named.prefetch_related("wave__questionnaire__wordings").order_by("-said_on", "-pk")


class Feedback(Root):
    """Said by a young person, or by their parent, about a worker. Written once; nothing joins it to what is unnamed."""

    class Side(models.TextChoices):
        YOUNG = "young", "Young person"
        PARENT = "parent", "Parent"

    MOVES = {"give": move()}

    wave = tenant_key("performance.Wave", related_name="feedback")
    young_person = tenant_key("casework.YoungPerson", related_name="feedback")
    side = models.CharField(max_length=8, choices=Side.choices)
    worker = tenant_key("teams.Person", related_name="feedback")
    school = tenant_key("schools.School", related_name="+")
    answers = models.JSONField(default=dict)  # codes of questions and of options
    words = models.TextField(max_length=2000, blank=True)
    may_be_quoted = models.BooleanField(default=False)  # their words, without their name
    said_on = models.DateField()

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-said_on", "-pk"]
        constraints = [
            *wall("performance_feedback", "wave", "young_person", "worker", "school"),
            public_ids("performance_feedback"),
            AppendOnly(name="performance_feedback_once"),
        ]
        indexes = [models.Index(fields=["authority", "worker", "-said_on"], name="performance_feedback_by_worker")]

    def __str__(self) -> str:
        return f"feedback {self.said_on:%Y-%m-%d}"
