"""Success criteria: the year at a glance, one criterion with what speaks for it, and how far it is each term."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from performance.actions import criteria
from performance.actions.criteria_year import CriteriaYear
from performance.forms.criteria import WORDS, CriterionForm, DropForm, EvidenceForm, JudgeForm
from performance.models import Evidence, SuccessCriterion
from performance.permissions.criteria import READERS, manages_team
from teams.foundation.access import Role, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import Membership, Person, Team
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of

COUNTY = "county"


class CriteriaBasePage(Page):
    """A page of one school year: this one, unless the address says another."""

    roles = READERS

    @cached_property
    def school_year(self) -> int:
        asked = self.request.GET.get("year", "")
        return int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else school_year_of(self.today)

    @cached_property
    def year(self) -> CriteriaYear:
        return CriteriaYear(self.principal, self.school_year, today=self.today)

    def me(self) -> Person:
        return Person.objects.get(pk=self.principal.person_id or 0)

    def team_of(self, key: str) -> Team | None:
        """From the address: "county", or a team's public id. Raises Http404 for what is none."""
        if key == COUNTY:
            return None
        try:
            return Team.objects.get(public_id=UUID(key))
        except (ValueError, Team.DoesNotExist):
            raise Http404("No such team.") from None


class CriteriaPage(CriteriaBasePage):
    """What each team and the county set out to reach, how far it is, and the four standing indicators."""

    template = "performance/criteria.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        year = self.year
        of_teams = dict(year.by_team)
        return self.draw(
            year=year,
            label=school_year_label(self.school_year),
            blocks=[(team, found, year.indicators(team), team in self.managed) for team, found in year.by_team],
            without=[team for team in self.managed if team not in of_teams],
            may_set=bool(self.managed),
            is_this_year=self.school_year == school_year_of(self.today),
            before=self.school_year - 1,
        )

    @cached_property
    def managed(self) -> list[Team | None]:
        """One query for all teams that she manages: a senior manager sets those of every team."""
        if manages_team(self.principal, None):
            return [None, *Team.objects.order_by("name", "pk")]
        held = Membership.objects.on(self.today).filter(role=Role.TEAM_MANAGER, person__in=self.principal.stands_for)
        return list(Team.objects.filter(memberships__in=held).order_by("name", "pk").distinct())


class CriteriaStartPage(CriteriaBasePage):
    """Set the two that come with Alongside, for one team or the county."""

    def post(self, request: HttpRequest, whose: str) -> HttpResponse:
        team = self.team_of(whose)
        if not manages_team(self.principal, team):
            raise NotAllowed("successcriterion.set", whose)
        try:
            set_now = criteria.set_shipped(
                team, self.school_year, deadline=school_year_dates(self.school_year)[1], by=self.principal, at=self.now
            )
        except Refusal as refusal:
            messages.warning(request, refusal.message)
        else:
            messages.success(request, f"{counted(set_now, 'criterion is', 'criteria are')} set. Judge them each term.")
        return redirect("criteria")


class CriterionNewPage(CriteriaBasePage):
    """One of her own, for one team or the county."""

    template = "performance/criterion_new.html"

    def facts(self) -> dict[str, Any]:
        return {"team": self.team, "label": school_year_label(self.school_year)}

    @cached_property
    def team(self) -> Team | None:
        team = self.team_of(self.kwargs["whose"])
        if not manages_team(self.principal, team):
            raise NotAllowed("successcriterion.set", self.kwargs["whose"])
        return team

    def get(self, request: HttpRequest, whose: str) -> HttpResponse:
        return self.draw(form=CriterionForm(initial={"deadline": school_year_dates(self.school_year)[1]}))

    def post(self, request: HttpRequest, whose: str) -> HttpResponse:
        team, form = self.team, CriterionForm(request.POST)
        if form.is_valid():
            made, is_new = criteria.set_own(
                team,
                self.school_year,
                form.cleaned_data["text"],
                deadline=form.cleaned_data["deadline"],
                groups=form.cleaned_data["asked"],
                by=self.principal,
                at=self.now,
            )
            if is_new:
                messages.success(request, "It is set.")
            else:
                messages.info(request, "This criterion is there already, so nothing was set a second time.")
            return redirect("criterion", made.public_id)
        return self.draw(422, form=form)


