"""How often, for the administrator: one of three ready models for each profession (journey A1, step 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from supervision.actions.patterns import choose, chosen, usual
from supervision.forms.patterns import HowOftenForm
from supervision.models import Pattern
from supervision.rules.rhythm.months import last_of
from teams.foundation.access import Role
from teams.foundation.views import Page
from teams.models import Profession


class HowOftenPage(Page):
    template = "supervision/how_often_administrator.html"
    roles = frozenset({Role.ADMINISTRATOR})

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        for profession, code in form.said():
            choose(profession, code, starts_on=next_month(self.today), by=self.principal, at=self.now, today=self.today)
        messages.success(request, "How often is saved. Managers see it under Supervision.")
        return redirect("set_up")

    def form(self, data: Any = None) -> HowOftenForm:
        professions = list(Profession.objects.all())
        self.patterns = {pattern.profession_id: pattern for pattern in Pattern.objects.visible_to(self.principal)}
        codes = {key: chosen(pattern) for key, pattern in self.patterns.items()}
        form = HowOftenForm(data, professions=professions, chosen=codes)
        for name, profession in form.professions.items():
            if profession.pk not in self.patterns:
                form.fields[name].initial = usual(profession)
        return form

    def show(self, form: HowOftenForm, status: int = 200) -> HttpResponse:
        reviews = [pattern.review_on for pattern in self.patterns.values()]
        return self.draw(status, form=form, begins=next_month(self.today), review_on=min(reviews, default=None))


def next_month(day: date) -> date:
    """A rhythm that is chosen now begins with the next month: this one is planned already."""
    return date.fromordinal(last_of(day).toordinal() + 1)
