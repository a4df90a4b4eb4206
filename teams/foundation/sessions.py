"""How long somebody stays signed in, and on which devices.

A session ends some hours after signing in whatever is done meanwhile, and some time after the last press
(config/settings/security.py). When it was last used is noted every few minutes, so that most requests write nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

BEGAN, SEEN = "began_at", "seen_at"  # seconds since 1970, in the session
ONLY = "only_authority"  # the slug of the one authority that this sign-in opens: of its own provider
NOTED_EVERY = timedelta(minutes=5)
ASKED_BY_ITSELF = "/accounts/session/"  # config/urls.py


class SessionLifeMiddleware:
    """Ends a session that is too old or was left alone, before anything else is asked; notes that one is in use.

    What a page or its service worker asks by itself with an old cookie is answered some time later, and takes no cookie
    away then: it may be that of a sign-in which came in between, in another tab.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if BEGAN in request.session:
            now = timezone.now()
            if now >= ends_at(request.session):
                logout(request)
            elif _is_use(request) and now.timestamp() - request.session[SEEN] >= NOTED_EVERY.total_seconds():
                if request.user.is_authenticated:
                    request.session[SEEN] = now.timestamp()
                    UserSession.objects.create_from_request(request)
                else:  # the account has been closed meanwhile
                    logout(request)
        answer = self.get_response(request)
        if _is_asked_by_itself(request) and not request.user.is_authenticated:
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return answer


def _is_asked_by_itself(request: HttpRequest) -> bool:
    """By a script, a style sheet, a service worker. A browser that does not say so goes to a page."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"


def _is_use(request: HttpRequest) -> bool:
    """A page that asks by itself how long there is left is nobody at the keyboard."""
    return not (request.path_info == ASKED_BY_ITSELF and request.method == "GET")


def opens(session: Any, slug: str) -> bool:
    """May this sign-in open this authority at all? One through an authority's own provider opens no other."""
    return session.get(ONLY) in (None, slug)


def ends_at(session: Any) -> datetime:
    """When this session ends by itself unless somebody presses something before: for a warning on the page."""
    hard = session[BEGAN] + settings.SESSION_COOKIE_AGE
    idle = session[SEEN] + settings.SESSION_IDLE_SECONDS
    return datetime.fromtimestamp(min(hard, idle), tz=timezone.get_current_timezone())


def _begin(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = timezone.now().timestamp()


user_logged_in.connect(_begin, dispatch_uid="alongside.session")
