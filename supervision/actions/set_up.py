"""The step of setting a county up that is about supervision. Declared from `ready()`; drawn by the page of `teams`."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Q

from teams.actions.set_up import Standing, Step, declare
from teams.foundation.words import counted
from teams.models import Authority, Profession


def declare_steps() -> None:
    declare(
        Step(
            "how_often",
            "How often",
            "How each profession is supervised: choose one of three models.",
            65,
            _patterns,
            is_needed=False,
        )
    )


def _patterns(authority: Authority, today: date) -> Standing:
    """Done when every profession that has posts has its pattern."""
    held = Q(posts__isnull=False) & (Q(posts__ends_on=None) | Q(posts__ends_on__gte=today))
    counts = Profession.objects.aggregate(
        chosen=Count("patterns", distinct=True), without=Count("pk", filter=held & Q(patterns=None), distinct=True)
    )
    number, without = counts["chosen"], counts["without"]
    if not number:
        return Standing(False, "Not chosen yet")
    words = counted(number, "profession", "professions")
    return Standing(not without, f"{words}, {without} not chosen" if without else words)
