"""What a school said about next year, and the call that it asks for (journey H5.5)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions import next_year
from schools.forms.next_year import HeardForm
from schools.models import NextYear
from teams.foundation import audit
from teams.foundation.access import COUNCIL_ROLES
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Person


class NextYearPage(Page):
    """Read by who sees the placement's money; the call is written down by who manages it."""

    by_policy = True
    template = "schools/next_year.html"
    said: NextYear

    def load(self, public_id: UUID) -> None:
        rows = NextYear.objects.select_related(
            "placement__school", "placement__post", "placement__manager", "said_by", "written_by", "rung_by"
        )
        self.said = self.fetch(rows, public_id)
        if not self.principal.has(*COUNCIL_ROLES):  # a head reads her answer where she gave it; this is our side of it
            raise NotAllowed("nextyear.read", str(public_id))

    def facts(self) -> dict[str, Any]:
        authority = self.request.authority  # type: ignore[attr-defined]
        return {
            "said": self.said,
            "choices": next_year.choices_of(self.said.placement, authority=authority, today=self.today),
        }

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        rings = self.said.may("ring", self.principal)
        audit.record("nextyear.read", by=self.principal, at=self.now, subjects=[self.said])
        return self.draw(form=HeardForm(initial={"answer": self.said.answer}) if rings else None)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not self.said.may("ring", self.principal):
            raise NotAllowed("nextyear.ring", str(public_id))
        form = HeardForm(request.POST)
        if form.is_valid():
            me = Person.objects.get(pk=self.principal.person_id or 0)
            try:
                now = next_year.heard(
                    self.said,
                    form.cleaned_data["heard"],
                    form.cleaned_data["answer"],
                    person=me,
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "What you heard is kept.")
                return redirect("next_year", now.public_id)
        return self.draw(422, form=form)
