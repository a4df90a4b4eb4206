"""Large print on request: asked for once, drawn once, and whoever asks again gets the same."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from reports.actions.papers import Stored, write_once
from reports.models import Document, LargePrint
from teams.foundation import audit
from teams.foundation.access import Principal

State = LargePrint.State


def ask(paper: Document, *, by: Principal, at: datetime) -> LargePrint:
    """The paper's large print, waiting to be drawn unless it is there or on its way. What failed is tried again."""
    with transaction.atomic():
        Document.objects.select_for_update(of=("self",)).get(pk=paper.pk)  # two presses at once: the second waits
        wanted, is_new = LargePrint.objects.get_or_create(document=paper, defaults={"asked_at": at})
        if wanted.has_failed:
            wanted.state, wanted.attempts, wanted.problem, wanted.asked_at = State.WAITING, 0, "", at
            wanted.save(update_fields=["state", "attempts", "problem", "asked_at"])
        if is_new or wanted.state == State.WAITING:
            audit.record("document.ask_large_print", by=by, at=at, subjects=[paper])
    return wanted


def store(wanted: LargePrint, *, content: bytes, pages: int, template: str) -> Stored:
    """Write the file. No row is touched, so no transaction need be open."""
    paper = wanted.document
    name = f"{paper.authority_id}/{paper.item.run.public_id}/{paper.snapshot_digest[:16]}-{template[:8]}-{paper.copy}"
    return Stored(write_once(f"{name}-large.pdf", content), pages, len(content))


def keep(wanted: LargePrint, stored: Stored, *, template: str, by: Principal, at: datetime) -> bool:
    """It is there. False when it is no longer ours: our lease ran out, and another has taken it."""
    with transaction.atomic():
        kept = wanted.ours().update(
            state=State.DONE,
            lease_until=None,
            problem="",
            template=template,
            file=stored.file,
            pages=stored.pages,
            size=stored.size,
            made_at=at,
        )
        if kept:
            audit.record("document.make_large_print", by=by, at=at, subjects=[wanted.document])
    return bool(kept)
