"""Keeping what was drawn: the file first, then its row; and marking what is no longer true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from reports.actions.kinds import KINDS, SUCCESS_CRITERIA, is_in_force
from reports.actions.runs import finish_when_done
from reports.models import Document, DocumentItem
from schools.models import Agreement
from teams.foundation.access import Principal


class Stored(NamedTuple):
    """A paper that lies in the documents' store: under which name, how many pages, how many bytes."""

    file: str
    pages: int
    size: int


def store(item: DocumentItem, copy: str, *, content: bytes, pages: int, template: str) -> Stored:
    """Write one copy. No row is touched, so no transaction need be open.

    The name comes from snapshot and template, so a second try writes the same bytes to the same place.
    """
    name = f"{item.authority_id}/{item.run.public_id}/{item.digest[:16]}-{template[:8]}-{copy}.pdf"
    return Stored(write_once(name, content), pages, len(content))


def write_once(name: str, content: bytes) -> str:
    """Put bytes under a name; returns the name. What a killed worker left half is written again.

    Written beside it first and then moved there in one step: whoever opens it meanwhile, or writes the same, never
    finds it half.
    """
    if default_storage.exists(name):
        with default_storage.open(name) as there:
            if there.read() == content:
                return name
    beside = default_storage.save(f"{name}.part", ContentFile(content))  # of two at once each gets a name of its own
    Path(default_storage.path(beside)).replace(default_storage.path(name))
    return name


def keep(item: DocumentItem, copies: Mapping[str, Stored], *, template: str, by: Principal, at: datetime) -> bool:
    """All copies of an item, or none: their rows, what they supersede, and the item done.

    False when the item is no longer ours (DocumentItem.is_still_held): then nothing is changed.
    """
    with transaction.atomic():
        if not item.is_still_held():
            return False
        if Document.objects.filter(item=item, snapshot_digest=item.digest).exists():  # drawn before: it is there
            _done(item, by=by, at=at)
            return True
        kind = KINDS[item.run.kind]
        standing = kind.standing(item)
        of_term = Document.objects.current().filter(
            kind=kind.code, school_year=item.run.school_year, season=item.run.season
        )
        of_term.filter(standing.earlier).update(superseded_at=at)
        Document.objects.bulk_create(
            Document(
                kind=kind.code,
                item=item,
                subject_id=item.subject_id,
                **standing.about,
                copy=copy,
                title=kind.title_of(item, copy),
                school_year=item.run.school_year,
                season=item.run.season,
                snapshot_digest=item.digest,
                template=template,
                check_code=item.snapshot["check"][copy]["code"],
                file=stored.file,
                pages=stored.pages,
                size=stored.size,
                made_at=at,
                superseded_at=None if standing.is_true else at,
            )
            for copy, stored in copies.items()
        )
        _done(item, by=by, at=at)
    return True


def could_not_draw(item: DocumentItem, *, problem: str, by: Principal, at: datetime) -> None:
    """To be tried again, or failed with its reason when it was tried often enough."""
    with transaction.atomic():
        if item.is_still_held():
            item.try_again_or_fail(problem)
            finish_when_done(item.run, by=by, at=at)


def _done(item: DocumentItem, *, by: Principal, at: datetime) -> None:
    DocumentItem.objects.filter(pk=item.pk).update(state=DocumentItem.State.DONE, lease_until=None, problem="")
    finish_when_done(item.run, by=by, at=at)


def supersede(agreement: Agreement, *, at: datetime) -> int:
    """Mark papers that are no longer true: all of an ended agreement, else those of a version that is not in force.

    Called when an agreement ends, and when a new version comes into force. Returns how many.
    """
    current = Document.objects.current().filter(subject_id=agreement.public_id).select_related("item")
    untrue = [paper.pk for paper in current if not is_in_force(agreement, paper.item.snapshot)]
    return Document.objects.filter(pk__in=untrue).update(superseded_at=at)


def supersede_reports(school_year: int, season: str, *, at: datetime) -> int:
    """A later edition of this term's report was approved: the papers of those before it stay, and are marked."""
    rows = Document.objects.current().filter(kind=SUCCESS_CRITERIA, school_year=school_year, season=season)
    return rows.update(superseded_at=at)
