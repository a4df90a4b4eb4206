"""The step of setting a county up that is about reviews. Declared from `ready()`; drawn by the page of `teams`."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q

from performance.models import Scheme
from teams.actions.set_up import Standing, Step, declare
from teams.foundation.words import counted
from teams.models import Authority, Employment


def declare_steps() -> None:
    declare(
        Step(
            "schemes",
            "Reviews",
            "The yearly review: its conversations and headings, for each employer.",
            66,
            _schemes,
            is_needed=False,
        )
    )


def _schemes(authority: Authority, today: date) -> Standing:
    """Done when everybody who is employed today has a scheme that holds. One query."""
    holds = Scheme.objects.in_use().filter(
        Q(profession=None) | Q(profession=OuterRef("post__profession")), employer=OuterRef("employer")
    )
    without = Exists(Employment.objects.on(today).filter(~Exists(holds)))
    lacks = list(Scheme.objects.in_use().annotate(lacks=without).values_list("lacks", flat=True))
    if not lacks:
        return Standing(False, "No scheme yet")
    words = counted(len(lacks), "scheme", "schemes")
    return Standing(not any(lacks), f"{words}; some people have none" if any(lacks) else words)
