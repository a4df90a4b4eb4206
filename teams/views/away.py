"""Somebody is away today, and who covers for a manager (journeys M6.3, M6.4)."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from teams.actions import covering
from teams.forms.away import AwayForm, CoverForm
from teams.foundation.access import COUNCIL_ROLES, Role, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.foundation.words import day as day_in_words
from teams.models import Absence, Cover, LineManagement, Occasion, Person
from teams.permissions import people_managed

LOOKED_AHEAD = timedelta(days=14)
SHOWN = 10
ARRANGERS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.ADMINISTRATOR})
LOOKS_AFTER_PEOPLE = frozenset({Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER, Role.SENIOR_MANAGER})


class AwayListPage(Page):
    """Her people, who is away, and who covers."""

    roles = LOOKS_AFTER_PEOPLE
    template = "teams/away_list.html"

    def facts(self) -> dict[str, Any]:
        away = Absence.objects.not_over_by(self.today).visible_to(self.principal).select_related("person")
        by_person = {each.person_id: each for each in away.order_by("-starts_on")}
        covers = covering.covers_of(self.principal)
        return {
            "people": [(person, by_person.get(person.pk)) for person in self._people(list(by_person))],
            "covers": [each for each in covers if not each.is_over(self.today)],
            "today": self.today,
            "may_be_covered": self.principal.has(Role.TEAM_MANAGER),
        }

    def _people(self, away: list[int]) -> list[Person]:
        """Whom she manages; a senior manager her team managers, and whoever is away."""
        if self.principal.has(Role.SENIOR_MANAGER):
            managers = covering.may_be_covered(on=self.today)
            others = Person.objects.filter(pk__in=away).exclude(pk__in=[person.pk for person in managers])
            return sorted([*managers, *others], key=lambda person: (person.name, person.pk))
        mine = Person.objects.filter(people_managed(self.principal), left_at=None).exclude(pk=self.principal.person_id)
        return list(Person.objects.filter(pk__in=mine.values("pk")).order_by("name", "pk"))


class AwayPage(Page):
    """One person: away from today, until when, back again; and what follows from it, in one press."""

    by_policy = True
    template = "teams/away.html"

    @cached_property
    def person(self) -> Person:
        found: Person = self.fetch(Person.objects.all(), self.kwargs["public_id"])
        if not policy_of(Absence).may(self.principal, "start", Absence(person=found, starts_on=self.today)):
            raise NotAllowed("absence.start", str(found.public_id))
        return found

    @cached_property
    def absence(self) -> Absence | None:
        """The one that runs or comes next."""
        rows = Absence.objects.not_over_by(self.today).filter(person=self.person)
        return rows.order_by("starts_on").first()

    def facts(self) -> dict[str, Any]:
        person = self.person
        covered = covering.may_be_covered(on=self.today)
        line = LineManagement.objects.on(self.today).filter(person=person).select_related("manager").first()
        running = Cover.objects.not_over_by(self.today).filter(manager=person).select_related("deputy")
        return {
            "person": person,
            "is_me": person.pk == self.principal.person_id,
            "absence": self.absence,
            "is_away_today": self.absence is not None and self.absence.covers_day(self.today),
            "is_manager": person in covered,
            "cover": running.order_by("starts_on").first(),
            "booked": list(self._booked()),
            "may_arrange": self.principal.has(*ARRANGERS),
            "line_manager": line.manager if line else None,
            "leads_to_list": self.principal.has(*LOOKS_AFTER_PEOPLE),
        }

    def _booked(self) -> QuerySet[Occasion]:
        """What this reader may see of what this person is booked for while away; a fortnight where nobody knows."""
        ends_on = self.absence.ends_on if self.absence and self.absence.ends_on else self.today + LOOKED_AHEAD
        last = datetime.combine(ends_on + timedelta(days=1), time(), tzinfo=self.now.tzinfo)
        rows = Occasion.objects.visible_to(self.principal).meetings().standing().of(self.person)
        return rows.between(self.now, last)[:SHOWN]

    def form(self, data: Any = None) -> AwayForm:
        return AwayForm(data, today=self.today, absence=self.absence)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.person  # noqa: B018  (whether they may, before anything is drawn)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        person, form = self.person, self.form(request.POST)
        if form.is_valid():
            try:
                self.say(form)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{person.name} is down as away. No reason is kept.")
                return redirect("away", public_id)
        return self.draw(422, form=form)

    def say(self, form: AwayForm) -> None:
        if self.absence is not None:
            ends_on = form.cleaned_data.get("ends_on") if form.cleaned_data["until"] == "known" else None
            today = max(self.today, self.absence.starts_on) if form.cleaned_data["until"] == "today" else None
            self.absence.say_until(ends_on or today, by=self.principal, at=self.now)
        else:
            Absence.start(self.person, starts_on=form.starts(), ends_on=form.ends(), by=self.principal, at=self.now)


class AwayBackPage(Page):
    """Here again: one press."""

    roles = COUNCIL_ROLES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        absence: Absence = self.fetch(Absence.objects.select_related("person"), public_id)
        absence.come_back(by=self.principal, at=self.now)
        messages.success(request, f"{absence.person.name} is back.")
        return redirect("away", absence.person.public_id)


class CoverPage(Page):
    """ "Who covers me?": what runs, what comes, and a new one."""

    roles = ARRANGERS
    template = "teams/cover.html"

    @property
    def is_own(self) -> bool:
        return self.principal.has(Role.TEAM_MANAGER)

    @cached_property
    def me(self) -> Person:
        return Person.objects.get(pk=self.principal.person_id or 0)

    def facts(self) -> dict[str, Any]:
        rows = Cover.objects.not_over_by(self.today).visible_to(self.principal).select_related("manager", "deputy")
        return {
            "covers": [(each, each.may("stop", self.principal)) for each in rows.order_by("starts_on", "pk")],
            "is_own": self.is_own,
            "today": self.today,
        }

    def form(self, data: Any = None) -> CoverForm:
        return CoverForm(
            data,
            deputies=covering.may_cover(self.me if self.is_own else None, on=self.today),
            managers=None if self.is_own else covering.may_be_covered(on=self.today),
            today=self.today,
            manager=self.request.GET.get("manager", ""),
        )

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(form=self.form())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            try:
                cover = Cover.start(
                    self.me if self.is_own else form.chosen("manager"),
                    form.chosen("deputy"),
                    starts_on=said["starts_on"],
                    ends_on=said["ends_on"],
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refused:
                form.refuse(refused)
            else:
                who = "you" if self.is_own else cover.manager.name
                days = f"from {day_in_words(cover.starts_on)} until {day_in_words(cover.ends_on)}"
                messages.success(request, f"{cover.deputy.name} covers for {who} {days}.")
                return redirect("cover")
        return self.draw(422, form=form)


class CoverStopPage(Page):
    """The manager is back, or the deputy cannot: it ends at this press."""

    roles = LOOKS_AFTER_PEOPLE | ARRANGERS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        cover: Cover = self.fetch(Cover.objects.select_related("manager", "deputy"), public_id)
        cover.stop(by=self.principal, at=self.now)
        messages.success(request, f"{cover.deputy.name} covers for {cover.manager.name} no longer.")
        return redirect("cover" if self.principal.has(*ARRANGERS) else "away_list")
