"""The report of a term that waits: for a manager's words, or for somebody who approves it (S5)."""

from __future__ import annotations

from performance.models import ReportWords, TermReport
from reports.needs.line import Need
from teams.foundation.access import Principal, Role
from teams.foundation.words import day


def words_asked(principal: Principal) -> list[Need]:
    """Of the teams that she manages, or whose manager she covers for. One query."""
    runs = "team__memberships"
    rows = (
        ReportWords.objects.visible_to(principal)
        .filter(**{f"{runs}__person__in": sorted(principal.stands_for), f"{runs}__role": Role.TEAM_MANAGER})
        .filter(status=ReportWords.Status.ASKED, report__status=TermReport.Status.DRAFT)
        .select_related("report", "team")
        .distinct()
        .order_by("pk")
    )
    return [_words(each, each.team.name) for each in rows if each.team is not None]


def for_senior_managers(principal: Principal) -> list[Need]:
    """Their own words about the county; and what can be approved: all is written, or its day is over. One query."""
    rows = (
        ReportWords.objects.visible_to(principal)
        .filter(report__status=TermReport.Status.DRAFT)
        .select_related("report")
        .order_by("report", "pk")
    )
    found, reports, waits = [], dict[int, TermReport](), set[int]()
    for each in rows:
        reports[each.report_id] = each.report
        if each.status == ReportWords.Status.ASKED:
            waits.add(each.report_id)
            if each.team_id is None:
                found.append(_words(each, "the county"))
    for key, report in reports.items():
        if key not in waits or report.words_by < principal.today:
            why = "Some words are still missing." if key in waits else "All words that were asked are here."
            found.append(
                Need(
                    f"Approve the {report.season} report", why, "To approve", "term_report", report.public_id,
                    report.begun_at,
                )
            )  # fmt: skip
    return found


def _words(asked: ReportWords, whose: str) -> Need:
    return Need(
        f"What the {asked.report.season} term means for {whose}",
        f"One box, by {day(asked.report.words_by)}.",
        "Report",
        "report_words",
        asked.public_id,
        asked.report.begun_at,
    )
