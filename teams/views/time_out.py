"""How long a sign-in still lasts, for the script that warns before it ends (static/js/time-out.js).

Asking is no use of the session and does not prolong it (foundation/sessions.py); "Stay signed in" does, until the hours
since signing in are over.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import salted_hmac

from teams.foundation.sessions import BEGAN, SEEN, ends_at
from teams.views.drafts import SignedInJson


class SessionTime(SignedInJson):
    """GET tells the seconds that are left, POST is a press like any other."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now().timestamp()
        session = request.session
        ends = ends_at(session).timestamp() if BEGAN in session else now + session.get_expiry_age()
        last = session[BEGAN] + settings.SESSION_COOKIE_AGE if BEGAN in session else ends
        return JsonResponse(
            {
                "seconds": max(int(ends - now), 0),
                "can_stay": last - ends > 1,
                # Tells a page that stayed open whether the same person has signed in again. It names nobody.
                "who": salted_hmac("alongside.who", str(request.user.pk), algorithm="sha256").hexdigest()[:16],
                "token": get_token(request),
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session[SEEN] = timezone.now().timestamp()
        return self.get(request)
