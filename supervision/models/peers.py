"""Peer supervision with the manager there, and the peer group of workers alone (journey M5, BR-21).

Two tables and two policies: what the group writes is reached by no way that a manager has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q

from supervision.models.patterns import SetPlace
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.models import Attendee, Audience, Commitment, Occasion, Part, Person

FINISHED = "This has been finished already. What was said stands on its page."
LONG, LINE = 4000, 300  # letters
LASTS = timedelta(hours=1)


@dataclass(frozen=True)
class Said:
    """What was said at a meeting of peers. People are named by their keys; `takes` is a line of each."""

    key: UUID  # chosen where it was typed: a finish that is sent twice is one
    came: frozenset[int]
    presenter: Person | None = None
    words: Mapping[str, str] = field(default_factory=dict)  # question, facts, asked, options, will_do
    takes: Mapping[int, str] = field(default_factory=dict)
    due_on: date | None = None


WORDS = ("question", "facts", "asked", "options", "will_do")


class TalkQuerySet(VisibleQuerySet):
    def for_page(self) -> TalkQuerySet:
        return self.select_related("presenter", "occasion", "promise").prefetch_related("people__person")

    def held(self) -> TalkQuerySet:
        return self.filter(status="held")


class Talk(Root):
    """A question that one of them brings, and what the others make of it. Names of families stand in none of it."""

    audience: str
    title: str  # what stands in calendars

    group = models.CharField(max_length=1, choices=SetPlace.Group.choices)
    occasion = tenant_key(Occasion, null=True, related_name="%(class)ss")
    presenter = tenant_key(Person, null=True, related_name="+")
    question = models.TextField(max_length=LONG, blank=True)
    facts = models.TextField(max_length=LONG, blank=True)
    asked = models.TextField(max_length=LONG, blank=True)  # by the colleagues
    options = models.TextField(max_length=LONG, blank=True)
    will_do = models.CharField(max_length=LINE, blank=True)  # the presenter
    promise = tenant_key(Commitment, null=True, related_name="%(class)ss")
    key = models.UUIDField(null=True)
    held_at = models.DateTimeField(null=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        abstract = True

    people: Any
    status: Any

    def __str__(self) -> str:
        return f"{self.group} {self.status}"

    @property
    def is_held(self) -> bool:
        return bool(self.status == "held")

    def workers(self) -> list[Any]:
        """Those of the set, by name."""
        return sorted(
            (each for each in self.people.all() if each.part == Part.WORKER), key=lambda each: each.person.name
        )

    def line_of(self, person_id: int | None) -> Any:
        """This worker's own row; None for somebody else."""
        return next((each for each in self.workers() if each.person_id == person_id), None)

    def name_people(self, people: Iterable[Person]) -> None:
        """The workers of the set, as it is now."""
        row = self.people.model
        row.objects.bulk_create(row(meeting=self, person=person, part=Part.WORKER) for person in people)

    def rename_people(self, people: Iterable[Person]) -> None:
        """Who has come into the set and who has left it since; whoever has written a line stays."""
        there, now = {each.person_id for each in self.people.all()}, {person.pk: person for person in people}
        kept = {*now, self.presenter_id} - {None}
        self.people.filter(part=Part.WORKER, takes="").exclude(person__in=kept).delete()
        self.name_people(person for key, person in now.items() if key not in there)

    def stand(self, starts_at: datetime, ends_at: datetime, *, place: str, manager: Person | None = None) -> None:
        """It stands in the calendars of all who are to come, at this time."""
        occasion = self.occasion or Occasion(kind=type(self).__name__.lower(), title=self.title, audience=self.audience)
        occasion.starts_at, occasion.ends_at, occasion.place = starts_at, ends_at, place
        if occasion.pk is not None:
            occasion.edition += 1
        occasion.save()
        self.occasion = occasion
        Attendee.objects.filter(occasion=occasion).delete()
        coming = {each.person_id: Part.WORKER for each in self.people.all() if each.part == Part.WORKER}
        if manager is not None:
            coming[manager.pk] = Part.MANAGER
        Attendee.objects.bulk_create(
            Attendee(occasion=occasion, person_id=key, part=part) for key, part in coming.items()
        )

    def write(self, said: Said, *, at: datetime) -> None:
        """Inside a verb: the words, who came, and a line of each; what somebody wrote themselves stays theirs."""
        for name in WORDS:
            setattr(self, name, said.words.get(name, ""))
        self.presenter, self.key, self.held_at = said.presenter, said.key, at
        rows = list(self.people.all())
        for row in rows:
            row.came = row.part == Part.MANAGER or row.person_id in said.came
            row.typed = said.takes.get(row.person_id, "")
        self.people.model.objects.bulk_update(rows, ["came", "typed"])
        came = {row.person_id for row in rows if row.came}
        Attendee.objects.filter(occasion=self.occasion).update(came=Q(person__in=came))

    def note(self, person_id: int | None, text: str) -> None:
        """Inside a verb: what this worker takes away, in her own words. Raises Refusal for who was not there."""
        row = self.line_of(person_id)
        if row is None or row.came is False:
            raise Refusal("You were not there, so there is nothing to write.", code="not_there")
        row.takes = text
        row.save(update_fields=["takes"])


