"""A government file on its way in: read and checked into staging, then applied in one short transaction."""

from __future__ import annotations

from django.db import models

from teams.foundation.access import VisibleQuerySet
from teams.foundation.constraints import wall
from teams.foundation.models import TenantModel, public_ids, tenant_key
from teams.foundation.transitions import Root, move


class FileImport(Root):
    """One file, from "received" to "applied". Its counts are what the last line of the command says."""

    class Status(models.TextChoices):
        READING = "reading", "Being read"
        CHECKED = "checked", "Checked, not yet loaded"
        APPLIED = "applied", "Loaded"
        REFUSED = "refused", "Not such a file"
        DROPPED = "dropped", "Not loaded"

    MOVES = {
        "receive": move(),
        "check": move(Status.READING, to=Status.CHECKED, refusal="This file has been checked already."),
        "refuse": move(Status.READING, to=Status.REFUSED, refusal="This file has been checked already."),
        "apply": move(Status.CHECKED, to=Status.APPLIED, refusal="This file has been loaded already."),
        "drop": move(Status.READING, Status.CHECKED, to=Status.DROPPED, refusal="This file has been loaded already."),
    }

    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=200, blank=True)  # in the documents' store, until applied
    kind = models.CharField(max_length=20, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    la_code = models.CharField(max_length=3, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    received_at = models.DateTimeField()
    received_by = tenant_key("teams.Person", null=True, related_name="file_imports")
    lease_until = models.DateTimeField(null=True)
    bytes_total = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    unreadable = models.PositiveIntegerField(default=0)
    complaints = models.JSONField(default=list)  # the first hundred: {"line": 7, "reason": "..."}
    problem = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.READING)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [*wall("schools_fileimport", "received_by"), public_ids("schools_fileimport")]
        indexes = [models.Index(fields=["authority", "-received_at"], name="schools_fileimport_by_time")]

    def __str__(self) -> str:
        return self.file_name


class StagedRow(TenantModel):
    """One readable row of a file that is not applied yet."""

    file_import = tenant_key(FileImport, related_name="staged", on_delete=models.CASCADE)
    line = models.PositiveIntegerField()
    urn = models.CharField(max_length=8)
    values = models.JSONField()

    class Meta:
        constraints = [*wall("schools_stagedrow", "file_import")]
        indexes = [models.Index(fields=["authority", "file_import", "urn"], name="schools_stagedrow_by_urn")]

    def __str__(self) -> str:
        return f"line {self.line}"
