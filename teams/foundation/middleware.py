"""What stands around every request: a number for the logs, and the one door into an authority."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control

from teams.foundation import access, audit, hats, links, proof, sessions
from teams.foundation.lookup import authority_at, principal_of, waiting_colleague
from teams.foundation.numbering import circumstances, request_number
from teams.foundation.problems import problem
from teams.foundation.tenancy import address_prefix, authority_scope

# First parts of an address that are no authority. They are forbidden as slugs (teams.models.Authority).
RESERVED = frozenset(
    {
        *("", "accounts", "static", "admin", "api", "dev", "health", "mail", "ready", "metrics"),
        *(".well-known", "favicon.ico", "robots.txt"),
    }
)
# Parts after the slug that open without signing in: a link, the questions that somebody is asked, a calendar by its
# secret address, the check of a printed paper, the authority's colour, and what anybody may read about the product.
BY_LINK, ASKED = "l", "q"
# For programs, and only inside an authority. It answers in JSON, and to a token that its own views look up.
API = "api"
ABOUT = "about"
OPEN_TO_STRANGERS = frozenset({BY_LINK, ASKED, ABOUT, "calendar", "check", "brand.css"})

# Largest body of somebody signed in: a government file (schools.actions.imports) and its form around it. In bytes.
LARGEST_BODY = 210 * 1024 * 1024

Answer = Callable[[HttpRequest], HttpResponse]


class RequestNumberMiddleware:
    """One number for a request, in the audit and in the answer's headers."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = request.number = uuid.uuid4()  # type: ignore[attr-defined]
        token = request_number.set(number)
        try:
            response = self.get_response(request)
        finally:
            request_number.reset(token)
        response["X-Request-Number"] = str(number)
        return response


class MaintenanceMiddleware:
    """While a new version is brought in everybody is told so, and nothing is asked of the database (MAINTENANCE)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MAINTENANCE and request.path_info not in ("/health", "/ready"):
            return render(request, "503.html", status=503)
        return self.get_response(request)


class AuthorityMiddleware:
    """`/<slug>/rest`: find the authority, open the scope around view and template, roll back what failed.

    The slug becomes the script prefix, so the URLconf stays flat and `reverse` puts it back. A view's exception reaches
    us as a finished response, so it is the status that decides: everything from 400 up rolls back.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug, _, rest = request.path_info.lstrip("/").partition("/")
        request.authority, request.principal = None, access.NOBODY  # type: ignore[attr-defined]
        request.asks_api = API in (slug, rest.partition("/")[0])  # type: ignore[attr-defined]
        if request.asks_api and settings.SECURE_SSL_REDIRECT and not request.is_secure():  # type: ignore[attr-defined]
            # Led on to HTTPS, a program would work, and its token would go over an open line for ever.
            return problem(403, "Use https:// here. A token that was just sent is no secret any more: revoke it.")
        if _body_is_too_large(request) and (slug in RESERVED or not _may_send_files(request)):
            return _too_large(request)
        # PostgreSQL takes no NUL, and no address of ours holds one. What is typed into a form is the form's business.
        if "\0" in request.path_info:
            return _not_there(request)
        if "%00" in request.META.get("QUERY_STRING", ""):
            return _refused(request, 400, "An address with a NUL in it is not understood.", "400.html")
        if slug == API:  # the API of nobody: it stands inside an authority
            return _not_there(request)
        if _belongs_to_the_council(request):
            return render(request, "account/kept_by_council.html", status=403)
        response = self.get_response(request) if slug in RESERVED else self.at(slug, rest, request)
        if not response.has_header("Cache-Control"):
            # What somebody may see after signing in is kept by no cache: after they sign out, "back" must not show it.
            patch_cache_control(response, no_store=True, private=True)
        return response

    def at(self, slug: str, rest: str, request: HttpRequest) -> HttpResponse:
        request.path_info = f"/{rest}"
        first, _, second = rest.partition("/")
        by_token = first == API and "Authorization" in request.headers
        by_stranger = by_token or first in OPEN_TO_STRANGERS
        # The installation's own pages stand outside every authority, and only there.
        if first and first in RESERVED and first != API:
            return _not_there(request)
        with address_prefix(slug):
            if not by_stranger and not request.user.is_authenticated:
                return self.get_response(request)  # sign-in is asked for: the same answer for every slug, real or not
            authority = authority_at(slug)
            if authority is None:
                # Nothing is told by a token either: one that opens nothing here gets the same answer everywhere.
                return self.get_response(request) if by_token else _not_there(request)
            with authority_scope(authority.pk):
                response = self.inside(request, authority, second if first == BY_LINK else "", by_stranger)
                if first in (BY_LINK, ASKED):
                    # Also on its error pages: the address itself is the key. Not "no-referrer": with it browsers post
                    # `Origin: null`, and the forgery check refuses the press.
                    response["Referrer-Policy"] = "strict-origin"
                if response.streaming and not isinstance(response, FileResponse):
                    raise RuntimeError("No streaming over tenant rows: exports are files made by a run.")
                if response.status_code >= 400:
                    transaction.set_rollback(True)
        return response

    def inside(self, request: HttpRequest, authority: Any, token: str, by_stranger: bool) -> HttpResponse:
        now = timezone.now()
        if by_stranger:
            of_token = links.Link.objects.with_token(token.rstrip("/").partition("/")[0])
            link = of_token.select_related("person").first() if token else None
            if link is not None:
                request.principal = links.principal_of(link, today=timezone.localdate(now))  # type: ignore[attr-defined]
        else:
            opens = sessions.opens(request.session, authority.slug)
            principal = principal_of(request.user) if opens else None
            if principal is None:  # 404, as for a slug that is not there; and the authority hears of it
                who = access.Principal(kind="nobody", user_id=request.user.pk)
                audit.denied("authority.enter", by=who, at=now)
                colleague = waiting_colleague(request.user) if opens else None
                if colleague is not None and not request.asks_api:  # type: ignore[attr-defined]
                    return render(request, "teams/address_waits.html", {"person": colleague}, status=403)
                return _not_there(request)
            hat = hats.chosen(request, authority.slug)
            request.principal = hats.narrowed(principal, hat)  # type: ignore[attr-defined]
        request.authority = authority  # type: ignore[attr-defined]
        if _body_is_too_large(request):
            audit.denied("upload", by=request.principal, at=now, reason="too large")  # type: ignore[attr-defined]
            return _too_large(request)
        if request.path_info.startswith(f"/{ABOUT}/"):
            _know_reader(request, authority)
        if not by_stranger and proof.lacks_second_step(request):
            return proof.ask_for_second_step(request)
        token_of_lines = circumstances.set({"authority": authority.slug})
        try:
            return self.get_response(request)
        finally:
            circumstances.reset(token_of_lines)


