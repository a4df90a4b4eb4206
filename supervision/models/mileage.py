"""The miles of a day as the manager herself says they were, beside what was worked out (journey M4, 2)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move


class MileageDay(Root):
    """Hers alone. `miles` None: what was worked out counts after all. `proposed` is what stood beside her number."""

    MOVES = {"say": move(), "change": move()}

    person = tenant_key("teams.Person", related_name="mileage_days")
    on = models.DateField()
    miles = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    proposed = models.PositiveIntegerField()
    said_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["on", "pk"]
        constraints = [
            *wall("supervision_mileageday", "person"),
            public_ids("supervision_mileageday"),
            models.UniqueConstraint(fields=["authority", "person", "on"], name="supervision_mileageday_once"),
            models.CheckConstraint(condition=Q(miles=None) | Q(miles__gte=0), name="supervision_mileageday_miles"),
        ]

    def __str__(self) -> str:
        return f"miles of {self.on}"

    def change(self, miles: Decimal | None, *, proposed: int, by: Principal, at: datetime) -> None:
        """Another number, or none of her own."""
        with self.moving("change", by=by, at=at):
            self.miles, self.proposed, self.said_at = miles, proposed, at
