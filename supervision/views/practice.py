"""Good practice of a team: what may help others, put there by who brought the question (journey M5.3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from supervision.actions import practice
from supervision.forms.peers import PracticeForm
from supervision.models import GoodPractice
from supervision.views.peers import PeerBasePage
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page

READERS = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER, Role.SENIOR_MANAGER})
SHOWN = 50


class PracticePage(Page):
    """What may help, of the reader's own team."""

    roles = READERS
    template = "supervision/good_practice.html"

    def facts(self) -> dict[str, Any]:
        rows = GoodPractice.objects.visible_to(self.principal).select_related("written_by", "team")
        return {"practices": list(rows[:SHOWN]), "me": self.principal.person_id}


class TakeBackPracticePage(Page):
    """The button of who wrote it."""

    roles = READERS

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        found: GoodPractice = self.fetch(GoodPractice.objects.all(), public_id)
        found.take_back(by=self.principal, at=self.now)
        messages.success(request, "Nobody reads it any more.")
        return redirect("good_practice")


class PutPracticePage(PeerBasePage):
    """One box, empty: nothing is copied from what was said."""

    template = "supervision/practice_put.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        return self.draw(form=PracticeForm())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.check()
        form = PracticeForm(request.POST)
        if form.is_valid():
            text, person, by = form.cleaned_data["text"], self.talk.presenter, self.principal
            try:
                practice.put(self.talk, text, person=person, by=by, at=self.now, today=self.today)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Your team reads it.")
                return redirect("good_practice")
        return self.draw(422, form=form)

    def check(self) -> None:
        """Raises NotAllowed for everybody but who brought the question."""
        if self.talk.presenter_id is None or self.talk.presenter_id != self.principal.person_id:
            raise NotAllowed("goodpractice.put", str(self.talk.public_id))
