"""Where people work: areas inside areas, teams in areas, and professions with the titles they had."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key

NO_AREA = "No area yet"  # what stands where the name of an area would


class Area(PublicModel):
    """A part of the county, inside another or on its own (H04). Soft areas follow catchments, not boundaries (L15)."""

    name = models.CharField(max_length=80)
    parent = tenant_key("self", null=True, blank=True, related_name="parts")
    is_soft = models.BooleanField(default=False)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("teams_area", "parent"),
            public_ids("teams_area"),
            models.UniqueConstraint(fields=["authority", "name"], name="teams_area_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Team(PublicModel):
    """A merged team: attendance officers, pupil support workers and family workers together (H07)."""

    name = models.CharField(max_length=80)
    area = tenant_key(Area, null=True, blank=True, related_name="teams")

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("teams_team", "area"),
            public_ids("teams_team"),
            models.UniqueConstraint(fields=["authority", "name"], name="teams_team_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Profession(PublicModel):
    """What somebody is by training and job: attendance officer, pupil support worker, family worker."""

    code = models.SlugField(max_length=40, db_index=False)  # its unique one leads with the authority
    name = models.CharField(max_length=80)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("teams_profession"),
            public_ids("teams_profession"),
            models.UniqueConstraint(fields=["authority", "code"], name="teams_profession_code"),
        ]

    def __str__(self) -> str:
        return self.name

    def title_on(self, day: date) -> str:
        """The title that papers of this day carry (H02: history is never rewritten). Reads prefetched titles."""
        held = [title for title in self.titles.all() if title.starts_on <= day]
        return max(held, key=lambda title: title.starts_on).title if held else self.name


class ProfessionTitle(TenantModel):
    """A title from a date on: "CSF worker" until 2007, "Pupil support worker" since."""

    profession = tenant_key(Profession, related_name="titles", on_delete=models.CASCADE)
    title = models.CharField(max_length=80)
    starts_on = models.DateField()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("teams_professiontitle", "profession"),
            models.UniqueConstraint(
                fields=["authority", "profession", "starts_on"], name="teams_professiontitle_once_a_day"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="teams_professiontitle_words"),
        ]

    def __str__(self) -> str:
        return f"{self.title} from {self.starts_on}"
