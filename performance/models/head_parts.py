"""The head's part of a review (H5): four questions from a link, given once, read by the worker on a named day; and why
a review is held without one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from performance.models.reviews import Review
from schools.models import NextYear
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, SealedWith, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move

LONGEST = 1000  # letters of each of the three boxes


class HeadPartQuerySet(VisibleQuerySet):
    def for_page(self) -> HeadPartQuerySet:
        return self.select_related(
            "review__worker",
            "review__manager",
            "review__occasion",
            "review__edition",
            "placement__school",
            "placement__post",
            "placement__manager",
            "person",
        )

    def coming(self, day: date) -> HeadPartQuerySet:
        """Whose head has said that she comes to the meeting, and heads the school on this day."""
        contacts = "placement__school__contacts"
        is_head = Q(**{f"{contacts}__person": F("person"), f"{contacts}__kind": "head"})
        is_head &= Q(**{f"{contacts}__starts_on__lte": day})
        is_head &= Q(**{f"{contacts}__ends_on": None}) | Q(**{f"{contacts}__ends_on__gte": day})
        return self.filter(is_head, comes=True).distinct()

    def given(self) -> HeadPartQuerySet:
        return self.filter(status=HeadPart.Status.GIVEN)


class HeadPart(Root):
    """One school's part of one review. No other school reads it, and no question is about pay or sickness.

    `read_on` is the first day on which the worker can read it; it was on the page before the head wrote a word.
    """

    class Status(models.TextChoices):
        ASKED = "asked", "Asked"
        GIVEN = "given", "Given"
        WITHOUT = "without", "Held without it"

    class Expected(models.TextChoices):
        YES = "yes", "Yes"
        MOSTLY = "mostly", "Mostly"
        NO = "no", "No"

    MOVES = {
        "ask": move(),
        "ask_anew": move(Status.ASKED, refusal="This school is not asked any more."),
        "give": move(Status.ASKED, to=Status.GIVEN, refusal="Your part has been sent already. Thank you."),
        "go_without": move(Status.ASKED, to=Status.WITHOUT, refusal="This school has given its part already."),
    }

    review = tenant_key(Review, related_name="head_parts")
    placement = tenant_key("schools.Placement", related_name="head_parts")
    person = tenant_key("teams.Person", related_name="head_parts")  # the head who was asked
    asked_at = models.DateTimeField()
    read_on = models.DateField()
    given_at = models.DateTimeField(null=True)
    difference = models.TextField(max_length=LONGEST, blank=True)  # "What made a difference here?"
    wishes = models.TextField(max_length=LONGEST, blank=True)  # "What would you like more of, or different?"
    expected = models.CharField(max_length=6, choices=Expected.choices, blank=True)
    expected_why = models.TextField(max_length=LONGEST, blank=True)
    next_year = tenant_key(NextYear, null=True, related_name="head_parts")
    comes = models.BooleanField(null=True)  # to the meeting; both are fine (H5)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.ASKED)

    objects = HeadPartQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            *wall("performance_headpart", "review", "placement", "person", "next_year"),
            public_ids("performance_headpart"),
            SealedWith(name="performance_headpart_sealed", field="review"),
            models.UniqueConstraint(fields=["authority", "review", "placement"], name="performance_headpart_once"),
            models.CheckConstraint(
                condition=~Q(status="given") | Q(given_at__isnull=False) & ~Q(expected=""),
                name="performance_headpart_given",
            ),
        ]
        indexes = [models.Index(fields=["authority", "placement"], name="performance_headpart_by_place")]

    def __str__(self) -> str:
        return f"head's part {self.status}"

    @classmethod
    def ask(cls, review: Review, placement: Any, head: Any, *, read_on: date, by: Principal, at: datetime) -> HeadPart:
        """The head of one school of the year is asked. `read_on` is what she is told about who reads it when."""
        made = cls(review=review, placement=placement, person=head, asked_at=at, read_on=read_on)
        return begin(made, "ask", by=by, at=at)

    def ask_anew(self, head: Any, *, by: Principal, at: datetime) -> None:
        """Somebody else heads the school now: she is asked, and who was asked before no longer is."""
        with self.moving("ask_anew", by=by, at=at):
            self.person, self.asked_at = head, at

    def go_without(self, *, by: Principal, at: datetime) -> None:
        """The review is held without this school's part: both are fine, and it is said (H5)."""
        with self.moving("go_without", by=by, at=at):
            pass

    def give(
        self,
        *,
        difference: str,
        wishes: str,
        expected: str,
        expected_why: str,
        comes: bool | None,
        next_year: Any,
        by: Principal,
        at: datetime,
    ) -> None:
        """Once. Raises Refusal, fields "expected" and "expected_why"."""
        with self.moving("give", by=by, at=at):
            if expected not in self.Expected.values:
                raise Refusal("Choose whether the service was what you expected.", field="expected", code="choose")
            if expected == self.Expected.NO and not expected_why.strip():
                raise Refusal("Say in a few words what you had expected.", field="expected_why", code="no_words")
            self.difference, self.wishes = difference.strip(), wishes.strip()
            self.expected, self.expected_why = expected, expected_why.strip()
            self.comes, self.next_year, self.given_at = comes, next_year, at
        if comes:  # it stands in her calendar from now on
            self.review.name_attendees(timezone.localdate(at))


class HeldWithout(Root):
    """Why a review is held without a school: one that was asked, or whose head nobody knows. Written once."""

    MOVES = {"hold_without": move()}

    review = tenant_key(Review, related_name="held_without")
    placement = tenant_key("schools.Placement", related_name="+")
    because = models.CharField(max_length=300)
    said_by = tenant_key("teams.Person", related_name="+")
    said_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]
        constraints = [
            *wall("performance_heldwithout", "review", "placement", "said_by"),
            public_ids("performance_heldwithout"),
            AppendOnly(name="performance_heldwithout_once"),
            models.UniqueConstraint(fields=["authority", "review", "placement"], name="performance_heldwithout_each"),
        ]

    def __str__(self) -> str:
        return f"held without {self.placement_id}"

    @classmethod
    def say(
        cls, review: Review, placement: Any, because: str, *, person: Any, by: Principal, at: datetime
    ) -> HeldWithout:
        """Raises Refusal, field "because", for no words."""
        if not because.strip():
            raise Refusal("Say why the review is held without this school’s part.", field="because", code="no_words")
        made = cls(review=review, placement=placement, because=because.strip(), said_by=person, said_at=at)
        return begin(made, "hold_without", by=by, at=at)
