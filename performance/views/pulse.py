"""How the team is working: five questions, for whoever has an account here, once a term."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from performance.actions import answering_back, pulse
from performance.forms.pulse import PulseForm
from performance.models import Wave
from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Role
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.views import Page
from teams.foundation.words import counted


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
        return {"wave": self.wave, "has_answered": answered, "teams": self.teams, "form": None, "is_link": False}

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


class PulseAskPage(Page):
    """The heads of the schools that her teams work in are mailed, once a round."""

    roles = frozenset({Role.TEAM_MANAGER})

    def post(self, request: HttpRequest) -> HttpResponse:
        wave = pulse.open_round()
        if wave is None:
            raise Refusal("No round is open. One opens with each term.")
        teams = answering_back.teams_of(self.principal)
        number = pulse.ask_schools(wave, teams, by=self.principal, at=self.now)
        words = counted(number, "mail is", "mails are") if number else "No mail is"
        messages.success(request, f"{words} on the way. Nobody is asked twice in a term.")
        return redirect(reverse("people_said") + "?kind=pulse")


def pulse_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """For who speaks for a school and has no account. GET changes nothing; POST answers, once."""
    principal = request.principal  # type: ignore[attr-defined]
    wave = (
        Wave.objects.visible_to(principal)
        .select_related("questionnaire")
        .prefetch_related("questionnaire__wordings")
        .filter(public_id=link.subject_id)
        .first()
    )
    if wave is None:
        return render(request, "teams/link_unknown.html", status=404)
    now, teams = timezone.now(), pulse.teams_for(principal)
    facts = {"wave": wave if wave.is_open else None, "teams": teams, "is_link": True, "is_over": False, "form": None}
    facts["has_answered"] = link.answered_at is not None or pulse.has_answered(wave, principal)
    if facts["has_answered"] or not teams or not wave.is_open:
        return render(request, PulsePage.template, facts)
    if not link.is_open(now):
        return render(request, PulsePage.template, facts | {"is_over": True})
    data = request.POST if request.method == "POST" else None
    form = PulseForm(wave.questionnaire.asked, wave.questionnaire.in_language("en"), teams, data)
    if data is not None and form.is_valid():
        try:
            with transaction.atomic():
                pulse.answer(wave, form.about, form.answers, by=principal, at=now)
                link.mark_answered(answer="you have answered", at=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(request.path)
    return render(request, PulsePage.template, facts | {"form": form}, status=422 if data is not None else 200)
