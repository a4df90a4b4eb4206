"""What upper floors add to a made-up county: each declares its story from `ready()`, played after this floor's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps

_stories: list[Callable[[Any], None]] = []


def declare(play: Callable[[Any], None]) -> None:
    """`play` gets the stage (schools.demo.agreements.Stage) once agreements and placements are there."""
    if play not in _stories:
        _stories.append(play)


def stories() -> list[Callable[[Any], None]]:
    """In the order of the floors, the lowest first: what an upper floor tells is about what a lower one has added.

    Django asks the upper ones first whether they are ready: their templates go before those below.
    """
    floors = [floor.name for floor in reversed(list(apps.get_app_configs()))]
    return sorted(_stories, key=lambda play: floors.index(play.__module__.partition(".")[0]))
