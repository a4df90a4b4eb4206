"""How long something takes beside something else, on a machine that others use too."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def side_by_side(what: Mapping[str, Callable[[], object]], rounds: int, *, warm: int = 2) -> dict[str, float]:
    """Seconds of each, the median of so many rounds in which they take turns: other work disturbs all alike."""
    for _ in range(warm):
        for do in what.values():
            do()
    gc.collect()
    gc.freeze()
    took: dict[str, list[float]] = {name: [] for name in what}
    for _ in range(rounds):
        for name, do in what.items():
            began = perf_counter()
            do()
            took[name].append(perf_counter() - began)
    return {name: median(each) for name, each in took.items()}
