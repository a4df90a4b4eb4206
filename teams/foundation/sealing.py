"""Canonical JSON and its digest. What was read is what was signed, and what was signed is what is printed."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """Dates as ISO text, money as text with its pennies: nothing that two machines could write differently."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, float):
        raise TypeError("A float cannot be sealed: money and percents are Decimal.")
    return value


def canonical(content: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. The same content gives the same bytes on every machine."""
    return json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(content: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal figures. On screens: "Check code"."""
    return hashlib.sha256(canonical(content)).hexdigest()
