"""People of other agencies: who works with her team from outside, for the team's manager."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import agencies
from teams.forms.agencies import AgencyPersonForm
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import AgencyPerson, Team

ROWS = 50
GONE_SHOWN = timedelta(days=100)  # a term: longer nobody wonders where somebody is
GONE_MOST = 50


class AgencyPeoplePage(Page):
    """Who is written to for her team, and who no longer works with it."""

    template = "teams/agency_people_manager.html"
    roles = frozenset({Role.TEAM_MANAGER})

    @cached_property
    def teams(self) -> list[Team]:
        return agencies.teams_run_by(self.principal)

    def facts(self) -> dict[str, Any]:
        mine = AgencyPerson.objects.visible_to(self.principal)
        gone = mine.filter(status=AgencyPerson.Status.GONE, ends_on__gte=self.today - GONE_SHOWN)
        rows = mine.with_us(self.today).for_page()
        return {
            "teams": self.teams,
            "page": Paginator(rows, ROWS).get_page(self.request.GET.get("page")),
            "gone": list(gone.for_page()[:GONE_MOST]),
            "now": self.now,
        }


class AgencyPersonAddPage(AgencyPeoplePage):
    template = "teams/agency_person_form.html"

    def facts(self) -> dict[str, Any]:
        return {"teams": self.teams}

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.teams:
            return redirect("agency_people")  # which says what to do
        return self.draw(form=AgencyPersonForm(self.teams))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AgencyPersonForm(self.teams, request.POST)
        if not self.teams:
            raise Refusal("You manage no team at present. Ask your administrator to give you one under People.")
        if form.is_valid():
            said = {name: form.cleaned_data[name] for name in ("agency", "name", "email")}
            try:
                added = agencies.add(form.team, **said, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"{added.person.name} is on the list and can be asked from tomorrow.")
                return redirect("agency_people")
        return self.draw(422, form=form)


class AgencyPersonEndPage(AgencyPeoplePage):
    """They no longer work with the team. Asked once more."""

    template = "teams/agency_person_end.html"

    @cached_property
    def row(self) -> AgencyPerson:
        found: AgencyPerson = self.fetch(
            AgencyPerson.objects.select_related("person", "team"), self.kwargs["public_id"]
        )
        return found

    def facts(self) -> dict[str, Any]:
        return {"row": self.row}

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(row=self.row)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.row.end(by=self.principal, at=self.now)
        messages.success(request, f"Nobody asks {self.row.person.name} for {self.row.team.name} any more.")
        return redirect("agency_people")
