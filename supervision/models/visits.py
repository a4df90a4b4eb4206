"""One supervision that is due: in school with all three, or one-to-one. Planned, agreed, held (BR-03, BR-08)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models import Attendee, Occasion, Part

HELD = "This supervision has been held already. What was said at it can be read on its page."


class VisitQuerySet(VisibleQuerySet):
    def in_month(self, month: date) -> VisitQuerySet:
        """Whose turn is in this month; `month` is its first day."""
        return self.filter(month=month)

    def for_page(self) -> VisitQuerySet:
        return self.select_related("worker", "manager", "placement__school", "school_person", "occasion")


class Visit(Root):
    """`month` is the first day of the month whose turn it is; `why` the sentence that explains `due_on`.

    The manager is who comes: whoever covers for somebody comes in their own name.
    """

    class Kind(models.TextChoices):
        IN_SCHOOL = "in_school", "Supervision in school"
        ONE_TO_ONE = "one_to_one", "One-to-one"

    class Status(models.TextChoices):
        DUE = "due", "To be booked"
        OFFERED = "offered", "Times offered"
        AGREED = "agreed", "Agreed"
        HELD = "held", "Held"
        LEFT_OUT = "left_out", "Not this time"

    MOVES = {
        "plan": move(),
        "agree": move(Status.DUE, Status.OFFERED, Status.AGREED, to=Status.AGREED, refusal=HELD),
        "hold": move(Status.DUE, Status.OFFERED, Status.AGREED, to=Status.HELD, refusal=HELD),
    }

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.IN_SCHOOL)
    worker = tenant_key("teams.Person", related_name="supervisions")
    manager = tenant_key("teams.Person", related_name="supervises")
    placement = tenant_key("schools.Placement", related_name="visits")
    month = models.DateField()
    due_on = models.DateField()
    why = models.CharField(max_length=300)
    school_person = tenant_key("teams.Person", null=True, blank=True, related_name="+")  # who is to come for the school
    occasion = tenant_key(Occasion, null=True, related_name="visits")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            *wall("supervision_visit", "worker", "manager", "placement", "school_person", "occasion"),
            public_ids("supervision_visit"),
            models.UniqueConstraint(
                fields=["authority", "placement", "month", "kind"],
                condition=~Q(status="left_out"),
                name="supervision_visit_once_a_turn",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "manager", "month"], name="supervision_visit_by_manager"),
            models.Index(fields=["authority", "worker", "month"], name="supervision_visit_by_worker"),
            models.Index(fields=["authority", "placement", "month"], name="supervision_visit_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"

    @property
    def school(self) -> Any:
        return self.placement.school

    def agree(self, starts_at: datetime, ends_at: datetime, *, place: str, by: Principal, at: datetime) -> None:
        """This is when: it stands in the calendars of all who come. Agreed anew, it moves there."""
        with self.moving("agree", by=by, at=at):
            occasion = self.occasion or Occasion(kind=self.kind, title=f"Meeting with {self.manager.name}")
            occasion.starts_at, occasion.ends_at, occasion.place = starts_at, ends_at, place
            occasion.called_off_at = None
            if occasion.pk is not None:
                occasion.edition += 1
            occasion.save()
            self.occasion = occasion
            self.name_attendees()

    def hold(self, came: set[int], *, by: Principal, at: datetime) -> None:
        """It has taken place; `came` are the ids of the people who were there, of those who were to be."""
        with self.moving("hold", by=by, at=at):
            attendees = Attendee.objects.filter(occasion=self.occasion)
            attendees.update(came=Q(person__in=came))

    def name_attendees(self) -> None:
        """Who is to be there, as it stands now."""
        Attendee.objects.filter(occasion=self.occasion).delete()
        coming = [(self.manager, Part.MANAGER), (self.worker, Part.WORKER), (self.school_person, Part.SCHOOL)]
        people = {person.pk: Attendee(occasion=self.occasion, person=person, part=part)
                  for person, part in reversed(coming) if person is not None}  # fmt: skip
        Attendee.objects.bulk_create(people.values())
