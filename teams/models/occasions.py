"""Everything that happens at a time with people: a supervision, a meeting, a review (architecture 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.permissions import ABOUT_A_FIGURE


class Audience(models.TextChoices):
    """Who may read it. A part of something is never wider than what it stands in."""

    SHARED = "shared", "All three of us"
    TWO = "two", "Just the two of us"
    OWN = "own", "My own note"
    PEERS = "peers", "Those of us who were there"  # peer supervision: its manager, and the workers who came
    GROUP = "group", "The workers of the group"  # a peer group: no manager


class Part(models.TextChoices):
    """For whom somebody is there."""

    MANAGER = "manager", "Manager"
    WORKER = "worker", "Worker"
    SCHOOL = "school", "School"


class OccasionQuerySet(VisibleQuerySet):
    def meetings(self) -> OccasionQuerySet:
        """Where people meet: what was asked in writing stands in no calendar and takes nobody's time."""
        return self.exclude(kind=ABOUT_A_FIGURE)

    def standing(self) -> OccasionQuerySet:
        """Not called off."""
        return self.filter(called_off_at=None)

    def between(self, start: datetime, end: datetime) -> OccasionQuerySet:
        """Beginning at `start` or later, and before `end`."""
        return self.filter(starts_at__gte=start, starts_at__lt=end).order_by("starts_at", "pk")

    def of(self, person: Any) -> OccasionQuerySet:
        """This person is to be there."""
        return self.filter(models.Exists(Attendee.objects.filter(occasion=models.OuterRef("pk"), person=person)))


class Occasion(PublicModel):
    """When, where and who. It has no verbs: the record that holds it moves it, and writes the event (decision 0010).

    `kind` is the name that its own floor gives it ("in_school", "peer"); `title` is what stands in calendars, so never
    a child. `edition` counts its changes, as calendars do.
    """

    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.SHARED)
    edition = models.PositiveSmallIntegerField(default=0)
    called_off_at = models.DateTimeField(null=True)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            *wall("teams_occasion"),
            public_ids("teams_occasion"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="teams_occasion_in_order"),
        ]
        indexes = [models.Index(fields=["authority", "starts_at"], name="teams_occasion_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at:%Y-%m-%d %H:%M}"


class Attendee(TenantModel):
    """Who is to be there, and for whom. `came` is known once it has happened."""

    occasion = tenant_key(Occasion, related_name="attendees")
    person = tenant_key("teams.Person", related_name="attends")
    part = models.CharField(max_length=10, choices=Part.choices)
    came = models.BooleanField(null=True)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            *wall("teams_attendee", "occasion", "person"),
            models.UniqueConstraint(fields=["authority", "occasion", "person"], name="teams_attendee_once"),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="teams_attendee_by_person")]

    def __str__(self) -> str:
        return f"{self.part} {self.person_id}"
