"""A paper in large print: drawn when a reader asks for it, from the paper's own snapshot, and then kept.

Like a paper of a run: the row is the truth, a worker takes it by a lease and draws outside any transaction.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from reports.models.documents import Document
from reports.models.leases import Leased
from teams.foundation.constraints import wall
from teams.foundation.models import tenant_key


class LargePrint(Leased):
    """One for each paper, however often it is asked for. Who may open the paper may ask for it, and open it."""

    DRAWN_FROM: ClassVar[tuple[str, ...]] = ("document__item__run",)

    document = tenant_key(Document, related_name="large_prints")
    template = models.CharField(max_length=64, blank=True)  # the digest of template and stylesheets that drew it
    file = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # bytes
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            *wall("reports_largeprint", "document"),
            models.UniqueConstraint(fields=["authority", "document"], name="reports_largeprint_once"),
        ]
        indexes = [models.Index(fields=["authority", "state"], name="reports_largeprint_by_state")]

    def __str__(self) -> str:
        return f"{self.document}, large print"
