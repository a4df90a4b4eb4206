"""Run this term: the button, how far it is, what failed and why, once more, and the print pack."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.storage import default_storage
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from reports import tasks
from reports.actions import packs, runs
from reports.actions.kinds import KINDS, SERVICE_AGREEMENT
from reports.forms import RunTermForm, terms_to_print
from reports.models import Document, DocumentItem, DocumentRun
from reports.permissions import PRINTERS, WATCHERS
from reports.views.papers import send_file
from teams.foundation import audit
from teams.foundation.access import policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted
from teams.models import Term

ROWS_ON_A_PAGE = 50


class RunListPage(Page):
    """The terms that were printed, and the form for the next one."""

    roles = frozenset(WATCHERS)
    template = "reports/run_list.html"

    def facts(self) -> dict[str, Any]:
        found = DocumentRun.objects.visible_to(self.principal).with_progress()
        return {
            "runs": Paginator(found, ROWS_ON_A_PAGE).get_page(self.request.GET.get("page")),
            "kinds": KINDS,
            "labels": {(term.school_year, term.season): str(term) for term in Term.objects.all()},
            "may_run": self.principal.has(*PRINTERS),
            "form": self.form() if self.principal.has(*PRINTERS) else None,
        }

    def form(self, data: Any = None) -> RunTermForm | None:
        terms = terms_to_print(self.today)
        return RunTermForm(data, terms=terms) if terms else None


class RunStartPage(RunListPage):
    """The press."""

    roles = frozenset(PRINTERS)

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return redirect("run_list")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form is None or not form.is_valid():
            return self.draw(422, form=form)
        authority = request.authority  # type: ignore[attr-defined]
        try:
            run, items = runs.run_term(form.cleaned_data["term"], authority=authority, by=self.principal, at=self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        if items:
            tasks.draw_run.nudge(authority.pk, run.pk)
            messages.success(request, f"{counted(len(items), 'agreement is', 'agreements are')} being printed.")
        else:
            messages.info(request, "Every paper of this term is printed already, and nothing has changed since.")
        return redirect("run", public_id=run.public_id)


class RunPage(Page):
    """How far a run is. js/progress.js asks for this same page again, and puts its progress in place of the old."""

    roles = frozenset(WATCHERS)
    template = "reports/run_detail.html"

    def run_of(self, public_id: Any) -> DocumentRun:
        return self.fetch(DocumentRun.objects.all(), public_id)

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        return self.show(self.run_of(public_id))

    def show(self, run: DocumentRun, status: int = 200, **more: Any) -> HttpResponse:
        done = run.items.filter(state=DocumentItem.State.DONE)
        has_paper = Exists(Document.objects.current().filter(item=OuterRef("pk")))
        items = run.items.only("run", "title", "state").annotate(has_paper=has_paper).order_by("title", "pk")
        page = Paginator(items, ROWS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        self._with_papers(page.object_list)
        policy, is_agreements = policy_of(DocumentRun), run.kind == SERVICE_AGREEMENT
        return self.draw(
            status,
            run=run,
            kind=KINDS[run.kind],
            term=Term.objects.filter(school_year=run.school_year, season=run.season).first(),
            counts=runs.progress(run),
            failed=list(run.items.defer("snapshot").filter(state=DocumentItem.State.FAILED)[:ROWS_ON_A_PAGE]),
            page=page,
            copies=dict(Document.Copy.choices),
            states=dict(DocumentItem.State.choices),
            untrue=done.exclude(has_paper).count() if is_agreements else 0,
            pack_is_old=bool(run.pack) and run.pack != packs.file_name(run, packs.contents(run)),
            is_done=run.status == DocumentRun.Status.DONE,
            may_retry=policy.may(self.principal, "retry", run),
            may_bind=is_agreements and policy.may(self.principal, "want_pack", run),
            may_read_pack=policy.may(self.principal, "read_pack", run),
            back={"text": "Back to term papers", "href": reverse("run_list")},
            **more,
        )

    def _with_papers(self, items: Any) -> None:
        """Each with its `papers` that this reader may open, and `is_untrue`: what it was drawn from has changed."""
        items = list(items)
        mine: dict[int, list[Document]] = {item.pk: [] for item in items}
        papers = Document.objects.current().filter(item__in=mine).visible_to(self.principal).order_by("copy")
        for paper in papers.only("item", "public_id", "copy", "title"):
            mine[paper.item_id].append(paper)
        for item in items:
            item.papers = mine[item.pk]
            item.is_untrue = item.state == DocumentItem.State.DONE and not item.has_paper


class RunRetryPage(RunPage):
    """Try again what failed."""

    roles = frozenset(PRINTERS)

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        return redirect("run", public_id=public_id)

    def post(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        run = self.run_of(public_id)
        try:
            again = run.retry(by=self.principal, at=self.now)
        except Refusal as refusal:
            return self.show(run, 409, refusal=refusal.message)
        tasks.draw_run.nudge(run.authority_id, run.pk)
        messages.success(request, f"{counted(again, 'paper is', 'papers are')} being tried again.")
        return redirect("run", public_id=run.public_id)


class RunPackPage(RunPage):
    """GET opens the print pack, POST has it made."""

    asks_again = True  # every council copy of the term stands in it

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        run = self.run_of(public_id)
        if not policy_of(DocumentRun).may(self.principal, "read_pack", run):
            raise NotAllowed("documentrun.read_pack", str(run.public_id))
        if not run.pack or not default_storage.exists(run.pack):
            raise Http404("There is no print pack.")
        audit.record("documentrun.read_pack", by=self.principal, at=self.now, subjects=[run])
        return send_file(run.pack, name_for_reader=f"{run.pack_title}.pdf")

    def post(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        run = self.run_of(public_id)
        try:
            run.want_pack(by=self.principal, at=self.now)
        except Refusal as refusal:
            return self.show(run, 409, refusal=refusal.message)
        tasks.bind_pack.nudge(run.authority_id, run.pk)
        messages.success(request, "The print pack is being made.")
        return redirect("run", public_id=run.public_id)
