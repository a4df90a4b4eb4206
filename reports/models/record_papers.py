"""The paper of a final supervision record: drawn once from the sealed copy, and the same bytes for everybody after.

The sealed copy (`supervision.SessionCopy`) is what there is to do: the sweep puts down a row for each that has none. A
worker takes it by a lease; a reader who is first does not wait for one. Whoever keeps first has made the paper.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from reports.models.leases import Leased
from teams.foundation.constraints import Sealed, wall
from teams.foundation.models import tenant_key


class RecordPaper(Leased):
    """One for each copy and edition. It has no address and no policy of its own: the copy's decides who opens it.

    Once `sealed_at` is set the row takes no change; `file` ends in the SHA-256 of its bytes.
    """

    DRAWN_FROM: ClassVar[tuple[str, ...]] = ("copy",)

    copy = tenant_key("supervision.SessionCopy", related_name="papers")
    template = models.CharField(max_length=64, blank=True)  # the digest of template and stylesheet that drew it
    file = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # bytes
    put_down_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-put_down_at", "-pk"]
        constraints = [
            *wall("reports_recordpaper", "copy"),
            Sealed(name="reports_recordpaper_sealed"),
            models.UniqueConstraint(fields=["authority", "copy"], name="reports_recordpaper_once"),
            models.CheckConstraint(
                condition=(Q(sealed_at=None) & ~Q(state="done"))
                | (Q(sealed_at__isnull=False) & Q(state="done") & ~Q(file="")),
                name="reports_recordpaper_done_is_sealed",
            ),
        ]
        indexes = [models.Index(fields=["authority", "state"], name="reports_recordpaper_by_state")]

    def __str__(self) -> str:
        return f"paper of {self.copy}"
