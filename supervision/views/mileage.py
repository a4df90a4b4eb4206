"""Miles of a month: a statement to print and to hand in, hers alone (journey M4, 2)."""

from __future__ import annotations

import csv
from datetime import date
from functools import cached_property
from io import StringIO
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from supervision.actions import mileage
from supervision.forms.mileage import MileageForm
from supervision.rules.mileage import Day, total
from supervision.rules.rhythm.months import first_of, last_of
from teams.foundation import audit
from teams.foundation.access import DEPUTIES
from teams.foundation.spreadsheets import BYTE_ORDER_MARK, harmless
from teams.foundation.views import Page
from teams.models import Person

YEARS_BACK = 7


class MileagePage(Page):
    """Of the month in the address. Nobody else's is there to be named."""

    roles = DEPUTIES
    template = "supervision/mileage.html"

    def get(self, request: HttpRequest, year: int, month: int) -> HttpResponse:
        days = self.days(year, month)
        return self.draw(form=MileageForm(days=days))

    def post(self, request: HttpRequest, year: int, month: int) -> HttpResponse:
        days = self.days(year, month)
        form = MileageForm(request.POST, days=days)
        if not form.is_valid():
            return self.draw(422, form=form)
        mileage.keep(self.person, days, form.said(), by=self.principal, at=self.now)
        messages.success(request, "Your miles are saved.")
        return redirect(reverse("mileage_month", args=[self.month.year, self.month.month]))

    @cached_property
    def person(self) -> Person:
        return Person.objects.get(pk=self.principal.person_id or 0)

    def days(self, year: int, month: int) -> list[Day]:
        """Raises Http404 for a month that is none, or far away."""
        if not (1 <= month <= 12 and self.today.year - YEARS_BACK <= year <= self.today.year + 1):
            raise Http404("No such month.")
        self.month = date(year, month, 1)
        self.found = mileage.statement(self.person, self.month)
        return self.found

    def facts(self) -> dict[str, Any]:
        return {
            "month": self.month,
            "person": self.person,
            "days": self.found,
            "total": f"{total(self.found).normalize():f}",  # 28, or 24.5
            "unknown": sum(day.unknown for day in self.found),
            "has_own": any(day.own is not None for day in self.found),
            "before": first_of(date.fromordinal(self.month.toordinal() - 1)),
            "after": date.fromordinal(last_of(self.month).toordinal() + 1),
            "today": self.today,
        }


class MileageFilePage(MileagePage):
    """The same as a file for a spreadsheet, with the audit's event."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, year: int, month: int) -> HttpResponse:
        days = self.days(year, month)
        audit.record("mileage.export", by=self.principal, at=self.now, reason=f"csv, {len(days)} rows")
        written = StringIO(newline="")
        writer = csv.writer(written)
        writer.writerow(["Day", "Schools", "About miles", "Own miles", "Miles that count"])
        for day in days:
            own = "" if day.own is None else str(day.own)
            schools = harmless(", ".join(day.schools))
            writer.writerow([day.on.isoformat(), schools, str(day.about), own, str(day.counted)])
        content = (BYTE_ORDER_MARK + written.getvalue()).encode()
        response = HttpResponse(content, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="miles-{self.month:%Y-%m}.csv"'
        return response
