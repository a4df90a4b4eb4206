"""Get ready (journey M2): one page per visit, what is new first; and one sheet of paper for the table."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from schools.actions.whereabouts import where_they_are
from schools.rules import timetable
from supervision.actions import getting_ready
from supervision.models import Visit
from supervision.permissions import supervises
from teams.foundation.access import DEPUTIES
from teams.foundation.errors import NotAllowed
from teams.foundation.views import Page
from teams.foundation.words import LONDON
from teams.models import Person

# The pages that "Take with me" keeps on a device, by the names of their addresses.
TAKEN, BETWEEN_TWO = ("get_ready", "room", "room_two"), ("get_ready", "room_two")
# What fits onto one sheet of A4, the longest words included.
PRINTED_PROMISES, PRINTED_YOUNG, PRINTED_WORDS = 7, 8, 110


class ReadyBasePage(Page):
    """For whoever comes, manages the worker in this school, or covers for one of them."""

    roles = DEPUTIES

    @cached_property
    def visit(self) -> Visit:
        visit: Visit = self.fetch(Visit.objects.for_page().select_related("placement__post"), self.kwargs["public_id"])
        if not supervises(self.principal, visit):
            raise NotAllowed("visit.get_ready", str(visit.public_id))
        return visit

    def facts(self) -> dict[str, Any]:
        visit = self.visit
        return (self.service() if visit.is_in_school else {}) | {
            "visit": visit,
            "school": visit.school,
            "ready": getting_ready.gather(visit, self.principal, now=self.now),
            "when": when(visit, self.today),
            "today": self.today,
        }

    def service(self) -> dict[str, Any]:
        """What the school is given: when the worker is to be there, and was."""
        placement = self.visit.placement
        days, here = placement.timetable, {placement.pk: self.visit.worker}
        return {
            "where": where_they_are([placement], here, principal=self.principal, now=self.now)[placement.pk],
            "days": timetable.in_words(days),
            "hours": f"{timetable.hours_per_week(days).normalize():f}",
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw()


class GetReadyPage(ReadyBasePage):
    template = "supervision/ready_manager.html"

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"take": take_with_me(self.request, [self.visit])}


class TablePrintPage(ReadyBasePage):
    """For the table, where the school reads along: nothing that was said between two, nothing from the worker's list
    but whom it names, nobody but by initials. One page, whatever there is.
    """

    template = "supervision/ready_print.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.visit.is_in_school:
            raise Http404("No school sits at that table.")
        return self.draw()

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        ready = found.pop("ready")
        said = getting_ready.shared_alone(ready)
        young = [each for each in ready.young if not each.has_ended]
        return found | {
            "said": [(_short(each.promise.text), each.promise) for each in said[:PRINTED_PROMISES]],
            "more_said": max(len(said) - PRINTED_PROMISES, 0),
            "young": [(each.young.initials, _short(each.young.need)) for each in young[:PRINTED_YOUNG]],
            "more_young": max(len(young) - PRINTED_YOUNG, 0),
        }


def when(visit: Visit, today: date) -> str:
    """ "Tomorrow, 10am", "Wednesday 11 November, 10am", or when it is due."""
    if visit.occasion is None:
        return f"Not booked yet, due by {_day(visit.due_on)}"
    there = visit.occasion.starts_at.astimezone(LONDON)
    named = {0: "Today", 1: "Tomorrow"}.get((there.date() - today).days, _day(there.date()))
    return f"{named}, {clock(there)}"


def clock(there: datetime) -> str:
    """ "10am", "1:30pm"."""
    minutes = f":{there.minute:02d}" if there.minute else ""
    return f"{there.hour % 12 or 12}{minutes}{'am' if there.hour < 12 else 'pm'}"


def take_with_me(request: Any, visits: list[Visit]) -> dict[str, str] | None:
    """What the button "Take with me" hands to its script. None where there is nothing to take."""
    if not visits:
        return None
    owner = Person.objects.filter(pk=request.principal.person_id).values_list("public_id", flat=True).first()
    names = {True: TAKEN, False: BETWEEN_TWO}
    pages = [reverse(name, args=[visit.public_id]) for visit in visits for name in names[visit.is_in_school]]
    return {"owner": str(owner or ""), "pages": json.dumps(pages), "number": str(len(visits))}


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _short(text: str) -> str:
    return text if len(text) <= PRINTED_WORDS else text[: PRINTED_WORDS - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
