"""Asking managers for their words in a term's report (S5): one mail when they are asked, and one before the day.

Neither says what the report is about. Who is away gets none: it goes to who covers, and where nobody does it stands on
the report's page as missing. Whose words are all written is left alone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from performance.models import ReportWords, TermReport
from performance.rules.asking_words import is_due
from teams.actions.covering import deputy_of, gets_nothing
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.school_hours import school_days
from teams.models import Absence, Membership, Person

ASKED, NEAR = "report_words_asked", "report_words_near"


def asked_people(report: TermReport, at: datetime) -> list[Person]:
    """Who is to write for a team that has not written: who manages it on this day, or who covers for her."""
    today = timezone.localdate(at)
    teams = ReportWords.objects.filter(report=report, status=ReportWords.Status.ASKED, team__isnull=False)
    held = Membership.objects.on(today).filter(role=Role.TEAM_MANAGER, team__in=teams.values("team"))
    managers = {each.person_id: each.person for each in held.select_related("person") if each.person is not None}
    left_alone = gets_nothing(today)
    away = set(Absence.objects.on(today).values_list("person", flat=True))
    found: dict[int, Person] = {}
    for key, manager in managers.items():
        person = manager if key not in left_alone else deputy_of(manager, on=today)
        if person is not None and person.left_at is None and (person.pk == key or person.pk not in away):
            found[person.pk] = person
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def _report_of(notice: Notice) -> TermReport | None:
    return TermReport.objects.filter(public_id=str(notice.subject_id), status=TermReport.Status.DRAFT).first()


def _still_asked(notice: Notice) -> bool:
    """Asked again when it is sent: are words still missing that its reader was to write?"""
    report = _report_of(notice)
    return report is not None and any(each.pk == notice.person_id for each in asked_people(report, notice.made_at))


def _still_writes(notice: Notice, at: datetime) -> bool:
    """Asked again when it is sent: is it still hers to write?"""
    report = _report_of(notice)
    return report is not None and any(each.pk == notice.person_id for each in asked_people(report, at))


for kind in (
    mail.Kind(ASKED, "A few words for the report of the term", _still_asked, _still_writes),
    mail.Kind(NEAR, "Your words for the report of the term are still missing", _still_asked, _still_writes),
):
    mail.declare(kind)


def ask(report: TermReport, *, at: datetime) -> int:
    """Everybody who has words to write, once. Returns how many mails were written."""
    return sum(_write(ASKED, report, person, at=at) for person in asked_people(report, at))


def remind(report: TermReport, *, at: datetime) -> int:
    """Some school days before the day: whoever was written to once is reminded, once. Who manages the team or covers
    only now, or is back, gets the first mail. Returns how many were written."""
    today = timezone.localdate(at)
    asked_on = timezone.localdate(report.begun_at)
    if not is_due(asked_on, report.words_by, today, school_days(asked_on)):
        return 0
    sent = Notice.objects.filter(matter=matter_of(report)).exclude(state=Notice.State.NOT_NEEDED)
    before = dict.fromkeys(sent.filter(kind=ASKED).values_list("person", flat=True), NEAR)
    reminded = set(sent.filter(kind=NEAR).values_list("person", flat=True))
    # Who got the first one only today is not reminded in the same breath.
    fresh = set(sent.filter(kind=ASKED, made_at__date=today).values_list("person", flat=True))
    left = [each for each in asked_people(report, at) if each.pk not in reminded | fresh]
    return sum(_write(before.get(each.pk, ASKED), report, each, at=at) for each in left)


def matter_of(report: TermReport) -> str:
    return f"report_words:{report.public_id}"


def _write(kind: str, report: TermReport, person: Person, *, at: datetime) -> int:
    """Who has no address finds it on their first page all the same."""
    by = report.begun_by
    words = {"manager": by.name, "telephone": by.telephone, "reply_to": by.email}
    with suppress(Refusal), transaction.atomic():
        mail.write(kind, to=person, matter=matter_of(report), at=at, words=words, subject=report)
        return 1
    return 0
