"""The print pack of a run: what goes into it, and that it is made."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from reports.models import Document, DocumentRun


class Sheet(NamedTuple):
    """One paper of a pack: the words of its bookmark, and its file in the documents' store."""

    title: str
    file: str


def contents(run: DocumentRun) -> list[Sheet]:
    """The school copy and the council copy of every paper that is still current, school by school in the run's order.

    The way-of-working sheets are not printed: who gets them opens them here.
    """
    printed = (
        Document.objects.current()
        .filter(item__run=run, copy__in=[Document.Copy.SCHOOL, Document.Copy.COUNCIL])
        .order_by("item__title", "item__pk", "-copy")
    )
    return [Sheet(paper.title, paper.file) for paper in printed]


def file_name(run: DocumentRun, sheets: list[Sheet]) -> str:
    """Where the pack lies: the same papers give the same place."""
    digest = hashlib.sha256("\n".join(sheet.file for sheet in sheets).encode()).hexdigest()
    return f"{run.authority_id}/{run.public_id}/pack-{digest[:16]}.pdf"


def keep(run: DocumentRun, file: str, *, problem: str = "") -> bool:
    """The pack is there, or why it is not. False when the run was opened again meanwhile: then it is out of date."""
    ours = DocumentRun.objects.filter(pk=run.pk, pack_wanted_at=run.pack_wanted_at, pack_attempts=run.pack_attempts)
    return bool(ours.update(pack=file, pack_problem=problem[:300], pack_lease_until=None))
