"""What this floor puts into the slots of lower pages: what a young person and their parents said, and asking them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from casework.models import YoungPerson
from performance.actions.reading import in_words
from performance.models import Feedback, Ticket
from performance.permissions.waves import ASKERS
from teams.foundation import panels
from teams.foundation.access import Principal

SHOWN = 3


def register() -> None:
    panels.declare("young_person", feedback_of, "performance/panels/feedback.html")


def feedback_of(request: HttpRequest, young: YoungPerson) -> dict[str, Any] | None:
    """What was said with a name, the latest first, and which parent waits to be rung."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    if not principal.has(*ASKERS):
        return None
    said = Feedback.objects.visible_to(principal).filter(young_person=young).for_page()[:SHOWN]
    waiting = Ticket.objects.visible_to(principal).filter(young_person=young).exclude(ring="")
    return {
        "young": young,
        "said": [in_words(each) for each in said],
        "ring": list(waiting.order_by("ring_asked_at", "pk")),
        "may_ask": young.status == YoungPerson.Status.OPEN,
    }
