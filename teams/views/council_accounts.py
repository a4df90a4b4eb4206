"""Out to the council's sign-in and back. These stand outside every authority."""

from __future__ import annotations

from urllib.parse import urlencode

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from requests import RequestException

from teams.council_accounts import CouncilOAuth2Adapter, new_nonce, problem
from teams.foundation import providers
from teams.foundation.providers import Provider

TRIES = {"council_account": "30/m/ip"}
UNTRUSTED = (OAuth2Error, KeyError, TypeError, ValueError)


@require_GET
@login_not_required
@never_cache
def choose(request: HttpRequest) -> HttpResponse:
    """Every council account that is a way in here. Which councils these are is no secret."""
    everybody = providers.all_providers()
    if not everybody:
        return redirect(settings.LOGIN_URL)
    return render(request, "teams/council_accounts.html", {"providers": everybody, "onward": _onward(request)})


@require_GET
@login_not_required
@never_cache
def go(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Out to the provider, with PKCE and a state that only this browser holds. `again`: it must ask once more."""
    provider = _provider(provider_id)
    if not ratelimit.consume(request, app="alongside", action="council_account", config=TRIES, limit_get=True):
        return ratelimit.respond_429(request)
    asked = {"nonce": new_nonce(request)} | ({"prompt": "login", "max_age": "0"} if request.GET.get("again") else {})
    try:
        made = get_adapter().get_provider(request, provider_id)
        made.oauth2_adapter_class = CouncilOAuth2Adapter
        answer: HttpResponse = made.redirect(
            request, process="login", next_url=_onward(request) or f"/{provider.authority}/", auth_params=asked
        )
    except RequestException:
        return problem(request, provider, "down")
    except UNTRUSTED:
        return problem(request, provider, "answer")
    return answer


@require_GET
@login_not_required
@never_cache
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider's answer: in, or one sentence that says why not."""
    provider = _provider(provider_id)
    try:
        view = OAuth2CallbackView.adapter_view(CouncilOAuth2Adapter(request, provider_id))
        answer: HttpResponse = view(request)
    except ImmediateHttpResponse as said:
        return said.response
    except RequestException:
        return problem(request, provider, "down")
    except UNTRUSTED:
        return problem(request, provider, "answer")
    return answer


def address_of(provider: Provider, onward: str = "", *, again: bool = False) -> str:
    """A literal: sign-in lives outside every authority, and reverse() would add its slug."""
    asked = {"next": onward} if onward else {}
    if again:
        asked["again"] = "1"
    return f"/accounts/council/{provider.id}/" + (f"?{urlencode(asked)}" if asked else "")


def _onward(request: HttpRequest) -> str:
    return get_next_redirect_url(request) or ""


def _provider(provider_id: str) -> Provider:
    found = providers.by_id(provider_id)
    if found is None:
        raise Http404("No such way in.")
    return found
