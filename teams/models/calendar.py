"""The school year of an authority."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel
from teams.rules.calendar import school_year_label


class Term(TenantModel):
    """One of three terms, with its half-term holiday. `school_year` is the calendar year in which it began: 2026."""

    class Season(models.TextChoices):
        AUTUMN = "autumn", "Autumn"
        SPRING = "spring", "Spring"
        SUMMER = "summer", "Summer"

    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10, choices=Season.choices)
    starts_on = models.DateField()
    half_term_starts_on = models.DateField()
    half_term_ends_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("teams_term"),
            models.UniqueConstraint(fields=["authority", "school_year", "season"], name="teams_term_once"),
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("half_term_starts_on"))
                & Q(half_term_starts_on__lte=F("half_term_ends_on"))
                & Q(half_term_ends_on__lt=F("ends_on")),
                name="teams_term_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_season_display()} term {school_year_label(self.school_year)}"
