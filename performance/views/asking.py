"""Asking a young person or a parent for feedback (journeys Y1, Y2): on this device, or with a code to scan."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from markupsafe import Markup

from casework.models import YoungPerson
from performance.actions import asking
from performance.forms.asking import AskForm
from performance.models import Ticket
from performance.permissions.waves import ASKERS
from teams.foundation.errors import Refusal
from teams.foundation.views import Page


class FeedbackAskPage(Page):
    """Who is asked, and how. "On this device" signs the worker out before anything of theirs can be seen."""

    roles = ASKERS
    template = "performance/feedback_ask.html"

    @cached_property
    def young(self) -> YoungPerson:
        found: YoungPerson = self.fetch(
            YoungPerson.objects.select_related("school", "worker"), self.kwargs["public_id"]
        )
        return found

    def facts(self) -> dict[str, Any]:
        return {"young": self.young, "manager": asking.manager_of(self.young.worker, self.principal)}

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=AskForm())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        young, form = self.young, AskForm(request.POST)
        channel = Ticket.Channel.DEVICE if request.POST.get("how") == "device" else Ticket.Channel.CODE
        if not form.is_valid():
            return self.draw(422, form=form)
        try:
            ticket, token = asking.ask(young, form.cleaned_data["kind"], channel, by=self.principal, at=self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        path = reverse("asked", args=[token])
        if channel == Ticket.Channel.DEVICE:
            logout(request)  # the session is gone on the server: no way back leads into it
            return redirect(path)
        address = request.build_absolute_uri(path)
        return self.draw(form=None, ticket=ticket, address=address, code=_code(address))


class RungPage(Page):
    """A parent asked to be rung; somebody has."""

    roles = ASKERS

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        ticket: Ticket = self.fetch(Ticket.objects.select_related("young_person"), public_id)
        ticket.rung(by=self.principal, at=self.now)
        messages.success(request, "Noted. The number is gone from here.")
        return redirect("young_person", ticket.young_person.public_id)


def _code(address: str) -> Markup:
    # Safe: segno writes the drawing, and the title is ours.
    drawn = segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, title="The code to scan")
    return Markup(drawn)  # noqa: S704
