"""What the top floor puts into the slots of lower pages: papers, and the figure that somebody was asked about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from reports.measures.figure import Figure
from reports.measures.registry import BY_CODE
from reports.models import Document, FigureQuestion
from reports.models.questions import ANSWERED
from schools.models import Agreement, School
from teams.foundation import panels
from teams.foundation.kept import Kept
from teams.models import Commitment

TEMPLATE = "reports/panels/papers.html"
SHOWN = 20
ORDER = ("-superseded_at", "-made_at", "title", "pk")
OF_AGREEMENT = Kept(lambda *, agreement: Document.objects.filter(subject_id=agreement).order_by(*ORDER)[: SHOWN + 1])
OF_SCHOOL = Kept(lambda *, school: Document.objects.filter(placement__school=school).order_by(*ORDER)[: SHOWN + 1])


def register() -> None:
    panels.declare("agreement", papers_of_agreement, TEMPLATE)
    panels.declare("school", papers_of_school, TEMPLATE)
    panels.declare("question", figure_asked_about, "reports/panels/question.html")


def papers_of_agreement(request: HttpRequest, agreement: Agreement) -> dict[str, Any] | None:
    return _papers(OF_AGREEMENT.visible_to(request.principal, agreement=agreement.public_id))  # type: ignore[attr-defined]


def papers_of_school(request: HttpRequest, school: School) -> dict[str, Any] | None:
    return _papers(OF_SCHOOL.visible_to(request.principal, school=school.pk))  # type: ignore[attr-defined]


def _papers(found: list[Document]) -> dict[str, Any] | None:
    """The papers that this reader may open, the current ones first. None where there is none: no empty box."""
    return {"papers": found[:SHOWN], "more": len(found) > SHOWN} if found else None


def figure_asked_about(request: HttpRequest, promise: Commitment) -> dict[str, Any] | None:
    """As it was read then. A sum of money stands on its own page alone, which asks who it is again. One query."""
    principal = request.principal  # type: ignore[attr-defined]
    rows = FigureQuestion.objects.visible_to(principal).select_related("area", "team")
    question = rows.filter(occasion=promise.occasion_id).first()
    if question is None:
        return None
    figure, measure = Figure.kept(question.kept), BY_CODE.get(question.code)
    may_open = measure is not None and measure.may_be_read_by(principal)
    place = question.team or question.area
    asked = f"?{urlencode({'place': str(place.public_id)})}" if place else ""
    is_asker, is_settled = question.asked_by_id == principal.person_id, promise.status in ANSWERED
    return {
        "question": question,
        "figure": figure,
        "shows_number": measure is not None and not measure.costs,
        "href": reverse("figure", args=[question.code]) + asked if may_open else "",
        "may_read_answer": is_asker and is_settled and question.read_at is None,
        "may_take_back": is_asker and promise.status == Commitment.Status.OPEN,
    }
