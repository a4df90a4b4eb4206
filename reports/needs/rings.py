"""A parent would rather be rung than answer questions on a page (journeys Y2)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from performance.models import Ticket
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal
from teams.foundation.words import midnight


def asked(principal: Principal) -> QuerySet[Any]:
    """The worker at once; from the day after also who manages her, or covers for whoever does."""
    rows = Ticket.objects.visible_to(principal).exclude(ring="").exclude(young_person=None)
    rows = rows.filter(Q(worker=principal.person_id) | Q(ring_asked_at__lt=midnight(principal.today)))
    return as_json(rows, of="young_person__public_id", initials="young_person__initials", at="ring_asked_at")


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Ring a parent of {each['initials']}",
            "They asked to be rung instead of answering. The number is on the page.",
            "To ring",
            "young_person",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


KIND = Kind(asked, lines)
