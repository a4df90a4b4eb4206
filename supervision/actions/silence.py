"""When somebody who was asked is silent, for whatever goes round to be agreed: here, and in reviews.

Silence is counted from a mail that left and did not come back (decisions 0010 and 0011). Whoever none has reached is
asked again, and rung in the end; nothing is sealed as their silence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from teams.foundation.mail import Notice
from teams.foundation.school_hours import school_days
from teams.models import Part

REMINDED_AFTER, FINAL_AFTER = 5, 10  # school days


IsSchoolDay = Callable[[date], bool]


def calendar_from(first: datetime) -> IsSchoolDay:
    """Which days from this one on are school days: asked once, where many lines are counted. One query."""
    return school_days(timezone.localdate(first))


def school_days_since(sent_at: datetime, today: date, is_school_day: IsSchoolDay | None = None) -> int:
    """How many school days have gone by since the day on which it was sent."""
    sent = timezone.localdate(sent_at)
    is_school_day = is_school_day or school_days(sent)
    return sum(is_school_day(sent + timedelta(days=n)) for n in range(1, (today - sent).days + 1))


def reached(mails: Any) -> dict[int | None, datetime]:
    """When each was first written to, by person: of these mails, those that left and did not come back."""
    sent = mails.filter(state=Notice.State.SENT, sent_at__isnull=False)
    return dict(sent.order_by("-sent_at", "-pk").values_list("person", "sent_at"))


def is_silent(row: Any, since: datetime | None, today: date, is_school_day: IsSchoolDay | None = None) -> bool:
    """A school (`row` has part and answer) that was reached by mail, `since`, and has said nothing for ten school
    days."""
    if row.part != Part.SCHOOL or row.has_answered or since is None:
        return False
    return school_days_since(since, today, is_school_day) >= FINAL_AFTER


def next_mail(mails: Any, row: Any, matter: str, today: date) -> tuple[str, str] | None:
    """The mail that is due to who has not answered now: ("asked" or "reminded", its matter). None: none is.

    `mails` are all about this to everybody, `matter` what the first ones are about. A school that none has reached is
    asked now; once two did not arrive, again when the address has been put right.
    """
    sent = [each for each in mails if each.person_id == row.person_id]
    if row.person is None or not row.person.email or any(each.state == Notice.State.WAITING for each in sent):
        return None
    arrived = [each.sent_at for each in sent if each.state == Notice.State.SENT and each.sent_at is not None]
    if arrived:
        is_early = len(sent) > 1 or school_days_since(min(arrived), today) < REMINDED_AFTER
        return None if is_early else ("reminded", matter)
    if row.part != Part.SCHOOL:
        return None  # the council's own read it on their first page
    if len(sent) < 2:
        return "asked", matter
    if any(each.address.lower() == row.person.email.lower() for each in sent):
        return None
    return "asked", f"{matter}:{len(sent)}"


def is_to_be_rung(
    *, reached: bool, waits: bool, sent_at: datetime, today: date, is_school_day: IsSchoolDay | None = None
) -> bool:
    """A school that no mail has reached: at once where none can, after five school days where one still waits."""
    return not reached and (not waits or school_days_since(sent_at, today, is_school_day) >= REMINDED_AFTER)
