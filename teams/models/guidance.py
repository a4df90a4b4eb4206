"""What managers ask of the county, and what the county says to all (journey S6, H97).

A question is answered to the one who asked, or as guidance, which then stands where it applies. Guidance is written
once: a newer one takes its place from its day, or it is withdrawn with a reason.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models.people import Person
from teams.rules.asked import MOST_OPEN, free_place

SETTLED = "This question is answered or taken back already."
LONGEST_QUESTION, LONGEST_ANSWER = 600, 2000


class Place(models.TextChoices):
    """Where guidance applies: the pages on which it then stands. A closed list."""

    SUPERVISION = "supervision", "Supervision"
    MONEY = "money", "Agreements and money"
    SCHOOLS = "schools", "Schools and contacts"
    REVIEWS = "reviews", "Reviews"
    YOUNG_PEOPLE = "young_people", "Young people"
    PEOPLE = "people", "People and leave"


class GuidanceQuerySet(VisibleQuerySet):
    def holding(self, day: date) -> GuidanceQuerySet:
        """What the county says on this day: begun, not withdrawn, and nothing newer in its place by then.

        What was withdrawn before its own first day took no place.
        """
        withdrawn = GuidanceWithdrawn.objects.filter(guidance=OuterRef("pk"))
        newer = Guidance.objects.filter(follows=OuterRef("pk"), starts_on__lte=day)
        newer = newer.filter(Q(withdrawn=None) | Q(withdrawn__withdrawn_on__gte=F("starts_on")))
        begun = self.filter(starts_on__lte=day)
        return begun.exclude(Exists(withdrawn.filter(withdrawn_on__lte=day))).exclude(Exists(newer))

    def coming(self, day: date) -> GuidanceQuerySet:
        """What is published from a later day, and not withdrawn."""
        return self.filter(starts_on__gt=day, withdrawn=None)


class Guidance(Root):
    """What the county says about one place of the work, to everybody at the council, from a day. Written once."""

    MOVES = {"publish": move()}

    place = models.CharField(max_length=20, choices=Place.choices)
    text = models.TextField(max_length=LONGEST_ANSWER)
    starts_on = models.DateField()
    follows = tenant_key("self", null=True, related_name="followed_by")  # the one whose place it takes
    published_by = tenant_key(Person, related_name="+")
    published_at = models.DateTimeField()

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "-pk"]
        verbose_name_plural = "guidance"
        constraints = [
            *wall("teams_guidance", "follows", "published_by"),
            public_ids("teams_guidance"),
            AppendOnly(name="teams_guidance_once"),
            models.CheckConstraint(condition=~Q(text=""), name="teams_guidance_text"),
        ]
        indexes = [models.Index(fields=["authority", "place", "-starts_on"], name="teams_guidance_by_place")]

    def __str__(self) -> str:
        return f"guidance on {self.place}"

    @classmethod
    def publish(
        cls, text: str, *, place: str, starts_on: date, follows: Guidance | None, person: Person, by: Principal,
        at: datetime,
    ) -> Guidance:  # fmt: skip
        """Raises Refusal, fields "text" and "starts_on"."""
        if not text.strip():
            raise Refusal("Write what the county says.", field="text", code="no_words")
        if starts_on < by.today:
            raise Refusal("Guidance holds from today or a later day.", field="starts_on", code="past")
        made = cls(
            place=place, text=text.strip(), starts_on=starts_on, follows=follows, published_by=person, published_at=at
        )
        return begin(made, "publish", by=by, at=at)


class GuidanceWithdrawn(Root):
    """That the county does not say so any more, and why. Written once."""

    MOVES = {"withdraw": move()}

    guidance = tenant_key(Guidance, related_name="withdrawn")
    because = models.CharField(max_length=300)
    withdrawn_on = models.DateField()
    withdrawn_by = tenant_key(Person, related_name="+")
    withdrawn_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "guidance withdrawn"
        constraints = [
            *wall("teams_guidancewithdrawn", "guidance", "withdrawn_by"),
            public_ids("teams_guidancewithdrawn"),
            AppendOnly(name="teams_guidancewithdrawn_once"),
            models.UniqueConstraint(fields=["authority", "guidance"], name="teams_guidancewithdrawn_of"),
            models.CheckConstraint(condition=~Q(because=""), name="teams_guidancewithdrawn_because"),
        ]

    def __str__(self) -> str:
        return f"withdrawn on {self.withdrawn_on}"

    @classmethod
    def withdraw(
        cls, guidance: Guidance, because: str, *, person: Person, by: Principal, at: datetime
    ) -> GuidanceWithdrawn:
        """Raises Refusal, field "because"."""
        if not because.strip():
            raise Refusal("Say why the county does not say so any more.", field="because", code="no_words")
        made = cls(
            guidance=guidance, because=because.strip(), withdrawn_on=by.today, withdrawn_by=person, withdrawn_at=at
        )
        return begin(made, "withdraw", by=by, at=at)


class CountyQuestionQuerySet(VisibleQuerySet):
    def open(self) -> CountyQuestionQuerySet:
        """Nobody has answered them yet."""
        return self.filter(status=CountyQuestion.Status.OPEN)

    def answered_since(self, moment: datetime) -> CountyQuestionQuerySet:
        return self.filter(status=CountyQuestion.Status.ANSWERED, answered_at__gte=moment)

    def for_page(self) -> CountyQuestionQuerySet:
        return self.select_related("asked_by", "answered_by", "guidance")


class CountyQuestion(Root):
    """One question of a manager to the county. An open one stands in one of her three places: there is no fourth."""

    class Status(models.TextChoices):
        OPEN = "open", "Waits for an answer"
        ANSWERED = "answered", "Answered"
        TAKEN_BACK = "taken_back", "Taken back"

    MOVES = {
        "ask": move(),
        "answer": move(Status.OPEN, to=Status.ANSWERED, refusal=SETTLED),
        "take_back": move(Status.OPEN, to=Status.TAKEN_BACK, refusal=SETTLED),
        "read": move(Status.ANSWERED, refusal="Nobody has answered this yet."),
    }

    place = models.CharField(max_length=20, choices=Place.choices)
    text = models.CharField(max_length=LONGEST_QUESTION)
    asked_by = tenant_key(Person, related_name="county_questions")
    asked_at = models.DateTimeField()
    number = models.PositiveSmallIntegerField()  # which of her three places it stands in while it is open
    text_of_answer = models.TextField(max_length=LONGEST_ANSWER, blank=True)  # "": answered as guidance, or not yet
    guidance = tenant_key(Guidance, null=True, related_name="questions")
    answered_by = tenant_key(Person, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)  # when the asker said that she has read the answer
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)

    objects = CountyQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            *wall("teams_countyquestion", "asked_by", "guidance", "answered_by"),
            public_ids("teams_countyquestion"),
            models.CheckConstraint(condition=~Q(text=""), name="teams_countyquestion_text"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_OPEN), name="teams_countyquestion_three"
            ),
            models.UniqueConstraint(
                fields=["authority", "asked_by", "number"],
                condition=Q(status="open"),
                name="teams_countyquestion_three_open",
            ),
            models.CheckConstraint(
                condition=Q(status="answered", answered_at__isnull=False, answered_by__isnull=False)
                & (~Q(text_of_answer="") ^ Q(guidance__isnull=False))
                | ~Q(status="answered") & Q(answered_at=None, answered_by=None, guidance=None, text_of_answer=""),
                name="teams_countyquestion_answered",
            ),
        ]
        indexes = [models.Index(fields=["authority", "status", "asked_at"], name="teams_countyquestion_by_status")]

    def __str__(self) -> str:
        return f"question {self.public_id}"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @classmethod
    def ask(cls, text: str, *, place: str, by: Principal, at: datetime) -> CountyQuestion:
        """One at a time for one person. Raises Refusal, field "text", and where three are open already."""
        if not text.strip():
            raise Refusal("Write your question.", field="text", code="no_words")
        person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=by.person_id or 0)
        taken = list(cls.objects.open().filter(asked_by=person).values_list("number", flat=True))
        number = free_place(taken)
        if number is None:
            raise Refusal(
                f"{MOST_OPEN} questions of yours are open. Take one of them back, or wait until one is answered.",
                code="three_open",
            )
        made = cls(place=place, text=text.strip(), asked_by=person, asked_at=at, number=number)
        return begin(made, "ask", by=by, at=at)

    @classmethod
    def ask_once(cls, text: str, *, place: str, by: Principal, at: datetime) -> CountyQuestion:
        """The same words pressed twice are one question: the open one is given back. Raises Refusal, as `ask` does."""
        with transaction.atomic():
            Person.objects.select_for_update(of=("self",), no_key=True).get(pk=by.person_id or 0)
            known = cls.objects.open().filter(asked_by=by.person_id, place=place, text=text.strip()).first()
            return known or cls.ask(text, place=place, by=by, at=at)

    def answer(
        self, *, person: Any, text: str = "", guidance: Guidance | None = None, by: Principal, at: datetime
    ) -> None:
        """To the one who asked (`text`), or to all (`guidance`). Raises Refusal, field "text"."""
        with self.moving("answer", by=by, at=at):
            if not text.strip() and guidance is None:
                raise Refusal("Write your answer.", field="text", code="no_words")
            self.text_of_answer, self.guidance = ("" if guidance else text.strip()), guidance
            self.answered_by, self.answered_at = person, at

    def take_back(self, *, by: Principal, at: datetime) -> None:
        """She does not need an answer any more: it has come another way, or was not a question for the county."""
        with self.moving("take_back", by=by, at=at):
            pass

    def read(self, *, by: Principal, at: datetime) -> None:
        """The asker has read the answer. Twice changes nothing."""
        with self.moving("read", by=by, at=at):
            self.read_at = self.read_at or at
