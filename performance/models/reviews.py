"""The review of one worker at one stage of the year: whose words, who has read and agreed, and what each side keeps."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from performance.models.meetings import Meets, Time
from performance.models.said_before import Answer, LedBefore, SaidBefore
from performance.models.schemes import SchemeEdition
from performance.rules.schemes import Content, Stage
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, Sealed, SealedWith, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.sealing import digest
from teams.foundation.transitions import Root, move
from teams.models import Part

FINAL = "This review is final. Write a comment: it stands on top, and the review stays as it was."
NOT_SENT = "This review is not out to be agreed. Open it to see how it stands."
SENT = "This has been sent to be agreed already."
OVER = ("final", "abandoned")
CHANGED = "The words were changed since you opened this page. Read them again."


class ReviewQuerySet(VisibleQuerySet):
    def for_page(self) -> ReviewQuerySet:
        people = ReviewPerson.objects.select_related("person", "placement__school")
        return self.select_related(
            "worker", "manager", "second_manager", "edition__scheme", "occasion"
        ).prefetch_related(models.Prefetch("people", people))

    def running(self) -> ReviewQuerySet:
        """Begun, and neither final nor ended."""
        return self.exclude(status__in=OVER)

    def counted(self) -> ReviewQuerySet:
        """All that stand for their stage: of one that was ended another can begin."""
        return self.exclude(status=Review.Status.ABANDONED)

    def waiting_for(self, person: Any) -> ReviewQuerySet:
        """Sent to be agreed, and this person has not said anything yet."""
        mine = ReviewPerson.objects.filter(review=models.OuterRef("pk"), person=person, answer="")
        return self.filter(models.Exists(mine), status=Review.Status.TO_AGREE)


class Review(Meets, Root):
    """One worker, one year of the scheme, one stage. The steps are the same under every scheme (M14).

    `year` is the calendar year in which the scheme's year started; `starts_on` to `ends_on` is what is looked back at.
    What is typed before it is given or finished is a draft about the review.
    """

    class Status(models.TextChoices):
        PREPARING = "preparing", "Worker prepares"
        GIVEN = "given", "Worker’s part is given"
        TO_AGREE = "to_agree", "Sent to be agreed"
        FINAL = "final", "Final"
        ABANDONED = "abandoned", "Ended, not held"

    class Because(models.TextChoices):
        ALL_ANSWERED = "all_answered", "All have agreed"
        SILENT = "silent", "School did not answer"
        WORDS_BESIDE = "words_beside", "Not all have agreed: their words stand beside it"
        NOT_REACHED = "not_reached", "School was not reached"

    MOVES = {
        "begin": move(),
        "take_over": move(Status.PREPARING, Status.GIVEN, Status.TO_AGREE, refusal=FINAL),
        "plan_meeting": move(Status.PREPARING, Status.GIVEN, Status.TO_AGREE, refusal=FINAL),
        "give": move(Status.PREPARING, to=Status.GIVEN, refusal="Your part is given already."),
        "read": move(Status.PREPARING, Status.GIVEN, refusal="The meeting has been held already."),
        "finish": move(Status.PREPARING, Status.GIVEN, to=Status.TO_AGREE, refusal=SENT),
        "answer": move(Status.TO_AGREE, refusal=NOT_SENT),
        "change": move(Status.TO_AGREE, refusal=NOT_SENT),
        "seal": move(Status.TO_AGREE, to=Status.FINAL, refusal=FINAL),
        "abandon": move(Status.PREPARING, Status.GIVEN, Status.TO_AGREE, to=Status.ABANDONED, refusal=FINAL),
        "comment": move(Status.FINAL, refusal="This review is not final yet: say it where you agree."),
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
    sent_times = models.PositiveSmallIntegerField(default=0)  # how often words were sent to be agreed
    sealed_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    abandoned_because = models.CharField(max_length=300, blank=True)
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
                fields=["authority", "worker", "year", "stage"],
                condition=~Q(status="abandoned"),
                name="performance_review_once_a_stage",
            ),
            models.CheckConstraint(
                condition=~Q(status="abandoned") | Q(abandoned_at__isnull=False) & ~Q(abandoned_because=""),
                name="performance_review_ended_says_why",
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
    def is_over(self) -> bool:
        return self.status in OVER

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

    def take_over(self, person: Any, *, by: Principal, at: datetime) -> None:
        """Whoever manages the worker today leads it from now on. What the one before said of it is kept beside."""
        with self.moving("take_over", by=by, at=at):
            if person.pk == self.manager_id:
                raise Refusal("You lead this review already.", code="leads")
            self._leaves(self.manager_id, at)
            if person.pk == self.second_manager_id:  # there were two, and one of them leads on alone
                self.second_manager = None
            else:
                ReviewPerson(review=self, person=person, part=Part.MANAGER).save(force_insert=True)
            self.manager = person
            self.name_attendees(timezone.localdate(at))

    def plan_meeting(
        self, day: date | None, second_manager: Any, *, time: Time | None = None, by: Principal, at: datetime
    ) -> None:
        """When and where, and who else must agree. Without a time it is a day alone, and in nobody's calendar. Raises
        Refusal, field "second_manager"."""
        with self.moving("plan_meeting", by=by, at=at):
            self.meet(day, time, at=at)
            self._name_second(second_manager, at)
            self.name_attendees(timezone.localdate(at))

    def _name_second(self, second_manager: Any, at: datetime) -> None:
        new = None if second_manager is None else second_manager.pk
        if new == self.second_manager_id:
            return
        if new in (self.manager_id, self.worker_id):
            raise Refusal("Choose somebody else as the second manager.", field="second_manager", code="same_person")
        if self.second_manager_id is not None:
            if self.people.filter(person=self.second_manager_id, answer=ReviewPerson.Answer.NOT_AGREED).exists():
                raise Refusal(
                    f"{self.second_manager.name} has not agreed. Change the words first: nobody is left out for "
                    "what they said.",
                    field="second_manager",
                    code="not_agreed",
                )
            self._leaves(self.second_manager_id, at)
        if second_manager is not None:
            ReviewPerson(review=self, person=second_manager, part=Part.MANAGER).save(force_insert=True)
        self.second_manager = second_manager

    def _leaves(self, person_id: int | None, at: datetime) -> None:
        """Somebody leads it no longer, and does not have to agree; what they said stays beside the review."""
        LedBefore(review=self, person_id=person_id, until=at).save(force_insert=True)
        rows = self.people.filter(person=person_id, part=Part.MANAGER)
        SaidBefore.objects.bulk_create(SaidBefore.of(row, self.sent_times) for row in rows if row.has_answered)
        rows.delete()

    def seal(self, because: str, copies: list[Any], *, by: Principal, at: datetime) -> None:
        """Final: what each side may read is kept as it is, with its check code. `copies` are not saved yet."""
        with self.moving("seal", by=by, at=at):
            for each in copies:
                each.review, each.digest, each.made_at = self, digest(each.snapshot), at
            self.copies.bulk_create(copies)
            self.sealed_at, self.final_because = at, because

    def finish(
        self, shared: dict[str, Any], two: dict[str, Any], schools: list[Any], *, by: Principal, at: datetime
    ) -> None:
        """What was said at the meeting goes round. `schools` are rows of who agrees for each school, not saved yet."""
        with self.moving("finish", by=by, at=at):
            self._write(shared, two)
            for row in schools:
                row.review = self
            ReviewPerson.objects.bulk_create(schools)
            self._send(at)

    def change(self, shared: dict[str, Any], two: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """Somebody did not agree: other words, and everybody says anew. What each said of the old ones is kept."""
        with self.moving("change", by=by, at=at):
            people = list(self.people.select_for_update(of=("self",)))
            if not any(row.answer == ReviewPerson.Answer.NOT_AGREED for row in people):
                raise Refusal(
                    "Everybody who has answered agrees to these words. Nothing is to be changed.", code="agreed"
                )
            SaidBefore.objects.bulk_create(SaidBefore.of(row, self.sent_times) for row in people if row.has_answered)
            self.people.update(answer="", words="", answered_at=None, how="")
            self._write(shared, two)
            self._send(at)

    def _write(self, shared: dict[str, Any], two: dict[str, Any]) -> None:
        for kind, words in ((ReviewPart.Kind.SHARED, shared), (ReviewPart.Kind.TWO, two)):
            self.parts.update_or_create(kind=kind, defaults={"words": words})

    def _send(self, at: datetime) -> None:
        self.sent_at, self.sent_times = at, self.sent_times + 1

    def answer(
        self, person: ReviewPerson, *, sending: int, agreed: bool, words: str, how: str, by: Principal, at: datetime
    ) -> None:
        """What one of those who agree says of the words of this `sending`, which they have read.

        Raises Refusal, code "changed", where other words have gone round since; field "words", for "not agreed" without
        a word.
        """
        with self.moving("answer", by=by, at=at):
            if sending != self.sent_times:
                raise Refusal(CHANGED, field="words", code="changed")
            row = self.people.select_for_update(of=("self",)).get(pk=person.pk)
            if row.has_answered:
                raise Refusal("This has been answered already. What was said stands on the page.", code="answered")
            if not agreed and not words.strip():
                raise Refusal("Say what you do not agree to, and how it was.", field="words", code="no_words")
            row.answer = ReviewPerson.Answer.AGREED if agreed else ReviewPerson.Answer.NOT_AGREED
            row.words, row.answered_at, row.how = words.strip(), at, how
            row.save(update_fields=["answer", "words", "answered_at", "how"])

    def abandon(self, because: str, *, by: Principal, at: datetime) -> None:
        """It ends here and is never final: the worker has left, or it was begun by mistake. Raises Refusal, field
        "because"."""
        with self.moving("abandon", by=by, at=at):  # why is for its readers, and not for the audit's
            if not because.strip():
                raise Refusal("Say why this review ends here.", field="because", code="no_words")
            self.abandoned_because, self.abandoned_at = because.strip(), at
            self.call_off_meeting(at)

    def comment(self, text: str, audience: str, *, person: Any, by: Principal, at: datetime) -> Any:
        """On top of what is final, which stays as it was. Raises Refusal, field "text", for nothing."""
        with self.moving("comment", by=by, at=at):
            if not text.strip():
                raise Refusal("Write your comment, or go back.", field="text", code="no_words")
            return self.comments.create(text=text.strip(), audience=audience, written_by=person, written_at=at)


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

    Answer = Answer
    NOT_REACHED = "unreached"  # in `how`, beside no answer: no mail had brought them these words

    review = tenant_key(Review, related_name="people")
    person = tenant_key("teams.Person", related_name="reviewed")
    part = models.CharField(max_length=10, choices=Part.choices)
    placement = tenant_key("schools.Placement", null=True, related_name="reviewed")  # whose school they speak for
    answer = models.CharField(max_length=12, choices=Answer.choices, blank=True)
    words = models.TextField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=10, blank=True)  # "account" or "link"; "unreached" beside no answer

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
