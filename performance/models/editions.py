"""What reports that come out in editions share: words are asked, a person approves, it is sealed, a correction follows.

The report of a term on its criteria (`TermReport`) is one, the county's pack (`reports.CountyPack`) another.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q

from teams.foundation.access import Principal
from teams.foundation.constraints import Sealed, SealedWith
from teams.foundation.errors import Refusal
from teams.foundation.models import public_ids, tenant_key
from teams.foundation.transitions import Root, move

APPROVED = "This report is approved. What is to be put right goes into a second edition."


class Edition(Root):
    """One edition of one report. Begun: managers are asked for their words. Approved: it is printed as it is."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Words are asked"
        APPROVED = "approved", "Approved"

    MOVES = {
        "begin": move(),
        "approve": move(Status.DRAFT, to=Status.APPROVED, refusal=APPROVED),
    }

    edition = models.PositiveSmallIntegerField(default=1)
    why = models.CharField(max_length=300, blank=True)  # of a second edition: what is put right
    words_by = models.DateField()  # until when the managers are asked
    begun_by = tenant_key("teams.Person", related_name="+")
    begun_at = models.DateTimeField()
    approved_by = tenant_key("teams.Person", null=True, related_name="+")
    sealed_at = models.DateTimeField(null=True)  # when it was approved
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def later_editions(self) -> models.QuerySet[Any]:
        """Those of the same report that came after this one."""
        raise NotImplementedError

    def approve(self, *, person: Any, by: Principal, at: datetime) -> None:
        """Somebody has read it and thought about it. It is printed from what stands now (news: "approve")."""
        with self.moving("approve", by=by, at=at):
            self.approved_by, self.sealed_at = person, at


class AskedWords(Root):
    """ "What we think this means", asked of a person first, in one box. Each kind has its `report` and a `team`."""

    class Status(models.TextChoices):
        ASKED = "asked", "Asked"
        WRITTEN = "written", "Written"

    MOVES = {
        "ask": move(),
        "write": move(to=Status.WRITTEN),
    }

    text = models.TextField(max_length=2000, blank=True)
    written_by = tenant_key("teams.Person", null=True, related_name="+")
    written_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"words {self.status}"

    def write(self, text: str, *, person: Any, by: Principal, at: datetime) -> None:
        """As often as wanted until the report is approved. Raises Refusal, field "text"."""
        with self.moving("write", by=by, at=at):
            if not text.strip():
                raise Refusal("Write what you think this means, in a few sentences.", field="text", code="no_words")
            self.text, self.written_by, self.written_at = text.strip(), person, at

    def is_late(self, today: date) -> bool:
        words_by: date = self.report.words_by  # type: ignore[attr-defined]  # every kind has it
        return self.status == self.Status.ASKED and words_by < today


def kept_by_edition(table: str) -> list[models.BaseConstraint]:
    """What must be true of every edition of every kind of report."""
    return [
        public_ids(table),
        Sealed(name=f"{table}_sealed"),
        models.CheckConstraint(
            condition=Q(sealed_at=None, status="draft") | Q(sealed_at__isnull=False, status="approved"),
            name=f"{table}_approved_is_sealed",
        ),
        models.CheckConstraint(condition=Q(edition=1) | ~Q(why=""), name=f"{table}_why"),
    ]


def kept_with_edition(table: str) -> list[models.BaseConstraint]:
    """What must be true of the words of every kind of report."""
    return [public_ids(table), SealedWith(name=f"{table}_sealed", field="report")]
