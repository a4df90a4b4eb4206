"""The one guard through which every record moves.

A verb on a record reads

    def offer(self, *, by, at):
        with self.moving("offer", by=by, at=at):
            self.offered_at = at

and gets, in one transaction: its row locked before the status is read, the move checked against MOVES, the policy
asked, the changed fields saved, the audit event written and the news told (`record_moved`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django.db import models, transaction
from django.dispatch import Signal

from teams.foundation import audit
from teams.foundation.access import Principal, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.models import PublicModel

# Sent inside the verb's transaction. Receivers insert a row or call one verb of their own app; arguments: record, move,
# by, at. News goes up this way and no other.
record_moved = Signal()


@dataclass(frozen=True)
class Move:
    """From which statuses a verb may start (None: any), where it leads (None: it stays), and how a refusal reads."""

    sources: frozenset[str] | None = None
    target: str | None = None
    refusal: str = "This cannot be done now."


def move(*sources: str, to: str | None = None, refusal: str = "This cannot be done now.") -> Move:
    return Move(sources=frozenset(sources) or None, target=to, refusal=refusal)


class Root(PublicModel):
    """A record with verbs. `MOVES` stands under its `Status` and lists every verb there is."""

    MOVES: ClassVar[dict[str, Move]] = {}

    class Meta:
        abstract = True

    def may(self, act: str, principal: Principal) -> bool:
        """May this principal do this, and does the record stand where it can be done? For showing a button."""
        declared = self.MOVES[act]
        return _stands_in(self, declared) and policy_of(type(self)).may(principal, act, self)

    @contextmanager
    def moving(self, act: str, *, by: Principal, at: datetime, reason: str = "") -> Iterator[None]:
        """Lock, guard, change, save, audit, tell. Raises Refusal (wrong status) and NotAllowed (wrong person)."""
        declared = self.MOVES[act]
        with transaction.atomic():
            self.refresh_from_db(from_queryset=type(self)._base_manager.select_for_update(of=("self",)))
            if not policy_of(type(self)).may(by, act, self):
                raise NotAllowed(_verb(self, act), str(self.public_id))
            if not _stands_in(self, declared):
                raise Refusal(declared.refusal, code="wrong_status")
            before = _values(self)
            acting = by.acting_for(policy_of(type(self)).for_whom(by, self))
            yield
            if declared.target is not None:
                self.status = declared.target
            changed = [name for name, value in _values(self).items() if before[name] != value]
            if changed:
                self.save(update_fields=changed)
            _tell(self, act, by=acting, at=at, changed=changed, reason=reason)


Record = TypeVar("Record", bound=Root)


def begin(record: Record, act: str, *, by: Principal, at: datetime, reason: str = "") -> Record:
    """Write a new record: the policy is asked, the event written, the news told, all in one transaction."""
    if not policy_of(type(record)).may(by, act, record):
        raise NotAllowed(_verb(record, act), str(record.public_id))
    with transaction.atomic():
        record.save(force_insert=True)
        acting = by.acting_for(policy_of(type(record)).for_whom(by, record))
        _tell(record, act, by=acting, at=at, changed=(), reason=reason)
    return record


def _tell(record: Root, act: str, *, by: Principal, at: datetime, changed: Any, reason: str) -> None:
    audit.record(_verb(record, act), by=by, at=at, subjects=[record], changed=changed, reason=reason)
    record_moved.send(sender=type(record), record=record, move=act, by=by, at=at)


def _verb(record: models.Model, act: str) -> str:
    return f"{record._meta.model_name}.{act}"


def _stands_in(record: Any, declared: Move) -> bool:
    return declared.sources is None or record.status in declared.sources


def _values(record: models.Model) -> dict[str, Any]:
    return {
        field.name: getattr(record, field.attname) for field in record._meta.concrete_fields if not field.primary_key
    }
