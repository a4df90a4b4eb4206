"""What works without signal: the service worker of an authority, and its long forms with nobody's words in them."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache

from teams.foundation import drafts
from teams.foundation.views import Page
from teams.views.drafts import leave_cookie_alone

SHELL = (
    "app.css",
    "favicon.svg",
    *(
        f"js/{name}.js"
        for name in ("ask", "drafts", "device", "idb", "kept", "take", "room", "finish", "late", "boxes", "signal")
    ),
)


class OfflineFormPage(Page):
    """A long form with nobody's words in it: what the service worker shows where there is no signal."""

    template = "teams/offline_form.html"
    by_policy = True

    def get(self, request: HttpRequest, form: str) -> HttpResponse:
        kind = drafts.kinds().get(form)
        if kind is None or kind.blank is None:
            return render(request, "404.html", status=404)
        return self.draw(kind=kind, form=kind.blank(), quiet=True)


class NoSignalPage(Page):
    """What the service worker shows in place of every page that works only with signal."""

    template = "teams/no_signal.html"
    by_policy = True

    def facts(self) -> dict[str, Any]:
        return {"quiet": True}


@never_cache
@login_not_required
def service_worker(request: HttpRequest) -> HttpResponse:
    """static/js/sw.js with what it keeps. Its address gives it the pages of this authority and no others.

    The version is the digest of all that it keeps, so a browser fetches anew exactly when something has changed.
    """
    if not request.user.is_authenticated:
        leave_cookie_alone(request)
        return HttpResponse("", status=401, content_type="text/javascript")
    pages = [{"pattern": kind.page, "shell": reverse("offline_form", args=[kind.name])} for kind in drafts.blanks()]
    shell = [*(static(name) for name in SHELL), reverse("brand")]
    blanks = [
        render_to_string("teams/offline_form.html", {"kind": kind, "form": kind.blank(), "quiet": True}, request)
        for kind in drafts.blanks()
        if kind.blank is not None
    ]
    blanks.append(render_to_string("teams/no_signal.html", {"quiet": True}, request))
    no_signal = reverse("no_signal")
    colour = request.authority.colour  # type: ignore[attr-defined]
    kept = json.dumps([shell, pages, blanks, colour]) + _digest_of_files()
    facts = {
        "version": hashlib.sha256(kept.encode()).hexdigest()[:16],
        "shell": shell,
        "pages": pages,
        "noSignal": no_signal,
    }
    source = _source("js/sw.js").read_text(encoding="utf-8")
    return HttpResponse(
        f"self.KEPT = {json.dumps(facts)};\n{source}",
        content_type="text/javascript; charset=utf-8",
    )


@cache
def _digest_of_files() -> str:
    files = [*SHELL, "js/sw.js"]
    return hashlib.sha256(b"".join(_source(name).read_bytes() for name in files)).hexdigest()


def _source(name: str) -> Path:
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(f"static/build/{name} is missing: run the front-end build.")
    return Path(str(found))
