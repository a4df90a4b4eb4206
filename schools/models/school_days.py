"""What one school does otherwise than the county's terms say (domain B.5: academies set their own)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models import F, Q

from schools.rules.calendar import OwnDays
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class SchoolDayQuerySet(VisibleQuerySet):
    def standing(self) -> SchoolDayQuerySet:
        """What holds: everything that was not withdrawn."""
        return self.filter(status=SchoolDay.Status.STANDS)

    def not_over_by(self, day: date) -> SchoolDayQuerySet:
        return self.filter(ends_on__gte=day)


class SchoolDay(Root):
    """On screens: "the school's own days". A range of days on which this school is closed, or open though others are
    not. Never changed: withdrawn, and added again."""

    class Status(models.TextChoices):
        STANDS = "stands", "Holds"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Kind(models.TextChoices):
        CLOSED = "closed", "Closed"
        OPEN = "open", "Open"

    MOVES = {
        "add": move(),
        "withdraw": move(Status.STANDS, to=Status.WITHDRAWN, refusal="These days were withdrawn already."),
    }

    school = tenant_key("schools.School", related_name="own_days")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    words = models.CharField(max_length=100, blank=True)  # "INSET, nobody in"; the school reads it
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.STANDS)

    objects = SchoolDayQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("schools_schoolday", "school"),
            public_ids("schools_schoolday"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="schools_schoolday_dates"),
        ]
        indexes = [models.Index(fields=["authority", "school", "starts_on"], name="schools_schoolday_by_school")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} from {self.starts_on} to {self.ends_on}"

    @property
    def value(self) -> OwnDays:
        """As the rules read it."""
        return OwnDays(self.starts_on, self.ends_on, self.kind == self.Kind.OPEN, self.words)

    def withdraw(self, *, by: Principal, at: datetime) -> None:
        """The school keeps the county's days after all."""
        with self.moving("withdraw", by=by, at=at):
            pass
