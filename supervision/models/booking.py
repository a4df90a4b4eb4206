"""Times that a school can choose from, and visits that could not happen (journeys M1, H2)."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from supervision.models.visits import Visit
from teams.foundation.constraints import wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.models import Part


class SlotQuerySet(models.QuerySet["Slot"]):
    def standing(self) -> SlotQuerySet:
        """Offered, or chosen: nobody else can have that time of this manager."""
        return self.filter(released_at=None)

    def release(self, *, at: datetime) -> int:
        return self.standing().update(released_at=at)


class Slot(PublicModel):
    """One time of one manager, offered to one school. It moves with its visit's verbs."""

    visit = tenant_key(Visit, related_name="slots")
    manager = tenant_key("teams.Person", related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects = SlotQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            *wall("supervision_slot", "visit", "manager"),
            public_ids("supervision_slot"),
            models.UniqueConstraint(
                fields=["authority", "manager", "starts_at"],
                condition=Q(released_at=None),
                name="supervision_slot_once",
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="supervision_slot_in_order"),
        ]
        indexes = [models.Index(fields=["authority", "visit"], name="supervision_slot_by_visit")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class CalledOff(TenantModel):
    """An agreed time that could not be kept, and whose side it was. A school's is never counted against the worker."""

    visit = tenant_key(Visit, related_name="called_off")
    occasion = tenant_key("teams.Occasion", null=True, related_name="called_off_as")
    was_at = models.DateTimeField()
    side = models.CharField(max_length=10, choices=Part.choices)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["noted_at", "pk"]
        constraints = [*wall("supervision_calledoff", "visit", "occasion")]
        indexes = [models.Index(fields=["authority", "visit"], name="supervision_calledoff_by_visit")]

    def __str__(self) -> str:
        return f"{self.side} {self.was_at:%Y-%m-%d}"
