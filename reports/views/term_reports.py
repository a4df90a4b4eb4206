"""The report of a term (journey S5): words are asked, figures stand as they will be printed, a person approves."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from performance.actions.term_reports import begin_report
from performance.models import ReportWords, TermReport
from performance.permissions.criteria import READERS
from reports.actions.criteria_snapshots import Contents
from reports.actions.kinds import SUCCESS_CRITERIA
from reports.documents import success_criteria
from reports.forms import AgainForm, BeginReportForm, WordsForm, terms_to_report
from reports.models import Document, DocumentItem
from reports.rules import state_of
from reports.views.editions import APPROVED_MEANWHILE, SAVED, SEND, USUAL_TIME, BeginsAgain, managers_of
from teams.foundation import audit, drafts
from teams.foundation.access import Role, policy_of
from teams.foundation.drafts import Conflict
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.models import Authority, Person, Term
from teams.views.drafts import SOMEBODY_ELSE, KeepsWords, side_by_side

DRAFT = "report_words"
REPORTS_ON_A_PAGE = 24  # eight school years of terms


class TermReportListPage(Page):
    """Every term's report that this reader may read, with its papers; for senior managers the form for the next."""

    roles = READERS
    template = "reports/term_report_list.html"

    def facts(self) -> dict[str, Any]:
        rows = TermReport.objects.visible_to(self.principal).for_list()
        page = Paginator(rows, REPORTS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        reports = list(page.object_list)
        mine = ReportWords.objects.visible_to(self.principal).filter(
            report__in=[each.pk for each in reports], report__status=TermReport.Status.DRAFT
        )
        asked: dict[int, list[ReportWords]] = defaultdict(list)
        for words in mine.select_related("team", "report"):
            asked[words.report_id].append(words)
        is_senior = self.principal.has(Role.SENIOR_MANAGER)
        return {
            "page": page,
            "reports": reports,
            "labels": {(term.school_year, term.season): str(term) for term in Term.objects.all()},
            "asked": asked,
            "papers": self.papers({each.school_year for each in reports}),
            "form": self.form() if is_senior else None,
            "is_senior": is_senior,
        }

    def papers(self, school_years: set[int]) -> dict[tuple[int, str], list[Document]]:
        """The current ones of these years, by term; the county's first."""
        found: dict[tuple[int, str], list[Document]] = defaultdict(list)
        rows = Document.objects.visible_to(self.principal).current()
        rows = rows.filter(kind=SUCCESS_CRITERIA, school_year__in=school_years)
        for paper in sorted(rows, key=lambda paper: (paper.team_id is not None, paper.title)):
            found[paper.school_year, paper.season].append(paper)
        return found

    def form(self, data: Any = None) -> BeginReportForm | None:
        terms = terms_to_report(self.today)
        return BeginReportForm(data, terms=terms, initial={"words_by": self.today + USUAL_TIME}) if terms else None


class TermReportBeginPage(TermReportListPage):
    """The press."""

    roles = frozenset({Role.SENIOR_MANAGER})
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if form is None or not form.is_valid():
            return self.draw(422, form=form)
        person = Person.objects.get(pk=self.principal.person_id or 0)
        try:
            report = begin_report(**form.cleaned_data, person=person, by=self.principal, at=self.now)
        except Refusal as refusal:
            form.refuse(refusal)
            return self.draw(422, form=form)
        messages.success(request, "The report is begun, and the managers are asked for their words.")
        return redirect("term_report", report.public_id)


class TermReportPage(Page):
    """One edition: as it will be printed; once approved, as it was."""

    by_policy = True
    template = "reports/term_report.html"
    report: TermReport

    def load(self, public_id: UUID) -> None:
        self.report = self.fetch(TermReport.objects.select_related("begun_by", "approved_by"), public_id)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        audit.record("termreport.read", by=self.principal, at=self.now, subjects=[self.report])
        return self.show()

    def show(self, status: int = 200, **more: Any) -> HttpResponse:
        report = self.report
        rows = ReportWords.objects.visible_to(self.principal).filter(report=report).select_related("team", "written_by")
        asked = sorted(rows, key=lambda words: (words.team is not None, words.team and words.team.name))
        for each in asked:
            each.report = report
        is_draft = report.status == TermReport.Status.DRAFT
        may_approve = is_draft and report.may("approve", self.principal)
        facts = {
            "report": report,
            "is_draft": is_draft,
            "sections": self.live(asked) if is_draft else self.frozen(asked),
            "missing": [each for each in asked if each.status == ReportWords.Status.ASKED],
            "managers": managers_of(asked, self) if is_draft else {},
            "mine": [each for each in asked if is_draft and each.may("write", self.principal)],
            "may_approve": may_approve,
            "again": self.again(),
            "today": self.today,
            "back": {"text": "Back to the reports", "href": reverse("term_reports")},
        }
        return self.draw(status, **facts | more)

    def live(self, asked: list[ReportWords]) -> list[dict[str, Any]]:
        """The figures of today, from what will be frozen by approving."""
        authority = self.request.authority  # type: ignore[attr-defined]
        contents = Contents(self.report, authority=authority, today=self.today)
        return [success_criteria.context(contents.shown(words), "report") | {"paper": None} for words in asked]

    def frozen(self, asked: list[ReportWords]) -> list[dict[str, Any]]:
        items = DocumentItem.objects.filter(subject_id__in=[each.public_id for each in asked])
        papers = Document.objects.visible_to(self.principal).filter(item__in=items)
        made = {paper.item_id: paper for paper in papers.defer("item__snapshot").order_by("made_at")}
        by_subject = {item.subject_id: item for item in items}
        return [
            success_criteria.context(by_subject[each.public_id].snapshot, "report")
            | {"paper": made.get(by_subject[each.public_id].pk)}
            for each in asked
        ]

    def may_begin(self) -> bool:
        return policy_of(TermReport).may(self.principal, "begin", self.report)

    def again(self, data: Any = None) -> AgainForm | None:
        """A correction is a second edition: for the last one that was approved."""
        if self.report.status == TermReport.Status.DRAFT or not self.may_begin():
            return None
        last = TermReport.objects.of_term(self.report.school_year, self.report.season).last()
        if last is None or last.pk != self.report.pk:
            return None
        return AgainForm(data, initial={"words_by": self.today + USUAL_TIME})


class TermReportApprovePage(TermReportPage):
    """Approve and publish: what stands now is frozen, printed and announced."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        person = Person.objects.get(pk=self.principal.person_id or 0)
        self.report.approve(person=person, by=self.principal, at=self.now)
        messages.success(request, "The report is approved. Its papers are being printed, and its readers are told.")
        return redirect("term_report", public_id)


class TermReportAgainPage(BeginsAgain, TermReportPage):
    """A second edition, for what is to be put right."""

    http_method_names = ["post"]
    address, act = "term_report", "termreport.begin"

    def begin(self, **words: Any) -> TermReport:
        term = Term.objects.get(school_year=self.report.school_year, season=self.report.season)
        return begin_report(term, **words, by=self.principal, at=self.now)


def _may_type(principal: Any, about: str) -> bool:
    try:
        key = UUID(about)
    except ValueError:
        return False
    words = ReportWords.objects.visible_to(principal).select_related("team", "report").filter(public_id=key).first()
    is_open = words is not None and words.report.status == TermReport.Status.DRAFT
    return is_open and words is not None and words.may("write", principal)


KIND = drafts.Kind(DRAFT, _may_type)


class ReportWordsPage(KeepsWords, Page):
    """ "What we think this means": the figures above, and one box."""

    by_policy = True
    template = "reports/report_words.html"
    draft_form = DRAFT
    words: ReportWords

    def draft_about(self) -> str:
        return str(self.words.public_id)

    def load(self, public_id: UUID) -> None:
        self.words = self.fetch(ReportWords.objects.select_related("team", "report", "written_by"), public_id)

    def may_write(self) -> bool:
        return policy_of(ReportWords).may(self.principal, "write", self.words)

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        self.load(public_id)
        if self.words.report.status == TermReport.Status.APPROVED or not self.may_write():
            return redirect("term_report", self.words.report.public_id)
        return self.show(WordsForm(initial=self.stands()))

    def stands(self) -> dict[str, Any]:
        """What the box holds: her typing that is not given yet; else the words that stand in the report now."""
        typed, text = self.draft.as_initial() if self.draft else {}, self.words.text
        if not typed or state_of(str(typed.get("text", ""))) == typed.get("based_on"):
            return {"text": text, "based_on": state_of(text)}
        return {"based_on": state_of(text)} | typed

    def post(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        Authority.one_at_a_time()  # what stands now stands until these words are in
        self.load(public_id)
        if not self.may_write():
            raise NotAllowed("reportwords.write", str(public_id))
        if self.typed_by_somebody_else():
            return self.show(WordsForm(initial=self.stands()), 403, refusal=SOMEBODY_ELSE)
        form = WordsForm(request.POST)
        if self.words.report.status == TermReport.Status.APPROVED:
            form.is_valid()
            form.refuse(Refusal(APPROVED_MEANWHILE))
            return self.show(form, 409)
        try:
            typing = self.keep_typing()
        except Conflict as conflict:
            return self.show(form, 409, **self.typed_twice(form, conflict.current))
        if request.POST.get("press") != SEND:
            messages.success(request, SAVED)
            return redirect(request.path)
        if form.is_valid() and self.is_written_meanwhile(form):
            rows = side_by_side(form, request.POST.dict(), {"text": self.words.text})
            form.data = request.POST.dict() | {"based_on": state_of(self.words.text)}  # the next press knows both
            return self.show(form, 409, typing=typing, conflicts=rows)
        if form.is_valid():
            person = Person.objects.get(pk=self.principal.person_id or 0)
            try:
                self.words.write(form.cleaned_data["text"], person=person, by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, "Your words are in the report.")
                return self.typing_is_in(redirect("term_report", self.words.report.public_id))
        return self.show(form, 422, typing=typing)

    def is_written_meanwhile(self, form: WordsForm) -> bool:
        """Has somebody else, who manages the team too or covers, written other words since hers began?"""
        seen, now = form.cleaned_data["based_on"], state_of(self.words.text)
        return bool(seen) and now not in (seen, state_of(form.cleaned_data["text"]))

    def show(self, form: WordsForm, status: int = 200, **more: Any) -> HttpResponse:
        authority = self.request.authority  # type: ignore[attr-defined]
        contents = Contents(self.words.report, authority=authority, today=self.today)
        facts = {
            "form": form,
            "words": self.words,
            "section": success_criteria.context(contents.shown(self.words), "report"),
            "typing": self.typing(),
            "conflicts": [],
            "refusal": "",
            "back": {"text": "Back to the report", "href": reverse("term_report", args=[self.words.report.public_id])},
        }
        return self.draw(status, **facts | more)
