"""Running a term: every active agreement becomes an item, and every item its copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from reports.actions.kinds import SERVICE_AGREEMENT
from reports.actions.snapshots import says_the_same, snapshot_of
from reports.models import DocumentItem, DocumentRun
from schools.models import Agreement
from teams.foundation import sealing
from teams.foundation.access import Principal, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.tenancy import alone
from teams.foundation.transitions import begin
from teams.models import Term
from teams.rules.calendar import bank_holidays_in


def run_term(term: Term, *, authority: Any, by: Principal, at: datetime) -> tuple[DocumentRun, list[int]]:
    """Open the run of this term, or open it again: what became active or changed since is added, nothing twice.

    Returns the run and the ids of the items to draw; none when everything is printed already. Raises Refusal when there
    is nothing to print.
    """
    if not policy_of(DocumentRun).may(by, "open", None):
        raise NotAllowed("documentrun.open", str(term))
    agreements = list(
        Agreement.objects.active()
        .filter(school_year=term.school_year, starts_on__lte=term.ends_on, ends_on__gte=term.starts_on)
        .exclude(ended_on__lt=term.starts_on)
        .select_related("placement__school", "in_force")
        .prefetch_related("signatures", "versions")
        .order_by("placement__school__name", "pk")
    )
    if not agreements:
        raise Refusal(
            f"No agreement is active in the {in_words(term)}. Agreements are printed when school, worker and council "
            "have signed.",
            field="term",
            code="nothing_to_print",
        )
    with transaction.atomic():
        # Two presses at once: the second waits here, and then finds the run of the first.
        Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
        run = DocumentRun.objects.filter(
            kind=SERVICE_AGREEMENT, school_year=term.school_year, season=term.season
        ).first()
        is_new = run is None
        if run is None:
            run = DocumentRun(kind=SERVICE_AGREEMENT, school_year=term.school_year, season=term.season, opened_at=at)
            begin(run, "open", by=by, at=at)
        _put_items(run, term, agreements, authority=authority, at=at)
        items = list(DocumentItem.objects.unsettled().filter(run=run).values_list("pk", flat=True))
        if items and not is_new:
            run.reopen(by=by, at=at)
    return run, items


def in_words(term: Term) -> str:
    """ "autumn term 2026/27", in the middle of a sentence."""
    label = str(term)
    return label[0].lower() + label[1:]


def _put_items(run: DocumentRun, term: Term, agreements: Sequence[Agreement], *, authority: Any, at: datetime) -> None:
    """A new item for what is not there, and a fresh snapshot where the paper would say something else by now."""
    there = {item.subject_id: item for item in run.items.all()}
    closed = bank_holidays_in({term.starts_on.year, term.ends_on.year})
    fresh: list[DocumentItem] = []
    for agreement in agreements:
        item = there.get(agreement.public_id)
        reference = (
            item.snapshot["reference"] if item else _reference(authority, term, number=len(there) + len(fresh) + 1)
        )
        snapshot = snapshot_of(agreement, term, authority=authority, closed=closed, reference=reference, at=at)
        if item is None:
            fresh.append(DocumentItem(run=run, subject_id=agreement.public_id, **_contents(snapshot)))
        elif not says_the_same(item.snapshot, snapshot):
            # Whoever is drawing the old snapshot just now loses it: DocumentItem.is_still_held looks at the digest.
            DocumentItem.objects.filter(pk=item.pk).update(
                **_contents(snapshot), state=DocumentItem.State.WAITING, attempts=0, problem="", lease_until=None
            )
    DocumentItem.objects.bulk_create(fresh)


def _contents(snapshot: dict[str, Any]) -> dict[str, Any]:
    way = snapshot["way"]
    return {
        "title": f"{way['worker'] or 'Vacant post'} at {way['school']['name']}"[:200],
        "snapshot": snapshot,
        "digest": sealing.digest(snapshot),
    }


def _reference(authority: Any, term: Term, *, number: int) -> str:
    """ "FEN-2026-AUT-0001". Items are never deleted, so a number is given once."""
    return f"{authority.slug[:3].upper()}-{term.school_year}-{term.season[:3].upper()}-{number:04d}"


def give_up(*, by: Principal, at: datetime) -> int:
    """What killed its worker each time is failed, with a reason, and its run can finish. Returns how many."""
    lost = list(DocumentItem.objects.given_up(at).select_related("run"))
    for item in lost:
        with alone(item.authority_id or 0, f"item {item.pk} was not given up"):
            DocumentItem.objects.filter(pk=item.pk).fail_given_up(at)
            finish_when_done(item.run, by=by, at=at)
    return len(lost)


def finish_when_done(run: DocumentRun, *, by: Principal, at: datetime) -> None:
    """The last item, done or failed, finishes its run. The row is locked, so that of two last ones one sees it."""
    locked = DocumentRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status == DocumentRun.Status.RUNNING and not DocumentItem.objects.unsettled().filter(run=run).exists():
        locked.finish(by=by, at=at)


def progress(run: DocumentRun) -> dict[str, int]:
    """How many items stand where: {"waiting": 3, "working": 1, "done": 51, "failed": 0, "total": 55}."""
    counted = dict(run.items.values_list("state").annotate(Count("pk")).order_by())
    found = {state: counted.get(state, 0) for state in DocumentItem.State.values}
    return found | {"total": sum(found.values())}
