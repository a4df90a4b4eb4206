"""Running a term: every active agreement becomes an item, and every item two copies and a way-of-working sheet."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count

from reports.models import Document, DocumentItem, DocumentRun
from reports.models.documents import ATTEMPTS
from schools.actions.agreements import WEEKDAYS
from schools.models import Agreement, Placement
from teams.foundation import sealing
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Term
from teams.rules import terms as term_rules
from teams.rules.calendar import bank_holidays_in

SERVICE_AGREEMENT = "service_agreement"
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # without what is misread: I L O 0 1
PAY_WITHIN = timedelta(days=30)


def run_term(term: Term, *, authority: Any, by: Principal, at: datetime) -> tuple[DocumentRun, list[int]]:
    """Open the run of this term, or open it again: agreements that became active since are added, nothing twice.

    Returns the run and the ids of the items to draw. Raises Refusal when there is nothing to print.
    """
    agreements = list(
        Agreement.objects.active()
        .filter(school_year=term.school_year, starts_on__lte=term.ends_on, ends_on__gte=term.starts_on)
        .select_related("placement__school", "in_force")
        .prefetch_related("signatures")
    )
    if not agreements:
        raise Refusal(
            f"No agreement is active in the {term}. Agreements are printed when school, worker and council have signed.",
            code="nothing_to_print",
        )
    run = DocumentRun.objects.filter(kind=SERVICE_AGREEMENT, school_year=term.school_year, season=term.season).first()
    with transaction.atomic():
        if run is None:
            run = DocumentRun(kind=SERVICE_AGREEMENT, school_year=term.school_year, season=term.season, opened_at=at)
            begin(run, "open", by=by, at=at)
        else:
            run.reopen(by=by, at=at)
        items = _items_to_draw(run, term, agreements, authority, at)
    return run, items


def _items_to_draw(
    run: DocumentRun, term: Term, agreements: list[Agreement], authority: Any, at: datetime
) -> list[int]:
    """New items for what is not there, a fresh snapshot where the agreement has a new version in force."""
    there = {item.subject_id: item for item in run.items.all()}
    closed = bank_holidays_in({term.starts_on.year, term.ends_on.year})
    fresh = []
    for number, agreement in enumerate(agreements, start=len(there) + 1):
        item = there.get(agreement.public_id)
        if item is not None and item.snapshot["way_digest"] + item.snapshot["cost_digest"] == (
            agreement.in_force.way_digest + agreement.in_force.cost_digest
        ):
            continue
        reference = item.snapshot["reference"] if item else _reference(authority, term, number)
        snapshot = snapshot_of(agreement, term, authority=authority, closed=closed, reference=reference, at=at)
        if item is None:
            fresh.append(
                DocumentItem(
                    run=run,
                    subject_id=agreement.public_id,
                    title=f"{snapshot['way']['worker'] or 'Vacant post'} at {snapshot['way']['school']['name']}"[:200],
                    snapshot=snapshot,
                    digest=sealing.digest(snapshot),
                )
            )
        else:
            item.snapshot, item.digest, item.state, item.attempts = (
                snapshot, sealing.digest(snapshot), DocumentItem.State.WAITING, 0,
            )  # fmt: skip
            item.save(update_fields=["snapshot", "digest", "state", "attempts"])
    DocumentItem.objects.bulk_create(fresh)
    return list(run.items.filter(state=DocumentItem.State.WAITING).values_list("pk", flat=True))


def snapshot_of(
    agreement: Agreement, term: Term, *, authority: Any, closed: dict[Any, str], reference: str, at: datetime
) -> dict[str, Any]:
    """What the term's papers say: the signed version, this term's days and this term's cost. Sealed by its digest."""
    version, placement = agreement.in_force, agreement.placement
    way, sheet = version.way, version.cost_sheet
    rule_term = term_rules.Term(
        term.season, term.starts_on, term.half_term_starts_on, term.half_term_ends_on, term.ends_on
    )
    names = [day["day"] for day in way["days"]]
    counts = {
        name: term_rules.weekdays_in_term(
            rule_term,
            {WEEKDAYS.index(name)},
            closed,
            starts_on=agreement.starts_on,
            ends_on=agreement.ended_on or agreement.ends_on,
        )
        for name in dict.fromkeys(names)
    }
    charged = next((each for each in sheet["terms"] if each["season"] == term.season), None)
    months = [each for each in sheet["months"] if _in_money_term(each["month"], term)]
    signed: dict[tuple[str, str], dict[str, Any]] = {}
    for signature in agreement.signatures.all():
        if signature.digest != version.digest_of(signature.part):
            continue
        line = signed.setdefault(
            (signature.party, signature.name),
            {"party": signature.party, "parts": [], "name": signature.name, "job": signature.job,
             "signed_at": signature.signed_at},
        )  # fmt: skip
        line["parts"].append(signature.part)
    return sealing.plain(
        {
            "kind": SERVICE_AGREEMENT,
            "authority": {
                "name": authority.name,
                "service": authority.service_name,
                "telephone": authority.telephone,
                "colour": authority.colour,
                "slug": authority.slug,
            },
            "reference": reference,
            "version": version.number,
            "signed_on": max(line["signed_at"] for line in signed.values()).date(),
            "issued_on": at.date(),
            "is_active": True,
            "way": way,
            "cost": version.cost,
            "cost_sheet": sheet,
            "way_digest": version.way_digest,
            "cost_digest": version.cost_digest,
            "term": {
                "season": term.season,
                "label": str(term),
                "starts_on": term.starts_on,
                "half_term_starts_on": term.half_term_starts_on,
                "half_term_ends_on": term.half_term_ends_on,
                "ends_on": term.ends_on,
            },
            "days": {
                "total": sum(counts.values()),
                "by_weekday": [[name, count] for name, count in counts.items()],
                "hours": _hours(way["days"], counts),
            },
            "charge": {
                "term": charged["amount"] if charged else "0.00",
                "months": [[each["month"], each["amount"]] for each in months],
                "due_on": term.starts_on + PAY_WITHIN,
            },
            "signatures": list(signed.values()),
            "check": {copy: _check(authority.slug) for copy in Document.Copy.values},
            "placement": str(placement.public_id),
        }
    )


