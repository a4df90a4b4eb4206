"""A young person has asked to be found today. Who is asked by mail learns whom to ring, and nothing else."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from casework.models.young_people import YoungPerson
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models import Person


class WorryQuerySet(VisibleQuerySet):
    def waiting(self) -> WorryQuerySet:
        """Nobody has said yet that they have it; the oldest first."""
        return self.filter(status=Worry.Status.WAITING).order_by("asked_at", "pk")

    def for_page(self) -> WorryQuerySet:
        """With everybody whom its page names."""
        return self.select_related("school", "worker", "young_person", "asked_of", "owned_by")


class Worry(Root):
    """Asked of the school's safeguarding lead and the worker's manager, until a named person presses "I have this".

    Until then no page says that anybody has been told (0011).
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Nobody has this yet"
        OWNED = "owned", "Somebody has this"

    MOVES = {
        "ask": move(),
        "remind": move(Status.WAITING, refusal="Somebody has this already."),
        "own": move(
            Status.WAITING, to=Status.OWNED, refusal="Somebody has this already. Open the page again to see who."
        ),
    }

    school = tenant_key("schools.School", related_name="worries")
    worker = tenant_key("teams.Person", related_name="+")  # whom to ring
    young_person = tenant_key(YoungPerson, null=True, related_name="worries")
    asked_of = tenant_key("teams.Person", related_name="+")  # at the school: the name that the young person reads
    asked_at = models.DateTimeField()
    mailed_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    owned_by = tenant_key("teams.Person", null=True, related_name="+")
    owned_at = models.DateTimeField(null=True)

    objects = WorryQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            *wall("casework_worry", "school", "worker", "young_person", "asked_of", "owned_by"),
            public_ids("casework_worry"),
            models.CheckConstraint(
                condition=Q(status="waiting", owned_by=None) | Q(status="owned", owned_by__isnull=False),
                name="casework_worry_owned_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["authority", "status", "asked_at"], name="casework_worry_by_status")]

    def __str__(self) -> str:
        return f"worry {self.public_id}"

    def remind(self, *, of: Person, by: Principal, at: datetime) -> None:
        """Asked once more, of whoever can be reached now; to be rung is who works with them now."""
        with self.moving("remind", by=by, at=at):
            self.asked_of, self.mailed_at = of, at
            if self.young_person is not None:
                self.worker = self.young_person.worker

    @property
    def is_handed_over(self) -> bool:
        """Has somebody else gone on with the young person since it was asked?"""
        return self.young_person is not None and self.young_person.worker_id != self.worker_id

    def own(self, *, by: Principal, at: datetime) -> None:
        """ "I have this": from now on it is this person's, by name."""
        with self.moving("own", by=by, at=at):
            self.owned_by_id, self.owned_at = by.person_id, at


class AskedInstead(TenantModel):
    """Somebody of the council who is asked because no manager of the worker, and nobody who covers, is at work."""

    worry = tenant_key(Worry, related_name="asked_instead")
    person = tenant_key(Person, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            *wall("casework_askedinstead", "worry", "person"),
            models.UniqueConstraint(fields=["authority", "worry", "person"], name="casework_askedinstead_once"),
        ]

    def __str__(self) -> str:
        return f"asked {self.asked_at:%Y-%m-%d %H:%M}"
