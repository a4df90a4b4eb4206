"""A fresh link to the mailbox of an old one: at once, and three an hour at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from teams.foundation import mail
from teams.foundation.errors import Refusal

NEW_LINKS_AN_HOUR = 3


def send(kind: str, purpose: str, subject: Any, *, to: Any, words: dict[str, str], at: datetime) -> mail.Notice:
    """Not counted, for its reader has just asked for it.

    Raises Refusal after three in an hour: whoever holds an old link could else fill the mailbox behind it.
    """
    since = at - timedelta(hours=1)
    asked = mail.Notice.objects.filter(kind=kind, person=to, subject_id=subject.public_id, made_at__gte=since)
    if asked.count() >= NEW_LINKS_AN_HOUR:
        raise Refusal("We have sent three new links in an hour. Use the newest, or wait an hour.", code="too_often")
    return mail.write(
        kind,
        to=to,
        matter=f"{kind}:{subject.public_id}",
        at=at,
        words=words,
        purpose=purpose,
        subject=subject,
        to_school=True,
        asked_for=True,
    )
