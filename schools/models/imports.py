"""A government file on its way in: read and checked into staging, then applied in one short transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q

from schools.files.values import LONGEST_TEXT
from teams.foundation.access import Principal, VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move
from teams.foundation.words import counted

LEASE = timedelta(minutes=2)  # renewed with every chunk; whoever is silent for so long is taken for dead
ATTEMPTS = 5
MOST_COMPLAINTS, MOST_DIFFERENCES = 100, 50  # kept for people to read; the counts count all of them


COUNTS = ("new", "changed", "unchanged", "closed", "unreadable")


def counts_in_words(counts: Mapping[str, Any]) -> str:
    """The one sentence about an import, with "rows" and each of COUNTS."""
    return f"{counted(counts['rows'], 'row', 'rows')}: " + ", ".join(f"{counts[name]:,} {name}" for name in COUNTS)


class FileImportQuerySet(VisibleQuerySet):
    def claimable(self, now: datetime) -> FileImportQuerySet:
        """Still to be read, and nobody is reading it just now."""
        unread = self.filter(status=FileImport.Status.READING).exclude(stored_as="")
        return unread.filter(Q(lease_until=None) | Q(lease_until__lt=now))

    def abandoned(self, now: datetime) -> FileImportQuerySet:
        """Read by a command that has died: nobody else has the file, so nobody can go on with it."""
        return self.filter(status=FileImport.Status.READING, stored_as="", lease_until__lt=now)


class FileImport(Root):
    """One file, from "received" to "loaded".

    `rows` are the rows that count: each stands in exactly one of `new`, `changed`, `unchanged`, `closed` and
    `unreadable`, so that they add up.

    - new: a school, a school's figures or a link that was not here before
    - closed: a school that is closed and was not known here as closed: it has closed since, or is new to us as closed
    - changed: known before, and the row says something else about the school, its figures or its links
    - unchanged: known before, and nothing is different

    A file about figures or links has no "closed". `left_out` counts the rows that do not count, by reason; of a school
    with several rows the last one counts.
    """

    class Status(models.TextChoices):
        READING = "reading", "Being read"
        CHECKED = "checked", "Checked, not yet loaded"
        APPLIED = "applied", "Loaded"
        REFUSED = "refused", "Could not be read"
        DROPPED = "dropped", "Not loaded"

    class LeftOut(models.TextChoices):
        """Why a row does not count."""

        ELSEWHERE = "elsewhere"  # of another authority than the one that was asked for
        NOT_HERE = "not_here"  # figures of, or a link between, schools that are not in this authority
        REPEATED = "repeated"  # of a school that has another row further down
        NATIONAL = "national"  # a line that adds up many schools

    MOVES = {
        "receive": move(),
        "finish_reading": move(Status.READING, to=Status.CHECKED, refusal="This file has been read already."),
        "refuse": move(Status.READING, to=Status.REFUSED, refusal="This file has been read already."),
        "apply": move(
            Status.CHECKED,
            to=Status.APPLIED,
            refusal="This file has been loaded already, or put away. Upload it again.",
        ),
        "drop": move(
            Status.READING, Status.CHECKED, to=Status.DROPPED, refusal="This file has been loaded already, or put away."
        ),
    }

    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True)  # in the documents' store, as long as it may be read again
    kind = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    # {"school": [...], "figures": [...], "definitions": {...}}: what this file speaks about at all, and how it counts
    columns = models.JSONField(default=dict)
    la_code = models.CharField(max_length=3, blank=True)
    year = models.PositiveSmallIntegerField(null=True)  # of its figures, where the file itself does not say
    received_at = models.DateTimeField()
    received_by = tenant_key("teams.Person", null=True, related_name="file_imports")
    applied_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    left_out = models.JSONField(default=dict)  # {LeftOut: how many}
    complaints = models.JSONField(default=list)  # the first hundred: {"line": 7, "reason": "...", "about": "..."}
    differences = models.JSONField(
        default=list
    )  # the first fifty, while checked: {"school", "what", "before", "after"}
    problem = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READING)

    objects = FileImportQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [*wall("schools_fileimport", "received_by"), public_ids("schools_fileimport")]
        indexes = [models.Index(fields=["authority", "-received_at"], name="schools_fileimport_by_time")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def found(self) -> int:
        """Rows that could be read."""
        return self.rows - self.unreadable

    @property
    def changes_nothing(self) -> bool:
        return self.unchanged == self.found

    @property
    def sentence(self) -> str:
        """ "1,096 rows: 726 new, 0 changed, 0 unchanged, 368 closed, 2 unreadable": the last line of the command."""
        return counts_in_words({name: getattr(self, name) for name in ("rows", *COUNTS)})

    @classmethod
    def claim(cls, import_id: int, *, at: datetime) -> FileImport | None:
        """Take the reading of a file for a lease, in one UPDATE. None: it is read, or somebody reads it just now."""
        taken = (
            cls.objects.filter(pk=import_id)
            .claimable(at)
            .update(lease_until=at + LEASE, attempts=F("attempts") + 1, bytes_read=0)
        )
        return cls.objects.get(pk=import_id) if taken else None

    def hold(self, *, bytes_read: int, at: datetime) -> bool:
        """Say how far it is and renew the lease. False when it was taken over or put away meanwhile: then stop."""
        mine = type(self).objects.filter(pk=self.pk, status=self.Status.READING, attempts=self.attempts)
        return bool(mine.update(lease_until=at + LEASE, bytes_read=bytes_read))

    def finish_reading(self, found: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """All of it is in staging, and this is what loading it would do."""
        with self.moving("finish_reading", by=by, at=at):
            self._keep(found)
            self.lease_until, self.bytes_read = None, self.bytes_total

    def refuse(self, problem: str, *, by: Principal, at: datetime) -> None:
        """It cannot be read: `problem` says why, and what to do."""
        with self.moving("refuse", by=by, at=at):
            self.problem, self.lease_until, self.stored_as = problem[:300], None, ""
            self.staged.all().delete()

    def apply(self, found: dict[str, Any], *, by: Principal, at: datetime) -> None:
        """It is being loaded, in the transaction that this is part of. The audit keeps the counts, and no names."""
        with self.moving("apply", by=by, at=at, reason=counts_in_words(found)):
            self._keep(found)
            self.applied_at, self.differences, self.stored_as = at, [], ""
            self.staged.all().delete()

    def drop(self, *, by: Principal, at: datetime) -> None:
        """Not loaded, and nothing of it is kept but that it was here."""
        with self.moving("drop", by=by, at=at):
            self.differences, self.stored_as, self.lease_until = [], "", None
            self.staged.all().delete()

    def _keep(self, found: dict[str, Any]) -> None:
        for name, value in found.items():
            setattr(self, name, value)


class StagedRow(TenantModel):
    """One readable row of a file that is not applied yet.

    `key` says what the row is about: of two rows with the same key the later one counts. `values` holds "school" (the
    columns of School that this file has), "figures" with "year", "marks" and, where they are not the file's own,
    "definitions", and "links", each where the row has it.
    """

    file_import = tenant_key(FileImport, related_name="staged", on_delete=models.CASCADE)
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=20 + LONGEST_TEXT)
    urn = models.CharField(max_length=8)
    values = models.JSONField()

    class Meta:
        constraints = [*wall("schools_stagedrow", "file_import")]
        indexes = [models.Index(fields=["authority", "file_import", "key"], name="schools_stagedrow_by_key")]

    def __str__(self) -> str:
        return f"line {self.line}"
