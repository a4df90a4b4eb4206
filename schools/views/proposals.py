"""Make this the proposal (journey S3, BR-05): what it asks of people is laid out and ticked, then it is sealed."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions.proposals import Proposing
from schools.forms.what_if import ProposalForm
from schools.permissions.what_if import WHAT_IF_PROPOSERS
from schools.views.what_if import WhatIfPage, not_counted
from schools.views.what_if_figures import tiles
from schools.views.what_if_typing import PROPOSE, KeepsTyping
from teams.foundation.errors import Refusal
from teams.rules.calendar import school_year_label


class ProposePage(KeepsTyping, WhatIfPage):
    """Read it through, tick what is laid out, and make it the proposal. It sends nothing."""

    template = "schools/whatif_propose.html"
    roles = WHAT_IF_PROPOSERS
    draft_form = PROPOSE

    def draft_about(self) -> str:
        return str(self.what_if.public_id)

    def get(self, request: HttpRequest, public_id: UUID, **_: Any) -> HttpResponse:
        self.load(public_id)
        if not self.what_if.is_draft:
            return redirect("what_if", public_id)
        form = self.blank()
        self.with_typing(form)
        return self.ask(form=form)

    def blank(self) -> ProposalForm:
        return ProposalForm(initial={"read": self.proposing.read}, laid_out=self.proposing.laid_out)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        typed = request.POST.copy()
        typed["read"] = self.proposing.read  # what stands on the page that is drawn now
        form = ProposalForm(typed, laid_out=self.proposing.laid_out)

        def act() -> HttpResponse:
            read = request.POST.get("read", "")
            self.proposing.seal(form.ticked(), read=read, by=self.principal, at=self.now)
            messages.success(request, "This is the proposal. It is sealed, and nothing was sent to anybody.")
            return redirect("what_if", public_id)

        return self.sent(form, blank=self.blank, show=self.ask, act=act)

    @cached_property
    def proposing(self) -> Proposing:
        return Proposing(self.what_if, self.trying)

    def ask(self, status: int = 200, *, form: ProposalForm, **more: Any) -> HttpResponse:
        proposing, trying = self.proposing, self.trying
        there, then = (trying.figures(each, self.what_if.school_year) for each in (trying.there_is, proposing.tried))
        try:
            proposing.refuse_misfits()
            refused = ""
        except Refusal as refusal:
            refused = refusal.message
        return self.draw(
            status,
            what_if=self.what_if,
            year=school_year_label(self.what_if.school_year),
            contents=proposing.contents,
            tiles=tiles(there, then, self.what_if.school_year, reads_need=trying.need is not None),
            not_counted=not_counted(trying, [proposing.tried]),
            refused=refused,
            form=form,
            **{"typing": self.typing(), "conflicts": [], "refusal": ""} | more,
        )
