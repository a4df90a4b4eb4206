"""What was said at a supervision: one part for each audience, who was there, and who says that it is accurate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from supervision.models.visits import Visit
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, Sealed, SealedWith, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.foundation.sealing import digest
from teams.foundation.transitions import Root, move
from teams.models import Audience, Occasion, Part

FINAL = "This record is final. Write a correction: it stands on top, and the record stays as it was."


class SessionQuerySet(VisibleQuerySet):
    def for_page(self) -> SessionQuerySet:
        return self.select_related(
            "visit__worker", "visit__manager", "visit__placement__school", "occasion"
        ).prefetch_related("people__person", "visit__placement__school__contacts")

    def waiting_for(self, person: Any) -> SessionQuerySet:
        """Sent to be agreed, and this person has not said anything yet."""
        mine = SessionPerson.objects.filter(session=models.OuterRef("pk"), person=person, answer="")
        return self.filter(models.Exists(mine), status=Session.Status.TO_AGREE)


class Session(Root):
    """Made when the manager finishes. `key` is chosen on the device, so that a finish that is sent twice is one.

    What is typed at the meeting is a draft about the visit until then (decision 0010).
    """

    class Status(models.TextChoices):
        TO_FINISH = "to_finish", "To finish"
        TO_AGREE = "to_agree", "Sent to be agreed"
        FINAL = "final", "Final"

    class Because(models.TextChoices):
        IN_THE_ROOM = "in_the_room", "All agreed it in the room"
        ALL_ANSWERED = "all_answered", "All have answered"
        SILENT = "silent", "School did not answer"
        NOT_REACHED = "not_reached", "School was not reached"

    MOVES = {
        "finish": move(),
        "complete": move(Status.TO_FINISH, Status.TO_AGREE, refusal=FINAL),
        "send": move(Status.TO_FINISH, to=Status.TO_AGREE, refusal="This has been sent already."),
        "answer": move(Status.TO_AGREE, refusal=FINAL),
        "ring": move(Status.TO_AGREE, refusal=FINAL),
        "seal": move(Status.TO_FINISH, Status.TO_AGREE, to=Status.FINAL, refusal=FINAL),
        "correct": move(Status.FINAL, refusal="This record is not final yet: change it where it stands."),
    }

    visit = tenant_key(Visit, related_name="sessions")
    occasion = tenant_key(Occasion, related_name="sessions")
    key = models.UUIDField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    in_school = models.BooleanField(default=True)
    without_school = models.CharField(max_length=300, blank=True)  # why it was held without the school (BR-08)
    sent_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    final_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TO_FINISH)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            *wall("supervision_session", "visit", "occasion"),
            public_ids("supervision_session"),
            Sealed(name="supervision_session_sealed"),
            models.UniqueConstraint(fields=["authority", "visit"], name="supervision_session_one_a_visit"),
            models.UniqueConstraint(fields=["authority", "key"], name="supervision_session_key"),
            models.CheckConstraint(
                condition=(Q(sealed_at=None) & ~Q(status="final")) | (Q(sealed_at__isnull=False) & Q(status="final")),
                name="supervision_session_final_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"session {self.started_at:%Y-%m-%d}"

    @property
    def is_partial(self) -> bool:
        """Held without the school, or not in school (BR-08)."""
        return self.visit.is_in_school and (bool(self.without_school) or not self.in_school)

    @property
    def state_in_words(self) -> str:
        if self.status == self.Status.FINAL and self.final_because in (self.Because.SILENT, self.Because.NOT_REACHED):
            said = self.because_in_words(self.final_because)
            return f"Final, {said[0].lower()}{said[1:]}"
        return self.get_status_display()

    def because_in_words(self, because: str) -> str:
        """Why it is final. Who did not answer is said by name of their side: it may be the worker."""
        if because != self.Because.SILENT:
            return str(self.Because(because).label)
        silent = {person.part for person in self.people.all() if not person.has_answered}
        if {Part.WORKER, Part.SCHOOL} <= silent:
            return "Worker and school did not answer"
        return "Worker did not answer" if Part.WORKER in silent else str(self.Because.SILENT.label)

    def part(self, audience: str) -> SessionPart | None:
        return next((part for part in self.parts.all() if part.audience == audience), None)

    def send(self, *, by: Principal, at: datetime) -> None:
        """To be agreed by everybody who was there and has not said yes in the room."""
        with self.moving("send", by=by, at=at):
            self.sent_at = at

    def nobody_reached(self, row: SessionPerson, *, by: Principal, at: datetime) -> None:
        """Neither a mail nor a call has reached who was there for the school. That is no answer of theirs."""
        with self.moving("ring", by=by, at=at):
            row.how = row.NOT_REACHED
            row.save(update_fields=["how"])

    def seal(self, because: str, copies: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """Final: what each side may read is kept as it is, with its check code."""
        with self.moving("seal", by=by, at=at):
            SessionCopy.objects.bulk_create(
                SessionCopy(session=self, copy=copy, snapshot=content, digest=digest(content), made_at=at)
                for copy, content in copies.items()
            )
            self.sealed_at, self.final_because = at, because

    def correct(self, text: str, audience: str, *, person: Any, by: Principal, at: datetime) -> Correction:
        """On top of what was said, which stays as it was. Raises Refusal, field "text", for nothing."""
        with self.moving("correct", by=by, at=at):
            if not text.strip():
                raise Refusal("Write what was different.", field="text", code="no_words")
            written = Correction(session=self, text=text.strip(), audience=audience, written_by=person, written_at=at)
            written.save(force_insert=True)
            return written


class SessionPart(TenantModel):
    """The words of one audience, as `supervision.rules.words` gathers them. The school's page reads the shared one."""

    session = tenant_key(Session, related_name="parts")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    words = models.JSONField(default=dict)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["audience"]
        constraints = [
            *wall("supervision_sessionpart", "session"),
            SealedWith(name="supervision_sessionpart_sealed", field="session"),
            models.UniqueConstraint(fields=["authority", "session", "audience"], name="supervision_sessionpart_once"),
            models.CheckConstraint(condition=~Q(audience="own"), name="supervision_sessionpart_audience"),
        ]

    def __str__(self) -> str:
        return f"{self.audience} part"


