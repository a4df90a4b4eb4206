"""A paper in large print: drawn when a reader asks for it, from the paper's own snapshot, and then kept.

Like a paper of a run: the row is the truth, a worker takes it by a lease and draws outside any transaction.
"""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from reports.models.documents import ATTEMPTS, Document, DocumentItem, lease_from
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, tenant_key


class LargePrintQuerySet(models.QuerySet):
    def claimable(self, now: datetime) -> LargePrintQuerySet:
        """Waiting, or taken by somebody whose lease has run out; not tried too often."""
        return self._not_held(now).filter(attempts__lt=ATTEMPTS)

    def given_up(self, now: datetime) -> LargePrintQuerySet:
        """Whoever drew it has died each time: nobody will take it again."""
        return self._not_held(now).filter(attempts__gte=ATTEMPTS)

    def _not_held(self, now: datetime) -> LargePrintQuerySet:
        return self.filter(Q(state=LargePrint.State.WAITING) | Q(state=LargePrint.State.WORKING, lease_until__lt=now))


class LargePrint(TenantModel):
    """One for each paper, however often it is asked for. Who may open the paper may ask for it, and open it."""

    State = DocumentItem.State

    document = tenant_key(Document, related_name="large_prints")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    template = models.CharField(max_length=64, blank=True)  # the digest of template and stylesheets that drew it
    file = models.CharField(max_length=200, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveIntegerField(default=0)  # bytes
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)

    objects = LargePrintQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "pk"]
        constraints = [
            *wall("reports_largeprint", "document"),
            models.UniqueConstraint(fields=["authority", "document"], name="reports_largeprint_once"),
        ]
        indexes = [models.Index(fields=["authority", "state"], name="reports_largeprint_by_state")]

    def __str__(self) -> str:
        return f"{self.document}, large print"

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def has_failed(self) -> bool:
        return self.state == self.State.FAILED

    @classmethod
    def claim(cls, number: int, *, at: datetime) -> LargePrint | None:
        """Take it for a lease, in one UPDATE. None when it is done, failed, or somebody else's just now."""
        taken = (
            cls.objects.filter(pk=number)
            .claimable(at)
            .update(state=cls.State.WORKING, lease_until=lease_from(at), attempts=F("attempts") + 1)
        )
        return cls.objects.select_related("document__item__run").get(pk=number) if taken else None
