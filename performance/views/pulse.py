"""How the team is working: five questions, for whoever has an account here, once a term."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from performance.actions import pulse, pulse_asking
from performance.forms.pulse import PulseForm
from performance.models import Wave
from teams.actions.agencies import teams_run_by
from teams.foundation.access import COUNCIL_ROLES, SCHOOL_ROLES, Role
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import Team
from teams.questionnaires.rules import SMALLEST_GROUP

GONE = "gone"


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
        return {
            "wave": self.wave,
            "has_answered": answered,
            "teams": self.teams,
            "form": None,
            "is_link": False,
            "agencies": [],
        }

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
    """Heads of the schools that her teams work in and people of other agencies are mailed, once a round."""

    roles = frozenset({Role.TEAM_MANAGER})
    template = "performance/pulse_ask.html"

    @cached_property
    def teams(self) -> list[Team]:
        return teams_run_by(self.principal)

    def facts(self) -> dict[str, Any]:
        wave = pulse.open_round()
        asking = pulse_asking.who_is_asked(wave, self.teams, at=self.now) if wave is not None else []
        return {
            "wave": wave,
            "teams": self.teams,
            "asking": asking,
            "ready": sum(len(each.ready) for each in asking),
            "fewest": SMALLEST_GROUP,
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        wave = pulse.open_round()
        if wave is None:
            raise Refusal("No round is open. One opens with each term.")
        number = pulse_asking.ask(wave, self.teams, by=self.principal, at=self.now)
        words = counted(number, "mail is", "mails are") if number else "No mail is"
        messages.success(request, f"{words} on the way. Nobody is asked twice in a term.")
        return redirect("pulse_ask")


def pulse_by_link(request: HttpRequest, link: Link) -> HttpResponse:
    """For who speaks for a school or works at another agency, and has no account. GET changes nothing; POST answers,
    once, or says "I do not work with this team".

    The link is not marked as answered: whoever may look at letters would see who has answered, and when.
    """
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
    now = timezone.now()
    if request.POST.get("press") == GONE:
        return _say_gone(request, link, now)
    teams = pulse.teams_for(principal)
    facts: dict[str, Any] = {
        "wave": wave if wave.is_open else None,
        "teams": teams,
        "is_link": True,
        "is_over": False,
        "form": None,
        "has_answered": pulse.has_answered(wave, principal),
        "agencies": pulse.agencies_of(principal) if link.is_open(now) else [],
        "here": request.path,
    }
    if facts["has_answered"] or not teams or not wave.is_open:
        return render(request, PulsePage.template, facts)
    if not link.is_open(now):
        return render(request, PulsePage.template, facts | {"is_over": True})
    data = request.POST if request.method == "POST" else None
    form = PulseForm(wave.questionnaire.asked, wave.questionnaire.in_language("en"), teams, data)
    if data is not None and form.is_valid():
        try:
            pulse.answer(wave, form.about, form.answers, by=principal, at=now)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(request.path)
    return render(request, PulsePage.template, facts | {"form": form}, status=422 if data is not None else 200)


def _say_gone(request: HttpRequest, link: Link, now: datetime) -> HttpResponse:
    """ "I do not work with this team": from now on nobody asks them about it."""
    principal = request.principal  # type: ignore[attr-defined]
    if link.is_open(now):
        for row in pulse.agencies_of(principal):
            if str(row.public_id) == request.POST.get("about"):
                row.say_gone(by=principal, at=now)
                messages.success(request, f"Thank you. Nobody asks you about {row.team.name} any more.")
    return redirect(request.path)
