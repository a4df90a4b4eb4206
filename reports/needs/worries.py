"""A young person asked to be found, and nobody has said yet that they have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from casework.models import Worry
from reports.needs.line import Need
from schools.models import Agreement
from teams.foundation.access import Principal


def waiting(principal: Principal) -> ArraySubquery:
    """Of an agreement's query: the worries that wait about who holds its post, at its school. No query of its own."""
    there = {"school": OuterRef("placement__school"), "worker__employments__post": OuterRef("placement__post")}
    found = Worry.objects.visible_to(principal).waiting().filter(**there)
    return ArraySubquery(found.values(told=JSONObject(of="public_id", at="asked_at", whom="worker__name")))


def lines(agreements: Iterable[Agreement]) -> Iterator[Need]:
    """For who manages the worker, once for each: a placement may have several agreements."""
    seen = set()
    for agreement in agreements:
        for worry in agreement.worries:  # type: ignore[attr-defined]
            if worry["of"] not in seen:
                seen.add(worry["of"])
                yield Need(
                    f"Ring {worry['whom']} about {agreement.placement.school.name}",
                    "A young person asked to be found. Nobody has said yet that they have it.",
                    "Safety",
                    "worry",
                    UUID(worry["of"]),
                    datetime.fromisoformat(worry["at"]),
                )
