"""Term papers: a run for each term, how far it is, and its papers."""

from __future__ import annotations

import logging
from typing import Any

import django_filters
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.cache import patch_cache_control
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer

from reports import tasks
from reports.actions import runs
from reports.actions.kinds import KINDS, SERVICE_AGREEMENT
from reports.models import Document, DocumentItem, DocumentRun
from reports.permissions import PRINTERS, WATCHERS
from teams.foundation import audit
from teams.foundation.api.files import Column, Kind
from teams.foundation.api.views import ActApi, ApiView, ListApi, Record, RecordApi
from teams.models import Term

logger = logging.getLogger(__name__)

MOST_FAILED = 50


class FailedRecord(serializers.Serializer):
    title = serializers.CharField()
    problem = serializers.CharField()


class RunRecord(Record):
    """The papers of one term, and how far they are."""

    id = serializers.UUIDField(source="public_id")
    school_year = serializers.IntegerField()
    season = serializers.ChoiceField(Term.Season.choices)
    status = serializers.ChoiceField(DocumentRun.Status.choices)
    opened_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    papers = serializers.IntegerField(source="total")
    done = serializers.IntegerField()
    failed = serializers.IntegerField()


class RunDetail(RunRecord):
    problems = FailedRecord(many=True, help_text=f"Why papers failed, {MOST_FAILED} at most")
    pack_is_made = serializers.BooleanField(help_text="Is there a print pack?")


class RunRows(ApiView):
    family = "runs"
    roles = frozenset(WATCHERS)
    model = DocumentRun
    serializer_class: Any = RunDetail

    def rows(self) -> Any:
        return DocumentRun.objects.visible_to(self.principal).with_progress()


class OneRun(RunRows):
    def dressed(self, records: list[Any]) -> list[Any]:
        for run in records:
            failed = run.items.filter(state=DocumentItem.State.FAILED)
            run.problems = list(failed.only("title", "problem", "run", "authority")[:MOST_FAILED])
            run.pack_is_made = bool(run.pack)
        return records


class RunBody(serializers.Serializer):
    school_year = serializers.IntegerField(min_value=2000, max_value=2100, help_text="2026 for 2026/27")
    season = serializers.ChoiceField(Term.Season.choices)


class RunListApi(RunRows, ListApi, ActApi):
    says = "Runs of term papers."
    says_of_post = "Print a term, or print what is new since it was printed. For administrators and senior managers."
    http_method_names = ["get", "head", "post"]
    serializer_class = RunRecord
    body_class = RunBody
    order = ("-school_year", "-opened_at", "-pk")
    columns = (
        Column("School year", "school_year", Kind.NUMBER),
        Column("Term", "season"),
        Column("Status", "status"),
        Column("Begun", "opened_at", Kind.MOMENT),
        Column("Finished", "finished_at", Kind.MOMENT),
        Column("Papers", "papers", Kind.NUMBER),
        Column("Done", "done", Kind.NUMBER),
        Column("Failed", "failed", Kind.NUMBER),
    )

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        self.refuse_all_but(PRINTERS)
        said = self.said()
        term = Term.objects.filter(**said).first()
        if term is None:
            raise serializers.ValidationError({"season": ["The dates of this term are not set up yet."]})
        run, items = runs.run_term(term, authority=self.authority, by=self.principal, at=self.now)
        if items:
            tasks.draw_run.nudge(self.authority.pk, run.pk)
        return self.tell(self.again(run))


class RunApi(OneRun, RecordApi):
    says = "One run, with what failed."


class RunRetryApi(OneRun, ActApi):
    says = "Try again what failed."
    roles = frozenset(PRINTERS)

    def act(self, record: DocumentRun, **said: Any) -> DocumentRun:
        record.retry(by=self.principal, at=self.now)
        tasks.draw_run.nudge(self.authority.pk, record.pk)
        return record


class RunPackApi(OneRun, ActApi):
    says = "Have the print pack made. For senior managers, when the run is done."

    def act(self, record: DocumentRun, **said: Any) -> DocumentRun:
        record.want_pack(by=self.principal, at=self.now)
        tasks.bind_pack.nudge(self.authority.pk, record.pk)
        return record


# Papers of agreements; reports of success criteria are read in the product.
COPIES = [each for each in Document.Copy.choices if each[0] in KINDS[SERVICE_AGREEMENT].copies]


class DocumentRecord(Record):
    """One printed copy. Which copies somebody sees follows from what they may see of its agreement."""

    id = serializers.UUIDField(source="public_id")
    title = serializers.CharField()
    copy = serializers.ChoiceField(COPIES)
    agreement = serializers.UUIDField(source="subject_id")
    school_year = serializers.IntegerField()
    season = serializers.CharField()
    pages = serializers.IntegerField()
    bytes = serializers.IntegerField(source="size")
    made_at = serializers.DateTimeField()
    is_current = serializers.BooleanField(help_text="Does it still say what holds?")
    check_code = serializers.CharField(help_text="As it is printed on the paper")


class DocumentFilters(django_filters.FilterSet):
    agreement = django_filters.UUIDFilter("subject_id")
    copy = django_filters.ChoiceFilter(choices=COPIES)
    school_year = django_filters.NumberFilter("school_year", min_value=2000, max_value=2100)
    season = django_filters.ChoiceFilter(choices=Term.Season.choices)
    current = django_filters.BooleanFilter(method="by_current")

    def by_current(self, rows: Any, name: str, value: bool) -> Any:
        return rows.filter(superseded_at__isnull=value)


class DocumentRows(ApiView):
    family = "documents"
    model = Document
    serializer_class = DocumentRecord

    def rows(self) -> Any:
        rows = Document.objects.visible_to(self.principal).filter(copy__in=[code for code, _ in COPIES])
        if not self.may_read_costs:
            rows = rows.filter(copy=Document.Copy.WAY)  # the copy without money
        return rows


class DocumentListApi(DocumentRows, ListApi):
    says = "Term papers, by copy. A token that may not read costs sees the copies without them."
    filterset_class = DocumentFilters


class DocumentApi(DocumentRows, RecordApi):
    says = "One paper."


class Pdf(BaseRenderer):
    media_type, format, render_style, charset = "application/pdf", "pdf", "binary", None


class DocumentFileApi(DocumentRows, RecordApi):
    says = "The paper itself, as PDF. Who opened it stands in the audit."
    renderer_classes = [Pdf]

    def get(self, request: Any, public_id: Any) -> FileResponse:
        paper = self.fetch(self.rows(), public_id)
        if not default_storage.exists(paper.file):
            logger.error("the file of document %s is not in the store", paper.public_id)
            raise Http404
        audit.record("document.read", by=self.principal, at=self.now, subjects=[paper])
        response = FileResponse(
            default_storage.open(paper.file),
            as_attachment=True,
            filename=f"{paper.public_id}.pdf",
            content_type=Pdf.media_type,
        )
        patch_cache_control(response, no_store=True, private=True)
        return response
