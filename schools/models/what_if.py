"""What if: changes to posts and payers that somebody tries out, and what is kept of one that becomes the proposal (S3).

Nothing of it moves a post, a share or an agreement. A draft is counted anew from the records each time it is looked at;
the proposal is sealed as it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from schools.models.what_if_parts import WhatIfPart
from schools.rules import what_if as rules
from schools.rules.plans import NOBODY, Payer
from teams.foundation import sealing, words
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import AppendOnly, Sealed, SealedWith, wall
from teams.foundation.errors import Refusal
from teams.foundation.models import PublicModel, public_ids, tenant_key
from teams.foundation.transitions import Root, begin, move
from teams.models import Authority

SEALED = "This is a proposal, and stays as it was sealed. Copy it to go on from here."
MOVED = "The records have changed since you opened this page. Read it as it is now, and press again."
MOST_CHANGES = 60
LONGEST_NAME = 60
ComesTo = Callable[[Sequence["WhatIfChange"]], dict[str, Any]]


class WhatIfQuerySet(VisibleQuerySet):
    def kept(self) -> WhatIfQuerySet:
        """Without those that were put away."""
        return self.exclude(status=WhatIf.Status.PUT_AWAY)

    def for_page(self) -> WhatIfQuerySet:
        """With who made it and its changes, by name, and who pays for added posts: three queries at any size."""
        changes = models.Prefetch("changes", _changes_by_name())
        return self.select_related("made_by", "proposed_by").prefetch_related(changes)


def _changes_by_name() -> models.QuerySet[WhatIfChange]:
    parts = models.Prefetch("parts", WhatIfPart.objects.select_related("fund", "school"))
    changes = WhatIfChange.objects.select_related("post", "fund", "school", "to_fund", "to_school")
    return changes.prefetch_related(parts)


class WhatIf(Root):
    """Some changes under a name, looked at in one school year."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Being tried"
        PROPOSAL = "proposal", "Proposal"
        PUT_AWAY = "put_away", "Put away"

    MOVES = {
        "begin": move(),
        "change": move(Status.DRAFT, refusal=SEALED),
        "put_away": move(Status.DRAFT, to=Status.PUT_AWAY, refusal=SEALED),
        "propose": move(Status.DRAFT, to=Status.PROPOSAL, refusal=SEALED),
    }

    name = models.CharField(max_length=LONGEST_NAME)
    school_year = models.PositiveSmallIntegerField()
    made_by = tenant_key("teams.Person", related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # What it cost when somebody changed it last, as text with pennies: said where the records have moved on since.
    came_to = models.JSONField(default=dict)
    proposed_by = tenant_key("teams.Person", null=True, related_name="+")
    sealed_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.DRAFT)

    objects = WhatIfQuerySet.as_manager()

    class Meta:
        ordering = ["-changed_at", "-pk"]
        constraints = [
            *wall("schools_whatif", "made_by", "proposed_by"),
            public_ids("schools_whatif"),
            Sealed(name="schools_whatif_sealed"),
            models.CheckConstraint(
                condition=Q(sealed_at=None) & ~Q(status="proposal")
                | Q(sealed_at__isnull=False, status="proposal", proposed_by__isnull=False),
                name="schools_whatif_proposal_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["authority", "-changed_at"], name="schools_whatif_by_change")]

    def __str__(self) -> str:
        return f"what if {self.public_id}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @classmethod
    def save_as(cls, name: str, *, school_year: int, person: Any, by: Principal, at: datetime) -> WhatIf:
        """A new one without changes. Raises Refusal, field "name"."""
        name = " ".join(name.split())
        if not name:
            raise Refusal("Give it a name, like “Grant ends, schools pay half”.", field="name", code="no_name")
        with transaction.atomic():
            Authority.one_at_a_time()  # of two at once the second finds the name of the first
            if cls.objects.kept().filter(name__iexact=name).exists():
                raise Refusal(
                    "There is a what-if of this name already. Choose another name.", field="name", code="twice"
                )
            made = cls(name=name, school_year=school_year, made_by=person, made_at=at, changed_at=at)
            return begin(made, "begin", by=by, at=at)

    def add(self, change: WhatIfChange, *, came_to: ComesTo, by: Principal, at: datetime) -> None:
        """One more change. Pressed twice it is in it once. Raises Refusal where there are too many to be read.

        `came_to` is asked what it comes to with all the changes that it has then: a colleague may have made one
        since this page was opened.
        """
        with self.moving("change", by=by, at=at):
            if self.changes.filter(public_id=change.public_id).exists():
                return
            if self.changes.count() >= MOST_CHANGES:
                raise Refusal(f"A what-if has at most {MOST_CHANGES} changes. Take one out first.", code="too_many")
            change.what_if = self
            parts = change.who_pays
            change.save(force_insert=True)
            WhatIfPart.objects.bulk_create([each.copy_for(change) for each in parts])
            self._changed(came_to, at)

    def take_out(self, change: WhatIfChange, *, came_to: ComesTo, by: Principal, at: datetime) -> None:
        with self.moving("change", by=by, at=at):
            self.changes.filter(pk=change.pk).delete()
            self._changed(came_to, at)

    def copy_as(self, name: str, *, person: Any, by: Principal, at: datetime) -> WhatIf:
        """The same changes under another name, to go on with. Raises Refusal, field "name"."""
        with transaction.atomic():
            made = type(self).save_as(name, school_year=self.school_year, person=person, by=by, at=at)
            held = list(self.changes.all())
            copies = WhatIfChange.objects.bulk_create([each.copy_for(made) for each in held])
            pairs = zip(held, copies, strict=True)
            WhatIfPart.objects.bulk_create([part.copy_for(copy) for each, copy in pairs for part in each.who_pays])
            with made.moving("change", by=by, at=at):
                made.came_to, made.changed_at = self.came_to, at
        return made

    def put_away(self, *, by: Principal, at: datetime) -> None:
        """It is on no list any more."""
        with self.moving("put_away", by=by, at=at):
            self.changed_at = at

    def propose(
        self, copies: Mapping[str, dict[str, Any]], *, of: Collection[WhatIfChange], person: Any, by: Principal,
        at: datetime,
    ) -> None:  # fmt: skip
        """Seal it with what each circle of readers reads. It sends nothing, and changes no other record.

        Raises Refusal, code "moved", where its changes are not those that the copies are of.
        """
        with self.moving("propose", by=by, at=at):
            if set(self.changes.order_by().values_list("pk", flat=True)) != {each.pk for each in of}:
                raise Refusal(MOVED, code="moved")
            for copy, snapshot in copies.items():
                kept = dict(sealing.plain(snapshot))
                ProposalCopy.objects.create(
                    what_if=self, copy=copy, snapshot=kept, digest=sealing.digest(kept), made_at=at
                )
            self.proposed_by, self.sealed_at = person, at

    def _changed(self, came_to: ComesTo, at: datetime) -> None:
        there = list(_changes_by_name().filter(what_if=self))
        self.came_to, self.changed_at = dict(sealing.plain(came_to(there))), at


class WhatIfChange(PublicModel):
    """One change, in the columns of its kind. `day` is the first day of what is new, or the last one of what ends."""

    class Kind(models.TextChoices):
        SHARE = "share", "Change a share"
        AWARD = "award", "Pay award"
        FUND_END = "fund_end", "A fund ends"
        POST_END = "post_end", "A post ends"
        MOVE = "move", "Move a post"
        ADD = "add", "Add a post"

    what_if = tenant_key(WhatIf, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    day = models.DateField()
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # of a share that goes over; of an award
    post = tenant_key("teams.Post", null=True, related_name="+")  # of an added one: the post that it is like
    fund = tenant_key("schools.FundingStream", null=True, related_name="+")  # gives its share; ends
    school = tenant_key("schools.School", null=True, related_name="+")  # gives its share; is left
    to_fund = tenant_key("schools.FundingStream", null=True, related_name="+")
    to_school = tenant_key("schools.School", null=True, related_name="+")  # takes the share; has the post from now on
    with_share = models.BooleanField(default=False)  # of a move: the new school pays what the old one was to pay

    objects = models.Manager()
    new_parts: Sequence[WhatIfPart] = ()  # of an added one that is not saved yet: who pays for it

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            *wall("schools_whatifchange", "what_if", "post", "fund", "school", "to_fund", "to_school"),
            public_ids("schools_whatifchange"),
            SealedWith(name="schools_whatifchange_sealed", field="what_if"),
            models.CheckConstraint(
                condition=(
                    Q(kind="share", post__isnull=False, percent__gt=0, percent__lte=100)
                    | Q(kind="award", post=None, percent__gte=0, percent__lte=50)
                    | Q(kind="fund_end", post=None, fund__isnull=False, percent=None)
                    | Q(kind="post_end", post__isnull=False, percent=None)
                    | Q(kind="move", post__isnull=False, school__isnull=False, to_school__isnull=False, percent=None)
                    | Q(kind="add", post__isnull=False, to_school__isnull=False, percent=None)
                ),
                name="schools_whatifchange_kind",
            ),
            models.CheckConstraint(
                condition=(Q(fund=None) | Q(school=None)) & (Q(to_fund=None) | Q(to_school=None)),
                name="schools_whatifchange_one_payer",
            ),
        ]
        indexes = [models.Index(fields=["authority", "what_if"], name="schools_whatifchange_by_if")]

    def __str__(self) -> str:
        return f"{self.kind} from {self.day}"

    @property
    def value(self) -> rules.Change:
        """As the rules read it."""
        post, fund, school, to_school = self.post_id, self.fund_id, self.school_id, self.to_school_id
        if self.kind == self.Kind.SHARE:
            giver, taker = _payer(fund, school), _payer(self.to_fund_id, to_school)
            return rules.ChangeShare(post, giver, taker, self._percent, self.day)
        if self.kind == self.Kind.AWARD:
            return rules.PayAward(self._percent, self.day)
        if self.kind == self.Kind.FUND_END:
            return rules.EndFund(_known(fund), self.day)
        if self.kind == self.Kind.POST_END:
            return rules.EndPost(post, self.day)
        if self.kind == self.Kind.MOVE:
            return rules.MovePost(post, _known(school), _known(to_school), self.day, self.with_share)
        paid = tuple((each.payer, each.percent) for each in self.who_pays)
        return rules.AddPost(self.key, self.name_of_added, post, _known(to_school), self.day, paid)

    @property
    def who_pays(self) -> list[WhatIfPart]:
        """Of an added post, as somebody has said it; empty where it is paid like the post that it is like."""
        return list(self.new_parts) if self._state.adding else list(self.parts.all())

    @property
    def key(self) -> str:
        """Of an added post, which has no row."""
        return f"added {self.public_id}"

    @property
    def name_of_added(self) -> str:
        return f"New post like {self.post.name}" if self.post is not None else "New post"

    @property
    def _percent(self) -> Any:
        return self.percent

    @property
    def in_words(self) -> str:
        """One sentence without its full stop. Reads the rows that it names."""
        day = words.day(self.day)
        if self.kind == self.Kind.AWARD:
            return f"Pay award of {words.percent(self._percent)} from {day}"
        if self.kind == self.Kind.FUND_END:
            return f"{self._name(self.fund)} ends on {day}"
        if self.kind == self.Kind.POST_END:
            return f"{self._name(self.post)} ends on {day}"
        if self.kind == self.Kind.ADD:
            added = f"{self.name_of_added}, at {self._name(self.to_school)}, from {day}"
            parts = ", ".join(each.in_words for each in self.who_pays)
            return f"{added}; paid by {parts}" if parts else added
        if self.kind == self.Kind.MOVE:
            old, new = self._name(self.school), self._name(self.to_school)
            pays = "which takes over its share" if self.with_share else "who pays stays as it is"
            return f"{self._name(self.post)} moves from {old} to {new} from {day}; {pays}"
        giver, taker = self.fund or self.school, self.to_fund or self.to_school
        percent = words.percent(self._percent)
        if giver is None:
            return f"{self._name(self.post)}: {self._name(taker)} pays {percent} that nobody pays, from {day}"
        if taker is None:
            return (
                f"{self._name(self.post)}: {self._name(giver)} stops paying {percent}, and nobody follows, from {day}"
            )
        return f"{self._name(self.post)}: {self._name(giver)} gives {percent} to {self._name(taker)}, from {day}"

    @staticmethod
    def _name(row: Any) -> str:
        return str(row.name) if row is not None else "nobody"

    def copy_for(self, what_if: WhatIf) -> WhatIfChange:
        columns = ("kind", "day", "percent", "post", "fund", "school", "to_fund", "to_school", "with_share")
        return WhatIfChange(what_if=what_if, **{name: getattr(self, name) for name in columns})


class ProposalCopy(PublicModel):
    """What one circle of readers has of a proposal, as it was when it was sealed. Written once."""

    class Copy(models.TextChoices):
        WHOLE = "whole", "Whole copy"
        FINANCE = "finance", "Finance copy"  # without which schools have how much need (D.5)

    what_if = tenant_key(WhatIf, related_name="copies")
    copy = models.CharField(max_length=8, choices=Copy.choices)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "proposal copies"
        constraints = [
            *wall("schools_proposalcopy", "what_if"),
            public_ids("schools_proposalcopy"),
            AppendOnly(name="schools_proposalcopy_written"),
            models.UniqueConstraint(fields=["authority", "what_if", "copy"], name="schools_proposalcopy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.copy} copy"


def _payer(fund: int | None, school: int | None) -> Payer:
    if fund is not None:
        return Payer("fund", fund)
    return Payer("school", school) if school is not None else NOBODY


def _known(key: int | None) -> int:
    """What the kind's own constraint says is there."""
    assert key is not None  # noqa: S101
    return key
