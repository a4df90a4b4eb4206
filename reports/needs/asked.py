"""What managers ask of the county: one line for all that waits, and one for each answer until it is read (S6)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal
from teams.foundation.words import counted
from teams.models import CountyQuestion

LENGTH = 100


def _waiting(principal: Principal) -> QuerySet[Any]:
    return as_json(CountyQuestion.objects.visible_to(principal).open().order_by("asked_at", "pk"), at="asked_at")


def _waiting_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    """One line, however many: a list of questions would be a second in-box."""
    if not found:
        return []
    what = f"Answer what managers ask: {counted(len(found), 'question waits', 'questions wait')}"
    return [
        Need(what, "To one, or to all as county guidance.", "Question", "asked_of_us", None, moment(found[0]["at"]))
    ]


FOR_SENIOR_MANAGERS = Kind(_waiting, _waiting_lines)


def _answered(principal: Principal) -> QuerySet[Any]:
    mine = CountyQuestion.objects.visible_to(principal).filter(asked_by=principal.person_id, read_at=None)
    answered = mine.filter(status=CountyQuestion.Status.ANSWERED).order_by("answered_at", "pk")
    return as_json(answered, of="public_id", text="text", by="answered_by__name", at="answered_at")


def _answered_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"{each['by']} has answered: “{_short(each['text'])}”",
            "Read the answer, then press “I have read it”.",
            "Answered",
            "county_question",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


KIND = Kind(_answered, _answered_lines)


def _short(text: str) -> str:
    return text if len(text) <= LENGTH else text[: LENGTH - 1].rstrip() + "…"
