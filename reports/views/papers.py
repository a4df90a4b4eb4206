"""Opening a paper, and the public check of its code."""

from __future__ import annotations

import logging
import re
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

from reports.actions.kinds import KINDS
from reports.models import Document
from teams.foundation import audit
from teams.foundation.views import OpenPage, Page

logger = logging.getLogger(__name__)

NOT_IN_A_CODE = re.compile(r"[^A-Z0-9]")
NOT_IN_A_NAME = re.compile(r"[^\w ,.()-]")
GROUP = 4


def send_file(name: str, *, name_for_reader: str) -> FileResponse:
    """A file of the documents' store, to be kept by nobody on the way."""
    response = FileResponse(
        default_storage.open(name),
        as_attachment=True,
        filename=NOT_IN_A_NAME.sub("", name_for_reader),
        content_type="application/pdf",
    )
    patch_cache_control(response, no_store=True, private=True)
    return response


def send_made(content: bytes, *, name_for_reader: str) -> HttpResponse:
    """A paper that was made for this reader alone and is kept nowhere."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, NOT_IN_A_NAME.sub("", name_for_reader))
    patch_cache_control(response, no_store=True, private=True)
    return response


def name_of(paper: Document) -> str:
    """What a paper's file is called when it is kept."""
    term = f"{paper.season} term {paper.school_year}-{(paper.school_year + 1) % 100:02d}"
    return f"{KINDS[paper.kind].name}, {paper.title}, {term}"


class DocumentPage(Page):
    """One paper. Who opened it stands in the audit."""

    asks_again = True
    by_policy = True

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        paper = self.fetch(Document.objects.all(), public_id)
        if not default_storage.exists(paper.file):
            logger.error("the file of document %s is not in the store", paper.public_id)
            raise Http404("The file of this paper is missing.")
        audit.record("document.read", by=self.principal, at=self.now, subjects=[paper])
        return send_file(paper.file, name_for_reader=f"{name_of(paper)}.pdf")


class CheckPage(OpenPage):
    """Is a printed paper still true? Anybody may ask, by its code; the answer names nobody and nothing else.

    An unknown code gets the same page and the same status, so that nobody learns from it which codes there are.
    """

    template = "reports/document_check.html"

    def get(self, request: HttpRequest, code: str = "") -> HttpResponseBase:
        typed = (code or request.GET.get("code", ""))[:60]
        answer = self._answer(typed) if typed.strip() else ""
        response = self.draw(typed=typed, answer=answer, today=self.today)
        patch_cache_control(response, no_store=True)
        return response

    def _answer(self, typed: str) -> str:
        """ "current", "superseded" or "unknown". One look at an index."""
        plain = NOT_IN_A_CODE.sub("", typed.upper())
        written = "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))
        paper = Document.objects.filter(check_code=written).only("superseded_at").first()
        if paper is None:
            return "unknown"
        return "current" if paper.is_current else "superseded"
