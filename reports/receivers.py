"""News from the floors below: papers are marked in the moment they cease to be true, and printed when approved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from performance.models import TermReport
from reports import tasks
from reports.actions.county_packs import ANNOUNCING, seal
from reports.actions.criteria_runs import print_report
from reports.actions.papers import supersede
from reports.actions.term_report_mail import TERM_REPORT
from reports.models import CountyPack
from schools.models import Agreement
from teams.foundation.access import Principal
from teams.foundation.transitions import record_moved


@receiver(record_moved, sender=Agreement)
def mark_papers(record: Agreement, move: str, at: datetime, **_: Any) -> None:
    """An agreement ended, or its last signature brought a new version into force."""
    if move in ("sign", "end"):
        supersede(record, at=at)


@receiver(record_moved, sender=TermReport)
def print_what_is_approved(record: TermReport, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """A report was approved: what stands now is frozen and printed, and its readers are told."""
    if move == "approve":
        run = print_report(record, by=by, at=at)
        tasks.draw_run.nudge(record.authority_id, run.pk)
        TERM_REPORT.tell(record, at=at)


@receiver(record_moved, sender=CountyPack)
def seal_what_is_approved(record: CountyPack, move: str, by: Principal, at: datetime, **_: Any) -> None:
    """A pack was approved: what stands now is kept for each circle of readers, and they are told. The sweep prints."""
    if move == "approve":
        seal(record, by=by, at=at)
        ANNOUNCING.tell(record, at=at)
