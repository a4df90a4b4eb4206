"""What is asked about figures (S1): for who is asked until it is answered, for who asked once it is, or is late."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from reports.models import FigureQuestion
from reports.models.questions import ANSWERED
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal
from teams.foundation.words import day
from teams.models import Commitment

LENGTH = 100
PROMISE = "occasion__promises__"
COLUMNS = {
    "of": f"{PROMISE}public_id", "text": f"{PROMISE}text", "due": f"{PROMISE}due_on", "said": f"{PROMISE}reason",
    "status": f"{PROMISE}status", "settled": f"{PROMISE}settled_at", "at": "asked_at", "title": "title",
    "where": "where", "asker": "asked_by__name", "asked": "asked_of__name", "left": "asked_of__left_at",
}  # fmt: skip


def _in(principal: Principal, whose: str, *statuses: str) -> QuerySet[Any]:
    """Of the rows of one action, one alone stands in one of these: earlier dates stand as what they are."""
    mine = FigureQuestion.objects.visible_to(principal).filter(**{whose: principal.person_id})
    return mine.filter(occasion__promises__status__in=statuses).order_by("asked_at", "pk")


def _asked(principal: Principal) -> QuerySet[Any]:
    return as_json(_in(principal, "asked_of", Commitment.Status.OPEN), **COLUMNS)


def _asked_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    lines = []
    for each in found:
        due = date.fromisoformat(each["due"])
        until = f"Answer by {day(due)}." if due >= principal.today else f"It is late: it was for {day(due)}."
        what, why = f"{each['asker']} asks: “{_short(each['text'])}”", f"About {_what(each)}. {until}"
        lines.append(Need(what, why, "Question", "action", UUID(each["of"]), moment(each["at"])))
    return lines


def _answered(principal: Principal) -> QuerySet[Any]:
    return as_json(_in(principal, "asked_by", *ANSWERED).filter(read_at=None), **COLUMNS)


def _answered_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    lines = []
    for each in found:
        verb = "answered" if each["status"] == Commitment.Status.KEPT else "cannot answer"
        what = f"{each['asked']} {verb}: “{_short(each['said'])}”"
        why = f"You asked: “{_short(each['text'])}”, about {_what(each)}."
        lines.append(Need(what, why, "Answered", "action", UUID(each["of"]), moment(each["settled"])))
    return lines


def _unanswered(principal: Principal) -> QuerySet[Any]:
    late = Q(occasion__promises__due_on__lt=principal.today) | Q(asked_of__left_at__isnull=False)
    return as_json(_in(principal, "asked_by", Commitment.Status.OPEN).filter(late), **COLUMNS)


def _unanswered_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    lines = []
    for each in found:
        verb = "has left and has not answered" if each["left"] else "has not answered"
        next_step = "Take it back, and ask who manages there now." if each["left"] else "Ring, or take it back."
        what = f"{each['asked']} {verb}: “{_short(each['text'])}”"
        why = f"About {_what(each)}. It was for {day(date.fromisoformat(each['due']))}. {next_step}"
        lines.append(Need(what, why, "No answer", "action", UUID(each["of"]), moment(each["at"])))
    return lines


def _what(each: dict[str, Any]) -> str:
    return f"{each['title']}, {each['where']}"


def _short(text: str) -> str:
    return text if len(text) <= LENGTH else text[: LENGTH - 1].rstrip() + "…"


ASKED, ANSWERS = Kind(_asked, _asked_lines), Kind(_answered, _answered_lines)
UNANSWERED = Kind(_unanswered, _unanswered_lines)
