"""The cache that rate limits are counted in, with a spare for the minutes in which Valkey is down.

Losing Valkey may cost half a minute of background work and nothing else (docs/decisions/0006); but allauth counts wrong
passwords in the cache, and a count that cannot be kept must not close the door to everybody. So while Valkey cannot be
asked, each web process counts in its own memory: with two processes a guesser gets at most twice the tries, not
unlimited ones. The six figures of a link have their counter in its row and are not touched by any of this.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

QUIET = 5  # seconds in which a Valkey that did not answer is not asked again: each try may cost a request a second
MOST_KEPT = 10_000  # counts in one process's memory


def _asked(name: str) -> Callable[..., Any]:
    def ask(self: CacheWithASpare, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= CacheWithASpare.ask_again_at:
            try:
                return getattr(super(CacheWithASpare, self), name)(*arguments, **options)
            except RedisError as error:
                CacheWithASpare.ask_again_at = time.monotonic() + QUIET
                logger.warning("Valkey does not answer (%s): rate limits are counted by each process", error)
        return getattr(self.spare, name)(*arguments, **options)

    return ask


class CacheWithASpare(RedisCache):
    """Django's cache in Valkey; where Valkey fails, the same call is answered from this process's memory."""

    ask_again_at = 0.0  # of the whole process, by `time.monotonic`: Django makes one cache object for each thread

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.spare = LocMemCache("spare", params | {"OPTIONS": {"MAX_ENTRIES": MOST_KEPT}})

    add = _asked("add")
    get = _asked("get")
    set = _asked("set")
    touch = _asked("touch")
    delete = _asked("delete")
    get_many = _asked("get_many")
    set_many = _asked("set_many")
    delete_many = _asked("delete_many")
    has_key = _asked("has_key")
    incr = _asked("incr")
    clear = _asked("clear")
