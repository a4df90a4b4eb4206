"""Who comes into which set: two of equal size, out of step with each other (journeys 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from supervision.rules.rhythm import SETS

Key = TypeVar("Key")


def filled(placed: Mapping[Key, str], missing: Sequence[Key]) -> dict[Key, str]:
    """A set for each of `missing`, in their order: always the smaller one, A where both are equal."""
    sizes = {group: sum(each == group for each in placed.values()) for group in SETS}
    found = {}
    for key in missing:
        group = min(SETS, key=lambda each: (sizes[each], each))
        found[key] = group
        sizes[group] += 1
    return found
