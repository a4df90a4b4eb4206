"""What a worker brings to her next supervision: two to four young people, and anything else (journey W5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import models

from supervision.models.visits import Visit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move

MOST = 4  # there is time for two to four (journey M3)


class Bring(Root):
    """Her list for one visit. She and whoever supervises her read it; the school does not."""

    MOVES = {"bring": move(), "change": move()}

    visit = tenant_key(Visit, related_name="brings")
    text = models.CharField(max_length=1000, blank=True)
    written_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [
            *wall("supervision_bring", "visit"),
            public_ids("supervision_bring"),
            models.UniqueConstraint(fields=["authority", "visit"], name="supervision_bring_once_a_visit"),
        ]

    def __str__(self) -> str:
        return f"list {self.public_id}"

    def change(self, text: str, young: Sequence[Any], *, by: Principal, at: datetime) -> None:
        """Other words, other young people; in the order in which they were chosen."""
        with self.moving("change", by=by, at=at):
            self.text, self.written_at = text, at
            self.young.all().delete()
            self.name_young(young)

    def name_young(self, young: Sequence[Any]) -> None:
        BroughtYoungPerson.objects.bulk_create(
            BroughtYoungPerson(bring=self, young_person=each, position=position) for position, each in enumerate(young)
        )


class BroughtYoungPerson(TenantModel):
    """One of those whom she wants to talk about."""

    bring = tenant_key(Bring, related_name="young", on_delete=models.CASCADE)
    young_person = tenant_key("casework.YoungPerson", related_name="brought")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            *wall("supervision_broughtyoungperson", "bring", "young_person"),
            models.UniqueConstraint(
                fields=["authority", "bring", "young_person"], name="supervision_broughtyoungperson_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.bring_id}"
