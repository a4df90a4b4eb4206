""" "The autumn report is ready": to who manages a team or the service, without a word of what it says (S5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.utils import timezone

from performance.models import TermReport
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.models import Membership, Person, Term

READERS = (Role.TEAM_MANAGER, Role.SENIOR_MANAGER)


def kind_of(season: str) -> str:
    return f"term_report_{season}"


def _readers(at: datetime) -> set[int]:
    held = Membership.objects.on(timezone.localdate(at)).filter(role__in=READERS)
    return set(held.values_list("person_id", flat=True))


def _still_reads(notice: mail.Notice, at: datetime) -> bool:
    return notice.person_id in _readers(at)


def _is_newest(notice: mail.Notice) -> bool:
    """Asked again when it is sent: has no later edition, which has a mail of its own, taken its place?"""
    report = TermReport.objects.filter(public_id=str(notice.subject_id)).first()
    if report is None:
        return False
    later = TermReport.objects.of_term(report.school_year, report.season).filter(edition__gt=report.edition)
    return not later.filter(status=TermReport.Status.APPROVED).exists()


for season in Term.Season.values:
    mail.declare(mail.Kind(kind_of(season), f"The {season} report is ready", _is_newest, _still_reads))


def tell(report: TermReport, *, at: datetime) -> int:
    """Everybody who manages a team or the service today. Who has no address reads it all the same. Returns how many."""
    told = 0
    by = report.approved_by
    words = {"manager": by.name, "telephone": by.telephone, "reply_to": by.email}
    for person in Person.objects.filter(pk__in=_readers(at), left_at=None).order_by("name", "pk"):
        with suppress(Refusal):
            mail.write(
                kind_of(report.season),
                to=person,
                matter=f"term_report:{report.public_id}",
                at=at,
                words=words,
                subject=report,
            )
            told += 1
    return told
