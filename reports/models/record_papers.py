"""The paper of what was sealed at a meeting: drawn once from the sealed copy, and the same bytes for everybody after.

The sealed copy (`supervision.SessionCopy`, `performance.ReviewCopy`) is what there is to do: the sweep puts down a row
for each that has none. A worker takes it by a lease; a reader who is first does not wait for one. Whoever keeps first
has made the paper.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from reports.models.leases import Leased
from teams.foundation.constraints import Sealed, wall
from teams.foundation.models import tenant_key


class SealedPaper(Leased):
    """One for each copy and edition. It has no address and no policy of its own: the copy's decides who opens it.

    Once `sealed_at` is set the row takes no change; `file` ends in the SHA-256 of its bytes. A kind of copy has a table
    of its own with `copy`, `KIND` (the document that draws it) and `FOLDER` (where its files lie in the store).
    """

    DRAWN_FROM: ClassVar[tuple[str, ...]] = ("copy",)
    KIND: ClassVar[str]
    FOLDER: ClassVar[str]

    template = models.CharField(max_length=64, blank=True)  # the digest of template and stylesheet that drew it
    file = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # bytes
    put_down_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"paper of {self.copy}"  # type: ignore[attr-defined]  # every table of a kind has it


def kept_once(table: str) -> list[Any]:
    """What must be true of the papers of every kind."""
    return [
        *wall(table, "copy"),
        Sealed(name=f"{table}_sealed"),
        models.UniqueConstraint(fields=["authority", "copy"], name=f"{table}_once"),
        models.CheckConstraint(
            condition=(Q(sealed_at=None) & ~Q(state="done"))
            | (Q(sealed_at__isnull=False) & Q(state="done") & ~Q(file="")),
            name=f"{table}_done_is_sealed",
        ),
    ]


class RecordPaper(SealedPaper):
    """Of a final supervision record."""

    KIND, FOLDER = "supervision_record", "records"

    copy = tenant_key("supervision.SessionCopy", related_name="papers")

    class Meta:
        ordering = ["-put_down_at", "-pk"]
        constraints = kept_once("reports_recordpaper")
        indexes = [models.Index(fields=["authority", "state"], name="reports_recordpaper_by_state")]


class ReviewPaper(SealedPaper):
    """Of a final yearly review."""

    KIND, FOLDER = "review", "reviews"

    copy = tenant_key("performance.ReviewCopy", related_name="papers")

    class Meta:
        ordering = ["-put_down_at", "-pk"]
        constraints = kept_once("reports_reviewpaper")
        indexes = [models.Index(fields=["authority", "state"], name="reports_reviewpaper_by_state")]


class ProposalPaper(SealedPaper):
    """Of a proposal of the budget round."""

    KIND, FOLDER = "proposal", "proposals"

    copy = tenant_key("schools.ProposalCopy", related_name="papers")

    class Meta:
        ordering = ["-put_down_at", "-pk"]
        constraints = kept_once("reports_proposalpaper")
        indexes = [models.Index(fields=["authority", "state"], name="reports_proposalpaper_by_state")]
