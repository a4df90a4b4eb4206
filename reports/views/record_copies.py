"""A final record or review as a paper: a school's copy or the council's, one set of bytes for each reader."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponseBase

from performance.models import ReviewCopy
from reports.actions import record_papers
from reports.models import PackCopy
from reports.views.papers import send_file
from schools.models import ProposalCopy
from supervision.models import SessionCopy
from teams.foundation import audit
from teams.foundation.views import Page


class SealedCopyPage(Page):
    """The worker has made it; where it has not, the first reader waits a second. Who opened it stands in the audit."""

    by_policy = True
    copies: ClassVar[Any]

    def get(self, request: HttpRequest, public_id: Any) -> HttpResponseBase:
        copy = self.fetch(self.copies.all(), public_id)
        try:
            paper = record_papers.paper_of(copy, by=self.principal, at=self.now)
        except record_papers.Lost as lost:
            raise Http404("The file of this paper is missing.") from lost
        audit.record(f"{copy._meta.model_name}.read", by=self.principal, at=self.now, subjects=[copy])
        return send_file(paper.file, name_for_reader=f"{self.name_of(copy)}, {copy.get_copy_display().lower()}.pdf")

    def name_of(self, copy: Any) -> str:
        """What the reader's own folder calls it."""
        raise NotImplementedError


class RecordCopyPage(SealedCopyPage):
    """A supervision record."""

    copies = SessionCopy.objects

    def name_of(self, copy: Any) -> str:
        said = copy.snapshot
        return f"{said['kind']}, {said['worker']}, {said['started_at'][:10]}"


class ReviewCopyPage(SealedCopyPage):
    """A yearly review."""

    copies = ReviewCopy.objects

    def name_of(self, copy: Any) -> str:
        said = copy.snapshot
        return f"{said['stage']}, {said['worker']}, {said['final_at'][:10]}"


class PackCopyPage(SealedCopyPage):
    """A county's pack, in the copy of its reader."""

    copies = PackCopy.objects
    asks_again = True  # costs stand in it

    def name_of(self, copy: Any) -> str:
        return str(copy.snapshot["title"])


class ProposalCopyPage(SealedCopyPage):
    """A proposal of the budget round, in the copy of its reader."""

    copies = ProposalCopy.objects
    asks_again = True  # costs stand in it

    def name_of(self, copy: Any) -> str:
        return f"Proposal, {copy.snapshot['name']}, {copy.snapshot['figures_on']}"
