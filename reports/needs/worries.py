"""A young person asked to be found, and nobody has said yet that they have it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from casework.models import Worry
from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal


def asked(principal: Principal) -> QuerySet[Any]:
    """For who manages the worker, and who keeps the school's young people safe; the worker has it on her own page."""
    rows = Worry.objects.visible_to(principal).waiting().exclude(worker=principal.person_id)
    return as_json(rows, of="public_id", at="asked_at", worker="worker__name", school="school__name")


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Ring {each['worker']} about {each['school']}",
            "A young person asked to be found. Nobody has said yet that they have it.",
            "Safety",
            "worry",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


KIND = Kind(asked, lines)
