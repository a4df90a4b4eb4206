"""The report of a term that waits: for a manager's words, or for somebody who approves it (S5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet
from django.db.models.functions import JSONObject

from performance.models import ReportWords, TermReport
from reports.needs.line import Need
from schools.models import Agreement
from teams.foundation.access import Principal, Role
from teams.foundation.words import day
from teams.models import Team

_TOLD = JSONObject(
    of="public_id", season="report__season", team="team__name", by="report__words_by", at="report__begun_at"
)


def asked(principal: Principal) -> ArraySubquery:
    """Along with her agreements: the words that are asked of her, of any team. No query of its own."""
    return ArraySubquery(_asked(principal).values(told=_TOLD))


def words_asked(agreements: Sequence[Agreement], principal: Principal) -> list[Need]:
    """Of the teams that she manages, or whose manager she covers for."""
    found = agreements[0].report_words if agreements else _asked(principal).values_list(_TOLD, flat=True)  # type: ignore[attr-defined]
    return [
        _words(
            each["season"], each["team"], date.fromisoformat(each["by"]), UUID(each["of"]),
            datetime.fromisoformat(each["at"]),
        )
        for each in found or ()
    ]  # fmt: skip


def _asked(principal: Principal) -> QuerySet:
    hers = Team.objects.filter(
        memberships__person__in=sorted(principal.stands_for), memberships__role=Role.TEAM_MANAGER
    )
    return (
        ReportWords.objects.visible_to(principal)
        .filter(status=ReportWords.Status.ASKED, report__status=TermReport.Status.DRAFT)
        .filter(team__in=hers.order_by())
        .order_by()
    )


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
                found.append(
                    _words(each.report.season, "the county", each.report.words_by, each.public_id, each.report.begun_at)
                )
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


def _words(season: str, whose: str, by: date, of: UUID, since: datetime) -> Need:
    what = f"What the {season} term means for {whose}"
    return Need(what, f"One box, by {day(by)}.", "Report", "report_words", of, since)
