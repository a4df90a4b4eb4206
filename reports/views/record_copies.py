"""A final record as a paper: the school's copy, or the council's. One set of bytes for each, whoever opens it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from reports.actions import record_papers
from reports.views.papers import send_file
from supervision.models import SessionCopy
from teams.foundation import audit
from teams.foundation.views import Page


class RecordCopyPage(Page):
    """The worker has made it; where it has not, the first reader waits a second. Who opened it stands in the audit."""

    by_policy = True

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        copy = self.fetch(SessionCopy.objects.all(), public_id)
        try:
            paper = record_papers.paper_of(copy, by=self.principal, at=self.now)
        except record_papers.Lost as lost:
            raise Http404("The file of this paper is missing.") from lost
        audit.record("sessioncopy.read", by=self.principal, at=self.now, subjects=[copy])
        said = copy.snapshot
        name = f"{said['kind']}, {said['worker']}, {said['started_at'][:10]}, {copy.get_copy_display().lower()}.pdf"
        return send_file(paper.file, name_for_reader=name)