def _in_money_term(month: str, term: Term) -> bool:
    seasons = {
        9: "autumn",
        10: "autumn",
        11: "autumn",
        12: "autumn",
        1: "spring",
        2: "spring",
        3: "spring",
        4: "spring",
    }
    return seasons.get(int(month[5:7]), "summer") == term.season


def _hours(days: list[dict[str, str]], counts: dict[str, int]) -> str:
    minutes = 0
    for day in days:
        (from_hour, from_minute), (to_hour, to_minute) = day["starts"].split(":"), day["ends"].split(":")
        minutes += counts[day["day"]] * (int(to_hour) * 60 + int(to_minute) - int(from_hour) * 60 - int(from_minute))
    return f"{minutes // 60}" if minutes % 60 == 0 else f"{minutes // 60}.{round(minutes % 60 / 60 * 100):02d}"


def _reference(authority: Any, term: Term, number: int) -> str:
    return f"{authority.slug[:3].upper()}-{term.school_year}-{term.season[:3].upper()}-{number:04d}"


def _check(slug: str) -> dict[str, str]:
    """A code nobody can guess (79 bits), for the public page that says current, superseded or unknown."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
    return {"code": code, "address": f"{settings.PUBLIC_ADDRESS}/{slug}/check/{code}"}


def keep_document(
    item: DocumentItem, copy: str, *, content: bytes, pages: int, template: str, at: datetime
) -> Document:
    """One copy of an item: the file first, then its row; the earlier paper of the same thing is superseded.

    The file's name comes from the snapshot, so a second try writes the same bytes to the same place.
    """
    name = f"{item.authority_id}/{item.run.public_id}/{item.digest[:16]}-{copy}.pdf"
    if default_storage.exists(name):
        default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
    with transaction.atomic():
        placement = Placement.objects.filter(public_id=item.snapshot["placement"]).first()
        same = Document.objects.current().filter(
            kind=item.run.kind, subject_id=item.subject_id, copy=copy,
            school_year=item.run.school_year, season=item.run.season,
        )  # fmt: skip
        if same.filter(snapshot_digest=item.digest, template=template).exists():
            return same.get()
        same.update(superseded_at=at)
        return Document.objects.create(
            kind=item.run.kind, item=item, subject_id=item.subject_id, placement=placement, copy=copy,
            title=f"{item.title}, {dict(Document.Copy.choices)[copy].lower()}",
            school_year=item.run.school_year, season=item.run.season, snapshot_digest=item.digest, template=template,
            check_code=item.snapshot["check"][copy]["code"], file=name, pages=pages, size=len(content), made_at=at,
        )  # fmt: skip


def settle(item: DocumentItem, *, at: datetime, by: Principal, problem: str = "") -> None:
    """Done, or to be tried again, or failed with its reason. The last one finishes the run."""
    state = DocumentItem.State.DONE
    if problem:
        state = DocumentItem.State.FAILED if item.attempts >= ATTEMPTS else DocumentItem.State.WAITING
    DocumentItem.objects.filter(pk=item.pk, state=DocumentItem.State.WORKING).update(
        state=state, lease_until=None, problem=problem[:300]
    )
    run = DocumentRun.objects.select_for_update(of=("self",)).get(pk=item.run_id)
    open_still = run.items.exclude(state__in=[DocumentItem.State.DONE, DocumentItem.State.FAILED]).exists()
    if not open_still and run.status == DocumentRun.Status.RUNNING:
        run.finish(by=by, at=at)


def progress(run: DocumentRun) -> dict[str, int]:
    """How many items stand where: {"waiting": 3, "working": 1, "done": 51, "failed": 0, "total": 55}."""
    counted = dict(run.items.values_list("state").annotate(Count("pk")).order_by())
    found = {state: counted.get(state, 0) for state in DocumentItem.State.values}
    return found | {"total": sum(found.values())}
