"""The county's wording of the service agreement, by date."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel


class ClauseQuerySet(models.QuerySet):
    def on(self, day: date) -> ClauseQuerySet:
        """The wording in force on this day, in printed order."""
        return (
            self.filter(starts_on__lte=day)
            .filter(Q(ends_on=None) | Q(ends_on__gte=day))
            .order_by("part", "position", "pk")
        )


class Part(models.TextChoices):
    """The eight parts of a service agreement, in printed order (domain C.1)."""

    PARTIES = "1-parties", "Who this agreement is between"
    SERVICE = "2-service", "The service"
    COST = "3-cost", "Cost, and who pays what"
    ABSENCE = "4-absence", "Absence and cover"
    AWAY = "5-away", "Time away from school"
    WAITING = "6-waiting", "Support while waiting"
    CONFIDENTIALITY = "7-confidentiality", "Confidentiality"
    CHANGE = "8-change", "Change and end"


class Clause(TenantModel):
    """One clause of one part. A locked clause is the county's and cannot be altered by a school's copy (BR-22)."""

    part = models.CharField(max_length=20, choices=Part.choices)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    is_locked = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["part", "position", "pk"]
        constraints = [
            *wall("schools_clause"),
            models.UniqueConstraint(
                fields=["authority", "part", "position", "starts_on"], name="schools_clause_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.position}"