class TalkPerson(TenantModel):
    """Somebody who is to be there. `takes` is her own line, `typed` what somebody else typed for her."""

    person = tenant_key(Person, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)
    came = models.BooleanField(null=True)
    takes = models.CharField(max_length=LINE, blank=True)
    typed = models.CharField(max_length=LINE, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.part} {self.person_id}"

    @property
    def lines(self) -> list[str]:
        """Her own first; what was typed for her stands beside it where it is something else."""
        return [each for each in dict.fromkeys((self.takes, self.typed)) if each]


class PeerSupervision(Talk):
    """Due in a month for one set (BR-03). `month` is its first day, `why` the sentence that explains `due_on`."""

    audience, title = Audience.PEERS, "Peer supervision"

    class Status(models.TextChoices):
        DUE = "due", "To be booked"
        AGREED = "agreed", "Agreed"
        HELD = "held", "Held"

    MOVES = {
        "plan": move(),
        "agree": move(Status.DUE, Status.AGREED, to=Status.AGREED, refusal=FINISHED),
        "call_off": move(Status.AGREED, to=Status.DUE, refusal="No time is agreed, so there is none to call off."),
        "ask": move(Status.DUE, Status.AGREED, refusal=FINISHED),
        "bring": move(Status.DUE, Status.AGREED, refusal=FINISHED),
        "take_away": move(Status.AGREED, Status.HELD, refusal="Write it down once a time is agreed."),
        # What took place without a time agreed is held all the same (journeys 0, rule 4).
        "finish": move(Status.DUE, Status.AGREED, to=Status.HELD, refusal=FINISHED),
    }

    manager = tenant_key(Person, related_name="peer_supervisions")
    month = models.DateField()
    due_on = models.DateField()
    why = models.CharField(max_length=300)
    asked_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)

    class Meta:
        ordering = ["-month", "group", "-pk"]
        constraints = [
            *wall("supervision_peersupervision", "occasion", "presenter", "promise", "manager"),
            public_ids("supervision_peersupervision"),
            models.UniqueConstraint(
                fields=["authority", "manager", "month", "group"], name="supervision_peersupervision_once_a_turn"
            ),
        ]

    def agree(
        self,
        starts_at: datetime,
        ends_at: datetime,
        *,
        place: str,
        people: Iterable[Person] | None = None,
        by: Principal,
        at: datetime,
    ) -> None:
        """This is when and where; `people` are the workers of the set as it is now."""
        with self.moving("agree", by=by, at=at):
            if people is not None:
                self.rename_people(people)
            self.stand(starts_at, ends_at, place=place, manager=self.manager)

    def call_off(self, *, by: Principal, at: datetime) -> None:
        """The agreed time cannot be kept: the old one stays in calendars as called off."""
        with self.moving("call_off", by=by, at=at):
            occasion = self.occasion
            occasion.called_off_at, occasion.edition = at, occasion.edition + 1
            occasion.save()
            self.occasion = None

    def ask(self, person: Person, *, by: Principal, at: datetime) -> None:
        """It is this worker's turn to bring a question. Raises Refusal, field "who", for one of another set."""
        with self.moving("ask", by=by, at=at):
            if self.line_of(person.pk) is None:
                raise Refusal("Choose somebody of this set.", field="who", code="not_in_set")
            if self.question and self.presenter_id != person.pk:
                raise Refusal(f"{self.presenter.name} has brought a question already.", code="brought")
            self.presenter, self.asked_at = person, at

    def bring(self, question: str, *, by: Principal, at: datetime) -> None:
        """The presenter's question, in her own words."""
        with self.moving("bring", by=by, at=at):
            self.question = question

    def take_away(self, text: str, *, by: Principal, at: datetime) -> None:
        """What whoever presses takes away."""
        with self.moving("take_away", by=by, at=at):
            self.note(by.person_id, text)

    def finish(self, said: Said, *, holder: Person, by: Principal, at: datetime) -> None:
        """It has taken place. `holder` is the manager who was there: herself, or who covers for her."""
        with self.moving("finish", by=by, at=at):
            if self.occasion is None:
                self.stand(at - LASTS, at, place="", manager=holder)
            part = {"part": Part.MANAGER}
            PeerPerson.objects.get_or_create(meeting=self, person=holder, defaults=part)
            Attendee.objects.get_or_create(occasion=self.occasion, person=holder, defaults=part)
            self.write(said, at=at)


