"""A final record as a paper, drawn from its snapshot: the school's copy, or the council's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from reports import pdf
from reports.views.papers import NOT_IN_A_NAME
from supervision.models import SessionCopy
from teams.foundation import audit
from teams.foundation.views import Page


class RecordCopyPage(Page):
    """Drawn where it is asked for: few pages, a second. Who opened it stands in the audit."""

    by_policy = True

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponse:
        copy = self.fetch(SessionCopy.objects.all(), public_id)
        audit.record("sessioncopy.read", by=self.principal, at=self.now, subjects=[copy])
        drawn = pdf.draw("supervision_record", copy.snapshot, copy.copy)
        said = copy.snapshot
        name = f"{said['kind']}, {said['worker']}, {said['started_at'][:10]}, {copy.get_copy_display().lower()}.pdf"
        response = HttpResponse(drawn.content, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{NOT_IN_A_NAME.sub("", name)}"'
        patch_cache_control(response, no_store=True, private=True)
        return response
