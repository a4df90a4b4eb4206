"""Booking the month (journey M1): a day for a visit, three times for each school, what could not happen."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.models import Placement
from supervision.actions import between_two, bookings, months
from supervision.forms.bookings import AgreedForm, PinForm, weekday
from supervision.forms.peers import WhenForm
from supervision.models import Visit
from supervision.permissions import supervises
from supervision.views.between_two import agreed, as_it_stands
from supervision.views.months import MonthPage, SupervisorPage
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.words import counted
from teams.models import Part


class OfferPage(MonthPage):
    """The button that offers three times to each school that has none."""

    template = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.http_method_not_allowed(request)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        month = self.month()
        done = bookings.offer_month(self.manager, month, by=self.principal, at=self.now, today=self.today)
        tell(request, done)
        return redirect(reverse("supervision_month", args=[month.year, month.month]) + self.for_whom)


class PinPage(MonthPage):
    """On which day one visit is to be; the rest of the round goes by it."""

    template = "supervision/visit_pin.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(form=self.form(), **self.about)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                bookings.pin(
                    self.manager,
                    self.month(),
                    self.placement,
                    form.chosen(),
                    by=self.principal,
                    at=self.now,
                    today=self.today,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect(
                    reverse("supervision_month", args=[self.month().year, self.month().month]) + self.for_whom
                )
        return self.draw(422, form=form, **self.about)

    def form(self, data: Any = None) -> PinForm:
        month = self.month()
        self.placement = self.fetch(Placement.objects.select_related("school"), self.kwargs["placement"])
        found = months.look(self.manager, month, today=self.today)
        line = next((line for line in found.in_school if line.placement == self.placement), None)
        if line is None or (line.visit is not None and line.visit.status != Visit.Status.DUE):
            raise Http404("Nothing to book there.")
        proposal = bookings.propose(found, today=self.today)
        self.about: dict[str, Any] = {"line": line, "month": month, "proposed": proposal.day_of(line)}
        pinned = line.visit.pinned_on if line.visit else None
        return PinForm(data, days=proposal.days.get(self.placement.pk, []), pinned=pinned)


class VisitPage(SupervisorPage):
    """What pages and buttons about one visit share."""

    def visit(self) -> Visit:
        visit: Visit = self.fetch(Visit.objects.for_page(), self.kwargs["public_id"])
        if not supervises(self.principal, visit):  # a supervisor of the worker sees it, and does not book it
            raise NotAllowed("visit.book", str(visit.public_id))
        return visit

    def back(self, month: date) -> str:
        return reverse("supervision_month", args=[month.year, month.month]) + self.for_whom

    def in_school(self) -> Visit:
        """Http404 for what is between two: no school is asked."""
        visit = self.visit()
        if not visit.is_in_school:
            raise Http404("No school is asked.")
        return visit


class AgreedPage(VisitPage):
    """A time that was agreed: by telephone with the school, or between two."""

    template = "supervision/visit_agreed.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.visit()
        form = AgreedForm() if visit.is_in_school else WhenForm(initial=as_it_stands(visit))
        return self.draw(visit=visit, form=form, back_to=self.back(visit.month))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.visit()
        form = AgreedForm(request.POST) if visit.is_in_school else WhenForm(request.POST)
        if form.is_valid():
            try:
                if isinstance(form, AgreedForm):
                    warnings = bookings.agree(visit, form.starts_at(), by=self.principal, at=self.now)
                else:
                    place, warnings = form.cleaned_data["place"], []
                    between_two.agree(visit, form.starts_at(), place=place, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                if isinstance(form, WhenForm):
                    return agreed(request, visit, form, self.back(visit.month))
                messages.success(request, f"{visit.heading}: {weekday(form.cleaned_data['day'])} is agreed.")
                for words in warnings:
                    messages.warning(request, words)
                return redirect(self.back(visit.month))
        return self.draw(422, visit=visit, form=form, back_to=self.back(visit.month))


class CallOffPage(VisitPage):
    """It could not happen: whose side it was, by one press; other times are offered at once."""

    template = "supervision/visit_call_off.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.visit()
        return self.draw(visit=visit, back_to=self.back(visit.month), sides=_sides(visit))

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit, side = self.visit(), request.POST.get("side", "")
        if side not in _sides(visit):
            messages.error(request, "Select whose side it was.")
            return self.draw(422, visit=visit, back_to=self.back(visit.month), sides=_sides(visit))
        if not visit.is_in_school:
            visit.call_off(side, by=self.principal, at=self.now)
            messages.success(request, "It is called off. Agree on another time.")
            return redirect(reverse("visit_agreed", args=[visit.public_id]) + self.for_whom)
        manager = visit.placement.manager
        done = bookings.call_off(manager, visit, side, by=self.principal, at=self.now, today=self.today)
        if done.offered:
            messages.success(request, f"Noted. Other times are offered to {visit.school.name}.")
        for words in done.refused:
            messages.warning(request, words)
        return redirect(self.back(visit.month))


def _sides(visit: Visit) -> list[str]:
    """Whose side it can have been, in the order of the page."""
    return [side for side in (Part.SCHOOL, Part.WORKER, Part.MANAGER) if visit.is_in_school or side != Part.SCHOOL]


class AgainPage(VisitPage):
    """The button that offers one school other times."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.in_school()
        done = bookings.offer_one(visit.placement.manager, visit, by=self.principal, at=self.now, today=self.today)
        tell(request, done)
        return redirect(self.back(visit.month))


class LeaveOutPage(VisitPage):
    """The button for a visit that is not made this time."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        visit = self.visit()
        visit.leave_out(by=self.principal, at=self.now)
        messages.success(request, f"{visit.heading} is left out this month. It comes again by the rhythm.")
        return redirect(self.back(visit.month))


def tell(request: HttpRequest, done: bookings.Outcome) -> None:
    """What came of it, each school that could not be asked on a line of its own."""
    if done.offered:
        messages.success(request, f"Three times are offered to {counted(done.offered, 'school', 'schools')}.")
    for words in done.refused:
        messages.warning(request, words)
    if not done.offered and not done.refused:
        messages.info(request, "Every school has been asked already.")