class CriterionPage(CriteriaBasePage):
    """One criterion: how far it was each term, what speaks for it, and judging it."""

    by_policy = True
    template = "performance/criterion.html"
    criterion: SuccessCriterion

    def load(self, public_id: UUID) -> None:
        rows = SuccessCriterion.objects.select_related("team").with_judgements()
        self.criterion = self.fetch(rows, public_id)

    @cached_property
    def terms(self) -> list[Any]:
        """Of its year, that have begun: the latest first."""
        return CriteriaYear(self.principal, self.criterion.school_year, today=self.today).terms[::-1]

    def facts(self) -> dict[str, Any]:
        found, policy = self.criterion, policy_of(Evidence)
        evidence = list(Evidence.objects.visible_to(self.principal).shown().filter(criterion=found))
        # As the policy says it; asked once for all of them.
        leads, me = manages_team(self.principal, found.team), self.principal.person_id
        return {
            "criterion": found,
            "label": school_year_label(found.school_year),
            "judged": [(term, found.judged_in(term.school_year, term.season)) for term in self.terms[::-1]],
            "evidence": [(each, leads or each.brought_by_id == me) for each in evidence],
            "may_judge": found.may("judge", self.principal) and bool(self.terms),
            "may_drop": found.may("drop", self.principal),
            "may_bring": found.status == SuccessCriterion.Status.SET
            and policy.may(self.principal, "bring", Evidence(criterion=found)),
            "drop_form": DropForm(prefix="drop"),
            "form": None,
        }

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        may = self.criterion.may("judge", self.principal) and bool(self.terms)
        return self.draw(form=JudgeForm(terms=self.terms) if may else None)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The judgement of one term."""
        self.load(public_id)
        form = JudgeForm(request.POST, terms=self.terms)
        if not policy_of(SuccessCriterion).may(self.principal, "judge", self.criterion):
            raise NotAllowed("successcriterion.judge", str(public_id))
        if form.is_valid():
            term = form.terms[form.cleaned_data["term"]]
            try:
                self.criterion.judge(
                    form.cleaned_data["level"],
                    form.cleaned_data["reason"],
                    school_year=term.school_year,
                    season=term.season,
                    person=self.me(),
                    by=self.principal,
                    at=self.now,
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"Your judgement of the {str(term)[0].lower()}{str(term)[1:]} is kept.")
                return redirect("criterion", public_id)
        return self.draw(422, form=form)


class CriterionDropPage(CriterionPage):
    """It is not pursued any more, and why."""

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        return redirect("criterion", public_id)

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if not policy_of(SuccessCriterion).may(self.principal, "drop", self.criterion):
            raise NotAllowed("successcriterion.drop", str(public_id))
        form = DropForm(request.POST, prefix="drop")
        if form.is_valid():
            try:
                self.criterion.drop(form.cleaned_data["reason"], by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It is dropped. Its judgements and its evidence are kept.")
                return redirect("criteria")
        return self.draw(422, drop_form=form, wrong=form)


class EvidenceNewPage(CriterionPage):
    """What speaks for it: chosen from what happened, or written."""

    template = "performance/evidence_new.html"

    def load(self, public_id: UUID) -> None:
        super().load(public_id)
        if not policy_of(Evidence).may(self.principal, "bring", Evidence(criterion=self.criterion)):
            raise NotAllowed("evidence.bring", str(public_id))
        self.sources = {each.choice: each for each in criteria.sources(self.criterion, by=self.principal)}

    def facts(self) -> dict[str, Any]:
        return {"criterion": self.criterion}

    def form(self, data: Any = None) -> EvidenceForm:
        found = [(choice, source.words) for choice, source in self.sources.items()]
        return EvidenceForm(data, found=found)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        return self.draw(form=self.form())

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        form = self.form(request.POST)
        if form.is_valid():
            typed = form.cleaned_data
            source = None if typed["what"] == WORDS else self.sources[typed["what"]]
            try:
                criteria.bring(
                    self.criterion, source, typed["says"], typed["happened_on"], by=self.principal, at=self.now
                )
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "It stands with the criterion.")
                return redirect("criterion", public_id)
        return self.draw(422, form=form)


class EvidenceTakeBackPage(Page):
    """It does not speak for it after all."""

    by_policy = True
    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        found: Evidence = self.fetch(Evidence.objects.select_related("criterion__team"), public_id)
        found.take_back(by=self.principal, at=self.now)
        messages.success(request, "It is taken back.")
        return redirect("criterion", found.criterion.public_id)
