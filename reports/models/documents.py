"""Term papers: a run per authority, kind and term, an item per subject, a document per copy.

The rows are the truth. A worker takes an item by a lease, draws outside any transaction, and keeps what it drew in a
short one; whatever is killed half way is found by the sweep when its lease has run out. Twice renders nothing twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Count, F, Q

from reports.models.leases import ATTEMPTS, Leased, lease_from
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.errors import Refusal
from teams.foundation.models import PublicModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move


class DocumentRunQuerySet(VisibleQuerySet):
    def with_progress(self) -> DocumentRunQuerySet:
        """`total`, `done` and `failed`: how many papers each run has."""
        ended = {
            state.value: Count("items", filter=Q(items__state=state))
            for state in (DocumentItem.State.DONE, DocumentItem.State.FAILED)
        }
        return self.annotate(total=Count("items"), **ended)

    def pack_claimable(self, now: datetime) -> DocumentRunQuerySet:
        """A print pack is wanted, not made, and nobody is making it."""
        return self.filter(pack_wanted_at__isnull=False, pack="", pack_attempts__lt=ATTEMPTS).filter(
            Q(pack_lease_until=None) | Q(pack_lease_until__lt=now)
        )


class DocumentRun(Root):
    """ "Run this term": one run per kind and term; running it again opens the same one and adds what is new."""

    class Status(models.TextChoices):
        RUNNING = "running", "Being printed"
        DONE = "done", "Done"

    MOVES = {
        "open": move(),
        "reopen": move(to=Status.RUNNING),
        "retry": move(to=Status.RUNNING),
        "finish": move(Status.RUNNING, to=Status.DONE, refusal="This run is done."),
        "want_pack": move(
            Status.DONE, refusal="The papers are still being made. The print pack can be made when they are done."
        ),
    }

    kind = models.CharField(max_length=40)
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    pack = models.CharField(max_length=200, blank=True)  # the print pack's file, once made
    pack_wanted_at = models.DateTimeField(null=True)
    pack_lease_until = models.DateTimeField(null=True)
    pack_attempts = models.PositiveSmallIntegerField(default=0)
    pack_problem = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)

    objects = DocumentRunQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "-opened_at", "-pk"]
        constraints = [
            *wall("reports_documentrun"),
            public_ids("reports_documentrun"),
            models.UniqueConstraint(
                fields=["authority", "kind", "school_year", "season"], name="reports_documentrun_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.season} {self.school_year}"

    def reopen(self, *, by: Principal, at: datetime) -> None:
        """There is more to print. A pack made before is out of date."""
        with self.moving("reopen", by=by, at=at):
            self.finished_at = None
            self._forget_pack()

    def finish(self, *, by: Principal, at: datetime) -> None:
        with self.moving("finish", by=by, at=at):
            self.finished_at = at

    def retry(self, *, by: Principal, at: datetime) -> int:
        """Everything that failed waits again. Returns how many; raises Refusal when nothing has failed."""
        with self.moving("retry", by=by, at=at):
            again = self.items.filter(state=DocumentItem.State.FAILED).update(
                state=DocumentItem.State.WAITING, attempts=0, problem="", lease_until=None
            )
            if not again:
                raise Refusal("Nothing has failed, so there is nothing to try again.", code="nothing_failed")
            self.finished_at = None
            self._forget_pack()
        return again

    def want_pack(self, *, by: Principal, at: datetime) -> None:
        """All papers in one file for the printer, made in the background. Raises Refusal when there is no paper."""
        with self.moving("want_pack", by=by, at=at):
            if not Document.objects.current().filter(item__run=self).exists():
                raise Refusal(
                    "There is no paper to put into a print pack: all of them failed, or their agreements have ended.",
                    code="no_papers",
                )
            self._forget_pack()
            self.pack_wanted_at = at

    def _forget_pack(self) -> None:
        self.pack, self.pack_problem, self.pack_attempts = "", "", 0
        self.pack_wanted_at = self.pack_lease_until = None

    @property
    def pack_title(self) -> str:
        """ "Print pack, autumn term 2026-27": in its file, and its file's name."""
        return f"Print pack, {self.season} term {self.school_year}-{(self.school_year + 1) % 100:02d}"

    @property
    def pack_failed(self) -> bool:
        return not self.pack and self.pack_attempts >= ATTEMPTS

    @classmethod
    def claim_pack(cls, run_id: int, *, at: datetime) -> DocumentRun | None:
        """Take the making of a run's pack for a lease. None: it is made, not wanted, or somebody else's just now."""
        taken = (
            cls.objects.pack_claimable(at)
            .filter(pk=run_id)
            .update(pack_lease_until=lease_from(at), pack_attempts=F("pack_attempts") + 1)
        )
        return cls.objects.get(pk=run_id) if taken else None


