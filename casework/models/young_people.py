"""A young person whom a worker supports in a school: initials, school, need, worker. No name, no date of birth yet."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from teams.foundation import audit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move

ENDED = "The work with this young person has ended. Start it again first."


class YoungPersonQuerySet(VisibleQuerySet):
    def with_us(self, day: date) -> YoungPersonQuerySet:
        """Somebody works with them on this day."""
        return self.filter(starts_on__lte=day).filter(Q(ends_on=None) | Q(ends_on__gte=day))

    def looked_at(self, *, by: Principal, at: datetime) -> list[YoungPerson]:
        """These rows for one page, and one audit event with the list of their ids (architecture 5)."""
        found = list(self)
        if found:
            audit.record("youngperson.read", by=by, at=at, subjects=found)
        return found

    def known_at(self, school: Any, worker: Any, day: date) -> YoungPersonQuerySet:
        """This worker's young people of this school on this day, by their initials."""
        return self.with_us(day).filter(school=school, worker=worker).order_by("initials", "pk")


class YoungPerson(Root):
    """On screens by initials. `need` is what the work is about, in a few words that the school may read."""

    class Status(models.TextChoices):
        OPEN = "open", "Being supported"
        ENDED = "ended", "Ended"

    MOVES = {
        "start": move(),
        "change": move(Status.OPEN, refusal=ENDED),
        "decide": move(),  # what was decided may be written down whenever it was decided
        "hand_over": move(Status.OPEN, refusal=ENDED),
        "end": move(Status.OPEN, to=Status.ENDED, refusal="The work with this young person has ended already."),
    }

    initials = models.CharField(max_length=6)
    school = tenant_key("schools.School", related_name="young_people")
    worker = tenant_key("teams.Person", related_name="young_people")
    need = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = YoungPersonQuerySet.as_manager()

    class Meta:
        ordering = ["initials", "pk"]
        constraints = [
            *wall("casework_youngperson", "school", "worker"),
            public_ids("casework_youngperson"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="casework_youngperson_dates"
            ),
            models.CheckConstraint(condition=~Q(initials=""), name="casework_youngperson_initials"),
        ]
        indexes = [
            models.Index(fields=["authority", "worker", "school"], name="casework_youngperson_by_worker"),
            models.Index(fields=["authority", "school"], name="casework_youngperson_by_school"),
        ]

    def __str__(self) -> str:
        return f"young person {self.public_id}"

    def change(self, *, initials: str, need: str, by: Principal, at: datetime) -> None:
        with self.moving("change", by=by, at=at):
            self.initials, self.need = initials, need

    def hand_over(self, worker: Any, *, by: Principal, at: datetime) -> None:
        """Another worker of the same school goes on with them."""
        with self.moving("hand_over", by=by, at=at):
            self.worker = worker

    def end(self, *, on: date, by: Principal, at: datetime) -> None:
        """Raises Refusal, field "on", for a day before the work began."""
        with self.moving("end", by=by, at=at):
            if on < self.starts_on:
                raise Refusal("The last day is before the first one. Check both.", field="on", code="before_start")
            self.ends_on = on

    def decide(self, text: str, *, occasion: Any, by: Principal, at: datetime) -> Decision:
        """Management oversight (domain C.2): what was decided, when, by whom. Nothing personal of the worker."""
        with self.moving("decide", by=by, at=at):
            return Decision.objects.create(
                young_person=self, text=text, occasion=occasion, decided_by_id=by.person_id, decided_at=at
            )


class Decision(TenantModel):
    """A decision about a young person, taken at an occasion. Written once."""

    young_person = tenant_key(YoungPerson, related_name="decisions")
    text = models.TextField(max_length=2000)
    occasion = tenant_key("teams.Occasion", null=True, related_name="decisions")
    decided_by = tenant_key("teams.Person", null=True, related_name="+")
    decided_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            *wall("casework_decision", "young_person", "occasion", "decided_by"),
            AppendOnly(name="casework_decision_once"),
        ]
        indexes = [models.Index(fields=["authority", "young_person"], name="casework_decision_by_person")]

    def __str__(self) -> str:
        return f"decision {self.decided_at:%Y-%m-%d}"
