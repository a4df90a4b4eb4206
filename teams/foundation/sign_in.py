"""The second of the two doors: whoever is not signed in is asked to (the first is the authority's, middleware.py)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase

from teams.foundation.views import give_words_back


class SignInMiddleware(LoginRequiredMiddleware):
    """Asks for the sign-in. Words that were sent after it had ended come back, to be sent once more."""

    def handle_no_permission(  # type: ignore[override]  # stubs know of the redirect alone
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponseBase:
        if request.method == "POST":
            return give_words_back(request)
        return super().handle_no_permission(request, view_func)
