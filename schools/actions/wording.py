"""The wording of the agreement, by date."""

from __future__ import annotations

from datetime import date, datetime

from schools.models import Clause
from schools.rules.wording import DEFAULT_WORDING
from teams.foundation import audit
from teams.foundation.access import Principal


def start_wording(*, from_day: date, by: Principal, at: datetime) -> None:
    """The first wording of a new authority. Bulk; one audit event."""
    Clause.objects.bulk_create(
        Clause(part=each.part, position=each.position, text=each.text, is_locked=each.is_locked, starts_on=from_day)
        for each in DEFAULT_WORDING
    )
    audit.record("wording.start", by=by, at=at)
