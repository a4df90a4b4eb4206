"""The service agreement: offered, asked about, signed by three, active, varied, ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from schools.models.signatures import (
    NEEDED,
    NEEDED_TO_START,
    Party,
    Question,
    Signature,
    SignedPart,
    holding,
    signed_parts,
)
from schools.models.versions import AgreementVersion, Charge
from teams.foundation import sealing, words
from teams.foundation.access import Principal, VisibleQuerySet, policy_of
from teams.foundation.constraints import wall
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.matching import begins_a_word
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Employment

__all__ = ["NEEDED", "NEEDED_TO_START", "Agreement", "Party", "SignedPart"]
CHANGED_SINCE = "The agreement has changed since you opened this page. Read it as it is now, then sign."
TEXTS = ("latest__way", "latest__cost", "latest__cost_sheet", "latest__own_lines")  # signed, and read by no list


class AgreementQuerySet(VisibleQuerySet):
    def active(self) -> AgreementQuerySet:
        """Signed by all three and not ended; one that is being varied stays active under its last version."""
        return self.filter(in_force__isnull=False).exclude(status=Agreement.Status.ENDED)

    def in_force_after(self, day: date) -> AgreementQuerySet:
        """Signed by all three, and holding on this day or a later one; ended ones too, for they have been charged."""
        until_then = Q(ended_on__gte=day) | Q(ended_on=None, ends_on__gte=day)
        return self.filter(until_then, in_force__isnull=False)

    def run_out(self, today: date) -> AgreementQuerySet:
        """Their last day is past, and nobody has closed them yet."""
        return self.exclude(status=Agreement.Status.ENDED).filter(Q(ended_on__lt=today) | Q(ends_on__lt=today))

    def waiting_for_signature(self) -> AgreementQuerySet:
        """Sent to sign, not all signed."""
        return self.filter(status=Agreement.Status.OFFERED)

    def matching(self, words: list[str]) -> AgreementQuerySet:
        """Where each word begins a word of the school, the post or its holder, or is the school's URN; newest first."""
        rows, names = self, ("placement__school__name", "placement__post__name")
        for word in words:
            held = self.model._base_manager.filter(begins_a_word(word, "placement__post__employments__person__name"))
            named = begins_a_word(word, *names) | Q(placement__school__urn__startswith=word)
            rows = rows.filter(named | Q(pk__in=held.values("pk")))
        return rows.order_by("-school_year", "placement__school__name", "pk")

    def for_page(self) -> AgreementQuerySet:
        """With everything a list or a page shows, who holds the post included: three queries at any size."""
        held = models.Prefetch("placement__post__employments", Employment.objects.select_related("person"))
        named = ("placement__school__area", "placement__post__profession", "placement__manager", "placement__lead")
        return self.select_related(*named, "latest", "in_force").prefetch_related("signatures", held)

    def for_list(self) -> AgreementQuerySet:
        """What a row shows; not what is signed: to read the texts and sums of fifty took longer than all the rest."""
        named = ("placement__school", "placement__post", "placement__manager", "latest")
        return self.for_page().select_related(None).select_related(*named).defer(*TEXTS)


