"""A code by e-mail for somebody who is in already and has no password: asked again before costs."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, salted_hmac

from teams.codes import CodeForm
from teams.foundation import tries
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.tasks import note_sign_in

KEPT, LIVES = "code_again", 600  # in the session; seconds
MAILS = {"code_again": "5/h/user"}


class CodeAgainPage(Page):
    """Stands outside every authority, as signing in does."""

    by_policy = True
    template = "teams/code_again.html"

    def facts(self) -> dict[str, Any]:
        return {"onward": get_next_redirect_url(self.request) or "/", "sent": KEPT in self.request.session}

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=CodeForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        return self._check(request) if "code" in request.POST and KEPT in request.session else self._send(request)

    def _send(self, request: HttpRequest) -> HttpResponse:
        if not ratelimit.consume(request, app="alongside", action="code_again", config=MAILS):
            return ratelimit.respond_429(request)
        code = f"{secrets.randbelow(1_000_000):06d}"
        request.session[KEPT] = {"hash": _hash(request, code), "at": self.now.timestamp()}
        address = request.user.email  # type: ignore[union-attr]
        get_adapter(request).send_mail("account/email/login_code", address, {"request": request, "code": code})
        return self.draw(form=CodeForm())

    def _check(self, request: HttpRequest) -> HttpResponse:
        form, kept = CodeForm(request.POST), request.session[KEPT]
        if not form.is_valid():
            return self.draw(422, form=form)
        is_over = self.now.timestamp() - kept["at"] > LIVES or not tries.one_more(
            request, f"again:{request.user.pk}:{kept['at']}"
        )
        if is_over or not constant_time_compare(kept["hash"], _hash(request, form.cleaned_data["code"])):
            note_sign_in.nudge(request.user.pk, False)
            wrong = "That is not the code in the newest e-mail."
            form.refuse(Refusal("That code is too old. Ask for a new one." if is_over else wrong, field="code"))
            return self.draw(422, form=form)
        del request.session[KEPT]
        record_authentication(request, request.user, method="code", reauthenticated=True)
        return redirect(get_next_redirect_url(request) or "/")


def _hash(request: HttpRequest, code: str) -> str:
    return salted_hmac("alongside.code_again", f"{request.user.pk}:{code}", algorithm="sha256").hexdigest()
