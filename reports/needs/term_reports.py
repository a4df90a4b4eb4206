"""The report of a term that waits: for a manager's words, or for somebody who approves it (S5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from performance.models import ReportWords, TermReport
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal, Role
from teams.foundation.words import day
from teams.models import Team

COLUMNS = {
    "of": "public_id",
    "status": "status",
    "season": "report__season",
    "team": "team__name",
    "by": "report__words_by",
    "at": "report__begun_at",
    "report": "report__public_id",
}


def _drafts(principal: Principal) -> QuerySet[Any]:
    return ReportWords.objects.visible_to(principal).filter(report__status=TermReport.Status.DRAFT)


def asked(principal: Principal) -> QuerySet[Any]:
    """Words that are asked of the teams that she manages, or whose manager she covers for."""
    hers = Team.objects.filter(
        memberships__person__in=sorted(principal.stands_for), memberships__role=Role.TEAM_MANAGER
    )
    mine = _drafts(principal).filter(status=ReportWords.Status.ASKED, team__in=hers.order_by())
    return as_json(mine.order_by(), **COLUMNS)


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [_words(each, each["team"]) for each in found]


KIND = Kind(asked, lines)


def _senior_asked(principal: Principal) -> QuerySet[Any]:
    return as_json(_drafts(principal).order_by("report", "pk"), **COLUMNS)


def _senior_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    """Their own words about the county; and what can be approved: all is written, or its day is over."""
    waits = {each["report"] for each in found if each["status"] == ReportWords.Status.ASKED}
    made = [
        _words(each, "the county")
        for each in found
        if each["status"] == ReportWords.Status.ASKED and each["team"] is None
    ]
    for each in {each["report"]: each for each in found}.values():
        if each["report"] not in waits or date.fromisoformat(each["by"]) < principal.today:
            why = "Some words are still missing." if each["report"] in waits else "All words that were asked are here."
            what = f"Approve the {each['season']} report"
            made.append(Need(what, why, "To approve", "term_report", UUID(each["report"]), moment(each["at"])))
    return made


FOR_SENIOR_MANAGERS = Kind(_senior_asked, _senior_lines)


def _words(each: dict[str, Any], whose: str) -> Need:
    what = f"What the {each['season']} term means for {whose}"
    by = f"One box, by {day(date.fromisoformat(each['by']))}."
    return Need(what, by, "Report", "report_words", UUID(each["of"]), moment(each["at"]))
