"""What this floor puts into the slots of lower pages: what a young person and their parents said, and asking them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from casework.models import YoungPerson
from performance.actions import results
from performance.actions.answering_back import at_school
from performance.actions.reading import in_words
from performance.models import Feedback, Ticket, Wave
from performance.permissions.waves import ASKERS
from schools.models import School
from teams.foundation import panels
from teams.foundation.access import Principal, Role

SHOWN = 3


def register() -> None:
    panels.declare("my_supervision", way_to_my_review, "performance/panels/my_review.html")
    panels.declare("young_person", feedback_of, "performance/panels/feedback.html")
    panels.declare("school", said_at, "performance/panels/school.html")


def way_to_my_review(request: HttpRequest, visit: Any) -> dict[str, Any]:
    """Nothing but the way."""
    return {}


def feedback_of(request: HttpRequest, young: YoungPerson) -> dict[str, Any] | None:
    """What was said with a name, the latest first, and which parent waits to be rung."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.has(*ASKERS):
        return None
    said = Feedback.objects.filter(young_person=young).visible_to(principal).for_page()[:SHOWN]
    waiting = Ticket.objects.filter(young_person=young).visible_to(principal).exclude(ring="")
    return {
        "young": young,
        "said": [in_words(each) for each in said],
        "ring": list(waiting.order_by("ring_asked_at", "pk")),
        "may_ask": young.status == YoungPerson.Status.OPEN,
    }


def said_at(request: HttpRequest, school: School) -> dict[str, Any] | None:
    """For the school: the sums of its own last round, from five answers on, and what its teams did."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.has(Role.HEADTEACHER, Role.IN_SCHOOL_LEAD, Role.SENIOR_MANAGER):
        return None
    we_did = at_school(school, principal)
    last = results.last_round(Wave.Kind.YOUNG, principal)
    if not we_did and last is None:
        return None
    mine, questions = results.at_school(school, last, principal) if last is not None else (None, [])
    return {"we_did": we_did, "round": last, "tally": mine, "questions": questions}
