"""Tokens for programs: made, shown once, listed and revoked. Administrators see and revoke all of the authority's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.forms.tokens import WORDS, TokenForm
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.tokens import READS, Token
from teams.foundation.views import Page

ROWS = 50


class TokenListPage(Page):
    """One's own tokens, the newest first; for administrators everybody's, by `?of=all`."""

    template = "teams/token_list.html"
    by_policy = True

    def facts(self) -> dict[str, Any]:
        sees_all = self.principal.has(Role.ADMINISTRATOR)
        of_all = sees_all and self.request.GET.get("of") == "all"
        rows = Token.objects.visible_to(self.principal).select_related("person")
        if not of_all:
            rows = rows.filter(person=self.principal.person_id)
        page = Paginator(rows, ROWS).get_page(self.request.GET.get("page"))
        for token in page.object_list:
            token.state = token.state_on(self.now)
            token.may = in_words(token)
        return {"page": page, "sees_all": sees_all, "of_all": of_all}


class TokenNewPage(Page):
    """The one moment in which a token can be read: nothing keeps it but the page that answers the press."""

    template = "teams/token_new.html"
    by_policy = True
    asks_again = True  # a token may read costs for a year

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=TokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        try:
            token, text = Token.make(
                name=form.cleaned_data["name"],
                scopes=form.scopes,
                until=form.until(self.today),
                user=request.user,
                by=self.principal,
                at=self.now,
            )
        except Refusal as refused:
            form.refuse(refused)
            return self.draw(422, form=form)
        return self.draw(token=token, text=text, may=in_words(token), form=None)

    def facts(self) -> dict[str, Any]:
        address = self.request.build_absolute_uri("/" + self.request.authority.slug + "/api/v1/")  # type: ignore[attr-defined]
        return {"address": address, "token": None}


class TokenRevokePage(Page):
    """It opens nothing from this press on."""

    by_policy = True

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        token: Token = self.fetch(Token.objects.all(), public_id)
        token.revoke(by=self.principal, at=self.now)
        messages.success(request, f"The token for {token.name} is revoked. Nothing opens by it any more.")
        return redirect("tokens")


def in_words(token: Token) -> list[str]:
    """What it may do, for people."""
    if set(token.scopes) == set(READS):
        return ["read everything that its maker may read"]
    return [WORDS.get(scope, scope) for scope in token.scopes]
