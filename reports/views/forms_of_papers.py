"""A paper in the other forms that people read by (I46): large print, and one web page.

Who may open the paper may open them too.
"""

from __future__ import annotations

import logging
from typing import Any

from csp.constants import NONE
from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from reports import tasks, web_papers
from reports.actions import large_print
from reports.actions.kinds import SUCCESS_CRITERIA
from reports.models import Document, LargePrint
from reports.views.papers import name_of, send_file
from teams.foundation import audit
from teams.foundation.views import Page

logger = logging.getLogger(__name__)


class WebPaperPage(Page):
    """The paper's words as one web page, from its snapshot. Its own style, known by its digest, and nothing else."""

    asks_again = True  # as the paper itself
    by_policy = True

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        paper = self.fetch(Document.objects.select_related("item"), public_id)
        page = web_papers.draw(paper.kind, paper.item.snapshot, paper.copy)
        audit.record("document.read_web_page", by=self.principal, at=self.now, subjects=[paper])
        response = HttpResponse(page.text)
        response._csp_replace = {"style-src": [f"'{page.style_digest}'"], "script-src": [NONE]}  # type: ignore[attr-defined]
        return response


def back_of(paper: Document) -> dict[str, str]:
    """Where a paper is come to from: its agreement, or the reports."""
    if paper.kind == SUCCESS_CRITERIA:
        return {"text": "Back to the reports", "href": reverse("term_reports")}
    return {"text": "Back to the agreement", "href": reverse("agreement", args=[paper.subject_id])}


class LargePrintPage(Page):
    """Ask for the large print, see how far it is, open it. js/progress.js asks for this same page again."""

    by_policy = True
    template = "reports/large_print.html"

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        paper = self.fetch(Document.objects.all(), public_id)
        wanted = LargePrint.objects.filter(document=paper).first()
        return self.draw(
            paper=paper,
            wanted=wanted,
            back=back_of(paper),
        )

    def post(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        paper = self.fetch(Document.objects.all(), public_id)
        wanted = large_print.ask(paper, by=self.principal, at=self.now)
        if not wanted.is_done:
            tasks.draw_large_print.nudge(paper.authority_id, wanted.pk)
        return redirect("document_large", public_id=paper.public_id)


class LargePrintFilePage(Page):
    """The file itself. Who opened it stands in the audit."""

    asks_again = True  # as the paper itself
    by_policy = True

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        paper = self.fetch(Document.objects.all(), public_id)
        made = LargePrint.objects.filter(document=paper, state=LargePrint.State.DONE).first()
        if made is None:
            raise Http404("Nobody has asked for this paper in large print.")
        if not default_storage.exists(made.file):
            logger.error("the large print of document %s is not in the store", paper.public_id)
            raise Http404("The file of this paper is missing.")
        audit.record("document.read_large_print", by=self.principal, at=self.now, subjects=[paper])
        return send_file(made.file, name_for_reader=f"{name_of(paper)}, large print.pdf")
