"""What we said we'd do: promised by one person, until a day, at one occasion (N37, BR-06, BR-13)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.foundation.words import day as day_in_words
from teams.models.occasions import Audience, Occasion, Part
from teams.permissions import ABOUT_A_FIGURE

SETTLED = "This has been settled already. Say it anew at the next meeting."
LONGEST_REASON = 600


class CommitmentQuerySet(VisibleQuerySet):
    def still_open(self) -> CommitmentQuerySet:
        """Nobody has said yet what became of it."""
        return self.filter(status=Commitment.Status.OPEN)

    def said(self) -> CommitmentQuerySet:
        """What people said where they met. What was asked about a figure has lines of its own (journey S1)."""
        return self.exclude(occasion__kind=ABOUT_A_FIGURE)

    def late(self, today: date) -> CommitmentQuerySet:
        """Open, and its day is over."""
        return self.still_open().filter(due_on__lt=today)

    def carried_to(self, earlier: Any) -> CommitmentQuerySet:
        """What is still open of earlier occasions (a subquery of their ids): it is on the table at the next one."""
        return self.still_open().filter(occasion__in=earlier)

    def to_be_shown(self, since: datetime) -> CommitmentQuerySet:
        """What is open, and what was not kept since then: nobody's broken promise goes by unseen (BR-06)."""
        not_kept = Q(status__in=(Commitment.Status.NOT_KEPT, Commitment.Status.DROPPED), settled_at__gte=since)
        return self.filter(Q(status=Commitment.Status.OPEN) | not_kept)

    def with_people(self) -> CommitmentQuerySet:
        return self.select_related("promised_by", "occasion", "follows")

    def chain_of(self, promise: Commitment) -> list[Commitment]:
        """The dates that this promise has had, the first first. One query: a new date takes everything else along."""
        same = self.filter(promised_by=promise.promised_by_id, text=promise.text, audience=promise.audience)
        rows = {row.pk: row for row in same.with_people()}
        followed_by = {row.follows_id: row for row in rows.values() if row.follows_id}
        first = promise
        while first.follows_id in rows:
            first = rows[first.follows_id]
        chain = [first]
        while chain[-1].pk in followed_by:
            chain.append(followed_by[chain[-1].pk])
        return chain


class Commitment(Root):
    """On screens: an action. Never deleted: a new date is a new row that follows this one.

    `promised_by` is one named person (BR-13), `side` for whom they promised. Its audience is that of the part in which
    it was said.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        NOT_KEPT = "not_kept", "Not kept"
        NEW_DATE = "new_date", "New date"
        DROPPED = "dropped", "Dropped"

    MOVES = {
        "promise": move(),
        "keep": move(Status.OPEN, to=Status.KEPT, refusal=SETTLED),
        "break_off": move(Status.OPEN, to=Status.NOT_KEPT, refusal=SETTLED),
        "put_off": move(Status.OPEN, to=Status.NEW_DATE, refusal=SETTLED),
        "drop": move(Status.OPEN, to=Status.DROPPED, refusal=SETTLED),
    }

    text = models.CharField(max_length=300)
    promised_by = tenant_key("teams.Person", related_name="promises")
    side = models.CharField(max_length=10, choices=Part.choices)
    due_on = models.DateField()
    occasion = tenant_key(Occasion, related_name="promises")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    made_at = models.DateTimeField()
    follows = tenant_key("self", null=True, related_name="followed_by")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)  # of a question: what was found out
    settled_at = models.DateTimeField(null=True)
    settled_in = tenant_key(Occasion, null=True, related_name="settled")  # where it was told; None: in between

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            *wall("teams_commitment", "promised_by", "occasion", "follows", "settled_in"),
            public_ids("teams_commitment"),
            models.UniqueConstraint(fields=["authority", "follows"], name="teams_commitment_one_next"),
            models.CheckConstraint(condition=~Q(text=""), name="teams_commitment_words"),
            models.CheckConstraint(condition=~Q(audience="own"), name="teams_commitment_audience"),
        ]
        indexes = [
            models.Index(fields=["authority", "promised_by", "status"], name="teams_commitment_by_person"),
            models.Index(fields=["authority", "occasion"], name="teams_commitment_by_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.status} by {self.due_on}"

    @property
    def is_question(self) -> bool:
        """Asked in writing about a figure: who was asked answers, and nobody else."""
        return self.occasion.kind == ABOUT_A_FIGURE

    def is_late(self, today: date) -> bool:
        return self.status == self.Status.OPEN and self.due_on < today

    def keep(self, *, by: Principal, at: datetime, told_in: Occasion | None = None, answer: str = "") -> None:
        """It was done. A question is answered: raises Refusal, field "answer", where nothing was found out."""
        with self.moving("keep", by=by, at=at):
            if self.is_question and not answer.strip():
                raise Refusal("Write what you found out.", field="answer", code="no_answer")
            self.settled_at, self.settled_in, self.reason = at, told_in, answer.strip()

    def break_off(self, *, by: Principal, at: datetime, reason: str = "", told_in: Occasion | None = None) -> None:
        """It was not done, and its time is over. Of a question somebody has to say why it cannot be answered."""
        with self.moving("break_off", by=by, at=at):
            if self.is_question and not reason.strip():
                raise Refusal("Say why it cannot be answered.", field="reason", code="reason")
            self.settled_at, self.settled_in, self.reason = at, told_in, reason

    def drop(self, *, reason: str, by: Principal, at: datetime, told_in: Occasion | None = None) -> None:
        """It is not wanted any more, and why. Raises Refusal, field "reason", without one (BR-06)."""
        with self.moving("drop", by=by, at=at):
            if not reason.strip():
                raise Refusal("Say why it is dropped, in a few words.", field="reason", code="reason")
            self.settled_at, self.settled_in, self.reason = at, told_in, reason

    def put_off(
        self, *, until: date, by: Principal, at: datetime, reason: str = "", told_in: Occasion | None = None
    ) -> Commitment:
        """A later day: this row stays as it was, the one that is returned follows it.

        Raises Refusal, field "until", for a day that is no later.
        """
        with self.moving("put_off", by=by, at=at):
            if until <= self.due_on:
                raise Refusal(
                    f"The new day must be after {day_in_words(self.due_on)}.", field="until", code="not_later"
                )
            self.settled_at, self.settled_in, self.reason = at, told_in, reason
            return begin(
                Commitment(
                    text=self.text,
                    promised_by=self.promised_by,
                    side=self.side,
                    due_on=until,
                    occasion=told_in or self.occasion,
                    audience=self.audience,
                    made_at=at,
                    follows=self,
                ),
                "promise",
                by=by,
                at=at,
            )
