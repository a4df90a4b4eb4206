"""Posts, what they are paid as, and who holds them. All by date: a change is a new row, never an edit of the past."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models.people import Dated, Person
from teams.models.places import Profession, Team


class PostQuerySet(VisibleQuerySet):
    def with_holder(self) -> PostQuerySet:
        """With profession, team and everybody who holds or held it, in three queries at any size."""
        return self.select_related("profession", "team").prefetch_related(
            models.Prefetch("employments", Employment.objects.select_related("person").order_by("starts_on"))
        )


class Post(Root):
    """A job the council pays for, with or without somebody in it."""

    name = models.CharField(max_length=100)
    profession = tenant_key(Profession, related_name="posts")
    team = tenant_key(Team, related_name="posts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    MOVES = {"pay": move(), "share_out": move()}

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            *wall("teams_post", "profession", "team"),
            public_ids("teams_post"),
            models.UniqueConstraint(fields=["authority", "name"], name="teams_post_name"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="teams_post_dates"),
        ]
        indexes = [models.Index(fields=["authority", "team"], name="teams_post_by_team")]

    def __str__(self) -> str:
        return self.name

    def holder_on(self, day: date) -> Person | None:
        """Who is in post on this day. Reads prefetched employments."""
        for employment in self.employments.all():
            if employment.starts_on <= day and (employment.ends_on is None or employment.ends_on >= day):
                return employment.person
        return None


class PostTerms(TenantModel):
    """What a post is paid as, from a date on (L19: a regrade re-calculates every school's share)."""

    post = tenant_key(Post, related_name="terms")
    starts_on = models.DateField()
    grade = models.CharField(max_length=20)
    point = models.PositiveSmallIntegerField()
    hours_per_week = models.DecimalField(max_digits=4, decimal_places=2)
    term_time_only = models.BooleanField(default=True)

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("teams_postterms", "post"),
            models.UniqueConstraint(fields=["authority", "post", "starts_on"], name="teams_postterms_once_a_day"),
            models.CheckConstraint(
                condition=Q(hours_per_week__gt=0) & Q(hours_per_week__lte=Decimal(60)), name="teams_postterms_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade} point {self.point} from {self.starts_on}"


class PayRate(TenantModel):
    """The whole-time salary of a point, and the council's on-costs on it, from a date on. Pounds a year; per cent."""

    grade = models.CharField(max_length=20)
    point = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    salary = models.DecimalField(max_digits=9, decimal_places=2)
    on_costs_percent = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["grade", "point", "starts_on"]
        constraints = [
            *wall("teams_payrate"),
            models.UniqueConstraint(
                fields=["authority", "grade", "point", "starts_on"], name="teams_payrate_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(salary__gt=0) & Q(on_costs_percent__gte=0), name="teams_payrate_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grade} point {self.point} from {self.starts_on}"


class Employment(TenantModel):
    """Who is in post, from a date to a date, and who employs them (I32: not always the council)."""

    post = tenant_key(Post, related_name="employments")
    person = tenant_key(Person, related_name="employments")
    employer = models.CharField(max_length=100, blank=True)  # empty: the council itself
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    objects = Dated.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("teams_employment", "post", "person"),
            models.UniqueConstraint(fields=["authority", "post", "starts_on"], name="teams_employment_once_a_day"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="teams_employment_dates"
            ),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="teams_employment_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.post_id} from {self.starts_on}"
