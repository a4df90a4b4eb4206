"""What schools have said about next year: to be rung by the manager; to be known by the senior managers (H5, S1)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from reports.needs.line import Kind, Need, as_json, moment
from schools.models import NextYear, ShareQuestion
from teams.foundation.access import Principal
from teams.foundation.words import day
from teams.rules.calendar import school_year_label, school_year_of

COLUMNS = {
    "of": "public_id",
    "answer": "answer",
    "school": "placement__school__name",
    "head": "said_by__name",
    "ring_by": "ring_by",
    "notice_on": "notice_on",
    "budget_on": "budget_on",
    "at": "answered_at",
}


def _to_ring_asked(principal: Principal) -> QuerySet[Any]:
    """ "Cannot keep" and "don't know yet" of the placements that she manages, or covers."""
    mine = NextYear.objects.visible_to(principal).to_ring()
    return as_json(mine.filter(placement__manager__in=sorted(principal.stands_for)), **COLUMNS)


def _to_ring_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Ring {each['head']} about next year at {each['school']}",
            f"They said: {NextYear.Answer(each['answer']).label.lower()}. Ring by {_day(each['ring_by'])}.",
            "To ring",
            "next_year",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


TO_RING = Kind(_to_ring_asked, _to_ring_lines)


def _for_senior_managers_asked(principal: Principal) -> QuerySet[Any]:
    """A school that cannot keep its worker, at once; one that does not know, when its budget date is near."""
    rows = NextYear.objects.visible_to(principal).for_senior_managers(principal.today)
    return as_json(rows.order_by("answered_at", "pk"), **COLUMNS)


def _for_senior_managers_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [_line(each) for each in found]


FOR_SENIOR_MANAGERS = Kind(_for_senior_managers_asked, _for_senior_managers_lines)


def _of_schools_asked(principal: Principal) -> QuerySet[Any]:
    """The question about their share that heads have been asked, and have said nothing to since."""
    said = NextYear.objects.filter(placement__school=OuterRef("school"), school_year=OuterRef("school_year"))
    rows = ShareQuestion.objects.visible_to(principal).exclude(
        Exists(said.filter(answered_at__gte=OuterRef("asked_at")))
    )
    ahead = rows.filter(school_year__gt=school_year_of(principal.today))
    return as_json(ahead, of="public_id", school="school__name", year="school_year", at="asked_at")


def _of_schools_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Say whether you keep your share in {school_year_label(each['year'])}",
            "One question for each worker, with next year’s price.",
            "Next year",
            "share_question",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


OF_SCHOOLS = Kind(_of_schools_asked, _of_schools_lines)


def _line(said: dict[str, Any]) -> Need:
    if said["answer"] == NextYear.Answer.CANNOT:
        what = f"{said['school']} cannot keep its worker next year"
        known = said["notice_on"]
        why = f"Last day for notice: {_day(known)}." if known else "The terms before are not known yet."
    else:
        what = f"{said['school']} does not know about next year yet"
        why = f"Its budget date is {_day(said['budget_on'])}."
    return Need(what, why, "Next year", "next_year", UUID(said["of"]), moment(said["at"]))


def _day(text: str) -> str:
    return day(date.fromisoformat(text))
