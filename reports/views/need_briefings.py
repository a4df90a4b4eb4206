"""The press that freezes need and workers as a briefing, and leads to where it is printed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reports import tasks
from reports.actions.need_briefing import print_briefing
from schools.permissions import NEED_DECIDERS
from teams.foundation.errors import Refusal
from teams.foundation.views import Page


class NeedBriefingPage(Page):
    roles = NEED_DECIDERS

    def post(self, request: HttpRequest) -> HttpResponse:
        authority = request.authority  # type: ignore[attr-defined]
        try:
            run = print_briefing(authority, by=self.principal, at=self.now)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return redirect("need_areas")
        tasks.draw_run.nudge(authority.pk, run.pk)
        messages.success(request, "The briefing is being printed.")
        return redirect("run", public_id=run.public_id)
