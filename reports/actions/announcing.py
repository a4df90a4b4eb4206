""" "The autumn report is ready": to who manages a team or the service, without a word of what it says (S5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from performance.models.editions import Edition
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.models import Membership, Person

READERS = (Role.TEAM_MANAGER, Role.SENIOR_MANAGER)


@dataclass(frozen=True)
class Announcing:
    """One kind of report: its editions, the kind of mail for each, and what the mails are about (a matter)."""

    editions: type[Edition]
    kind_of: Callable[[Any], str]
    matter: str

    def declare(self, subjects: dict[str, str]) -> None:
        """A subject line for each kind of mail."""
        for kind, subject in subjects.items():
            mail.declare(mail.Kind(kind, subject, self._is_newest, _still_reads))

    def tell(self, report: Edition, *, at: datetime) -> int:
        """Everybody who manages a team or the service today. Who has no address reads it all the same. How many."""
        told = 0
        by = report.approved_by
        words = {"manager": by.name, "telephone": by.telephone, "reply_to": by.email}
        for person in Person.objects.filter(pk__in=_readers(at), left_at=None).order_by("name", "pk"):
            with suppress(Refusal):
                matter = f"{self.matter}:{report.public_id}"
                mail.write(self.kind_of(report), to=person, matter=matter, at=at, words=words, subject=report)
                told += 1
        return told

    def _is_newest(self, notice: mail.Notice) -> bool:
        """Asked again when it is sent: has no later edition, which has a mail of its own, taken its place?"""
        rows: Any = self.editions._default_manager
        report = rows.filter(public_id=str(notice.subject_id)).first()
        return report is not None and not report.later_editions().filter(status=Edition.Status.APPROVED).exists()


def _readers(at: datetime) -> set[int]:
    held = Membership.objects.on(timezone.localdate(at)).filter(role__in=READERS)
    return set(held.values_list("person_id", flat=True))


def _still_reads(notice: mail.Notice, at: datetime) -> bool:
    return notice.person_id in _readers(at)
