"""The number of the request that is being answered: the same in the audit, in the log and in the answer's header.

Work in the background goes on under the number of the request that caused it.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType

request_number: ContextVar[uuid.UUID | None] = ContextVar("request_number", default=None)
# What every line of the log tells of where it happened (config/log_lines.py): the authority's slug, the task.
circumstances: ContextVar[Mapping[str, object]] = ContextVar("circumstances", default=MappingProxyType({}))
