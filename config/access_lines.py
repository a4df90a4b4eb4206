"""One line of the log for each request: route, method, status, time. Never the address."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from config import metrics
from config.log_lines import route_of

logger = logging.getLogger("config.access")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Asked every few seconds by machines: counted, not logged, unless something is wrong.
SIGNS_OF_LIFE = frozenset({"health", "ready", "metrics"})


class AccessLineMiddleware:
    """Stands outside all others but the request's number, so that what they answer has its line too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        if not request.path_info.startswith(settings.STATIC_URL):
            self.tell(request, response.status_code, time.perf_counter() - began)
        return response

    def tell(self, request: HttpRequest, status: int, seconds: float) -> None:
        method = request.method if request.method in METHODS else "other"  # a method is typed by whoever asks
        route = route_of(request)
        metrics.note(route, method, status, seconds)
        if route in SIGNS_OF_LIFE and status < 400:
            return
        authority = getattr(request, "authority", None)
        # Only somebody whom another line of the code has already asked for: a sign of life reads no session.
        user = getattr(request, "_cached_user", None)
        logger.info(
            "%s %s %s",
            method,
            route,
            status,
            extra={
                "authority": authority.slug if authority is not None else None,
                "route": route,
                "method": method,
                "status": status,
                "milliseconds": round(seconds * 1000),
                "user": getattr(user, "pk", None),
            },
        )
