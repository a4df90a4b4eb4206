"""The one history: who did what, in which role, to which record, and which fields changed. Never values, never names.

Append-only by grants and by trigger. A verb writes its event in its own transaction; a refusal's event is written
after the refusal has rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models

from teams.foundation.access import OneOf, Principal
from teams.foundation.constraints import AppendOnly, wall
from teams.foundation.models import TenantModel, tenant_key
from teams.foundation.numbering import request_number
from teams.foundation.tenancy import survives


class AuditEvent(TenantModel):
    """One thing that happened, or was refused."""

    at = models.DateTimeField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=120)
    verb = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60, blank=True)
    subject_ids = ArrayField(models.UUIDField(), default=list)
    changed = ArrayField(models.CharField(max_length=60), default=list)
    reason = models.CharField(max_length=300, blank=True)
    denied = models.BooleanField(default=False)
    request = models.UUIDField(null=True)
    # The manager for whom a deputy did it (teams.models.covers): they see a list of it when they are back.
    on_behalf_of = tenant_key("teams.Person", null=True, db_index=False, related_name="+")

    class Meta:
        app_label = "teams"
        indexes = [
            models.Index(fields=["authority", "-at"], name="teams_auditevent_by_time"),
            models.Index(fields=["authority", "subject_type", "-at"], name="teams_auditevent_by_kind"),
            models.Index(
                fields=["authority", "on_behalf_of", "-at"],
                condition=models.Q(on_behalf_of__isnull=False),
                name="teams_auditevent_by_cover",
            ),
            models.Index("authority", models.F("subject_ids__0"), name="teams_auditevent_by_subject"),
            models.Index(
                fields=["authority", "subject_type"],
                condition=models.Q(subject_ids__1__isnull=False),
                name="teams_auditevent_of_several",
            ),
        ]
        constraints = [*wall("teams_auditevent", "on_behalf_of"), AppendOnly(name="teams_auditevent_once")]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d %H:%M}"


def event(
    verb: str,
    *,
    by: Principal,
    at: datetime,
    subjects: Iterable[Any] = (),
    changed: Iterable[str] = (),
    reason: str = "",
    denied: bool = False,
) -> AuditEvent:
    """An event, not yet written. `subjects` are records of one kind with a public id."""
    records = list(subjects)
    return AuditEvent(
        at=at,
        user_id=by.user_id,
        role=by.role_in_words[:120],
        verb=verb,
        subject_type=records[0]._meta.label_lower if records else "",
        subject_ids=[record.public_id for record in records if hasattr(record, "public_id")],
        changed=sorted(changed),
        reason=reason[:300],
        denied=denied,
        request=request_number.get(),
        on_behalf_of_id=by.on_behalf_of,
    )


def record(verb: str, *, by: Principal, at: datetime, **what: Any) -> AuditEvent:
    """Write an event in the verb's own transaction: no verb without its event, no event without its verb."""
    written = event(verb, by=by, at=at, **what)
    written.save(force_insert=True)
    return written


def denied(verb: str, *, by: Principal, at: datetime, reason: str = "", subjects: Iterable[Any] = ()) -> None:
    """Write a refused attempt after the scope has ended, so that the refusal's rollback does not take it along."""
    refused = event(verb, by=by, at=at, reason=reason, subjects=subjects, denied=True)
    survives(lambda: refused.save(force_insert=True))


def done_for(person: Any, *, since: datetime) -> models.QuerySet[AuditEvent]:
    """What deputies did for this manager, newest first."""
    return AuditEvent.objects.filter(on_behalf_of=person, at__gte=since, denied=False).order_by("-at", "-pk")


def history_of(subject: Any) -> models.QuerySet[AuditEvent]:
    """What happened to one record, newest first.

    Nearly every event is about one record, and those are found by it. An array cannot be searched by an index under the
    wall: among the few that are about several the record is looked for one by one.
    """
    events = AuditEvent.objects.filter(subject_type=subject._meta.label_lower, denied=False)
    alone_or_first = events.filter(subject_ids__0=subject.public_id)
    among_several = events.filter(subject_ids__1__isnull=False, subject_ids__contains=[subject.public_id])
    found = alone_or_first.values("pk").union(among_several.values("pk"))
    return AuditEvent.objects.filter(OneOf("pk", ArraySubquery(found))).order_by("-at", "-pk")
