"""How somebody has shown who they are: the second step that a role asks for, and asking again before costs.

Who came through the council's own provider has done the second step there; when asked again they go back to it.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from teams.foundation import providers, sessions

SET_UP_CODES = "/accounts/2fa/totp/activate/"  # literals: sign-in lives outside every authority
PASSWORD, CODE_FROM_APP, CODE_BY_MAIL = "/accounts/reauthenticate/", "/accounts/2fa/reauthenticate/", "/accounts/code/"


def lacks_second_step(request: HttpRequest) -> bool:
    """Does the authority ask for codes in this member's role, and has nobody set them up? One query at most."""
    roles = request.authority.second_step_roles  # type: ignore[attr-defined]
    principal = request.principal  # type: ignore[attr-defined]
    whole = principal.whole or principal
    if not whole.has(*roles) or sessions.ONLY in request.session:
        return False
    used = {record["method"] for record in get_authentication_records(request, request.user)}
    return "mfa" not in used and not is_mfa_enabled(request.user)


def ask_for_second_step(request: HttpRequest) -> HttpResponse:
    """To the page that sets codes up, before anything else in here is shown."""
    sentence = f"{request.authority.name} asks for codes from an app in your role. Set them up, then go on."  # type: ignore[attr-defined]
    if request.method in ("GET", "HEAD"):
        messages.warning(request, sentence)
        return redirect(f"{SET_UP_CODES}?{urlencode({'next': request.get_full_path()})}")
    return _keep_words(request, sentence, SET_UP_CODES)


def is_fresh(request: HttpRequest, at: datetime) -> bool:
    """Has this member shown who they are within the minutes that the authority has set? Always, where it set none."""
    minutes = request.authority.ask_again_minutes  # type: ignore[attr-defined]
    if minutes is None or request.principal.kind != "membership":  # type: ignore[attr-defined]
        return True
    shown = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(shown) and at.timestamp() - max(shown) < minutes * 60


def ask_again(request: HttpRequest) -> HttpResponse:
    """By the way that this person has, and then back to the page. What was pressed comes along."""
    where = f"{_way(request)}{urlencode({'next': request.get_full_path()})}"
    if request.method in ("GET", "HEAD"):
        return redirect(where)
    return _keep_words(request, "It has been a while. Show once more that it is you.", where)


def _way(request: HttpRequest) -> str:
    records = get_authentication_records(request, request.user)
    if sessions.ONLY in request.session:
        came_by = [each["provider"] for each in records if each["method"] == "socialaccount"]
        provider = providers.by_id(came_by[-1]) if came_by else None
        if provider is not None:
            return f"/accounts/council/{provider.id}/?again=1&"
    if request.user.has_usable_password():  # type: ignore[union-attr]
        return f"{PASSWORD}?"
    return f"{CODE_FROM_APP if is_mfa_enabled(request.user) else CODE_BY_MAIL}?"


def _keep_words(request: HttpRequest, sentence: str, where: str) -> HttpResponse:
    return render(request, "errors/prove.html", {"sentence": sentence, "where": where}, status=403)
