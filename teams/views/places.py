"""Areas and teams: the list with two boxes to add to it, and one of them."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from teams.actions.places import add_places, change_place, remove_place
from teams.forms.places import PlaceForm, PlacesForm
from teams.foundation.errors import Refusal
from teams.foundation.words import counted
from teams.models import Area, Team
from teams.views.set_up import AdministratorPage


class PlacesPage(AdministratorPage):
    template = "teams/place_list_administrator.html"

    def facts(self) -> dict[str, Any]:
        areas = list(Area.objects.visible_to(self.principal).order_by("name"))
        teams = list(Team.objects.visible_to(self.principal).select_related("area"))
        return {"areas": _as_tree(areas, None), "teams": teams}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=PlacesForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PlacesForm(request.POST)
        if form.is_valid():
            typed = form.cleaned_data
            try:
                areas, teams = add_places(typed["areas"], typed["teams"], by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                new = f"{counted(len(areas), 'area', 'areas')} and {counted(len(teams), 'team', 'teams')}"
                messages.success(request, f"{new} added.")
                return redirect("places")
        return self.draw(422, form=form)


class PlacePage(AdministratorPage):
    """One area or team: another name, another place, or away with it."""

    template = "teams/place_administrator.html"
    model: ClassVar[type[Area | Team]] = Area

    def facts(self) -> dict[str, Any]:
        return {"place": self.place, "kind": self.place._meta.verbose_name}

    def form(self, data: Any = None) -> PlaceForm:
        return PlaceForm(data, place=self.place, principal=self.principal)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.place = self.fetch(self.model.objects.all(), public_id)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.place = self.fetch(self.model.objects.all(), public_id)
        return self.remove() if request.POST.get("press") == "remove" else self.change(self.form(request.POST))

    def change(self, form: PlaceForm) -> HttpResponse:
        if form.is_valid():
            try:
                change_place(self.place, **form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(self.request, f"{self.place.name} is saved.")
                return redirect("places")
        return self.draw(422, form=form)

    def remove(self) -> HttpResponse:
        name = self.place.name
        try:
            remove_place(self.place, by=self.principal, at=self.now)
        except Refusal as refused:
            return self.draw(422, form=self.form(), refusal=refused.message)
        messages.success(self.request, f"{name} is removed.")
        return redirect("places")


class AreaPage(PlacePage):
    model = Area


class TeamPage(PlacePage):
    model = Team


def _as_tree(areas: list[Area], parent: int | None) -> list[dict[str, Any]]:
    """Areas inside areas, each with the address of its page."""
    return [
        {"name": area.name, "href": reverse("area", args=[area.public_id]), "parts": _as_tree(areas, area.pk)}
        for area in areas
        if area.parent_id == parent
    ]
