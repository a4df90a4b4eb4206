"""Pages that put what was typed where a careless page would: into errors and into lines of the log."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

ours = logging.getLogger("teams.careless")
theirs = logging.getLogger("somebody.elses.package")


@login_not_required
def leak(request: HttpRequest, how: str, **_: Any) -> HttpResponse:
    typed = request.POST.get("typed") or request.GET.get("typed", "")
    if how == "raises":
        raise ValueError(f"{typed} is no number")
    if how == "chains":
        try:
            int(typed)
        except ValueError as error:
            raise KeyError(typed) from error
    if how == "insert":
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid", [typed])
    if how == "logs":
        ours.error("failed: %s", ValueError(typed))
        ours.error("failed: %s", request)
        theirs.error("could not read %s of %(x)s", typed)
        theirs.error("could not read %s", typed)
        theirs.error("could not read %(what)s after %(times)d tries", {"what": typed, "times": 3})
        theirs.error("%d", typed)
        theirs.error(ValueError(typed))
        try:
            int(typed)
        except ValueError:
            ours.exception("no number")
    return HttpResponse("said")


urlpatterns = [path("accounts/leak/<slug:how>/<path:rest>", leak, name="leaking"), path("", include("config.urls"))]
