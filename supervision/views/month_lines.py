"""How far one visit of the month is, in words, and what can be done about it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from supervision.actions.bookings import Proposal, is_silent
from supervision.actions.months import Line, MonthPlan
from supervision.forms.bookings import day_and_time, weekday
from supervision.models import Visit

Act = dict[str, Any]


def booked(line: Line, proposal: Proposal, found: MonthPlan, today: date) -> dict[str, Any]:
    """`lines`, a quieter one, and `acts`: [{"text", "href", "press"}]."""
    visit = line.visit
    if visit is None or visit.status == Visit.Status.DUE:
        return _proposed(line, proposal, found)
    if visit.status == Visit.Status.OFFERED:
        return _offered(visit, proposal, found, today)
    words = day_and_time(visit.occasion.starts_at) if visit.occasion is not None else weekday(visit.due_on)
    if visit.status == Visit.Status.HELD:
        return {"lines": [words], "more": "", "acts": [_way("What we said", "room", visit)]}
    coming = f"{visit.school_person.name} comes for the school" if visit.school_person else ""
    acts = [
        _way("Get ready", "get_ready", visit),
        _way("It could not happen", "visit_call_off", visit),
        _way("Another time", "visit_agreed", visit),
    ]
    return {"lines": [words], "more": coming, "acts": acts}


def between_two(line: Line, found: MonthPlan, for_whom: str) -> dict[str, Any]:
    """A one-to-one or a joint visit: "who", "what", "lines", "more", "why", "state", "colour" and "acts"."""
    visit, status = line.visit, line.visit.status if line.visit else Visit.Status.DUE
    assert line.worker is not None  # noqa: S101  (always somebody's)
    said: dict[str, Any] = {
        "who": line.worker.name,
        "what": Visit.Kind(line.kind).label + (f", {line.by.name} comes" if line.by else ""),
        "lines": [f"Due by {weekday(line.due_on)}"],
        "more": "",
        "why": line.why,
        "state": Visit.Status(status).label,
        "colour": {"agreed": "green", "held": "grey"}.get(status, "yellow"),
    }
    if visit is None:
        where = [found.month.year, found.month.month, line.kind, line.worker.public_id]
        way = {"text": "Agree on a time", "href": reverse("between_two", args=where), "press": False}
        return said | {"acts": [way]}
    if visit.occasion is not None:
        said |= {"lines": [day_and_time(visit.occasion.starts_at)], "more": visit.occasion.place}
    if visit.status == Visit.Status.HELD:
        return said | {"acts": [_way("What we said", "room_two", visit)]}
    if visit.status == Visit.Status.AGREED:
        acts = [("Get ready", "get_ready"), ("It could not happen", "visit_call_off"), ("Another time", "visit_agreed")]
        return said | {"acts": [_way(text, name, visit) for text, name in acts]}
    return said | {
        "acts": [
            _way("Agree on a time", "visit_agreed", visit),
            _way("Not this time", "visit_leave_out", visit, press=True),
        ]
    }


def _proposed(line: Line, proposal: Proposal, found: MonthPlan) -> dict[str, Any]:
    day = proposal.day_of(line)
    assert line.placement is not None  # noqa: S101  (a visit in school)
    acts = []
    if day is not None:
        where = [found.month.year, found.month.month, line.placement.public_id]
        acts.append({"text": "Another day", "href": reverse("visit_pin", args=where), "press": False})
    if line.visit is not None:
        acts.append(_way("Agreed by telephone", "visit_agreed", line.visit))
        acts.append(_way("Not this time", "visit_leave_out", line.visit, press=True))
    pinned = line.visit is not None and day is not None and line.visit.pinned_on == day
    words = weekday(day) if day else "No day is left in this month"
    return {"lines": [words], "more": "You chose this day" if pinned else "", "acts": acts}


def _offered(visit: Visit, proposal: Proposal, found: MonthPlan, today: date) -> dict[str, Any]:
    acts = [
        _way("Agreed by telephone", "visit_agreed", visit),
        _way("Offer other times", "visit_again", visit, press=True),
    ]
    if visit.other_times:
        return {"lines": ["None suits"], "more": f"What would: {visit.other_times}", "acts": acts}
    slots = sorted(proposal.slots.get(visit.pk, []), key=lambda slot: slot.starts_at)
    offered = [day_and_time(slot.starts_at) for slot in slots]
    calendar = found.crew.calendars.get(visit.placement.school_id, found.crew.county)
    if is_silent(visit, calendar, today=today):
        person = visit.school_person
        number = person.telephone if person is not None and person.telephone else "no number is known"
        name = person.name if person is not None else visit.school.name
        return {
            "lines": [f"Ring them: {name}, {number}"],
            "more": "No answer yet. Offered: " + ", ".join(offered),
            "acts": acts,
        }
    return {"lines": offered, "more": "No answer yet", "acts": acts}


def _way(text: str, name: str, visit: Visit, *, press: bool = False) -> Act:
    return {"text": text, "href": reverse(name, args=[visit.public_id]), "press": press}
