"""How the installation is doing, as numbers that web and workers share in Valkey: no name, no authority, no row.

The wall stays closed: nobody counts across authorities. The sweep, which opens one authority after the other anyhow,
adds up what it sees and notes the sums here; workers count what they have done. `/metrics` shows them.
Numbers are no reason to fail: without Valkey they are not kept, and nobody is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from redis.exceptions import RedisError

cache = ConnectionProxy(caches, "signs")

WAITING = "figures:waiting"
NOTED_FOR = 10 * 60  # seconds after which sums that nobody has renewed are shown no longer


def note_waiting(sums: Mapping[str, float]) -> None:
    """What the last sweep has seen of all authorities together."""
    with suppress(RedisError):
        cache.set(WAITING, dict(sums), NOTED_FOR)


def waiting() -> dict[str, float]:
    """What the last sweep noted; empty when it is too long ago. Raises the cache's own error when Valkey is down."""
    found: dict[str, float] = cache.get(WAITING) or {}
    return found


def count(name: str, by: int = 1) -> None:
    """Add to a counter that lives as long as Valkey's data."""
    key = f"figures:count:{name}"
    with suppress(RedisError):
        try:
            cache.incr(key, by)
        except ValueError:  # the first of its kind
            cache.add(key, 0, None)
            cache.incr(key, by)


def counted(names: Iterable[str]) -> dict[str, int]:
    """The counters of these names; those that never counted are 0. Raises the cache's own error."""
    wanted = {f"figures:count:{name}": name for name in names}
    found: dict[str, Any] = cache.get_many(list(wanted))
    return {name: int(found.get(key, 0)) for key, name in wanted.items()}
