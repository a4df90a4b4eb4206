"""When somebody at the school can be asked to find a young person today, and how often."""

from __future__ import annotations

from datetime import datetime, time, timedelta

OPENS, CLOSES = time(8, 0), time(16, 0)
EVERY = timedelta(minutes=30)


def is_school_time(there: datetime, is_school_day: bool) -> bool:
    """Is somebody in the school now? `there` is the moment by the clock of the school."""
    return is_school_day and OPENS <= there.time() < CLOSES


def come_by(there: datetime) -> datetime:
    """By when the young person need not wait any longer: half an hour, and never past the end of the school's day."""
    return min(there + EVERY, there.replace(hour=CLOSES.hour, minute=CLOSES.minute, second=0, microsecond=0))


def is_due(mailed_at: datetime, now: datetime) -> bool:
    """Has nobody said "I have this" for half an hour?"""
    return now - mailed_at >= EVERY
