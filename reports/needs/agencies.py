"""Mail to somebody of another agency came back: their team's manager puts it right, or says that they are gone."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from reports.needs.line import Kind, Need, as_json, moment
from teams.foundation.access import Principal
from teams.models import AgencyPerson


def asked(principal: Principal) -> QuerySet[Any]:
    rows = AgencyPerson.objects.visible_to(principal).with_us(principal.today).exclude(bounced_at=None)
    return as_json(rows, name="person__name", email="person__email", agency="agency", at="bounced_at")


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Mail to {each['name']} came back",
            f"{each['agency']}, {each['email']}. End that line, and add them with the right address.",
            "Bounced",
            "agency_people",
            None,
            moment(each["at"]),
        )
        for each in found
    ]


KIND = Kind(asked, lines)
