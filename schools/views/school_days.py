"""The school's own days: where it differs from the county's terms, added and withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions.calendars import add_days, county_calendar
from schools.forms.school_days import OwnDaysForm
from schools.models import School, SchoolDay
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page

KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SENIOR_MANAGER, Role.TEAM_MANAGER})
ROWS = 50


class SchoolDaysPage(Page):
    """One school's own days, and the form that adds to them."""

    template = "schools/schoolday_form.html"
    roles = KEEPERS

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.show(self.fetch(School.objects.all(), public_id), OwnDaysForm())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        school = self.fetch(School.objects.all(), public_id)
        form = OwnDaysForm(request.POST)
        if form.is_valid():
            try:
                add_days(school, form.days(), by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"The days of {school.name} are saved.")
                return redirect("school_days", public_id)
        return self.show(school, form, 422)

    def show(self, school: School, form: OwnDaysForm, status: int = 200) -> HttpResponse:
        days = SchoolDay.objects.visible_to(self.principal).standing().filter(school=school)
        return self.draw(
            status,
            school=school,
            form=form,
            days=list(days.not_over_by(self.today)),
            known_until=county_calendar().known_until,
        )


class SchoolDayWithdrawPage(Page):
    """A button's address."""

    roles = KEEPERS

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        days = self.fetch(SchoolDay.objects.select_related("school"), public_id)
        days.withdraw(by=self.principal, at=self.now)
        messages.success(request, f"{days.school.name} keeps the county’s days again.")
        return redirect("school_days", days.school.public_id)


class SchoolDayListPage(Page):
    """Which schools differ from the county's terms, from today on."""

    template = "schools/schoolday_list.html"
    roles = KEEPERS

    def facts(self) -> dict[str, Any]:
        days = SchoolDay.objects.visible_to(self.principal).standing().not_over_by(self.today)
        rows = days.select_related("school").order_by("starts_on", "school__name", "pk")
        return {
            "page": Paginator(rows, ROWS).get_page(self.request.GET.get("page")),
            "is_administrator": self.principal.has(Role.ADMINISTRATOR),
        }
