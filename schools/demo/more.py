"""What upper floors add to a made-up county: each declares its story from `ready()`, played after this floor's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_stories: list[Callable[[Any], None]] = []


def declare(play: Callable[[Any], None]) -> None:
    """`play` gets the stage (schools.demo.agreements.Stage) once agreements and placements are there."""
    if play not in _stories:
        _stories.append(play)


def stories() -> list[Callable[[Any], None]]:
    """In the order of the floors."""
    return list(_stories)
