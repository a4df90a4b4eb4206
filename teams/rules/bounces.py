"""Reading a delivery report (RFC 3464): which mail it is about, and whether it will ever arrive."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import Message
from typing import Literal, NamedTuple

# Where our reference stands in a mail of ours, the surest first.
HEADERS = ("X-Alongside-Reference", "Message-ID", "In-Reply-To", "References")
# RFC 3463: bad mailbox, bad system, bad syntax, moved, null MX, no such mailbox; and a mailbox that is switched off.
NO_SUCH_ADDRESS = ("5.1.", "5.2.1", "5.4.4")


class Report(NamedTuple):
    """`about` is text with our reference somewhere in it; `fate` of a report that says nothing yet is "waits"."""

    about: str
    fate: Literal["address", "refused", "arrived", "waits"]


def read_report(raw: bytes) -> Report | None:
    """None where this is no delivery report at all: an answer from a person, or an out-of-office note."""
    parts: list[Message] = list(email.message_from_bytes(raw, policy=email.policy.default).walk())
    status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        return None
    about = " ".join(_about(parts))
    fates = [fate for block in _blocks(status) if (fate := _fate(block)) is not None]
    return Report(about, min(fates, key=("address", "refused", "waits", "arrived").index)) if fates else None


def _blocks(status: Message) -> list[Message]:
    """The groups of fields: one about the message, then one for each reader."""
    content = status.get_payload()
    return [block for block in content if isinstance(block, Message)] if isinstance(content, list) else []


def _fate(block: Message) -> Literal["address", "refused", "arrived", "waits"] | None:
    action = str(block.get("Action", "")).strip().lower()
    if action == "failed":
        code = str(block.get("Status", "")).strip()
        return "address" if code.startswith(NO_SUCH_ADDRESS) else "refused"
    if action in ("delivered", "relayed", "expanded"):
        return "arrived"
    return "waits" if action == "delayed" else None


def _about(parts: list[Message]) -> Iterator[str]:
    """The headers of the mail that came back, wherever the server put them, then those of the report itself."""
    for part in reversed(parts):
        for name in HEADERS:
            if part.get(name):
                yield str(part[name])
        if part.get_content_type() == "text/rfc822-headers":
            yield str(part.get_payload())
