"""The bar under the header, by role, in the order of journeys 7. What is not built yet is not there.

It names pages of upper floors by their address names: the one whisper upwards that is allowed.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from teams.foundation.access import Role

Item = tuple[str, str]

BARS: list[tuple[Role, list[Item]]] = [
    (Role.SENIOR_MANAGER, [("County", "county"), ("Agreements", "agreement_list"), ("Schools", "school_list"), ("Term papers", "run_list")]),
    (Role.TEAM_MANAGER, [("My week", "first_page"), ("Agreements", "agreement_list"), ("Schools", "school_list"), ("Term papers", "run_list")]),
    (Role.SENIOR_PRACTITIONER, [("My week", "first_page"), ("Agreements", "agreement_list"), ("Schools", "school_list")]),
    (Role.ADMINISTRATOR, [("Set up", "set_up"), ("People", "people"), ("Schools and contacts", "school_list"), ("Term papers", "run_list")]),
    (Role.FINANCE_READER, [("Money", "county"), ("Agreements", "agreement_list")]),
    (Role.AUDITOR, [("Agreements", "agreement_list"), ("Schools", "school_list")]),
    (Role.WORKER, [("Today", "first_page"), ("My schools", "agreement_list")]),
]  # fmt: skip


def navigation(request: HttpRequest) -> list[dict[str, object]]:
    """Links for the bar: [{"text", "href", "active"}]. A headteacher has none: one page with jump links."""
    principal = getattr(request, "principal", None)
    if principal is None or principal.kind != "membership":
        return []
    for role, items in BARS:
        if principal.has(role):
            here = request.path
            links = [{"text": text, "href": reverse(name)} for text, name in items]
            return [link | {"active": here == link["href"]} for link in links]
    return []
