"""Schemes of reviews, for the administrator: add, change, withdraw, and look at one with a made-up worker (M14)."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.forms.meeting import SharedForm, TwoForm
from performance.forms.schemes import NewSchemeForm, SchemeForm, initial
from performance.models import Review, Scheme
from performance.models.reviews import OVER
from performance.rules.schemes import COUNTY, Content
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.models import Employment, Profession

ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
MADE_UP = "Sam Example"


def preview_of(content: Content, today: Any) -> dict[str, Any]:
    """What a made-up worker and their manager are asked this year."""
    year = content.year_of(today)
    return {
        "worker": MADE_UP,
        "stages": [(each, content.due_on(each, year)) for each in content.stages],
        "shared": SharedForm(content=content, auto_id="preview_%s"),
        "two": TwoForm(content=content, last={}, auto_id="preview_%s"),
        "scale": content.scale,
    }


class SchemeListPage(Page):
    """Every scheme, for whom it is, and how many reviews run under it."""

    template = "performance/scheme_list.html"
    roles = ADMINISTRATOR

    def facts(self) -> dict[str, Any]:
        running = Count("editions__reviews", filter=~Q(editions__reviews__status__in=OVER))
        rows = Scheme.objects.visible_to(self.principal).select_related("profession").annotate(running=running)
        return {"schemes": list(rows)}


class SchemeFormPage(Page):
    """Type, look, save. Looking saves nothing."""

    roles = ADMINISTRATOR
    template = "performance/scheme.html"

    def form(self, data: Any = None) -> SchemeForm:
        raise NotImplementedError

    def save(self, form: Any) -> None:
        """Raises Refusal."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        if request.POST.get("press") == "look":
            return self.draw(form=form, preview=preview_of(form.content, self.today))
        try:
            with transaction.atomic():
                self.save(form)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        messages.success(request, f"“{form.cleaned_data['name']}” is saved. Reviews that begin from now on go by it.")
        return redirect("schemes")

    def facts(self) -> dict[str, Any]:
        return {"preview": None, "scheme": None, "running": 0}


class SchemeNewPage(SchemeFormPage):
    """Filled in with the county's usual one, to be changed."""

    def form(self, data: Any = None) -> NewSchemeForm:
        employers = Employment.objects.order_by("employer").values_list("employer", flat=True).distinct()
        professions = Profession.objects.order_by("name")
        return NewSchemeForm(
            data, employers=list(employers), professions=professions, initial=initial("Yearly review", COUNTY)
        )

    def save(self, form: Any) -> None:
        said = form.cleaned_data
        profession = form.professions.get(said["profession"])
        if Scheme.objects.in_use().filter(employer=said["employer"], profession=profession).exists():
            raise Refusal(
                "There is a scheme for these people already. Change that one, or withdraw it first.",
                field="profession",
                code="there_already",
            )
        Scheme.add(
            said["name"], form.content, employer=said["employer"], profession=profession, by=self.principal, at=self.now
        )


class SchemePage(SchemeFormPage):
    """Changed, it holds for reviews that begin from now on."""

    @cached_property
    def scheme(self) -> Scheme:
        found: Scheme = self.fetch(Scheme.objects.select_related("profession"), self.kwargs["public_id"])
        return found

    def form(self, data: Any = None) -> SchemeForm:
        return SchemeForm(data, initial=initial(self.scheme.name, self.scheme.latest().says))

    def save(self, form: Any) -> None:
        self.scheme.change(form.cleaned_data["name"], form.content, by=self.principal, at=self.now)

    def facts(self) -> dict[str, Any]:
        running = Review.objects.running().filter(edition__scheme=self.scheme).count()
        return super().facts() | {"scheme": self.scheme, "running": running}


class SchemeWithdrawPage(Page):
    """No review begins under it any more; those that run go on."""

    roles = ADMINISTRATOR

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        scheme: Scheme = self.fetch(Scheme.objects.all(), public_id)
        scheme.withdraw(by=self.principal, at=self.now)
        messages.success(request, f"“{scheme.name}” is no longer used. Reviews that run go on under it.")
        return redirect("schemes")
