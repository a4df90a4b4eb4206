"""The number of the request that is being answered: the same in the audit, in the log and in the answer's header."""

from __future__ import annotations

import uuid
from contextvars import ContextVar

request_number: ContextVar[uuid.UUID | None] = ContextVar("request_number", default=None)
