"""Final records and reviews on paper: made once, by the worker or by whoever opens it before, and never again."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any, NamedTuple

from django.core.files.storage import default_storage
from django.db import transaction

from reports import pdf
from reports.actions.papers import write_once
from reports.models import PackPaper, ProposalPaper, RecordPaper, ReviewPaper, SealedPaper
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.foundation.tenancy import alone, current_authority_id

# Each a SealedPaper with a `copy` of its own.
PAPERS: tuple[Any, ...] = (RecordPaper, ReviewPaper, PackPaper, ProposalPaper)
State = SealedPaper.State
logger = logging.getLogger(__name__)


class Drawn(NamedTuple):
    """A paper that is not kept yet, and the name that it will have in the documents' store."""

    content: bytes
    pages: int
    template: str
    file: str


class Lost(Exception):
    """The file of a paper that was made is not in the store, and drawn today it would be another."""


def put_down(*, at: datetime, most: int) -> None:
    """A row for each sealed copy that has none yet: what became final, and what was corrected. The newest first; each
    kind by itself.
    """
    for papers in PAPERS:
        with alone(current_authority_id() or 0, f"{papers.__name__} was not put down"):
            copies = papers._meta.get_field("copy").related_model._base_manager
            without = copies.filter(papers=None).order_by("-made_at", "-pk").values_list("pk", flat=True)[:most]
            papers.objects.bulk_create(
                [papers(copy_id=number, put_down_at=at) for number in without],
                ignore_conflicts=True,
            )


def papers_of(copy: Any) -> Any:
    """The table of this copy's kind. Raises StopIteration for what has no papers."""
    return next(each for each in PAPERS if each._meta.get_field("copy").related_model is type(copy))


def paper_of(copy: Any, *, by: Principal, at: datetime) -> SealedPaper:
    """The one paper of this copy, its file in the store. Where no worker has been yet, it is made now.

    Raises what `pdf.draw` does; Lost.
    """
    made = papers_of(copy).objects.filter(copy=copy, state=State.DONE).first()
    if made is None:
        return keep(copy, draw(copy), by=by, at=at)
    if not default_storage.exists(made.file):
        logger.error("the file of the paper of %s %s is not in the store", copy._meta.model_name, copy.public_id)
        drawn = draw(copy)
        if drawn.file != made.file:
            raise Lost(str(copy.public_id))
        write_once(made.file, drawn.content)
    return made


def draw(copy: Any) -> Drawn:
    """From the snapshot alone. No row is touched, so no transaction need be open.

    The name holds the digest of the bytes, so that other bytes never come to lie under it.
    """
    kind = papers_of(copy)
    template = pdf.template_digest(kind.KIND)
    content, pages = pdf.draw(kind.KIND, copy.snapshot, copy.copy)
    name = f"{copy.authority_id}/{kind.FOLDER}/{copy.public_id}-{hashlib.sha256(content).hexdigest()}.pdf"
    return Drawn(content, pages, template, name)


def keep(copy: Any, drawn: Drawn, *, by: Principal, at: datetime) -> SealedPaper:
    """The file first, then its row. Of two who drew at once the first is kept, and both get what it made."""
    papers = papers_of(copy)
    write_once(drawn.file, drawn.content)
    with transaction.atomic():
        papers.objects.bulk_create([papers(copy=copy, put_down_at=at)], ignore_conflicts=True)
        # Whoever comes second waits here for the first one's row, and then changes none.
        first = (
            papers.objects.filter(copy=copy)
            .exclude(state=State.DONE)
            .update(
                state=State.DONE,
                lease_until=None,
                problem="",
                template=drawn.template,
                file=drawn.file,
                pages=drawn.pages,
                size=len(drawn.content),
                sealed_at=at,
            )
        )
        if first:
            audit.record(f"{copy._meta.model_name}.make_paper", by=by, at=at, subjects=[copy])
        paper: SealedPaper = papers.objects.get(copy=copy)
    if paper.file != drawn.file:
        default_storage.delete(drawn.file)
    return paper
