"""What the top floor puts into the slots of lower pages: the papers of an agreement, and of a school."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from reports.models import Document
from schools.models import Agreement, School
from teams.foundation import panels

TEMPLATE = "reports/panels/papers.html"
SHOWN = 20


def register() -> None:
    panels.declare("agreement", papers_of_agreement, TEMPLATE)
    panels.declare("school", papers_of_school, TEMPLATE)


def papers_of_agreement(request: HttpRequest, agreement: Agreement) -> dict[str, Any] | None:
    return _papers(request, Q(subject_id=agreement.public_id))


def papers_of_school(request: HttpRequest, school: School) -> dict[str, Any] | None:
    return _papers(request, Q(placement__school=school))


def _papers(request: HttpRequest, about: Q) -> dict[str, Any] | None:
    """The papers that this reader may open, the current ones first. None where there is none: no empty box."""
    mine = Document.objects.visible_to(request.principal)  # type: ignore[attr-defined]
    found = list(mine.filter(about).order_by("-superseded_at", "-made_at", "title", "pk")[: SHOWN + 1])
    return {"papers": found[:SHOWN], "more": len(found) > SHOWN} if found else None
