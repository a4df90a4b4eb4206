"""Term papers: a run per authority, kind and term, an item per subject, a document per copy.

The rows are the truth. A worker takes an item by a lease, draws outside any transaction, and settles it in a short
one; whatever is killed half way is found by the sweep when its lease runs out. Twice renders nothing twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import PublicModel, TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move

LEASE = timedelta(minutes=3)
ATTEMPTS = 5


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
    }

    kind = models.CharField(max_length=40)
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    pack = models.CharField(max_length=200, blank=True)  # the print pack's file, once made
    pack_wanted_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)

    objects = VisibleQuerySet.as_manager()

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
        with self.moving("reopen", by=by, at=at):
            self.finished_at = None

    def finish(self, *, by: Principal, at: datetime) -> None:
        with self.moving("finish", by=by, at=at):
            self.finished_at = at

    def retry(self, *, by: Principal, at: datetime) -> int:
        """Everything that failed waits again. Returns how many."""
        with self.moving("retry", by=by, at=at):
            self.finished_at = None
            return self.items.filter(state=DocumentItem.State.FAILED).update(
                state=DocumentItem.State.WAITING, attempts=0, problem="", lease_until=None
            )


class DocumentItemQuerySet(models.QuerySet):
    def claimable(self, now: datetime) -> DocumentItemQuerySet:
        """Waiting, or taken by somebody whose lease has run out."""
        return self.filter(
            Q(state=DocumentItem.State.WAITING) | Q(state=DocumentItem.State.WORKING, lease_until__lt=now)
        )


class DocumentItem(TenantModel):
    """One subject of a run: its snapshot is taken when the run opens, so that all papers say the same day's truth."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        WORKING = "working", "Being printed"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    run = tenant_key(DocumentRun, related_name="items")
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)  # "[Worker] at [school]", for the list and the pack's bookmark
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    objects = DocumentItemQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            *wall("reports_documentitem", "run"),
            models.UniqueConstraint(fields=["authority", "run", "subject_id"], name="reports_documentitem_once"),
        ]
        indexes = [models.Index(fields=["authority", "run", "state"], name="reports_documentitem_by_state")]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def claim(cls, item_id: int, *, at: datetime) -> DocumentItem | None:
        """Take an item for a lease, in one UPDATE. None when it is done, failed, or somebody else's just now."""
        taken = (
            cls.objects.filter(pk=item_id)
            .claimable(at)
            .update(state=cls.State.WORKING, lease_until=at + LEASE, attempts=models.F("attempts") + 1)
        )
        return cls.objects.select_related("run").get(pk=item_id) if taken else None


class DocumentQuerySet(VisibleQuerySet):
    def current(self) -> DocumentQuerySet:
        """Not superseded by a later paper about the same thing."""
        return self.filter(superseded_at=None)


class Document(PublicModel):
    """One printed copy. Its bytes lie in the documents' store under `file`; the snapshot says what they show."""

    class Copy(models.TextChoices):
        SCHOOL = "school", "School copy"
        COUNCIL = "council", "Council copy"
        WAY = "way", "Way of working"  # for in-school lead and worker: no money in it

    kind = models.CharField(max_length=40)
    item = tenant_key(DocumentItem, null=True, related_name="documents")
    subject_id = models.UUIDField()
    placement = tenant_key("schools.Placement", null=True, related_name="documents")
    copy = models.CharField(max_length=10, choices=Copy.choices)
    title = models.CharField(max_length=200)
    school_year = models.PositiveSmallIntegerField()
    season = models.CharField(max_length=10)
    snapshot_digest = models.CharField(max_length=64)
    template = models.CharField(max_length=64)  # the digest of template and stylesheet that drew it
    check_code = models.CharField(max_length=26)
    file = models.CharField(max_length=200)
    pages = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "title", "pk"]
        constraints = [
            *wall("reports_document", "item", "placement"),
            public_ids("reports_document"),
            models.UniqueConstraint(fields=["authority", "check_code"], name="reports_document_check_code"),
            models.UniqueConstraint(
                fields=["authority", "kind", "subject_id", "copy", "school_year", "season"],
                condition=Q(superseded_at=None),
                name="reports_document_one_current",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "placement", "-made_at"], name="reports_document_by_placement"),
            models.Index(fields=["authority", "subject_id"], name="reports_document_by_subject"),
        ]

    def __str__(self) -> str:
        return self.title