class SessionPerson(TenantModel):
    """Somebody who was there, and what they say of the record. `person` is None for a name that was typed.

    `lines` are what somebody says beside single lines: {line: words}.
    """

    class Answer(models.TextChoices):
        ACCURATE = "accurate", "Accurate"
        NOT_ACCURATE = "not_accurate", "Not accurate"

    BY_TELEPHONE, NOT_REACHED = "telephone", "not_reached"

    session = tenant_key(Session, related_name="people")
    person = tenant_key("teams.Person", null=True, related_name="sessions")
    name = models.CharField(max_length=120)
    part = models.CharField(max_length=10, choices=Part.choices)
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    lines = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    # "room", "account", "link", "telephone": written down by who rang; "not_reached": no answer of theirs.
    how = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            *wall("supervision_sessionperson", "session", "person"),
            SealedWith(name="supervision_sessionperson_sealed", field="session"),
        ]
        indexes = [
            models.Index(fields=["authority", "session"], name="supervision_sessionperson_in"),
            models.Index(fields=["authority", "person"], name="supervision_sessionperson_by"),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.answer or 'no answer'}"

    @property
    def has_answered(self) -> bool:
        return bool(self.answer)

    @property
    def answer_in_words(self) -> str:
        """For page and paper: what they said, and by whose hand."""
        if not self.answer:
            return "Not reached" if self.how == self.NOT_REACHED else ""
        return f"{self.get_answer_display()}{', by telephone' if self.how == self.BY_TELEPHONE else ''}"


class OwnNote(Root):
    """The manager's own, written afterwards and never in the room. Nobody else reads it here."""

    session = tenant_key(Session, related_name="own_notes")
    person = tenant_key("teams.Person", related_name="own_notes")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    MOVES = {"write": move()}

    objects = VisibleQuerySet.as_manager()

    class Meta:
        constraints = [
            *wall("supervision_ownnote", "session", "person"),
            public_ids("supervision_ownnote"),
            models.UniqueConstraint(fields=["authority", "session", "person"], name="supervision_ownnote_once"),
        ]

    def __str__(self) -> str:
        return f"own note {self.written_at:%Y-%m-%d}"

    def write(self, text: str, *, by: Principal, at: datetime) -> None:
        with self.moving("write", by=by, at=at):
            self.text, self.written_at = text, at


class SessionCopy(PublicModel):
    """What one side may read, as it was when it became final, or when a correction was put on top."""

    class Copy(models.TextChoices):
        SCHOOL = "school", "School copy"
        COUNCIL = "council", "Council copy"

    session = tenant_key(Session, related_name="copies")
    copy = models.CharField(max_length=8, choices=Copy.choices)
    edition = models.PositiveSmallIntegerField(default=1)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "copy"]
        constraints = [
            *wall("supervision_sessioncopy", "session"),
            public_ids("supervision_sessioncopy"),
            AppendOnly(name="supervision_sessioncopy_once"),
            models.UniqueConstraint(
                fields=["authority", "session", "copy", "edition"], name="supervision_sessioncopy_each_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy} copy, edition {self.edition}"


class Correction(TenantModel):
    """Words on top of a final record. Written once."""

    session = tenant_key(Session, related_name="corrections")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    text = models.TextField(max_length=2000)
    written_by = tenant_key("teams.Person", related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            *wall("supervision_correction", "session", "written_by"),
            AppendOnly(name="supervision_correction_once"),
        ]

    def __str__(self) -> str:
        return f"correction {self.written_at:%Y-%m-%d}"