class DocumentItem(Leased):
    """One subject of a run: its snapshot is taken when the run opens, so that all papers say the same day's truth."""

    DRAWN_FROM: ClassVar[tuple[str, ...]] = ("run",)

    run = tenant_key(DocumentRun, related_name="items")
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)  # "[Worker] at [school]", for the list and the pack's bookmark
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            *wall("reports_documentitem", "run"),
            models.UniqueConstraint(fields=["authority", "run", "subject_id"], name="reports_documentitem_once"),
        ]
        indexes = [models.Index(fields=["authority", "run", "state"], name="reports_documentitem_by_state")]

    def __str__(self) -> str:
        return self.title

    def is_still_held(self) -> bool:
        """Lock the row: is it still ours? Not when our lease ran out and another took it, or it got a new snapshot."""
        return self.ours().select_for_update(of=("self",)).filter(digest=self.digest).exists()


class DocumentQuerySet(VisibleQuerySet):
    def current(self) -> DocumentQuerySet:
        """Not superseded: by a later paper about the same thing, a new version in force, or the agreement's end."""
        return self.filter(superseded_at=None)


class Document(PublicModel):
    """One printed copy. Its bytes lie in the documents' store under `file`; the snapshot says what they show."""

    class Copy(models.TextChoices):
        SCHOOL = "school", "School copy"
        COUNCIL = "council", "Council copy"
        WAY = "way", "Way of working"  # for in-school lead and worker: no money in it
        REPORT = "report", "Report"  # the one copy of a report of success criteria

    kind = models.CharField(max_length=40)
    item = tenant_key(DocumentItem, null=True, related_name="documents")
    subject_id = models.UUIDField()
    placement = tenant_key("schools.Placement", null=True, related_name="documents")
    team = tenant_key("teams.Team", null=True, related_name="documents")  # whose report; of the county there is none
    copy = models.CharField(max_length=10, choices=Copy.choices)
    title = models.CharField(max_length=200)
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    snapshot_digest = models.CharField(max_length=64)
    template = models.CharField(max_length=64)  # the digest of template and stylesheet that drew it
    check_code = models.CharField(max_length=26)
    file = models.CharField(max_length=200)
    pages = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()  # bytes
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "title", "pk"]
        constraints = [
            *wall("reports_document", "item", "placement", "team"),
            public_ids("reports_document"),
            models.UniqueConstraint(fields=["authority", "check_code"], name="reports_document_check_code"),
            models.UniqueConstraint(
                fields=["authority", "kind", "subject_id", "copy", "school_year", "season"],
                condition=Q(superseded_at=None),
                name="reports_document_one_current",
            ),
            models.UniqueConstraint(
                fields=["authority", "kind", "team", "school_year", "season"],
                condition=Q(superseded_at=None, copy="report"),
                nulls_distinct=False,
                name="reports_document_one_report",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "placement", "-made_at"], name="reports_document_by_placement"),
            models.Index(fields=["authority", "subject_id"], name="reports_document_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None
