"""The bar under the header, by role, in the order of journeys 7. What is not built yet is not there.

It names pages of upper floors by their address names: the one whisper upwards that is allowed.
"""

from __future__ import annotations

from django.http import HttpRequest

from teams.foundation.access import Role
from teams.foundation.addresses import address

Item = tuple[str, str]

BARS: list[tuple[Role, list[Item]]] = [
    (Role.SENIOR_MANAGER, [("County", "county"), ("Money", "money_ahead"), ("Schools and need", "need"), ("Agreements", "agreement_list"), ("Reports", "packs"), ("Asked of us", "asked_of_us")]),
    (Role.TEAM_MANAGER, [("My week", "first_page"), ("Supervision", "supervision"), ("Agreements", "agreement_list"), ("Schools", "school_list"), ("Reviews", "reviews"), ("Term papers", "run_list")]),
    (Role.SENIOR_PRACTITIONER, [("My week", "first_page"), ("Supervision", "supervision"), ("Agreements", "agreement_list"), ("Schools", "school_list"), ("Reviews", "reviews")]),
    (Role.ADMINISTRATOR, [("Set up", "set_up"), ("People", "people"), ("Schools and contacts", "school_list"), ("Term papers", "run_list")]),
    (Role.FINANCE_READER, [("Figures", "county"), ("Money", "money_ahead"), ("Agreements", "agreement_list"), ("Term papers", "run_list")]),
    (Role.AUDITOR, [("Agreements", "agreement_list"), ("Schools", "school_list"), ("Term papers", "run_list"), ("Reports", "term_reports")]),
    (Role.WORKER, [("Today", "first_page"), ("Young people", "young_people"), ("My schools", "agreement_list"), ("Supervision and review", "my_supervision")]),
]  # fmt: skip


def navigation(request: HttpRequest) -> tuple[tuple[str, str, bool], ...]:
    """Links for the bar: words, address, and is it this page? A headteacher has none: one page with jump links."""
    links = [(text, address(name)) for text, name in _bar(request)]
    return tuple((text, href, request.path == href) for text, href in links)


def trail(request: HttpRequest, place: str, *above: dict[str, str]) -> list[dict[str, str]]:
    """Where a page is: its place in the reader's own bar, in the bar's words, then the pages above this one.

    Empty for whoever has no such place in the bar: they get the way back alone.
    """
    for text, name in _bar(request):
        if name == place:
            return [{"text": text, "href": address(name)}, *above]
    return []


def _bar(request: HttpRequest) -> list[Item]:
    principal = getattr(request, "principal", None)
    if principal is None or principal.kind != "membership":
        return []
    return next((items for role, items in BARS if principal.has(role)), [])