def _know_reader(request: HttpRequest, authority: Any) -> None:
    """Open to strangers, but whoever has come in here finds her own name and bar on it."""
    opens = request.user.is_authenticated and sessions.opens(request.session, authority.slug)
    principal = principal_of(request.user) if opens else None
    if principal is not None:
        request.principal = hats.narrowed(principal, hats.chosen(request, authority.slug))  # type: ignore[attr-defined]
        if proof.lacks_second_step(request):
            request.principal = access.NOBODY  # type: ignore[attr-defined]


def _not_there(request: HttpRequest) -> HttpResponse:
    return _refused(request, 404, "There is nothing here.", "404.html")


def _refused(request: HttpRequest, status: int, sentence: str, template: str) -> HttpResponse:
    """A page for people, a problem for programs."""
    if request.asks_api:  # type: ignore[attr-defined]
        return problem(status, sentence)
    return render(request, template, status=status)


def _belongs_to_the_council(request: HttpRequest) -> bool:
    """Who came in by one council's account sets no password and no codes: these would open every authority."""
    own = request.path_info.startswith(("/accounts/password/set/", "/accounts/2fa/", "/accounts/email/"))
    return own and sessions.ONLY in request.session


def _body_is_too_large(request: HttpRequest) -> bool:
    """Django counts no files: without this a stranger's upload fills the disk before any page has seen it."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return int(length) > LARGEST_BODY or not _may_send_files(request)


def _may_send_files(request: HttpRequest) -> bool:
    """A program sends a few words; somebody who is not signed in sends no file."""
    return request.user.is_authenticated and not request.asks_api  # type: ignore[attr-defined]


def _too_large(request: HttpRequest) -> HttpResponse:
    return _refused(request, 413, "This is more than is taken here. Send less at a time.", "413.html")
