"""What was sent to somebody, and what became of it: kind, day and state, never the content (journey A3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from teams.foundation.links import Link
from teams.foundation.mail import Notice, subject_of

STATES = {
    Notice.State.WAITING: "Waits",
    Notice.State.SENT: "Sent",
    Notice.State.FAILED: "Came back",
    Notice.State.HELD_BACK: "Held back",
    Notice.State.NOT_NEEDED: "Not sent",
}
COLOURS = {"Waits": "yellow", "Sent": "green", "Came back": "red", "Held back": "orange", "Not sent": "grey"}


@dataclass(frozen=True)
class Letter:
    """One mail and the link that went with it, as a person on the telephone tells of them."""

    notice: Notice
    what: str
    state: str
    at: datetime  # sent, or to be sent
    link: Link | None
    now: datetime

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def has_link(self) -> bool:
        return bool(self.notice.purpose)

    @property
    def opens_now(self) -> str:
        """What its reader sees who opens the link at this moment."""
        if self.link is None:
            return ""
        if self.link.answered_at is not None:
            return "answered"
        if self.link.voided_at is not None:
            return "void"
        return "open" if self.link.is_open(self.now) else "over"


def letters_to(person: Any, *, now: datetime) -> list[Letter]:
    """The newest first. One query."""
    notices = Notice.objects.filter(person=person).select_related("link", "authority").order_by("-made_at", "-pk")
    found = []
    for notice in notices[:100]:
        if notice.link is not None:
            notice.link.person = person  # known: `is_open` asks whether the mailbox is still theirs
        state = STATES[Notice.State(notice.state)]
        at = notice.sent_at or (notice.due_at if notice.state == Notice.State.WAITING else notice.made_at)
        found.append(Letter(notice, subject_of(notice), state, at, notice.link, now))
    return found
