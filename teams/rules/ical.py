"""Calendar files (RFC 5545): when, where, and with whom at work. Nothing that happens there, and nobody's name who is a
child: the title is the occasion's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from icalendar import Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Alongside//Calendar//EN"


@dataclass(frozen=True)
class Entry:
    """One thing in a calendar. `edition` counts its changes, so that a newer one takes the place of an older."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    edition: int
    is_called_off: bool = False


def calendar_file(entries: Iterable[Entry], *, name: str, at: datetime) -> bytes:
    """The entries as a calendar that Outlook, Google and phones read. Moments are written in UTC."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", at.astimezone(UTC))
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", entry.ends_at.astimezone(UTC))
        event.add("summary", entry.title)
        event.add("sequence", entry.edition)
        event.add("status", "CANCELLED" if entry.is_called_off else "CONFIRMED")
        event.add("class", "PRIVATE")
        if entry.place:
            event.add("location", entry.place)
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
