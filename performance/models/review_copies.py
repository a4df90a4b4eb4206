"""What each side of a final review keeps, as it was on that day: one copy for the council, one for each school."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from performance.models.reviews import Review
from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import PublicModel, public_ids, tenant_key


class ReviewCopy(PublicModel):
    """What one side may read, as it was when it became final: the council's, and one for each school."""

    class Copy(models.TextChoices):
        SCHOOL = "school", "School copy"
        COUNCIL = "council", "Council copy"

    review = tenant_key(Review, related_name="copies")
    copy = models.CharField(max_length=8, choices=Copy.choices)
    placement = tenant_key("schools.Placement", null=True, related_name="review_copies")
    edition = models.PositiveSmallIntegerField(default=1)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "copy", "pk"]
        constraints = [
            *wall("performance_reviewcopy", "review", "placement"),
            public_ids("performance_reviewcopy"),
            AppendOnly(name="performance_reviewcopy_once"),
            models.UniqueConstraint(
                fields=["authority", "review", "copy", "placement", "edition"],
                nulls_distinct=False,
                name="performance_reviewcopy_each_once",
            ),
            models.CheckConstraint(
                condition=Q(copy="school", placement__isnull=False) | Q(copy="council", placement=None),
                name="performance_reviewcopy_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy} copy, edition {self.edition}"
