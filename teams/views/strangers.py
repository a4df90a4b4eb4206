"""What opens without signing in: the authority's colour, and links."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control, never_cache

from teams.foundation import links


@login_not_required
@cache_control(max_age=300)
def brand(request: HttpRequest) -> HttpResponse:
    """The authority's colour, as the one custom property of the stylesheet. Inline styles are not allowed."""
    colour = request.authority.colour  # type: ignore[attr-defined]
    return HttpResponse(f":root{{--authority-colour:{colour}}}\n", content_type="text/css")


@login_not_required
@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link opens what its purpose says. Looking uses nothing up; an unknown token is told nothing."""
    link = request.principal.link  # type: ignore[attr-defined]
    if link is None:
        response = render(request, "teams/link_unknown.html", status=404)
    else:
        if request.method == "GET":
            link.note_opening(at=timezone.now())
        response = links.purpose(link.purpose).view(request, link)
    response["Referrer-Policy"] = "strict-origin"
    return response
