"""What stands in somebody's calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from teams.models import Feed, Occasion
from teams.rules.ical import Entry, calendar_file

BEFORE, AFTER = timedelta(days=30), timedelta(days=400)


def entry(occasion: Occasion) -> Entry:
    """An occasion as a calendar has it. The same occasion is the same entry in everybody's calendar."""
    return Entry(
        uid=f"{occasion.public_id}@alongside",
        title=occasion.title,
        starts_at=occasion.starts_at,
        ends_at=occasion.ends_at,
        place=occasion.place,
        edition=occasion.edition,
        is_called_off=occasion.called_off_at is not None,
    )


def calendar_of(feed: Feed, *, name: str, at: datetime) -> bytes:
    """A month back and a year ahead, called off ones too: a calendar learns of them in no other way. One query."""
    occasions = Occasion.objects.meetings().between(at - BEFORE, at + AFTER).of(feed.person_id)
    return calendar_file([entry(each) for each in occasions], name=name, at=at)
