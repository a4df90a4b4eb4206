"""One supervision that is due: in school, one-to-one, or a joint visit. Planned, agreed, held (BR-03, BR-08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.foundation.words import midnight
from teams.models import Attendee, Audience, Occasion, Part, Person

BOOKED = "A time is agreed already. If it cannot be kept, say so first."
CHOSEN = "A time is chosen already, or the times are no longer offered."
HELD = "This supervision has been held already. What was said at it can be read on its page."


class VisitQuerySet(VisibleQuerySet):
    def in_month(self, month: date) -> VisitQuerySet:
        """Whose turn is in this month; `month` is its first day."""
        return self.filter(month=month)

    def made_by(self, managers: Iterable[int]) -> VisitQuerySet:
        """Visits that one of these managers makes, or that are made for her."""
        people = list(managers)
        hers = Q(placement__manager__in=people, kind=Visit.Kind.IN_SCHOOL)
        return self.filter(Q(manager__in=people) | hers)

    def between_two(self, workers: Iterable[int]) -> VisitQuerySet:
        """One-to-ones and joint visits of these workers, whoever makes them."""
        return self.filter(worker__in=list(workers)).exclude(kind=Visit.Kind.IN_SCHOOL)

    def held_in_school(self, first: date, last: date) -> VisitQuerySet:
        """Supervisions in school that took place in these days, both inclusive."""
        held = self.filter(kind=Visit.Kind.IN_SCHOOL, status=Visit.Status.HELD)
        days = midnight(first), midnight(last + timedelta(days=1))
        return held.filter(occasion__starts_at__gte=days[0], occasion__starts_at__lt=days[1])

    def for_page(self) -> VisitQuerySet:
        return self.select_related("worker", "manager", "placement__school", "school_person", "occasion")


class Visit(Root):
    """`month` is the first day of the month whose turn it is; `why` the sentence that explains `due_on`.

    The manager is who comes: whoever covers for somebody comes in their own name. A one-to-one is in no school, and a
    joint visit has a `placement` only where the worker is placed: no school is ever told of either (decision 0010).
    """

    class Kind(models.TextChoices):
        IN_SCHOOL = "in_school", "Supervision in school"
        ONE_TO_ONE = "one_to_one", "One-to-one"
        JOINT = "joint", "Joint visit"

    class Status(models.TextChoices):
        DUE = "due", "To be booked"
        OFFERED = "offered", "Times offered"
        AGREED = "agreed", "Agreed"
        HELD = "held", "Held"
        LEFT_OUT = "left_out", "Not this time"

    MOVES = {
        "plan": move(),
        "agree": move(Status.DUE, Status.OFFERED, Status.AGREED, to=Status.AGREED, refusal=HELD),
        "pin": move(Status.DUE, refusal=BOOKED),
        "offer": move(Status.DUE, Status.OFFERED, to=Status.OFFERED, refusal=BOOKED),
        "choose": move(Status.OFFERED, to=Status.AGREED, refusal=CHOSEN),
        "suit_none": move(Status.OFFERED, refusal=CHOSEN),
        "call_off": move(Status.AGREED, to=Status.DUE, refusal="No time is agreed, so there is none to call off."),
        "leave_out": move(Status.DUE, Status.OFFERED, to=Status.LEFT_OUT, refusal=BOOKED),
        # What was left out and took place all the same is held: what happened can always be told (journeys 0, rule 4).
        "hold": move(Status.DUE, Status.OFFERED, Status.AGREED, Status.LEFT_OUT, to=Status.HELD, refusal=HELD),
    }

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.IN_SCHOOL)
    worker = tenant_key("teams.Person", related_name="supervisions")
    manager = tenant_key("teams.Person", related_name="supervises")
    placement = tenant_key("schools.Placement", null=True, related_name="visits")
    month = models.DateField()
    due_on = models.DateField()
    why = models.CharField(max_length=300)
    school_person = tenant_key("teams.Person", null=True, blank=True, related_name="+")  # who is to come for the school
    occasion = tenant_key(Occasion, null=True, related_name="visits")
    pinned_on = models.DateField(null=True)  # the day that the manager chose; the round goes by it
    offered_at = models.DateTimeField(null=True)
    offers = models.PositiveSmallIntegerField(default=0)  # how often times were offered
    other_times = models.CharField(max_length=200, blank=True)  # what would suit the school, in its own words
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
            models.UniqueConstraint(
                fields=["authority", "worker", "month", "kind"],
                condition=~Q(kind="in_school") & ~Q(status="left_out"),
                name="supervision_visit_between_two_once",
            ),
            models.CheckConstraint(
                condition=~Q(kind="in_school") | Q(placement__isnull=False), name="supervision_visit_in_a_school"
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
    def is_in_school(self) -> bool:
        """With the school, whose person comes for a part of it. Everything else is between two (BR-09)."""
        return self.kind == self.Kind.IN_SCHOOL

    @property
    def school(self) -> Any:
        """None for what is between two: wherever that was, it is not the school's."""
        return self.placement.school if self.is_in_school else None

    @property
    def heading(self) -> str:
        """What its line is headed with. "Hill School", "One-to-one with P. Reid"."""
        return self.school.name if self.is_in_school else f"{self.get_kind_display()} with {self.worker.name}"

    @property
    def whose(self) -> str:
        """ "M. Okafor at Hill School", "One-to-one with P. Reid"."""
        return f"{self.worker.name} at {self.heading}" if self.is_in_school else self.heading

    def agree(self, starts_at: datetime, ends_at: datetime, *, place: str, by: Principal, at: datetime) -> None:
        """This is when: it stands in the calendars of all who come. Agreed anew, it moves there."""
        with self.moving("agree", by=by, at=at):
            self.slots.release(at=at)
            self.stand(starts_at, ends_at, place=place)

    def pin(self, day: date | None, *, by: Principal, at: datetime) -> None:
        """It has to be on this day; the rest of the round goes by it. None: any day will do."""
        with self.moving("pin", by=by, at=at):
            self.pinned_on = day

    def offer(self, times: Sequence[tuple[datetime, datetime]], *, by: Principal, at: datetime) -> None:
        """The school may choose one of these. What was offered before is offered no longer."""
        with self.moving("offer", by=by, at=at):
            self.slots.release(at=at)
            self.slots.bulk_create(
                self.slots.model(visit=self, manager=self.manager, starts_at=starts_at, ends_at=ends_at)
                for starts_at, ends_at in times
            )
            self.offered_at, self.offers, self.other_times = at, self.offers + 1, ""

    def choose(self, slot: Any, *, school_person: Any, place: str, by: Principal, at: datetime) -> None:
        """The school takes this time, and says who comes. The other times are free again."""
        with self.moving("choose", by=by, at=at):
            taken = self.slots.standing().filter(pk=slot.pk).first()
            if taken is None:
                raise Refusal("That time is no longer offered. Choose one of those that are.", field="time")
            self.slots.exclude(pk=taken.pk).release(at=at)
            self.school_person = school_person
            self.stand(taken.starts_at, taken.ends_at, place=place)

    def suit_none(self, other_times: str, *, by: Principal, at: datetime) -> None:
        """None of the times suits the school; what would, in its own words."""
        with self.moving("suit_none", by=by, at=at):
            self.slots.release(at=at)
            self.other_times = other_times

    def call_off(self, side: str, *, by: Principal, at: datetime) -> None:
        """The agreed time cannot be kept. `side` is whose it was; it is to be booked again."""
        with self.moving("call_off", by=by, at=at):
            occasion = self.occasion
            self.called_off.create(occasion=occasion, was_at=occasion.starts_at, side=side, noted_at=at)
            occasion.called_off_at, occasion.edition = at, occasion.edition + 1
            occasion.save()
            self.slots.release(at=at)
            # The old time stays in calendars as called off; the next one is an occasion of its own.
            self.occasion = self.pinned_on = self.offered_at = None

    def leave_out(self, *, by: Principal, at: datetime) -> None:
        """Not this time. It comes again by the rhythm."""
        with self.moving("leave_out", by=by, at=at):
            self.slots.release(at=at)

    def hold(self, came: set[int], *, by: Principal, at: datetime) -> None:
        """It has taken place; `came` are the ids of the people who were there, of those who were to be.

        Whoever holds it is who came, also where somebody else had agreed on it (D.5).
        """
        with self.moving("hold", by=by, at=at):
            if self.status == self.Status.LEFT_OUT and self._turn_is_anothers():
                raise Refusal("Another visit stands for this month. Open that one, and write it there.", code="another")
            if by.person_id is not None and by.person_id != self.manager_id:
                self.manager_id = by.person_id
                self.manager = Person.objects.get(pk=by.person_id)
                self.name_attendees()
            attendees = Attendee.objects.filter(occasion=self.occasion)
            attendees.update(came=Q(person__in=came))

    def _turn_is_anothers(self) -> bool:
        same = Visit.objects.filter(month=self.month, kind=self.kind)
        same = same.filter(placement=self.placement_id) if self.is_in_school else same.filter(worker=self.worker_id)
        return same.exclude(status=self.Status.LEFT_OUT).exclude(pk=self.pk).exists()

    def stand(self, starts_at: datetime, ends_at: datetime, *, place: str) -> None:
        audience = Audience.SHARED if self.is_in_school else Audience.TWO
        title = f"Meeting with {self.manager.name}"
        occasion = self.occasion or Occasion(kind=self.kind, title=title, audience=audience)
        occasion.starts_at, occasion.ends_at, occasion.place = starts_at, ends_at, place
        occasion.called_off_at = None
        if occasion.pk is not None:
            occasion.edition += 1
        occasion.save()
        self.occasion = occasion
        self.name_attendees()

    def name_attendees(self) -> None:
        """Who is to be there, as it stands now."""
        Attendee.objects.filter(occasion=self.occasion).delete()
        coming = [(self.manager, Part.MANAGER), (self.worker, Part.WORKER), (self.school_person, Part.SCHOOL)]
        people = {person.pk: Attendee(occasion=self.occasion, person=person, part=part)
                  for person, part in reversed(coming) if person is not None}  # fmt: skip
        Attendee.objects.bulk_create(people.values())
