"""How the team is working: five questions, for whoever has an account here, once a term."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import pulse
from performance.forms.pulse import PulseForm
from performance.models import Wave
from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES
from teams.foundation.errors import Refusal
from teams.foundation.views import Page


class PulsePage(Page):
    """What was pressed is in the sheet alone: the page says that somebody has answered, and never what."""

    roles = COUNCIL_ROLES | SCHOOL_ROLES
    template = "performance/pulse.html"

    @cached_property
    def wave(self) -> Wave | None:
        return pulse.open_round()

    @cached_property
    def teams(self) -> list[pulse.About]:
        return pulse.teams_for(self.principal)

    def facts(self) -> dict[str, Any]:
        answered = self.wave is not None and pulse.has_answered(self.wave, self.principal)
        return {"wave": self.wave, "has_answered": answered, "teams": self.teams, "form": None}

    def form(self, data: Any = None) -> PulseForm | None:
        if self.wave is None or not self.teams:
            return None
        wording = self.wave.questionnaire.in_language("en")
        return PulseForm(self.wave.questionnaire.asked, wording, self.teams, data)

    def get(self, request: HttpRequest) -> HttpResponse:
        facts = self.facts()
        return self.draw(form=None if facts["has_answered"] else self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form is None or self.wave is None:
            return self.draw(409)
        if form.is_valid():
            try:
                pulse.answer(self.wave, form.about, form.answers, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                return redirect("pulse")
        return self.draw(422, form=form)
