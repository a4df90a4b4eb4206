"""What if (journey S3): several beside what there is, and one with its changes and the four figures that follow."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from schools.actions import what_if as actions
from schools.actions.what_if import Tried, Trying, day_of_workers
from schools.forms.what_if import FORMS, BeginForm, ChangeForm, CompareForm, Offer
from schools.models import ProposalCopy, School, WhatIf, WhatIfChange
from schools.permissions import EVERY_AGREEMENT
from schools.permissions.what_if import PROPOSAL_COPY_OF, WHAT_IF_MAKERS
from schools.rules.what_if import Figures
from schools.rules.what_if_words import looked_at
from schools.views.what_if_figures import beside_each_other, charts, tiles, years_table
from schools.views.what_if_typing import BEGIN, CHANGE, NEW, KeepsTyping, about_change
from teams.foundation.access import policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.rules.calendar import school_year_dates, school_year_label

SHOWN = 50
LABELS = dict(WhatIfChange.Kind.choices)


class WhatIfListPage(KeepsTyping, Page):
    """Up to four beside what there is, in pictures and then in a table; those that were changed last; the form for the
    next.
    """

    asks_again = True
    template = "schools/whatif_list.html"
    roles = frozenset(EVERY_AGREEMENT)
    draft_form = BEGIN

    def draft_about(self) -> str:
        return NEW

    def facts(self) -> dict[str, Any]:
        saved = list(WhatIf.objects.visible_to(self.principal).kept().for_page()[: SHOWN + 1])
        rows = saved[:SHOWN]
        compare = CompareForm(self.request.GET, rows=rows, today=self.today)
        year = compare.year()
        chosen = actions.beside(rows, compare.chosen())
        trying = Trying(self.principal, self.request.authority, self.today, only=year)  # type: ignore[attr-defined]
        tried = [(each, trying.with_changes(list(each.changes.all()))) for each in chosen]
        there = trying.figures(trying.there_is, year)
        columns = [("What there is", there), *((each.name, trying.figures(found, year)) for each, found in tried)]
        shown = CompareForm(
            {"school_year": year, "beside": [str(each.public_id) for each in chosen]}, rows=rows, today=self.today
        )
        if len(compare.chosen()) > len(chosen):
            shown.refuse(
                Refusal(f"You chose more than {actions.MOST_BESIDE}. The first of them are shown.", field="beside")
            )
        asked = urlencode([("school_year", year), *(("what_if", str(each.public_id)) for each in chosen)])
        return {
            "rows": [(each, each.may("change", self.principal)) for each in rows],
            "has_more": len(saved) > SHOWN,
            "compare": shown,
            "year": school_year_label(year),
            "workers_on": day_of_workers(year),
            "posts": trying.county.book.posts,
            "charts": charts(columns, self.addresses(chosen), reads_need=trying.need is not None),
            "heads": [name for name, _ in columns],
            "lines": beside_each_other(columns),
            "not_counted": not_counted(trying, [trying.there_is, *(found for _, found in tried)]),
            "left_out": [(each.name, len(found.misfits)) for each, found in tried if found.misfits],
            "asked": asked,
        } | self.begin()

    def begin(self) -> dict[str, Any]:
        """The form for the next, for who may begin one."""
        if not self.principal.has(*WHAT_IF_MAKERS):
            return {"form": None, "refusal": ""}
        form = self.with_typing(BeginForm(today=self.today))
        return {"form": form, "typing": self.typing(), "conflicts": [], "refusal": ""}

    @staticmethod
    def addresses(chosen: list[WhatIf]) -> list[str]:
        """Of each column; what there is has the page about the money ahead."""
        return [reverse("money_ahead"), *(reverse("what_if", args=[each.public_id]) for each in chosen)]


class WhatIfBeginPage(WhatIfListPage):
    """The press."""

    roles = WHAT_IF_MAKERS
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = BeginForm(request.POST, today=self.today)

        def act() -> HttpResponse:
            made = actions.begin(**form.cleaned_data, by=self.principal, at=self.now)
            return redirect("what_if", made.public_id)

        return self.sent(form, blank=lambda: BeginForm(today=self.today), show=self.draw, act=act)


class WhatIfPage(Page):
    """One: on the left its changes, on the right what comes of them. A proposal is shown as it was sealed."""

    asks_again = True
    template = "schools/whatif_detail.html"
    roles = frozenset(EVERY_AGREEMENT)
    what_if: WhatIf

    def load(self, public_id: UUID) -> None:
        self.what_if = self.fetch(WhatIf.objects.kept().for_page(), public_id)

    def get(self, request: HttpRequest, public_id: UUID, **_: Any) -> HttpResponse:
        self.load(public_id)
        return self.show() if self.what_if.sealed_at is None else self.show_sealed()

    @cached_property
    def trying(self) -> Trying:
        year = self.what_if.school_year
        return Trying(self.principal, self.request.authority, self.today, since=year)  # type: ignore[attr-defined]

    @cached_property
    def tried(self) -> Tried:
        return self.trying.with_changes(list(self.what_if.changes.all()))

    def show(self, status: int = 200, *, form: ChangeForm | None = None, **more: Any) -> HttpResponse:
        what_if, trying, tried = self.what_if, self.trying, self.tried
        year = what_if.school_year
        both: list[tuple[Figures, Figures]] = [
            (trying.figures(trying.there_is, each), trying.figures(tried, each)) for each in trying.years
        ]
        there, then = both[trying.years.index(year)]
        may_change, reads_need = what_if.may("change", self.principal), trying.need is not None
        return self.draw(
            status,
            what_if=what_if,
            year=school_year_label(year),
            changes=[(each, tried.misfits.get(each.public_id, "")) for each in what_if.changes.all()],
            moved_on=trying.has_moved_on(what_if, tried),
            tiles=tiles(there, then, year, reads_need=reads_need),
            charts=charts([("What there is", there), (what_if.name, then)], reads_need=reads_need),
            years=years_table([school_year_label(each) for each in trying.years], both, year=school_year_label(year)),
            workers_on=day_of_workers(year),
            not_counted=not_counted(trying, [trying.there_is, tried]),
            may_change=may_change,
            may_propose=bool(what_if.changes.all()) and what_if.may("propose", self.principal),
            kinds=list(LABELS.items()) if may_change else [],
            form=form,
            kind_label=LABELS[form.kind] if form else "",
            asked=urlencode({"school_year": year, "what_if": str(what_if.public_id)}),
            **{"conflicts": [], "refusal": ""} | more,
        )

    def show_sealed(self) -> HttpResponse:
        copies = {each.copy: each for each in self.what_if.copies.visible_to(self.principal)}
        wanted = next((copy for role, copy in PROPOSAL_COPY_OF.items() if self.principal.has(role)), "")
        if wanted not in copies:
            raise Http404("No copy of this proposal here.")
        self.template = "schools/whatif_proposal.html"  # type: ignore[misc]  # of this answer alone
        sealed = copies[wanted].snapshot
        chosen = sealed["years"][sealed["chosen"]]
        there, then = (Figures.from_text(chosen[which]) for which in ("there_is", "then"))
        return self.draw(
            what_if=self.what_if,
            copy=copies[wanted],
            sealed=sealed,
            looked_at=looked_at(sealed["laid_out"]),
            tiles=tiles(there, then, self.what_if.school_year, reads_need=wanted != ProposalCopy.Copy.FINANCE),
            years=years_table(
                [year["label"] for year in sealed["years"]],
                [(Figures.from_text(year["there_is"]), Figures.from_text(year["then"])) for year in sealed["years"]],
                year=chosen["label"],
            ),
            may_copy=self.may_make(),
        )

    def may_make(self) -> bool:
        return policy_of(WhatIf).may(self.principal, "begin", self.what_if)


class WhatIfAddPage(KeepsTyping, WhatIfPage):
    """The same page with the form of one kind of change."""

    roles = WHAT_IF_MAKERS
    draft_form = CHANGE

    def draft_about(self) -> str:
        return about_change(self.what_if.public_id, self.kwargs["kind"])

    def get(self, request: HttpRequest, public_id: UUID, **more: Any) -> HttpResponse:
        self.load(public_id)
        if not self.what_if.is_draft:
            return redirect("what_if", public_id)
        form = self.form(more["kind"])
        self.with_typing(form)
        return self.show(form=form, typing=self.typing())

    def post(self, request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
        self.load(public_id)
        form = self.form(kind, request.POST)

        def act() -> HttpResponse:
            change = form.change(self.what_if)
            actions.add_change(self.what_if, change, trying=self.trying, by=self.principal, at=self.now)
            messages.success(request, "The change is in it. The figures are counted anew.")
            return redirect("what_if", public_id)

        def show(status: int, **facts: Any) -> HttpResponse:
            return self.show(status, **{"typing": self.typing()} | facts)

        return self.sent(form, blank=lambda: self.form(kind), show=show, act=act)

    def form(self, kind: str, *typed: Any) -> ChangeForm:
        if kind not in FORMS:
            raise Http404("No such kind of change.")
        year = self.what_if.school_year
        day = max(school_year_dates(year)[0], self.today)
        schools = School.objects.visible_to(self.principal).open_on(self.today).order_by("name", "pk")
        offered = list(schools.only("name", "public_id")) if kind in ("share", "move", "add") else []
        offer = Offer(self.trying, self.tried, offered, day=day)
        return FORMS[kind](*typed, offer=offer)


class WhatIfPressPage(WhatIfPage):
    """Presses on one what-if."""

    roles = WHAT_IF_MAKERS
    http_method_names = ["post"]
    template = ""

    def post(self, request: HttpRequest, public_id: UUID, **more: Any) -> HttpResponse:
        self.load(public_id)
        return self.press(**more)

    def press(self, **more: Any) -> HttpResponse:
        raise NotImplementedError


class WhatIfTakeOutPage(WhatIfPressPage):
    def press(self, *, change: UUID) -> HttpResponse:  # type: ignore[override]  # what its address says
        found = next((each for each in self.what_if.changes.all() if each.public_id == change), None)
        if found is not None:  # pressed twice it is out already
            actions.take_out(self.what_if, found, trying=self.trying, by=self.principal, at=self.now)
        messages.success(self.request, "The change is out. The figures are counted anew.")
        return redirect("what_if", self.what_if.public_id)


class WhatIfCopyPage(WhatIfPressPage):
    def press(self, **_: Any) -> HttpResponse:
        if not self.may_make():
            raise NotAllowed("whatif.begin", str(self.what_if.public_id))
        made = actions.copy(self.what_if, by=self.principal, at=self.now)
        messages.success(self.request, f"This is a copy. It is called “{made.name}”.")
        return redirect("what_if", made.public_id)


class WhatIfPutAwayPage(WhatIfPressPage):
    def load(self, public_id: UUID) -> None:
        self.what_if = self.fetch(WhatIf.objects.all(), public_id)

    def press(self, **_: Any) -> HttpResponse:
        if self.what_if.status != WhatIf.Status.PUT_AWAY:  # pressed twice it is away already
            self.what_if.put_away(by=self.principal, at=self.now)
        messages.success(self.request, f"“{self.what_if.name}” is put away.")
        return redirect("what_ifs")


def not_counted(trying: Trying, tried: list[Tried]) -> list[tuple[str, str]]:
    """Posts that cannot be counted in any of these plans, once each, and why."""
    found = {
        post.name: each.counted.problems[post.key]
        for each in tried
        for post in each.plan.posts
        if post.key in each.counted.problems
    }
    return sorted(found.items())
