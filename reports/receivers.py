"""News from the floors below: papers that are no longer true are marked in the moment they cease to be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from reports.actions.papers import supersede
from schools.models import Agreement
from teams.foundation.transitions import record_moved


@receiver(record_moved, sender=Agreement)
def mark_papers(record: Agreement, move: str, at: datetime, **_: Any) -> None:
    """An agreement ended, or its last signature brought a new version into force."""
    if move in ("sign", "end"):
        supersede(record, at=at)
