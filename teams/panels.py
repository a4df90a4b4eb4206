"""What the ground floor puts into slots of the floors above: what the county says, on the pages where it applies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from teams.foundation import panels
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.kept import Kept
from teams.models import Guidance, Place
from teams.permissions import LINE_MANAGERS

SLOT, TEMPLATE = "county_says", "teams/panels/county_says.html"
SHOWN = 3


def register() -> None:
    panels.declare(SLOT, county_says, TEMPLATE)


def county_says(request: HttpRequest, place: str) -> dict[str, Any] | None:
    """The newest that hold in this place, and for managers the way to ask. One query; None where there is neither."""
    principal = request.principal  # type: ignore[attr-defined]
    if not principal.has(*COUNCIL_ROLES):
        return None
    found = _newest.visible_to(principal, place=place, day=principal.today)
    may_ask = principal.has(*LINE_MANAGERS)
    if not found and not may_ask:
        return None
    return {
        "found": found[:SHOWN], "more": len(found) > SHOWN, "may_ask": may_ask, "place": place,
        "called": Place(place).label,
    }  # fmt: skip


@Kept
def _newest(*, place: Any, day: Any) -> Any:
    """One more than is shown: then there are more."""
    return Guidance.objects.holding(day).filter(place=place)[: SHOWN + 1]
