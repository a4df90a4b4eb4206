"""Somebody leaves today (journey A4), and what they leave open goes to others."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import left_open
from teams.actions.leaving import leave, name_taker, proposed_taker, take_over
from teams.forms.person import LeaveForm, TakerForm
from teams.foundation.access import COUNCIL_ROLES, Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import HandOver, Person
from teams.views.person import AboutPerson

EVERYTHING = "all"


class LeavePage(AboutPerson):
    """What is left open, who takes it, and one press that ends access whether or not that is settled."""

    template = "teams/person_leaves.html"

    @cached_property
    def left_open(self) -> Any:
        return left_open.left_open_by(self.person, today=self.today)

    def form(self, data: Any = None) -> LeaveForm:
        takers = Person.objects.managing(self.today).visible_to(self.principal).exclude(pk=self.person.pk)
        return LeaveForm(
            data,
            left_open=self.left_open,
            proposed=proposed_taker(self.person, today=self.today),
            takers=takers,
        )

    def facts(self) -> dict[str, Any]:
        return super().facts() | {
            "left_open": self.left_open,
            "unfinished": Draft.objects.filter(person=self.person).count(),
        }

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        if self.person.left_at is not None:
            messages.warning(request, f"{self.person.name} has left already. What is still open stands here.")
            return redirect("hand_over", public_id)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                waiting = leave(
                    self.person,
                    on=form.last_day,
                    taker=form.cleaned_data.get("taker"),
                    others=form.others(),
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, self.said(len(waiting)))
                return self.back()
        return self.draw(422, form=form)

    def said(self, waiting: int) -> str:
        name = self.person.name
        ended = f"{name} can open nothing here any more" if self.person.left_at else f"The last day of {name} is kept"
        if not waiting:
            return f"{ended}. Nothing was left open."
        return f"{ended}. {counted(waiting, 'thing waits', 'things wait')} for others."


class HandOverPage(Page):
    """What somebody left open, for who is to take it; administrators say who that is."""

    roles = COUNCIL_ROLES
    template = "teams/hand_over.html"

    @cached_property
    def person(self) -> Person:
        """Whoever has left something to this reader; administrators find everybody."""
        rows = Person.objects.all()
        if not self.names_takers:
            mine = HandOver.objects.visible_to(self.principal)
            rows = rows.filter(pk__in=mine.values("person"))
        found: Person = self.fetch(rows, self.kwargs["public_id"])
        return found

    @property
    def names_takers(self) -> bool:
        return self.principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER)

    @cached_property
    def rows(self) -> list[HandOver]:
        rows = HandOver.objects.visible_to(self.principal).filter(person=self.person).select_related("taker")
        position = {kind.name: number for number, kind in enumerate(left_open.kinds())}
        return sorted(rows, key=lambda row: (position[row.kind], row.made_at, row.pk))

    @property
    def still_open(self) -> list[HandOver]:
        return [row for row in self.rows if row.status == HandOver.Status.OPEN]

    def form(self, data: Any = None) -> TakerForm | None:
        takers = Person.objects.managing(self.today).visible_to(self.principal).exclude(pk=self.person.pk)
        return TakerForm(data, takers=takers) if self.names_takers and self.still_open else None

    def facts(self) -> dict[str, Any]:
        groups = [(kind, list(rows)) for kind, rows in groupby(self.rows, key=lambda row: left_open.kind_of(row))]
        return {
            "person": self.person,
            "groups": groups,
            "mine": [row for row in self.still_open if row.taker_id == self.principal.person_id],
            "waiting": len(self.still_open),
            "may_take": {row.pk for row in self.still_open if row.may("finish", self.principal)},
            "is_administrator": self.principal.has(Role.ADMINISTRATOR),
        }

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return self.name() if request.POST.get("press") == "name" else self.take(request.POST.get("row", ""))

    def take(self, which: str) -> HttpResponse:
        """One thing, or everything that is theirs."""
        chosen = [
            row
            for row in self.rows
            if str(row.public_id) == which or (which == EVERYTHING and row.taker_id == self.principal.person_id)
        ]
        if not chosen:
            raise Http404("Nothing of that name was left here.")
        done = take_over(chosen, by=self.principal, at=self.now)
        if done:
            messages.success(self.request, f"{counted(done, 'thing is', 'things are')} with you or dealt with.")
        else:
            messages.warning(self.request, "That was taken over already.")
        return redirect("hand_over", self.person.public_id)

    def name(self) -> HttpResponse:
        form = self.form(self.request.POST)
        if form is None:
            return redirect("hand_over", self.person.public_id)
        if form.is_valid():
            taker = form.cleaned_data["taker"]
            try:
                done = name_taker(self.still_open, taker, by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(self.request, f"{counted(done, 'thing waits', 'things wait')} for {taker.name} now.")
                return redirect("hand_over", self.person.public_id)
        return self.draw(422, form=form)
