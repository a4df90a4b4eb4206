"""Terms: which years are known, and the dates of one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from teams.actions.terms import keep_terms, terms_of
from teams.forms.terms import TermsForm
from teams.foundation.errors import Refusal
from teams.models import Term
from teams.rules.calendar import bank_holidays_in, school_year_dates, school_year_label, school_year_of
from teams.rules.terms import offered_terms
from teams.views.set_up import AdministratorPage

YEARS_AHEAD = 2


class TermListPage(AdministratorPage):
    template = "teams/term_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        known: dict[int, list[Term]] = {}
        for term in Term.objects.order_by("starts_on"):
            known.setdefault(term.school_year, []).append(term)
        now = school_year_of(self.today)
        # This year and the next first; what is over comes after them, the newest first.
        years = [*range(now, now + YEARS_AHEAD), *sorted((year for year in known if year < now), reverse=True)]
        return {
            "years": [{"year": year, "label": school_year_label(year), "terms": known.get(year, [])} for year in years]
        }


class TermYearPage(AdministratorPage):
    template = "teams/term_administrator.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.school_year = kwargs["school_year"]
        return super().dispatch(request, *args, **kwargs)

    def facts(self) -> dict[str, Any]:
        first, last = school_year_dates(self.school_year)
        holidays = bank_holidays_in([self.school_year, self.school_year + 1])
        return {
            "label": school_year_label(self.school_year),
            "holidays": [(day, name) for day, name in holidays.items() if first <= day <= last],
            "is_offered": not self.known,
        }

    def form(self, data: Any = None) -> TermsForm:
        if not school_year_of(self.today) - 10 <= self.school_year <= school_year_of(self.today) + YEARS_AHEAD:
            raise Http404("No terms so far away.")
        self.known = terms_of(self.school_year)
        return TermsForm(data, terms=self.known or offered_terms(self.school_year), school_year=self.school_year)

    def get(self, request: HttpRequest, school_year: int) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, school_year: int) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                keep_terms(school_year, form.terms(), by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"The terms of {school_year_label(school_year)} are saved.")
                return redirect("term_list")
        return self.draw(422, form=form)
