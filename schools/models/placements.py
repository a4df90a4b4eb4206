"""A worker in a school: which post, which days, from when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from schools.models.signatures import NEEDED_TO_START, signed_parts
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class PlacementQuerySet(VisibleQuerySet):
    def on(self, day: date) -> PlacementQuerySet:
        """Planned or active on this day."""
        return (
            self.exclude(status=Placement.Status.ENDED)
            .filter(starts_on__lte=day)
            .filter(Q(ends_on=None) | Q(ends_on__gte=day))
        )

    def active_on(self, day: date) -> PlacementQuerySet:
        """The worker was, or is, in the school on this day: accepted by then (BR-02), begun, and not over."""
        accepted = Q(activated_at__date__lte=day)
        return self.filter(accepted, starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def not_ended(self) -> PlacementQuerySet:
        return self.exclude(status=Placement.Status.ENDED)

    def not_over_by(self, day: date) -> PlacementQuerySet:
        """What may still keep the worker on this day or a later one."""
        return self.not_ended().filter(Q(ends_on=None) | Q(ends_on__gte=day))


class Placement(Root):
    """On screens: "[worker] at [school]; her days".

    `timetable` is a list of {"weekday": 0 to 4, "starts": "08:30", "ends": "15:30"}, Monday is 0.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        ACTIVE = "active", "Active"
        ENDED = "ended", "Ended"

    MOVES = {
        "plan": move(),
        "change": move(
            Status.PLANNED, Status.ACTIVE, refusal="This placement has ended. Put the worker in the school again."
        ),
        "hand_over": move(Status.PLANNED, Status.ACTIVE, refusal="This placement has ended. There is nothing to take."),
        # BR-02. It follows from the signature that completes the two (schools.models.agreements).
        "activate": move(Status.PLANNED, to=Status.ACTIVE, refusal="This placement is active already, or has ended."),
        "end": move(Status.PLANNED, Status.ACTIVE, to=Status.ENDED, refusal="This placement has ended already."),
    }

    CHANGEABLE = frozenset(
        {"timetable", "hours_per_week", "focus", "room_is_ready", "lead", "manager", "starts_on", "ends_on"}
    )

    post = tenant_key("teams.Post", related_name="placements")
    school = tenant_key("schools.School", related_name="placements")
    manager = tenant_key("teams.Person", related_name="placements_managed")
    lead = tenant_key("teams.Person", null=True, blank=True, related_name="placements_led")  # in-school lead
    timetable = models.JSONField(default=list)
    hours_per_week = models.DecimalField(max_digits=4, decimal_places=2)
    focus = models.CharField(max_length=300, blank=True)
    room_is_ready = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    activated_at = models.DateTimeField(null=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            *wall("schools_placement", "post", "school", "manager", "lead"),
            public_ids("schools_placement"),
            models.UniqueConstraint(
                fields=["authority", "post", "school"],
                condition=~Q(status="ended"),
                name="schools_placement_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="schools_placement_dates"
            ),
            models.CheckConstraint(condition=Q(hours_per_week__gt=0), name="schools_placement_hours"),
        ]
        indexes = [
            models.Index(fields=["authority", "school"], name="schools_placement_by_school"),
            models.Index(fields=["authority", "post"], name="schools_placement_by_post"),
            models.Index(fields=["authority", "manager"], name="schools_placement_by_manager"),
        ]

    def __str__(self) -> str:
        return f"placement {self.public_id}"

    @property
    def weekdays(self) -> list[int]:
        """Monday is 0. In order, each once."""
        return sorted({day["weekday"] for day in self.timetable})

    def change(self, *, by: Principal, at: datetime, **values: Any) -> None:
        """Other days, focus, room, lead or dates; which post and which school stay as they are.

        What people have signed does not change with it: the agreement needs a new version of its own.
        """
        if not values.keys() <= self.CHANGEABLE:
            raise TypeError(f"Not to be changed: {', '.join(sorted(values.keys() - self.CHANGEABLE))}")
        with self.moving("change", by=by, at=at):
            for name, value in values.items():
                setattr(self, name, value)

    def hand_over(self, manager: Any, *, by: Principal, at: datetime) -> None:
        """Somebody else manages it from now on. What was signed keeps the name that stood there."""
        with self.moving("hand_over", by=by, at=at):
            self.manager = manager

    def activate(self, *, by: Principal, at: datetime) -> None:
        """The worker may start (BR-02). Raises Refusal while school and worker have not both accepted."""
        with self.moving("activate", by=by, at=at):
            if not self.way_is_accepted():
                raise Refusal(
                    "The worker may start when the school and the worker have both accepted the way of working and "
                    "confidentiality. Ask who has not signed yet.",
                    code="not_accepted",
                )
            self.activated_at = at

    def way_is_accepted(self) -> bool:
        """Have school and worker accepted the way of working that is on the table now? Three queries at most."""
        live = self.agreements.exclude(status="ended").select_related("latest").prefetch_related("signatures")
        return any(signed_parts(each.signatures.all(), each.latest) >= NEEDED_TO_START for each in live)

    def end(self, *, on: date, by: Principal, at: datetime) -> None:
        """Over with this day; why stands with the agreement that ended."""
        with self.moving("end", by=by, at=at):
            self.ends_on = max(on, self.starts_on)
