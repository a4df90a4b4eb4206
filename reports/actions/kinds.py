"""The kinds of term papers: in which copies each is printed, what it is about, and what makes it untrue.

What draws a kind stands in `reports.pdf.KINDS` under the same code, who reads it in `reports.permissions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Q

from performance.models import ReportWords, TermReport
from reports.models import Document, DocumentItem
from schools.models import Agreement

SERVICE_AGREEMENT, SUCCESS_CRITERIA, NEED_BRIEFING = "service_agreement", "success_criteria", "need_briefing"
Copy = Document.Copy


class Standing(NamedTuple):
    """What a paper's row says besides its snapshot, as it is when the paper is kept."""

    about: dict[str, Any]  # the fields of Document that say whose it is
    earlier: Q  # the papers of this kind and term that it takes the place of
    is_true: bool  # else it is superseded as soon as it is made


@dataclass(frozen=True)
class PaperKind:
    """`one` and `many` are what is printed, in words. `standing` looks, and locks what could change meanwhile."""

    code: str
    name: str
    one: str
    many: str
    copies: tuple[str, ...]
    standing: Callable[[DocumentItem], Standing]

    def title_of(self, item: DocumentItem, copy: str) -> str:
        """ "[Worker] at [school], school copy"; where there is one copy alone, its item's title."""
        label = f", {Copy(copy).label.lower()}" if len(self.copies) > 1 else ""
        return f"{item.title}{label}"[:200]


def _of_agreement(item: DocumentItem) -> Standing:
    rows = Agreement.objects.select_for_update(of=("self",)).select_related("in_force")
    agreement = rows.get(public_id=item.subject_id)
    return Standing(
        {"placement_id": agreement.placement_id}, Q(subject_id=item.subject_id), is_in_force(agreement, item.snapshot)
    )


def is_in_force(agreement: Agreement, snapshot: Mapping[str, Any]) -> bool:
    """Do the papers say what holds: an agreement that has not ended, and its version in force?"""
    version = agreement.in_force
    return (
        agreement.is_active
        and version is not None
        and (version.way_digest, version.cost_digest) == (snapshot["way_digest"], snapshot["cost_digest"])
    )


def _of_words(item: DocumentItem) -> Standing:
    """An edition's paper of one team, or of the county. An edition after it, once approved, takes its place."""
    words = ReportWords.objects.select_related("report").get(public_id=item.subject_id)
    editions = TermReport.objects.of_term(item.run.school_year, item.run.season).select_for_update(of=("self",))
    approved = [each.edition for each in editions if each.status == TermReport.Status.APPROVED]
    is_last = words.report.edition == max(approved)
    return Standing({"team_id": words.team_id}, Q(team=words.team_id) if is_last else Q(pk__in=()), is_last)


def _of_briefing(item: DocumentItem) -> Standing:
    """The newest of a term takes the place of those before it; one that was drawn late does not."""
    is_last = not DocumentItem.objects.filter(run=item.run_id, pk__gt=item.pk).exists()
    return Standing({}, Q() if is_last else Q(pk__in=()), is_last)


KINDS = {
    kind.code: kind
    for kind in (
        PaperKind(
            SERVICE_AGREEMENT,
            "Service agreement",
            "agreement",
            "agreements",
            (Copy.SCHOOL, Copy.COUNCIL, Copy.WAY),
            _of_agreement,
        ),
        PaperKind(SUCCESS_CRITERIA, "Success criteria", "report", "reports", (Copy.REPORT,), _of_words),
        PaperKind(NEED_BRIEFING, "Need and workers", "briefing", "briefings", (Copy.COUNCIL,), _of_briefing),
    )
}
