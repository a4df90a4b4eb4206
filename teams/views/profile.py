"""What somebody is here and how they come in: looked at by themselves, changed by the council."""

from __future__ import annotations

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from teams.actions.sessions import end_session, end_sessions
from teams.council_accounts import linked
from teams.foundation import hats, sessions
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.views import Page
from teams.models import Membership, Person
from teams.rules.devices import in_words


class ProfilePage(Page):
    """Name and job as others see them, the ways in, and where to go from here."""

    by_policy = True
    any_hat = True
    template = "teams/profile.html"

    def facts(self) -> dict[str, Any]:
        user, authority = self.request.user, self.request.authority  # type: ignore[attr-defined]
        at_council = self.principal.has(*COUNCIL_ROLES)
        held = Membership.objects.on(self.today).filter(user_id=user.pk).select_related("team").order_by("starts_on")
        return {
            "person": Person.objects.get(pk=self.principal.person_id or 0),
            "memberships": list(held),
            "at_council": at_council,
            "has_codes": is_mfa_enabled(user),
            "asks_for_codes": self.principal.has(*authority.second_step_roles),
            "council_accounts": linked(user, authority.slug),
            "by_council_account": sessions.ONLY in self.request.session,
            "several_places": bool(self.request.session.get(hats.PLACES)),
            "more": [(text, reverse(name)) for text, name in (COUNCIL_MORE if at_council else MORE)],
        }


# What else is one's own; `mail_choices` stands on an upper floor.
MORE = [("Which e-mails you get", "mail_choices"), ("Help", "help")]
COUNCIL_MORE = [*MORE[:1], ("Tokens for programs", "tokens"), *MORE[1:]]


class SessionsPage(Page):
    """Where somebody is signed in, everywhere at once; each can be ended."""

    by_policy = True
    any_hat = True
    template = "teams/sessions.html"

    def facts(self) -> dict[str, Any]:
        found = UserSession.objects.filter(user_id=self.request.user.pk).order_by("-last_seen_at", "-pk")
        alive = Session.objects.filter(expire_date__gt=self.now)
        rows = found.filter(session_key__in=alive.values("session_key"))
        key = self.request.session.session_key
        return {
            "sessions": [
                {"number": row.pk, "device": in_words(row.user_agent), "is_this": row.session_key == key,
                 "since": row.created_at, "seen": row.last_seen_at}
                for row in rows[:50]
            ]
        }  # fmt: skip

    def post(self, request: HttpRequest) -> HttpResponse:
        number, here = request.POST.get("number", ""), str(request.session.session_key)
        if number.isdecimal() and len(number) < 18:
            is_this = UserSession.objects.filter(pk=number, session_key=here, user_id=request.user.pk).exists()
            ended = end_session(request.user, int(number), by=self.principal, at=self.now)
            if is_this:
                logout(request)
                return redirect("/accounts/login/")
        else:
            ended = end_sessions(request.user, by=self.principal, at=self.now, but=here)
        messages.success(request, "You are signed out there." if ended else "Nobody was signed in there any more.")
        return redirect("sessions")
