"""Supervision: November (journey M1): the month's visits with their reasons, and the two sets."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from supervision.actions import bookings, months
from supervision.actions.crews import crew_of
from supervision.actions.patterns import move_to_set, sets_on
from supervision.forms.bookings import day_and_time, weekday
from supervision.forms.patterns import SetsForm
from supervision.models import PeerSupervision
from supervision.permissions import SUPERVISORS
from supervision.rules.rhythm import SETS, Shape
from supervision.rules.rhythm.months import first_of, last_of
from supervision.views.month_lines import between_two, booked
from teams.foundation.access import DEPUTIES, Role
from teams.foundation.errors import NotAllowed
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import Membership, Person

YEARS_AROUND = 2


class SupervisorPage(Page):
    """A page of whoever supervises, about her own workers; a deputy's, about those of whom she covers for too.

    `?for=` names the covered manager by her public id; nobody else's workers are there.
    """

    roles = DEPUTIES

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.named = request.GET.get("for", "")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def covered(self) -> list[Person]:
        """For whom she covers today."""
        covers = self.principal.covers
        return list(Person.objects.filter(pk__in=covers)) if covers else []

    @cached_property
    def manager(self) -> Person:
        """Whose workers this page is about. Raises NotAllowed for a senior manager who covers for nobody."""
        for person in self.covered:
            if str(person.public_id) == self.named:
                return person
        if self.named:
            raise Http404("Nobody whom she covers for.")
        if self.principal.has(*SUPERVISORS):
            return Person.objects.get(pk=self.principal.person_id or 0)
        if self.covered:
            return self.covered[0]
        raise NotAllowed("page.supervision", "")

    @property
    def for_whom(self) -> str:
        """What the addresses of this page end with, so that it stays about the same manager."""
        return "" if self.manager.pk == self.principal.person_id else f"?for={self.manager.public_id}"

    def facts(self) -> dict[str, Any]:
        return {"manager": self.manager, "for_whom": self.for_whom}

    def others_months(self) -> list[dict[str, str]]:
        """The way to the months of those whom she covers for, and back to her own."""
        here = reverse("supervision")
        ways = [
            {
                "says": f"You cover for {person.name}.",
                "text": "See their month",
                "href": f"{here}?for={person.public_id}",
            }
            for person in self.covered
            if person.pk != self.manager.pk
        ]
        if self.for_whom and self.principal.has(*SUPERVISORS):
            ways.append({"says": f"You cover for {self.manager.name}.", "text": "See your own month", "href": here})
        return ways


class MonthPage(SupervisorPage):
    """This month, or the one of the address. Looking writes nothing."""

    template = "supervision/month_manager.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.asked: tuple[int | None, int | None] = (kwargs.get("year"), kwargs.get("month"))
        return super().dispatch(request, *args, **kwargs)

    def month(self) -> date:
        """The first day of the month that the address names; Http404 for one far away."""
        year, number = self.asked
        if year is None or number is None:
            return first_of(self.today)
        if not 1 <= number <= 12 or abs(year - self.today.year) > YEARS_AROUND:
            raise Http404("No such month.")
        return date(year, number, 1)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        month = self.month()
        found = months.look(self.manager, month, today=self.today)
        proposal = bookings.propose(found, today=self.today)
        lines = sorted(found.in_school, key=lambda line: (proposal.day_of(line) or line.due_on, line.due_on))
        return self.draw(
            plan=found,
            in_school=lines,
            round=proposal.round,
            booked=[booked(line, proposal, found, self.today) for line in lines],
            peer=self.peer(found),
            to_offer=sum(bookings.is_to_offer(line.visit) for line in found.in_school),
            month=month,
            says=_says(found),
            before=_month_before(month),
            after=_month_after(month),
            sets=_sets(found),
            is_past=last_of(month) < self.today,
            between_two=[between_two(line, found, self.for_whom) for line in found.between_two],
            others_months=self.others_months(),
            admin=_administrator(self.today) if not found.in_school and not found.between_two else None,
        )

    def peer(self, found: months.MonthPlan) -> list[dict[str, Any]]:
        """Each set's peer supervision, as it is due or as it is written down, with the way to it."""
        rows = PeerSupervision.objects.visible_to(self.principal).filter(manager=self.manager, month=found.month)
        written = {each.group: each for each in rows.select_related("occasion", "presenter")}
        lines = {line.group: line for line in found.peer}
        return [_peer_line(found.month, group, lines.get(group), written.get(group), self.for_whom)
                for group in sorted({*lines, *written})]  # fmt: skip


