"""The review of one worker at one stage of the year: whose words, who has read and agreed, and what each side keeps."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from performance.models.schemes import SchemeEdition
from performance.rules.schemes import Content, Stage
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, Sealed, SealedWith, wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.foundation.sealing import digest
from teams.foundation.transitions import Root, move
from teams.models import Part

FINAL = "This review is final. Write a comment: it stands on top, and the review stays as it was."


class ReviewQuerySet(VisibleQuerySet):
    def for_page(self) -> ReviewQuerySet:
        return self.select_related(
            "worker", "manager", "second_manager", "edition__scheme", "occasion"
        ).prefetch_related("people__person", "people__placement__school")

    def running(self) -> ReviewQuerySet:
        """Begun, and not final."""
        return self.exclude(status=Review.Status.FINAL)

    def waiting_for(self, person: Any) -> ReviewQuerySet:
        """Sent to be agreed, and this person has not said anything yet."""
        mine = ReviewPerson.objects.filter(review=models.OuterRef("pk"), person=person, answer="")
        return self.filter(models.Exists(mine), status=Review.Status.TO_AGREE)


class Review(Root):
    """One worker, one year of the scheme, one stage. The steps are the same under every scheme (M14).

    `year` is the calendar year in which the scheme's year started; `starts_on` to `ends_on` is what is looked back at.
    What is typed before it is given or finished is a draft about the review.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", "Worker prepares"
        GIVEN = "given", "Worker’s part is given"
        TO_AGREE = "to_agree", "Sent to be agreed"
        FINAL = "final", "Final"

    class Because(models.TextChoices):
        ALL_ANSWERED = "all_answered", "All have agreed"
        SILENT = "silent", "School did not answer"

    MOVES = {
        "begin": move(),
        "give": move(Status.PREPARING, to=Status.GIVEN, refusal="Your part is given already."),
        "read": move(Status.PREPARING, Status.GIVEN, refusal="The meeting has been held already."),
        "seal": move(Status.TO_AGREE, to=Status.FINAL, refusal=FINAL),
    }

    worker = tenant_key("teams.Person", related_name="reviews")
    manager = tenant_key("teams.Person", related_name="reviews_held")
    second_manager = tenant_key("teams.Person", null=True, related_name="reviews_held_second")
    edition = tenant_key(SchemeEdition, related_name="reviews")
    stage = models.CharField(max_length=40)  # its code in the edition
    year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    begun_at = models.DateTimeField()
    meeting_on = models.DateField(null=True)
    occasion = tenant_key("teams.Occasion", null=True, related_name="reviews")
    given_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    final_because = models.CharField(max_length=12, choices=Because.choices, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PREPARING)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-begun_at", "-pk"]
        constraints = [
            *wall("performance_review", "worker", "manager", "second_manager", "edition", "occasion"),
            public_ids("performance_review"),
            Sealed(name="performance_review_sealed"),
            models.UniqueConstraint(
                fields=["authority", "worker", "year", "stage"], name="performance_review_once_a_stage"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="performance_review_dates"),
            models.CheckConstraint(
                condition=~Q(worker=F("manager")) & (Q(second_manager=None) | ~Q(second_manager=F("manager"))),
                name="performance_review_two_people",
            ),
            models.CheckConstraint(
                condition=(Q(sealed_at=None) & ~Q(status="final")) | (Q(sealed_at__isnull=False) & Q(status="final")),
                name="performance_review_final_is_sealed",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "worker", "-year"], name="performance_review_by_worker"),
            models.Index(fields=["authority", "manager", "status"], name="performance_review_by_manager"),
            models.Index(fields=["authority", "second_manager"], name="performance_review_by_second"),
        ]

    def __str__(self) -> str:
        return f"review {self.stage} {self.year}"

    @property
    def says(self) -> Content:
        """The scheme as it was when this review began."""
        content: Content = self.edition.says
        return content

    @cached_property
    def stage_said(self) -> Stage:
        return self.says.stage(self.stage)

    @property
    def managers(self) -> list[Any]:
        """Who leads it and must agree: one, or two."""
        return [self.manager, *([self.second_manager] if self.second_manager_id is not None else [])]

    @property
    def manager_ids(self) -> frozenset[int]:
        return frozenset(key for key in (self.manager_id, self.second_manager_id) if key is not None)

    def part(self, kind: str) -> ReviewPart | None:
        """Reads prefetched parts."""
        return next((part for part in self.parts.all() if part.kind == kind), None)

    def give(self, words: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """The worker's own part: from now on the managers read it. Before, nobody does (M8)."""
        with self.moving("give", by=by, at=at):
            ReviewPart(review=self, kind=ReviewPart.Kind.WORKER, words=words).save(force_insert=True)
            self.given_at = at

    def read(self, kind: str, subjects: list[Any], *, by: Principal, at: datetime) -> None:
        """The worker has read these (head's parts, feedback): only then may they be used."""
        with self.moving("read", by=by, at=at):
            ReadBefore.objects.bulk_create(
                [ReadBefore(review=self, kind=kind, subject_id=each.public_id, read_at=at) for each in subjects],
                ignore_conflicts=True,
            )

    def seal(self, because: str, copies: list[ReviewCopy], *, by: Principal, at: datetime) -> None:
        """Final: what each side may read is kept as it is, with its check code. `copies` are not saved yet."""
        with self.moving("seal", by=by, at=at):
            for each in copies:
                each.review, each.digest, each.made_at = self, digest(each.snapshot), at
            ReviewCopy.objects.bulk_create(copies)
            self.sealed_at, self.final_because = at, because


class ReviewPart(TenantModel):
    """Words of one audience: the worker's own, the meeting's that the school reads too, the meeting's between two."""

    class Kind(models.TextChoices):
        WORKER = "worker", "Worker’s part"
        SHARED = "shared", "All three of us"
        TWO = "two", "Just the two of us"

    review = tenant_key(Review, related_name="parts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.JSONField(default=dict)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["kind"]
        constraints = [
            *wall("performance_reviewpart", "review"),
            SealedWith(name="performance_reviewpart_sealed", field="review"),
            models.UniqueConstraint(fields=["authority", "review", "kind"], name="performance_reviewpart_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} part"


class ReadBefore(TenantModel):
    """The worker has read it, and when: a head's part or somebody's feedback, by its public id. Written once."""

    review = tenant_key(Review, related_name="read_before")
    kind = models.CharField(max_length=20)  # "head_part" or "feedback"
    subject_id = models.UUIDField()
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            *wall("performance_readbefore", "review"),
            AppendOnly(name="performance_readbefore_once"),
            models.UniqueConstraint(
                fields=["authority", "review", "subject_id"], name="performance_readbefore_each_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} read {self.read_at:%Y-%m-%d}"


class ReviewPerson(TenantModel):
    """Who agrees, and what they say: worker, one or two managers, and for each school somebody of it."""

    class Answer(models.TextChoices):
        AGREED = "agreed", "Agreed"
        NOT_AGREED = "not_agreed", "Not agreed"

    review = tenant_key(Review, related_name="people")
    person = tenant_key("teams.Person", related_name="reviewed")
    part = models.CharField(max_length=10, choices=Part.choices)
    placement = tenant_key("schools.Placement", null=True, related_name="reviewed")  # whose school they speak for
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True)  # "account" or "link"

    class Meta:
        ordering = ["part", "pk"]
        constraints = [
            *wall("performance_reviewperson", "review", "person", "placement"),
            SealedWith(name="performance_reviewperson_sealed", field="review"),
            models.UniqueConstraint(
                fields=["authority", "review", "person", "placement"],
                nulls_distinct=False,
                name="performance_reviewperson_once",
            ),
            models.CheckConstraint(
                condition=Q(part="school", placement__isnull=False) | (~Q(part="school") & Q(placement=None)),
                name="performance_reviewperson_school",
            ),
        ]
        indexes = [models.Index(fields=["authority", "person"], name="performance_reviewperson_by")]

    def __str__(self) -> str:
        return f"{self.part}: {self.answer or 'no answer'}"

    @property
    def has_answered(self) -> bool:
        return bool(self.answer)


class ReviewCopy(PublicModel):
    """What one side may read, as it was when it became final: the council's, and one for each school."""

    class Copy(models.TextChoices):
        SCHOOL = "school", "School copy"
        COUNCIL = "council", "Council copy"

    review = tenant_key(Review, related_name="copies")
    copy = models.CharField(max_length=8, choices=Copy.choices)
    placement = tenant_key("schools.Placement", null=True, related_name="review_copies")
    edition = models.PositiveSmallIntegerField(default=1)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "copy", "pk"]
        constraints = [
            *wall("performance_reviewcopy", "review", "placement"),
            public_ids("performance_reviewcopy"),
            AppendOnly(name="performance_reviewcopy_once"),
            models.UniqueConstraint(
                fields=["authority", "review", "copy", "placement", "edition"],
                nulls_distinct=False,
                name="performance_reviewcopy_each_once",
            ),
            models.CheckConstraint(
                condition=Q(copy="school", placement__isnull=False) | Q(copy="council", placement=None),
                name="performance_reviewcopy_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy} copy, edition {self.edition}"
