"""Who pays what (journey M7, step 2), and the funds of the council."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from schools.actions import funds, who_pays
from schools.actions.money import Payer, PostCost, in_order, payers_of
from schools.forms.funds import FundForm
from schools.forms.shares import EMPTY_LINES, SharesForm
from schools.models import FundingStream, Placement, School
from schools.permissions import FUND_READERS
from schools.rules import shares
from schools.rules.money import YearlyCost
from schools.rules.money import schedule as schedule_of
from schools.views.agreement_pages import AgreementFormPage
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.views import Page
from teams.foundation.words import day, whole_money
from teams.rules.calendar import school_year_dates

ZERO = Decimal("0.00")
COUNT, MORE = "count", "more"  # presses that save nothing


class AgreementSharesPage(AgreementFormPage):
    """Who pays what for the post, with the cost worked out and its working shown."""

    template = "schools/agreement_shares.html"
    act = "write"

    @cached_property
    def payers(self) -> dict[str, Payer]:
        """Whom the page offers: funds, the schools of this post, and whoever pays for it already."""
        placed = School.objects.filter(placements__in=Placement.objects.not_ended().filter(post=self.post_in_question))
        paying = [share.payer for share in self.held]
        found: dict[str, Payer] = {}
        for payer in [*FundingStream.objects.visible_to(self.principal), *placed.distinct().order_by("name"), *paying]:
            found[value_of(payer)] = payer
        return found

    @property
    def post_in_question(self) -> Any:
        return self.agreement.placement.post

    @cached_property
    def held(self) -> list[shares.Share]:
        return payers_of(self.post_in_question)

    @property
    def first_day(self) -> date:
        """The agreement's first day; for a change of what is signed, the first of the next month."""
        if self.agreement.in_force_id is None:
            return self.agreement.starts_on
        next_month = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return min(max(self.agreement.starts_on, next_month), self.agreement.ends_on)

    def said(self) -> list[tuple[str, Decimal | None]]:
        """The lines as they start: who pays then, this school among them; else as a post like this one is paid."""
        school = self.agreement.placement.school
        lines: list[tuple[str, Decimal | None]] = [
            (value_of(share.payer), share.percent) for share in shares.shares_on(self.held, self.first_day)
        ]
        if not lines and (usual := who_pays.usual_split(self.post_in_question)):
            fund, percent = usual
            return [(value_of(fund), percent), (value_of(school), shares.WHOLE - percent)]
        if all(value != value_of(school) for value, _ in lines):
            lines.append((value_of(school), None))
        return lines

    def form(self, data: Any = None) -> SharesForm:
        return SharesForm(data, payers=self.payers, said=self.said(), from_day=self.first_day)

    def press(self) -> HttpResponse:
        pressed = self.request.POST.get("press")
        if pressed == MORE:
            form = self.form(with_more_lines(self.request.POST))
            form.errors.clear()  # nothing is asked for yet
            return self.draw(form=form, price=None)
        if pressed == COUNT:
            form = self.form(self.request.POST)
            return self.draw(200 if form.is_valid() else 422, form=form, price=self.price(form))
        return super().press()

    def do(self, form: SharesForm) -> HttpResponse:
        left = who_pays.say_who_pays(
            self.agreement, form.shares, from_day=form.cleaned_data["from_day"], by=self.principal, at=self.now
        )
        for school in left:
            messages.warning(
                self.request,
                f"The agreement of {school.name} says another share than it is to pay now. Change it too.",
            )
        return redirect("agreement_lines", self.agreement.public_id)

    def draw(self, status: int = 200, **facts: Any) -> HttpResponse:
        if "price" not in facts:
            facts["price"] = self.price(facts["form"])
        return super().draw(status, **facts)

    def price(self, form: SharesForm) -> dict[str, Any] | None:
        """The cost with what stands in the boxes, or the sentence that says what is missing. None: they are wrong."""
        if form.is_bound and not form.is_valid():
            return None
        new, from_day = self.stands_in(form)
        if who_pays.explain_total(new, from_day):
            return None
        try:
            cost = who_pays.price(self.agreement, new, from_day=from_day, today=self.today)
        except Refusal as refused:
            return {"missing": refused.message}
        return money_table(cost, new, self.agreement.school_year, self.agreement.placement.school)

    def stands_in(self, form: SharesForm) -> tuple[list[tuple[Payer, Decimal]], date]:
        if form.is_bound:
            return form.shares, form.cleaned_data["from_day"]
        return [(self.payers[value], percent) for value, percent in self.said() if percent], self.first_day