class PeerPerson(TalkPerson):
    meeting = tenant_key(PeerSupervision, related_name="people", on_delete=models.CASCADE)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            *wall("supervision_peerperson", "meeting", "person"),
            models.UniqueConstraint(fields=["authority", "meeting", "person"], name="supervision_peerperson_once"),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="supervision_peerperson_by")]


class PeerGroup(Talk):
    """The workers of a set, alone: no manager sees that it says anything."""

    audience, title = Audience.GROUP, "Peer group"

    class Status(models.TextChoices):
        OPEN = "open", "To come"
        HELD = "held", "Held"

    MOVES = {
        "open": move(),
        "agree": move(Status.OPEN, refusal=FINISHED),
        "finish": move(Status.OPEN, to=Status.HELD, refusal=FINISHED),
        "take_away": move(),
    }

    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            *wall("supervision_peergroup", "occasion", "presenter", "promise"),
            public_ids("supervision_peergroup"),
        ]

    def agree(self, starts_at: datetime, ends_at: datetime, *, place: str, by: Principal, at: datetime) -> None:
        """Another time, or another place."""
        with self.moving("agree", by=by, at=at):
            self.stand(starts_at, ends_at, place=place)

    def finish(self, said: Said, *, by: Principal, at: datetime) -> None:
        """They have met."""
        with self.moving("finish", by=by, at=at):
            if self.occasion is None:
                self.stand(at - LASTS, at, place="")
            self.write(said, at=at)

    def take_away(self, text: str, *, by: Principal, at: datetime) -> None:
        """What whoever presses takes away."""
        with self.moving("take_away", by=by, at=at):
            self.note(by.person_id, text)


class PeerGroupPerson(TalkPerson):
    meeting = tenant_key(PeerGroup, related_name="people", on_delete=models.CASCADE)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            *wall("supervision_peergroupperson", "meeting", "person"),
            models.UniqueConstraint(fields=["authority", "meeting", "person"], name="supervision_peergroupperson_once"),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="supervision_peergroupperson_by")]


class GoodPractice(Root):
    """What may help others, put there by whoever brought the question, in words written for it."""

    class Status(models.TextChoices):
        SHOWN = "shown", "Shown"
        TAKEN_BACK = "taken_back", "Taken back"

    MOVES = {
        "put": move(),
        "take_back": move(Status.SHOWN, to=Status.TAKEN_BACK, refusal="This has been taken back already."),
    }

    peer = tenant_key(PeerSupervision, related_name="good_practice")
    team = tenant_key("teams.Team", related_name="good_practice")
    written_by = tenant_key(Person, related_name="+")
    text = models.TextField(max_length=2000)
    written_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SHOWN)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-pk"]
        constraints = [
            *wall("supervision_goodpractice", "peer", "team", "written_by"),
            public_ids("supervision_goodpractice"),
        ]
        indexes = [models.Index(fields=["authority", "team", "status"], name="supervision_goodpractice_of")]

    def __str__(self) -> str:
        return f"{self.status} {self.written_at:%Y-%m-%d}"

    def take_back(self, *, by: Principal, at: datetime) -> None:
        """It is read by nobody else any more."""
        with self.moving("take_back", by=by, at=at):
            self.text = ""