class Agreement(Root):
    """One agreement for one placement and one school year."""

    class Status(models.TextChoices):
        NOT_FINISHED = "not_finished", "Not finished"
        OFFERED = "offered", "Sent to sign"
        ACTIVE = "active", "Active"
        DECLINED = "declined", "Not agreed"
        ENDED = "ended", "Ended"

    MOVES = {
        "draw_up": move(),
        "write": move(Status.NOT_FINISHED, refusal="This agreement has been sent. Change it first, then write."),
        "redate": move(
            Status.NOT_FINISHED, refusal="This agreement has been sent. Change it first, then change its dates."
        ),
        "offer": move(
            Status.NOT_FINISHED,
            to=Status.OFFERED,
            refusal="This agreement has been sent to sign already. Open it to see who has signed.",
        ),
        "ask": move(
            Status.OFFERED, Status.ACTIVE, Status.DECLINED, refusal="There is nothing here to ask about at present."
        ),
        "answer": move(),
        "sign": move(
            Status.OFFERED,
            refusal="This agreement cannot be signed now: it was changed or taken back. Ask for a new link.",
        ),
        "decline": move(
            Status.OFFERED, to=Status.DECLINED, refusal="This agreement is not waiting for an answer any more."
        ),
        "revise": move(
            Status.OFFERED,
            Status.DECLINED,
            Status.ACTIVE,
            to=Status.NOT_FINISHED,
            refusal="This agreement is being changed already, or has ended.",
        ),
        "keep": move(
            Status.NOT_FINISHED,
            Status.DECLINED,
            Status.OFFERED,
            to=Status.ACTIVE,
            refusal="There is no change to take back.",
        ),
        "end": move(
            Status.NOT_FINISHED,
            Status.OFFERED,
            Status.ACTIVE,
            Status.DECLINED,
            refusal="This agreement has ended already.",
        ),
    }

    placement = tenant_key("schools.Placement", related_name="agreements")
    school_year = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    status = models.CharField(max_length=14, choices=Status.choices, default=Status.NOT_FINISHED)
    latest = tenant_key(AgreementVersion, null=True, related_name="+")
    in_force = tenant_key(AgreementVersion, null=True, related_name="+")
    offered_at = models.DateTimeField(null=True)
    activated_at = models.DateTimeField(null=True)  # when all three had signed for the first time
    ended_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)  # when it was closed: its last day may be another, before or after
    ended_because = models.CharField(max_length=500, blank=True)  # here, for the audit is never erased
    declined_because = models.CharField(max_length=500, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "starts_on", "pk"]
        constraints = [
            *wall("schools_agreement", "placement", "latest", "in_force"),
            public_ids("schools_agreement"),
            models.UniqueConstraint(
                fields=["authority", "placement", "school_year"],
                condition=~Q(status="ended"),
                name="schools_agreement_once_a_year",
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="schools_agreement_dates"),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(in_force__isnull=False), name="schools_agreement_active_is_signed"
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "status"], name="schools_agreement_by_status"),
            models.Index(fields=["authority", "placement"], name="schools_agreement_by_placement"),
        ]

    def __str__(self) -> str:
        return f"agreement {self.public_id}"

    @classmethod
    def draw_up(
        cls,
        placement: Any,
        *,
        school_year: int,
        starts_on: date,
        ends_on: date,
        own_lines: dict[str, str],
        by: Principal,
        at: datetime,
    ) -> Agreement:
        """The one door to a new agreement: its first version, not finished."""
        agreement = begin(
            cls(placement=placement, school_year=school_year, starts_on=starts_on, ends_on=ends_on),
            "draw_up",
            by=by,
            at=at,
        )
        agreement._next_version(own_lines, at)
        agreement.save(update_fields=["latest"])
        return agreement

    def write(self, own_lines: dict[str, str], *, by: Principal, at: datetime) -> None:
        """The school's own lines, as long as the version is not sealed."""
        with self.moving("write", by=by, at=at):
            self.latest.own_lines = own_lines
            self.latest.save(update_fields=["own_lines"])

    def offer(
        self,
        *,
        way: dict[str, Any],
        cost: dict[str, Any],
        cost_sheet: dict[str, Any],
        charges: list[Charge],
        whole_cost: Any,
        school_cost: Any,
        by: Principal,
        at: datetime,
        reason: str = "",
    ) -> None:
        """Seal the latest version with what people will read, and send it to sign."""
        with self.moving("offer", by=by, at=at, reason=reason):
            version = self.latest
            for charge in charges:
                charge.version = version
            Charge.objects.bulk_create(charges)
            version.way, version.cost, version.cost_sheet = (
                sealing.plain(way),
                sealing.plain(cost),
                sealing.plain(cost_sheet),
            )
            version.way_digest = sealing.digest(way)
            version.cost_digest = sealing.digest({"council": cost, "school": cost_sheet})
            version.whole_cost, version.school_cost, version.sealed_at = whole_cost, school_cost, at
            if signed_parts(self.signatures.all(), version) >= NEEDED:
                raise Refusal(
                    "This says exactly what all three have signed. Take the change back, and it stays as it was.",
                    code="unchanged",
                )
            version.save()
            self.offered_at, self.declined_because = at, ""

    def ask(self, text: str, *, person: Any, by: Principal, at: datetime) -> Question:
        """A question to the manager by name. Nothing is lost, and nothing is answered by it."""
        with self.moving("ask", by=by, at=at):
            return Question.objects.create(agreement=self, asked_by=person, text=text, asked_at=at)

    def answer(self, question: Question, text: str, *, person: Any, by: Principal, at: datetime) -> None:
        """Once: of two who answer at the same time, the second is told so. Raises Refusal, field "text"."""
        with self.moving("answer", by=by, at=at):
            question.refresh_from_db()  # under the agreement's lock: a colleague may have been quicker
            if question.answered_at is not None:
                raise Refusal(
                    f"This question has been answered already: “{question.answer}”", field="text", code="answered"
                )
            question.answer, question.answered_by, question.answered_at = text, person, at
            question.save(update_fields=["answer", "answered_by", "answered_at"])

    def sign(
        self,
        party: str,
        parts: list[str],
        *,
        person: Any,
        job: str,
        how: str,
        by: Principal,
        at: datetime,
        read: str | None = None,
    ) -> None:
        """One party accepts one or both parts of the version that is on offer. In any order; the last one completes.

        `read` is the public id of the version that they had before them; without it, the one that this copy of the
        record was loaded with. A signature binds what was read, never what came in between.

        Raises NotAllowed when `by` is not that person, or does not sign for that party; Refusal when the text has
        changed by now (code "changed"), when it was signed already, or by the same person for another party.
        """
        read = str(self.latest.public_id) if read is None else read
        with self.moving("sign", by=by, at=at, reason=f"{party}: {', '.join(parts)}"):
            if not by.is_system and (by.person_id != person.pk or _party_of(by, self) != party):
                raise NotAllowed("agreement.sign", str(self.public_id))
            version = self.latest
            if str(version.public_id) != read:
                raise Refusal(CHANGED_SINCE, code="changed")
            before = holding(self.signatures.all(), version)
            if any(other.party != party and other.is_by(person) for other in before):
                raise Refusal(
                    f"{person.name} has signed for another party. The three who sign are three different people.",
                    code="same_person",
                )
            done = signed_parts(before, version)
            fresh = [part for part in parts if (party, part) in NEEDED - done]
            if not fresh:
                raise Refusal("You have signed this already. Thank you.", code="signed_already")
            Signature.objects.bulk_create(
                Signature(
                    agreement=self,
                    version=version,
                    party=party,
                    part=part,
                    digest=version.digest_of(part),
                    person=person,
                    name=person.name,
                    job=job,
                    address=person.email,
                    how=how,
                    signed_at=at,
                )
                for part in fresh
            )
            done = done | {(party, part) for part in fresh}
            if done >= NEEDED:
                self.status, self.in_force, self.activated_at = self.Status.ACTIVE, version, self.activated_at or at
            if done >= NEEDED_TO_START and self.placement.status == "planned":
                self.placement.activate(by=by, at=at)
        self._prefetched_objects_cache: dict[str, Any] = {}

    def decline(self, reason: str, *, by: Principal, at: datetime) -> None:
        """Not agreed, with a reason. The manager is told; a new version can follow."""
        with self.moving("decline", by=by, at=at):
            self.declined_because = reason

    def revise(self, *, by: Principal, at: datetime) -> None:
        """A new version on top. Signatures on a part whose text stays the same go on holding."""
        with self.moving("revise", by=by, at=at):
            self._next_version(dict(self.readable.own_lines), at)

    def keep(self, *, by: Principal, at: datetime) -> None:
        """Take a change back: the version in force stays in force."""
        with self.moving("keep", by=by, at=at):
            if self.in_force_id is None:
                raise Refusal("Nothing has been signed yet, so there is nothing to keep.", code="nothing_in_force")

    def redate(self, *, starts_on: date, ends_on: date, by: Principal, at: datetime) -> None:
        """Other first and last days, as long as nothing is sealed under them."""
        with self.moving("redate", by=by, at=at):
            self.starts_on, self.ends_on = starts_on, ends_on

    def end(self, *, on: date, reason: str, by: Principal, at: datetime) -> None:
        """Over, with its last day. A day that is still to come is notice: what is in force holds until then."""
        with self.moving("end", by=by, at=at):
            if on > self.ends_on:
                raise Refusal(
                    f"It ends on {words.day(self.ends_on)} by itself. Choose that day or an earlier one.", field="on"
                )
            earliest = min(self.starts_on, timezone.localdate(at))
            if on < earliest and on != self.last_day:
                raise Refusal(
                    f"It had not begun then. Choose {words.day(earliest)} or a later day.", field="on", code="too_early"
                )
            self.ended_on, self.ended_because = on, reason
            if on <= timezone.localdate(at) or self.in_force_id is None:
                self.status, self.ended_at = self.Status.ENDED, at

    def _next_version(self, own_lines: dict[str, str], at: datetime) -> None:
        self.latest = AgreementVersion.objects.create(
            agreement=self,
            number=self.latest.number + 1 if self.latest else 1,
            supersedes=self.latest,
            own_lines=own_lines,
            made_at=at,
        )

    @property
    def readable(self) -> AgreementVersion:
        """The version that people read: what is in force, or on the table while something is on the table."""
        settled = self.status in (self.Status.ACTIVE, self.Status.ENDED) and self.in_force_id is not None
        return self.in_force if settled else self.latest

    @property
    def last_day(self) -> date:
        """The day it ends, or has ended: by its period, or by what was said since."""
        return self.ended_on or self.ends_on

    @property
    def is_active(self) -> bool:
        return self.in_force_id is not None and self.status != self.Status.ENDED

    @property
    def status_in_words(self) -> str:
        """What a person reads: an active agreement that is being changed is still active."""
        if self.status == self.Status.ACTIVE and self.ended_on:
            return f"Active until {words.day(self.ended_on)}"
        if self.in_force_id is None or self.status in (self.Status.ACTIVE, self.Status.ENDED):
            return self.get_status_display()
        change = {
            self.Status.NOT_FINISHED: "a change is being written",
            self.Status.OFFERED: "a change is sent to sign",
            self.Status.DECLINED: "a change was not agreed",
        }[self.Status(self.status)]
        return f"Active; {change}"

    def signed(self) -> set[tuple[str, str]]:
        """(party, part) pairs that hold for the version that people read. Reads prefetched signatures."""
        return signed_parts(self.signatures.all(), self.readable)

    def waits_for(self) -> list[str]:
        """The parties still to sign, in the order school, worker, council; nobody when it is not on offer."""
        if self.status != self.Status.OFFERED:
            return []
        missing = {party for party, _ in NEEDED - self.signed()}
        return [party for party in Party.values if party in missing]


def _party_of(by: Principal, agreement: Agreement) -> str | None:
    """For whom this principal signs, as the agreement's own policy says."""
    answer: str | None = policy_of(Agreement).party_of(by, agreement)  # type: ignore[attr-defined]  # AgreementPolicy
    return answer
