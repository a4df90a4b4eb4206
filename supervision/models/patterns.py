"""How often: one pattern for each profession, and who is in which of the two sets (H92, BR-03)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from supervision.rules.rhythm import Rhythm
from supervision.rules.rhythm import Shape as RhythmShape
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class Pattern(Root):
    """On screens: "How often". `starts_on` is the first day of the month with which the rhythm begins; `review_on` the
    day by which somebody asks whether it still fits: the end of the school year (H92)."""

    class Shape(models.TextChoices):
        ALTERNATE = RhythmShape.ALTERNATE.value, "In school one month, peer supervision the next"
        EACH = RhythmShape.EACH.value, "One-to-ones and joint visits"

    MOVES = {"choose": move(), "change": move()}

    profession = tenant_key("teams.Profession", related_name="patterns")
    shape = models.CharField(max_length=10, choices=Shape.choices)
    one_to_one_every = models.PositiveSmallIntegerField(default=2)  # months that count
    joint_every = models.PositiveSmallIntegerField(default=2)
    starts_on = models.DateField()
    review_on = models.DateField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["profession__name", "pk"]
        constraints = [
            *wall("supervision_pattern", "profession"),
            public_ids("supervision_pattern"),
            models.UniqueConstraint(fields=["authority", "profession"], name="supervision_pattern_once"),
            models.CheckConstraint(
                condition=Q(one_to_one_every__gt=0) & Q(joint_every__gt=0), name="supervision_pattern_months"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shape} from {self.starts_on}"

    @property
    def rhythm(self) -> Rhythm:
        """As the rules read it."""
        return Rhythm(RhythmShape(self.shape), self.starts_on, self.one_to_one_every, self.joint_every)

    def change(self, *, by: Principal, at: datetime, **values: Any) -> None:
        """Another rhythm from a month on; what was held before stays as it was."""
        with self.moving("change", by=by, at=at):
            for name in ("shape", "one_to_one_every", "joint_every", "starts_on", "review_on"):
                setattr(self, name, values[name])


class SetPlaceQuerySet(VisibleQuerySet):
    def on(self, day: date) -> SetPlaceQuerySet:
        """What holds on this day, for each person the latest row last."""
        return self.filter(starts_on__lte=day).order_by("person", "starts_on")


class SetPlace(Root):
    """In which set somebody is from a day on. A change is a new row; what was planned before stays."""

    class Group(models.TextChoices):
        A = "A", "Set A"
        B = "B", "Set B"

    MOVES = {"place": move(), "change": move()}

    person = tenant_key("teams.Person", related_name="set_places")
    group = models.CharField(max_length=1, choices=Group.choices)
    starts_on = models.DateField()

    objects = SetPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("supervision_setplace", "person"),
            public_ids("supervision_setplace"),
            models.UniqueConstraint(
                fields=["authority", "person", "starts_on"], name="supervision_setplace_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} from {self.starts_on}"

    def change(self, group: str, *, by: Principal, at: datetime) -> None:
        """Thought better of before the day came."""
        with self.moving("change", by=by, at=at):
            self.group = group
