"""Slots of a lower floor's page that an upper floor fills: the page names the slot and knows nothing of who fills it.

A page writes `{{ panels("agreement", request, agreement) }}`. From its `ready` an upper app declares what stands there:
a provider, which asks its own policy and gives the panel's facts, and a template, which draws them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

# The panel's facts for this reader and this record; None when there is nothing for this reader to see.
Provider = Callable[[HttpRequest, Any], dict[str, Any] | None]


class Panel(NamedTuple):
    provider: Provider
    template: str


_slots: dict[str, list[Panel]] = {}


def declare(slot: str, provider: Provider, template: str) -> None:
    """Fill a slot. Panels of one slot stand in the order in which they were declared."""
    _slots.setdefault(slot, []).append(Panel(provider, template))


def declared() -> dict[str, list[Panel]]:
    """All of them, for the tests that walk every template."""
    return {slot: list(panels) for slot, panels in _slots.items()}


def panels(slot: str, request: HttpRequest, record: Any) -> Markup:
    """The panels of a slot, drawn. Nothing where nobody filled it, or this reader may see none of it."""
    drawn = Markup()
    for panel in _slots.get(slot, ()):
        facts = panel.provider(request, record)
        if facts is not None:
            drawn += Markup(render_to_string(panel.template, facts, request=request))  # noqa: S704  escaped by Jinja2
    return drawn
