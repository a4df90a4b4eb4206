"""The administrator's first hour (journey A1): the steps, the county's name, the doors, and the end of a demo."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions.set_up import open_doors, progress, waiting_mails
from teams.forms.authority import NameForm
from teams.forms.sign_in_rules import SignInRulesForm
from teams.foundation import providers
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page


class AdministratorPage(Page):
    """A page of the administrator alone."""

    roles = frozenset({Role.ADMINISTRATOR})

    @property
    def authority(self) -> Any:
        return self.request.authority  # type: ignore[attr-defined]


class SetUpPage(AdministratorPage):
    template = "teams/set_up_administrator.html"

    def facts(self) -> dict[str, Any]:
        return {"progress": progress(self.authority, today=self.today), "authority": self.authority}


class NamePage(AdministratorPage):
    template = "teams/name_administrator.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=NameForm.of(self.authority))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NameForm.of(self.authority, request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        try:
            self.authority.set_up(by=self.principal, at=self.now, **form.cleaned_data)
        except Refusal as refused:
            form.refuse(refused)
            return self.draw(422, form=form)
        messages.success(request, "Name, colour and rules are saved.")
        return redirect("set_up")


class SignInRulesPage(AdministratorPage):
    """Who must use codes from an app, and how long a proof lasts before pages with costs."""

    template = "teams/sign_in_rules_administrator.html"

    def facts(self) -> dict[str, Any]:
        return {"providers": providers.of_authority(self.authority.slug)}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=SignInRulesForm.of(self.authority))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInRulesForm.of(self.authority, request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        self.authority.set_up(by=self.principal, at=self.now, **form.cleaned_data)
        messages.success(request, "How people sign in is saved. It holds from the next page that anybody opens.")
        return redirect("set_up")


class DoorsPage(AdministratorPage):
    template = "teams/doors_administrator.html"

    def facts(self) -> dict[str, Any]:
        return {
            "authority": self.authority,
            "mails": waiting_mails(),
            "still_needed": progress(self.authority, today=self.today).still_needed,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            open_doors(self.authority, by=self.principal, at=self.now, today=self.today)
        except Refusal as refused:
            return self.draw(422, refusal=refused.message)
        messages.success(request, f"The doors of {self.authority.name} are open. Mails go from now on.")
        return redirect("set_up")


class RemovePage(AdministratorPage):
    """One confirmed act: memberships end and the address answers 404. `manage.py purge_demo` deletes the rows."""

    template = "teams/remove_administrator.html"

    def facts(self) -> dict[str, Any]:
        return {"authority": self.authority}

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            self.authority.close(by=self.principal, at=self.now)
        except Refusal as refused:
            return self.draw(422, refusal=refused.message)
        messages.success(request, f"{self.authority.name} is removed. Nobody can open it any more.")
        return redirect("/")