def with_more_lines(posted: Any) -> Any:
    typed = posted.copy()
    lines = typed.get("lines", "")
    typed["lines"] = str((int(lines) if lines.isascii() and lines.isdigit() else 0) + EMPTY_LINES)
    return typed


def money_table(
    cost: PostCost, split: Sequence[tuple[Payer, Decimal]], school_year: int, school: School
) -> dict[str, Any]:
    """What the page draws: the bar with a year's amounts, a line for each payer and term, months, and the working."""
    first, last = school_year_dates(school_year)
    whole = schedule_of(
        starts_on=first,
        ends_on=last,
        costs=[YearlyCost(cost.a_year, first)],
        shares=in_order([shares.Share(payer, percent, first) for payer, percent in split]),
    ).payers()
    schedule = cost.schedule
    totals = schedule.payers()
    terms = schedule.terms()
    return {
        "missing": "",
        "parts": [
            {"name": payer.name, "percent": percent, "amount": whole_money(whole[payer])} for payer, percent in split
        ],
        "a_year": cost.a_year,
        "school": {"name": school.name, "total": totals.get(school, ZERO)},
        "period": "a year"
        if (schedule.starts_on, schedule.ends_on) == (first, last)
        else f"from {day(schedule.starts_on)} to {day(schedule.ends_on)}",
        "payers": [payer.name for payer in totals],  # type: ignore[attr-defined]
        "terms": [(each.term.label, [each.amounts.get(payer, ZERO) for payer in totals]) for each in terms],
        "months": [
            (month.starts_on, [month.amounts.get(payer, ZERO) for payer in totals]) for month in schedule.months
        ],
        "totals": list(totals.values()),
        "working": cost.working.steps,
    }


def value_of(payer: Any) -> str:
    """How a payer is named in the list of a form."""
    return f"{'fund' if isinstance(payer, FundingStream) else 'school'}:{payer.public_id}"


class FundListPage(Page):
    """The funds, when each ends, and how many posts it pays for now."""

    asks_again = True
    template = "schools/fund_list.html"
    roles = FUND_READERS

    def facts(self) -> dict[str, Any]:
        rows = FundingStream.objects.visible_to(self.principal).with_posts_paid(self.today)
        return {"funds": rows, "keeps": self.principal.has(Role.SENIOR_MANAGER), "today": self.today}


class FundPage(Page):
    """A new fund, or the end of one."""

    asks_again = True
    template = "schools/fund.html"
    roles = frozenset({Role.SENIOR_MANAGER})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        fund = self.fund
        said = {"name": fund.name, "funder": fund.funder, "ends_on": fund.ends_on} if fund else {}
        return self.draw(form=FundForm(initial=said), fund=fund)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FundForm(request.POST)
        if form.is_valid():
            try:
                kept = funds.keep_fund(self.fund, **form.cleaned_data, by=self.principal, at=self.now)
            except Refusal as refused:
                form.refuse(refused)
            else:
                messages.success(request, f"{kept.name} is saved.")
                return redirect("fund_list")
        return self.draw(422, form=form, fund=self.fund)

    @cached_property
    def fund(self) -> FundingStream | None:
        public_id = self.kwargs.get("public_id")
        return self.fetch(FundingStream.objects.all(), public_id) if public_id else None
