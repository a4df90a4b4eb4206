"""Signing in with the council's own account (OpenID Connect), over allauth.

An account from outside is known by issuer and subject (Entra: tenant and object) and linked after an invitation alone,
never because an e-mail address is the same. It opens the authority whose provider it is, and no other.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

import jwt
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from requests import RequestException

from teams.actions import invitations
from teams.foundation import audit, lookup, providers
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.providers import Provider
from teams.foundation.tenancy import authority_scope

INVITED = "invitation"  # in the session: [slug, public id of the link], from the press on the page behind it
NONCES = "nonces"  # in the session: of the newest ways out to a provider; an answer to none of them lets nobody in
NONCES_KEPT = 5  # as many windows may be on their way at once
LONGEST_KEY = 191
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # with a public key: never one of our secret
CLOCKS_APART = 60  # seconds
SENTENCES = {
    "down": "{name} does not answer at the moment. Wait a few minutes and try again, or sign in another way.",
    "denied": "You did not allow {name} to let you in, so nothing happened.",
    "state": "This sign-in was begun in another window, or too long ago. Begin again.",
    "answer": "{name} sent an answer that we cannot trust, so we did not let you in. Tell your council’s IT desk.",
    "tenant": "You are signed in to Microsoft with the account of another organisation. Choose your {name}.",
    "unknown": "We do not know this account yet. Open the newest invitation from your council and press its button.",
    "no_place": "We know this account, but you have no role here now. Ask the person who looks after accounts.",
    "taken": "This account is another person’s way in already. Ask the person who looks after accounts.",
    "invitation": "Your invitation no longer works. Ask for a new one, and use the newest e-mail.",
    "other_person": "This is not the account that you came in with. Sign out first, then sign in as the other person.",
}
STATUS = {"down": 503}


def problem(request: HttpRequest, provider: Provider, code: str) -> HttpResponse:
    """One sentence, the other ways in, and an event where the authority can read it."""
    authority = lookup.authority_at(provider.authority)
    if authority is not None:
        user_id = request.user.pk if request.user.is_authenticated else None
        by = Principal(kind="nobody", user_id=user_id)
        with authority_scope(authority.pk):
            refused = audit.event("sign_in.council_account", by=by, at=timezone.now(), reason=code, denied=True)
            refused.save(force_insert=True)
    facts = {"sentence": SENTENCES[code].format(name=provider.name), "provider": provider, "code": code}
    return render(request, "teams/council_account_problem.html", facts, status=STATUS.get(code, 403))


class Stop(Exception):
    """The provider's answer lets nobody in: `code` of the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CouncilAccountAdapter(DefaultSocialAccountAdapter):
    """What allauth asks about accounts from outside."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """From the settings alone: a secret in the database would be in every backup of it."""
        found = [each for each in providers.all_providers() if provider in (None, "openid_connect", each.id)]
        return [_app(each) for each in found if client_id in (None, each.client_id)]

    def authenticate_by_email(self, login: SocialLogin) -> None:
        return None

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        said = providers.by_id(provider.sub_id)
        assert said is not None  # noqa: S101  (the view has found it)
        if error == AuthError.CANCELLED or request.GET.get("error") == "access_denied":
            code = "denied"
        elif isinstance(exception, RequestException):
            code = "down"
        else:
            code = "answer" if exception or "state" in (extra_context or {}) else "state"
        raise ImmediateHttpResponse(problem(request, said, code))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Known, or invited; else nobody comes in. Here the account is linked."""
        provider = providers.by_id(sociallogin.account.provider)
        # Only what our own adapter has checked: allauth's would know an Entra account by another key.
        if provider is None or not getattr(sociallogin, "is_checked", False):
            raise ImmediateHttpResponse(HttpResponseRedirect("/accounts/login/"))
        try:
            _let_in(request, sociallogin, provider, at=timezone.now())
        except Stop as stop:
            raise ImmediateHttpResponse(problem(request, provider, stop.code)) from stop
        if request.user.is_authenticated and request.user == sociallogin.user:
            # Asked again on the way to a page: the session stays, with all that it holds.
            record_authentication(
                request, request.user, "socialaccount", reauthenticated=True,
                provider=provider.id, uid=sociallogin.account.uid, at=getattr(request, "proved_at", None),
            )  # fmt: skip
            raise ImmediateHttpResponse(HttpResponseRedirect(sociallogin.get_redirect_url(request) or "/"))


class CouncilOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """allauth's, with the checks that are ours: signature always, issuer, tenant, and the key that counts."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("council_account_back", kwargs={"provider_id": self.provider_id}))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        provider = providers.by_id(self.provider_id)
        assert provider is not None  # noqa: S101  (the view has found it)
        try:
            claims = self._verified(kwargs["response"]["id_token"], provider)
            _use_up(request, claims["nonce"])
            key, proved_at = provider.key_of(claims), _proved_at(claims)
        except (KeyError, TypeError, ValueError, jwt.PyJWTError) as wrong:
            raise OAuth2Error("The answer is not what it must be.") from wrong
        if provider.kind == "entra" and claims["tid"] != provider.tenant:
            raise ImmediateHttpResponse(problem(request, provider, "tenant"))
        if len(key) > LONGEST_KEY:
            key = f"sha256 {hashlib.sha256(key.encode()).hexdigest()}"
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, {"id_token": {"sub": key}})
        login.account.extra_data = {}  # nobody's name and address from outside is kept
        login.is_checked, request.proved_at = True, proved_at  # type: ignore[attr-defined]
        return login

    def _verified(self, id_token: str, provider: Provider) -> dict[str, Any]:
        """What the provider has signed for us: by a key of its own, an algorithm of ours, for this client, just now."""
        with get_adapter().get_requests_session() as asking:
            answer = asking.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys, name = jwt.PyJWKSet.from_dict(answer.json()).keys, jwt.get_unverified_header(id_token).get("kid")
        key = next(key for key in [*keys, None] if key is None or name in (None, key.key_id))
        if key is None:
            raise OAuth2Error("Signed with a key that the provider does not show.")
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=key,
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.server_url,
            leeway=CLOCKS_APART,
            options={"require": ["aud", "exp", "iat", "iss", "sub"]},
        )
        return claims


def new_nonce(request: HttpRequest) -> str:
    """For one way out: the provider signs it, so that an answer made for somebody else's browser is none for this."""
    nonce = secrets.token_urlsafe(24)
    request.session[NONCES] = [*request.session.get(NONCES, []), nonce][-NONCES_KEPT:]
    return nonce


def _use_up(request: HttpRequest, nonce: str) -> None:
    """Raises ValueError for one that this browser did not send, or that was answered before."""
    kept = list(request.session.get(NONCES, []))
    kept.remove(nonce)
    request.session[NONCES] = kept


def _proved_at(claims: dict[str, Any]) -> float | None:
    """When somebody last showed the provider who they are, where it tells: never later than now, or the proof would be
    fresh for as long as the provider likes. Raises ValueError for what is no moment.
    """
    said = claims.get("auth_time")
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int | float) or not 0 <= said < 2**53:
        raise ValueError("auth_time is no moment.")
    return min(float(said), timezone.now().timestamp())


def _app(provider: Provider) -> SocialApp:
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={"server_url": provider.server_url, "oauth_pkce_enabled": True, "scope": provider.scope},
    )


def _let_in(request: HttpRequest, sociallogin: SocialLogin, provider: Provider, *, at: datetime) -> None:
    authority = lookup.authority_at(provider.authority)
    if authority is None:
        raise Stop("unknown")
    with authority_scope(authority.pk):
        slug, public_id = request.session.get(INVITED) or ("", "")
        link = Link.objects.filter(public_id=public_id).select_related("person").first() if public_id else None
        if slug != provider.authority:
            link = None
        if not sociallogin.is_existing:
            if link is None:
                raise Stop("unknown")
            _link(sociallogin, link, at=at)
        elif link is not None and link.person.user_id != sociallogin.user.pk:
            raise Stop("taken")
        if request.user.is_authenticated and request.user != sociallogin.user:
            raise Stop("other_person")
        principal = lookup.principal_of(sociallogin.user)
        if principal is None:
            raise Stop("no_place")
        audit.record("sign_in.council_account", by=principal, at=at)
    request.session.pop(INVITED, None)


def _link(sociallogin: SocialLogin, link: Link, *, at: datetime) -> None:
    try:
        with transaction.atomic():
            person = invitations.accept(link, how=invitations.BY_COUNCIL_ACCOUNT, at=at)
            sociallogin.account.user = person.user
            sociallogin.account.save()
    except Refusal as refusal:
        raise Stop("invitation") from refusal
    except IntegrityError as taken:  # linked at the same moment in another window
        raise Stop("taken") from taken
    sociallogin.user = person.user


def linked(user: Any, slug: str) -> list[Provider]:
    """The providers of this authority that this account is linked to."""
    ids = set(SocialAccount.objects.filter(user=user).values_list("provider", flat=True))
    return [each for each in providers.of_authority(slug) if each.id in ids]
