"""Large print on request: asked for once, drawn once, and whoever asks again gets the same."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from reports.actions.papers import Stored, write_once
from reports.models import Document, LargePrint
from reports.models.documents import ATTEMPTS
from teams.foundation import audit
from teams.foundation.access import Principal

DIED_EACH_TIME = "The printing stopped in the middle of this paper, each time. Please tell whoever runs Alongside."
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
        kept = _ours(wanted).update(
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


def could_not_draw(wanted: LargePrint, *, problem: str) -> None:
    """To be tried again, or failed with its reason when it was tried often enough."""
    state = State.FAILED if wanted.attempts >= ATTEMPTS else State.WAITING
    _ours(wanted).update(state=state, lease_until=None, problem=problem[:300])


def give_up(*, at: datetime) -> int:
    """Those that killed their worker each time are failed, with the reason. Returns how many."""
    return LargePrint.objects.given_up(at).update(state=State.FAILED, lease_until=None, problem=DIED_EACH_TIME)


def _ours(wanted: LargePrint) -> QuerySet[LargePrint]:
    return LargePrint.objects.filter(pk=wanted.pk, state=State.WORKING, attempts=wanted.attempts)
