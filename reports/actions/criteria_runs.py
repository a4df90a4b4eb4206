"""An approved report becomes papers: what stands on the day is frozen, an item for each team and one for the county."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from performance.models import TermReport
from reports.actions.criteria_snapshots import Contents
from reports.actions.kinds import SUCCESS_CRITERIA
from reports.actions.papers import supersede_reports
from reports.actions.snapshots import check_of
from reports.documents.success_criteria import EDITIONS
from reports.models import DocumentItem, DocumentRun
from teams.foundation import sealing
from teams.foundation.access import Principal
from teams.foundation.transitions import begin
from teams.models import Authority


def print_report(report: TermReport, *, by: Principal, at: datetime) -> DocumentRun:
    """Open the term's run, or open it again for a second edition: the papers of the first stay, and are marked.

    Called in the transaction that approves.
    """
    authority = Authority.objects.get(pk=report.authority_id or 0)
    contents = Contents(report, authority=authority, today=by.today)
    term = {"kind": SUCCESS_CRITERIA, "school_year": report.school_year, "season": report.season}
    with transaction.atomic():
        supersede_reports(report.school_year, report.season, at=at)
        run = DocumentRun.objects.filter(**term).first()
        if run is None:
            run = DocumentRun(**term, opened_at=at)
            begin(run, "open", by=by, at=at)
        else:
            run.reopen(by=by, at=at)
        items = []
        for words in report.words.select_related("team", "written_by"):
            snapshot = contents.sealed(
                words, issued_on=by.today, approved_by=report.approved_by, check=check_of(authority.slug)
            )
            whose = words.team.name if words.team is not None else authority.name
            edition = f", {EDITIONS.get(report.edition, f'{report.edition}th').lower()} edition"
            items.append(
                DocumentItem(
                    run=run,
                    subject_id=words.public_id,
                    title=f"{whose}{edition if report.edition > 1 else ''}"[:200],
                    snapshot=snapshot,
                    digest=sealing.digest(snapshot),
                )
            )
        DocumentItem.objects.bulk_create(items)
    return run
