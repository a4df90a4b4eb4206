""" "Waiting for you": the same lines as the first pages and the mails; and which mails somebody wants (journeys 9)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reports import needs
from reports.actions.digests import of_roles
from reports.forms import MailChoicesForm
from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Role
from teams.foundation.views import Page
from teams.models import Person

EVERYBODY = COUNCIL_ROLES | SCHOOL_ROLES


class WaitingPage(Page):
    """Where the mails lead: counted now, the oldest first, each line with its button."""

    roles = EVERYBODY
    template = "reports/waiting.html"

    def facts(self) -> dict[str, Any]:
        groups = needs.waiting(self.principal, self.request.authority)  # type: ignore[attr-defined]
        return {
            "groups": groups,
            "count": sum(len(group.needs) for group in groups),
            "asked_by_others": self.principal.has(Role.FINANCE_READER, Role.AUDITOR),
        }


class MailChoicesPage(Page):
    """Which mails come, and how they look. What cannot be switched off is named, with its reason."""

    roles = EVERYBODY
    template = "reports/mail_choices.html"

    def facts(self) -> dict[str, Any]:
        return {
            "digests": of_roles(self.principal.roles),
            "signs": self.principal.has(Role.HEADTEACHER),
            "can_be_large": settings.MAIL_WAY != "notify",  # Notify draws every mail itself
        }

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self._form(None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            return self.draw(422, form=form)
        offered = {digest.kind for digest in of_roles(self.principal.roles)}
        # What another hat of theirs once chose stays as it is.
        off = (set(self._me().digests_off) - offered) | (offered - set(form.cleaned_data.get("digests", ())))
        self._me().choose_mail(
            digests_off=sorted(off),
            large_print=form.cleaned_data.get("looks", "plain") == "large",
            by=self.principal,
            at=self.now,
        )
        messages.success(request, "Your choice is saved. It holds from the next mail on.")
        return redirect("mail_choices")

    def _form(self, typed: Any) -> MailChoicesForm:
        return MailChoicesForm(
            typed,
            person=self._me(),
            digests=[(digest.kind, digest.title) for digest in of_roles(self.principal.roles)],
            can_be_large=settings.MAIL_WAY != "notify",
        )

    def _me(self) -> Person:
        return Person.objects.visible_to(self.principal).get(pk=self.principal.person_id)
