"""Whose turn it is to bring a question to peer supervision (journey M5): least recent first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Turn:
    """A worker of the set, and the day on which she last brought a question; None for never."""

    key: Any
    name: str
    last: date | None = None


def in_order(turns: Iterable[Turn]) -> list[Turn]:
    """Who has never brought one comes first, then who did so longest ago; by name where that is the same."""
    return sorted(turns, key=lambda turn: (turn.last is not None, turn.last or date.min, turn.name, str(turn.key)))
