"""Pages of the installation itself: the way in, signs of life, and mail on a developer's machine."""

from __future__ import annotations

import email
import email.policy
import sys
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import caches
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from config.celery import living
from teams.foundation import hats, sessions
from teams.foundation.lookup import memberships_of
from teams.foundation.tenancy import address_prefix

SECURITY_TXT_LASTS = timedelta(days=90)  # it is made anew each time it is asked for


@login_not_required
def front_door(request: HttpRequest) -> HttpResponse:
    """`/` leads to the one authority somebody works in, or lets them choose. Inside, it is the first page by role."""
    if request.principal.kind == "membership":  # type: ignore[attr-defined]
        return redirect("first_page")
    if not request.user.is_authenticated:
        return redirect(settings.LOGIN_URL)
    found = {hat.authority.slug: hat.authority.name for hat in memberships_of(request.user)}
    places = {slug: name for slug, name in found.items() if sessions.opens(request.session, slug)}
    if len(places) > 1:
        request.session[hats.PLACES] = True
    if len(places) == 1:
        with address_prefix(next(iter(places))):
            return redirect(reverse("first_page"))
    return render(request, "front_door.html", {"places": places})


@login_not_required
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Can it do its work? 503 when database, queue, worker or beat is missing. Which is true or false, and no more:
    anybody may ask.
    """
    state = {"database": False, "queue": False, "worker": False, "beat": False}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        state["database"] = True
    except DatabaseError:
        pass
    try:
        caches["signs"].get("ready")
        state["queue"] = True
        state |= {part: bool(sign) for part, sign in living().items()}
    except (RedisError, OSError):
        pass
    return JsonResponse(state, status=200 if all(state.values()) else 503)


@login_not_required
@never_cache
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a fault (RFC 9116). There is none where nobody has said who reads it."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    contact = settings.SECURITY_CONTACT
    contact = contact if ":" in contact else f"mailto:{contact}"
    expires = (timezone.now() + SECURITY_TXT_LASTS).isoformat(timespec="seconds")
    text = f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: en\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@login_not_required
@never_cache
def kept_mail(request: HttpRequest) -> HttpResponse:
    """Local only: the mails that would have gone out, newest first."""
    folder = Path(settings.EMAIL_FILE_PATH)
    letters = []
    for file in sorted(folder.glob("*.log"), key=lambda each: each.stat().st_mtime, reverse=True)[:100]:
        for raw in reversed(file.read_bytes().split(b"-" * 79 + b"\n")):
            if raw.strip():
                message = email.message_from_bytes(raw, policy=email.policy.default)
                body = message.get_body(("plain",))
                letters.append(
                    {
                        "to": message["To"],
                        "from": message["From"],
                        "subject": message["Subject"],
                        "date": message["Date"],
                        "text": body.get_content() if body else "",
                    }
                )
    return render(request, "dev_mail.html", {"letters": letters})


# What PostgreSQL says when it is not there, is being stopped, or has no place left (its classes of errors).
DATABASE_IS_AWAY = ("08", "53", "57P")


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what was sent cannot be read; 413 where there is too much of it."""
    status = 413 if isinstance(exception, RequestDataTooBig) else 400
    return render(request, f"{status}.html", status=status)


def failed(request: HttpRequest) -> HttpResponse:
    """500; and 503 where it is the database that cannot be reached: then it is no fault of the page, and passes."""
    status = 503 if _database_is_away(sys.exc_info()[1]) else 500
    response = render(request, f"{status}.html", status=status)
    if status == 503:
        response["Retry-After"] = "60"
    return response


def _database_is_away(error: BaseException | None) -> bool:
    code = getattr(getattr(error, "__cause__", None), "pgcode", None)
    if isinstance(error, OperationalError):
        return code is None or str(code).startswith(DATABASE_IS_AWAY)
    return isinstance(error, InterfaceError)