def _peer_line(
    month: date, group: str, line: months.Line | None, peer: PeerSupervision | None, for_whom: str
) -> dict[str, Any]:
    """Its line of the month."""
    if peer is not None:
        when = day_and_time(peer.occasion.starts_at) if peer.occasion else f"Due {weekday(peer.due_on)}"
        day = timezone.localdate(peer.occasion.starts_at) if peer.occasion else peer.due_on
        href, why, state = reverse("peer", args=[peer.public_id]), peer.why, peer.get_status_display()
    else:
        assert line is not None  # noqa: S101  (one of both)
        day, why, state = line.due_on, line.why, "To be booked"
        when = f"Due {weekday(day)}"
        href = reverse("peer_due", args=[month.year, month.month, group]) + for_whom
    text = f"Peer supervision: set {group}, {day.day} {day:%B}"
    return {"text": text, "href": href, "when": when, "why": why, "state": state}


class SetsPage(SupervisorPage):
    """Who is in which set, from the next month on: this one is planned already."""

    template = "supervision/sets_manager.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        for person, group in form.said():
            move_to_set(person, group, on=_month_after(self.today), by=self.principal, at=self.now)
        messages.success(request, "The sets are saved.")
        return redirect(reverse("supervision") + self.for_whom)

    def facts(self) -> dict[str, Any]:
        return super().facts() | {"begins": _month_after(self.today)}

    def form(self, data: Any = None) -> SetsForm:
        month = _month_after(self.today)
        crew = crew_of(self.manager, month, today=self.today)
        workers = [
            worker for pattern, workers in crew.by_pattern if pattern.shape == Shape.ALTERNATE for worker in workers
        ]
        people = sorted((crew.people[worker.key] for worker in workers), key=lambda person: (person.name, person.pk))
        groups = {worker.key: worker.group for worker in workers}
        groups |= {key: place.group for key, place in sets_on(people, date.max).items()}
        return SetsForm(data, people=people, groups=groups)


def _says(found: months.MonthPlan) -> str:
    """ "4 visits in school and 1 peer supervision"."""
    parts = [
        counted(len(found.in_school), "visit in school", "visits in school") if found.in_school else "",
        counted(len(found.peer), "peer supervision", "peer supervisions") if found.peer else "",
        counted(len(found.between_two), "one-to-one or joint visit", "one-to-ones and joint visits")
        if found.between_two
        else "",
    ]
    said = [part for part in parts if part]
    return " and ".join(filter(None, (", ".join(said[:-1]), *said[-1:]))) + "." if said else ""


def _sets(found: months.MonthPlan) -> list[tuple[str, list[str]]]:
    """Both sets with their people, once anybody is in one."""
    workers = found.crew.workers
    sets = [(group, sorted(worker.name for worker in workers if worker.group == group)) for group in SETS]
    return sets if any(names for _, names in sets) else []


def _administrator(today: date) -> Person | None:
    held = Membership.objects.on(today).filter(role=Role.ADMINISTRATOR, person__left_at=None)
    first = held.select_related("person").order_by("pk").first()
    return first.person if first else None


def _month_after(month: date) -> date:
    return date.fromordinal(last_of(month).toordinal() + 1)


def _month_before(month: date) -> date:
    return first_of(date.fromordinal(first_of(month).toordinal() - 1))
