"""The county's pack that waits: for a manager's words, or for a senior manager's words and her approval (S5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from reports.models import CountyPack, PackWords
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal, Role
from teams.foundation.words import day
from teams.models import Team

COLUMNS = {
    "kind": "report__kind",
    "season": "report__season",
    "team": "team__name",
    "by": "report__words_by",
    "at": "report__begun_at",
    "report": "report__public_id",
}


def _asked(principal: Principal) -> QuerySet[Any]:
    """Words that are asked of the teams that she manages, or whose manager she covers for."""
    hers = Team.objects.filter(
        memberships__person__in=sorted(principal.stands_for), memberships__role=Role.TEAM_MANAGER
    )
    mine = PackWords.objects.visible_to(principal).filter(status=PackWords.Status.ASKED, team__in=hers.order_by())
    return as_json(mine.filter(report__status=CountyPack.Status.DRAFT).order_by(), **COLUMNS)


def _lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"What {_name(each)} means for {each['team']}",
            f"One box, by {day(date.fromisoformat(each['by']))}.",
            "Pack",
            "pack_words",
            UUID(each["report"]),
            moment(each["at"]),
        )
        for each in found
    ]


KIND = Kind(_asked, _lines)


def _drafts(principal: Principal) -> QuerySet[Any]:
    columns = {"kind": "kind", "season": "season", "by": "words_by", "at": "begun_at", "report": "public_id"}
    drafts = CountyPack.objects.visible_to(principal).filter(status=CountyPack.Status.DRAFT)
    return as_json(drafts.order_by("begun_at", "pk"), **columns)


def _senior_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Write and approve {_name(each)}",
            f"Managers may write until {day(date.fromisoformat(each['by']))}.",
            "To approve",
            "pack",
            UUID(each["report"]),
            moment(each["at"]),
        )
        for each in found
    ]


FOR_SENIOR_MANAGERS = Kind(_drafts, _senior_lines)


def _name(each: dict[str, Any]) -> str:
    return f"the {each['season']} pack" if each["season"] else "the two-monthly report"
