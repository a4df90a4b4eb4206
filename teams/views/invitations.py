"""The way in after an invitation: the press that sends it, and the page behind its link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from teams.actions import invitations
from teams.council_accounts import INVITED
from teams.forms.invitations import FirstPasswordForm
from teams.foundation import audit, links, providers
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.tenancy import outside_every_authority
from teams.models import Person
from teams.views.council_accounts import address_of
from teams.views.set_up import AdministratorPage

COUNCIL, NEW_LINK = "council", "new_link"


class PersonInvitePage(AdministratorPage):
    """A button on the page of a person."""

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        person = self.fetch(Person.objects.all(), public_id)
        invitations.invite(person, by=self.principal, at=self.now)
        waits = "" if self.authority.mails_may_go else " It goes when the doors open."
        messages.success(request, f"An invitation to {person.name} is on its way to {person.email}.{waits}")
        return redirect("person", public_id=public_id)


def invitation_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """GET changes nothing and uses nothing up. A press is done once; the link then says what was done."""
    now = timezone.now()
    if request.method != "POST":
        return show(request, link)
    try:
        if request.POST.get("press") == NEW_LINK:
            invitations.send_again(link, at=now)
            return show(request, link, sent_again=True)
        if request.POST.get("press") == COUNCIL:
            return _to_provider(request, link)
        return _with_password(request, link)
    except Refusal as refusal:
        by = links.principal_of(link, today=timezone.localdate(now))
        audit.denied("invitation.accept", by=by, at=now, reason=refusal.code, subjects=[link.person])
        return show(request, link, status=409, refusal=refusal.message)


def show(request: HttpRequest, link: Link, status: int = 200, **more: Any) -> HttpResponse:
    now = timezone.now()
    person = link.person
    is_open = link.is_open(now) and invitations.why_not(person, on=timezone.localdate(now)) is None
    facts: dict[str, Any] = {
        "link": link,
        "is_open": is_open,
        "other_mailbox": link.address.lower() != person.email.lower(),
        "has_password": is_open and person.user is not None and person.user.has_usable_password(),
        "form": FirstPasswordForm(user=person.user) if is_open else None,
        "providers": providers.of_authority(request.authority.slug) if is_open else [],  # type: ignore[attr-defined]
        "refusal": "",
        "sent_again": False,
    }
    return render(request, "teams/invitation.html", facts | more, status=status)


def _to_provider(request: HttpRequest, link: Link) -> HttpResponse:
    """Out to the council's sign-in; the link is answered when the person comes back (teams/council_accounts.py)."""
    slug = request.authority.slug  # type: ignore[attr-defined]
    chosen = [each for each in providers.of_authority(slug) if each.id == request.POST.get("provider")]
    if not chosen or not link.is_open(timezone.now()):
        return show(request, link, status=409)
    request.session[INVITED] = [slug, str(link.public_id)]
    onward = address_of(chosen[0])
    return render(request, "teams/council_account_go.html", {"provider": chosen[0], "onward": onward})


def _with_password(request: HttpRequest, link: Link) -> HttpResponse:
    now = timezone.now()
    form = FirstPasswordForm(request.POST, user=link.person.user)
    if not link.is_open(now) or not form.is_valid():
        return show(request, link, 422 if link.is_open(now) else 409, **({"form": form} if link.is_open(now) else {}))
    with transaction.atomic():
        user = invitations.choose_password(link, form.cleaned_data["password1"], at=now).user
    home = reverse("front_door")
    with outside_every_authority():  # the steps of signing in stand there
        record_authentication(request, user, method="password", email=link.address)
        return perform_login(request, Login(user=user, redirect_url=home, email=link.address))
