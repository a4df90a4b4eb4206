"""An agreed visit as a calendar entry."""

from __future__ import annotations

from datetime import datetime

from supervision.models import Visit
from teams.actions.feeds import entry
from teams.rules.ical import calendar_file


def entry_of(visit: Visit, *, at: datetime) -> bytes:
    """ "Meeting with [manager]", as a file for one calendar."""
    assert visit.occasion is not None  # noqa: S101  (an agreed visit has its time)
    return calendar_file([entry(visit.occasion)], name=f"Meeting with {visit.manager.name}", at=at)
