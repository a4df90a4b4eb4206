"""Asking managers for their words in a report (S5): one mail when they are asked, and one before the day.

Neither says what the report is about. Who is away gets none: it goes to who covers, and where nobody does it stands on
the report's page as missing. Whose words are all written is left alone. Each kind of report is one `Asking`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from performance.models import ReportWords
from performance.models.editions import AskedWords, Edition
from performance.rules.asking_words import is_due
from teams.actions.covering import deputy_of, gets_nothing
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.foundation.school_hours import school_days
from teams.foundation.tenancy import alone
from teams.models import Absence, Membership, Person


@dataclass(frozen=True)
class Asking:
    """The words of one kind of report: its rows, its two mails (kinds), and what they are about (a matter)."""

    words: type[AskedWords]
    asked: str
    near: str
    matter: str

    def declare(self, subject: str, subject_near: str) -> None:
        for kind, line in ((self.asked, subject), (self.near, subject_near)):
            mail.declare(mail.Kind(kind, line, self._still_asked, self._still_writes))

    def asked_people(self, report: Edition, at: datetime) -> list[Person]:
        """Who is to write for a team that has not written: who manages it on this day, or who covers for her."""
        today = timezone.localdate(at)
        rows: Any = self.words._default_manager
        teams = rows.filter(report=report, status=AskedWords.Status.ASKED, team__isnull=False)
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

    def ask(self, report: Edition, *, at: datetime) -> int:
        """Everybody who has words to write, once. Returns how many mails were written."""
        return sum(self._write(self.asked, report, person, at=at) for person in self.asked_people(report, at))

    def remind(self, report: Edition, *, at: datetime) -> int:
        """Some school days before the day: whoever was written to once is reminded, once. Who manages the team or
        covers only now, or is back, gets the first mail. Returns how many were written."""
        today = timezone.localdate(at)
        asked_on = timezone.localdate(report.begun_at)
        if not is_due(asked_on, report.words_by, today, school_days(asked_on)):
            return 0
        sent = Notice.objects.filter(matter=self._matter_of(report)).exclude(state=Notice.State.NOT_NEEDED)
        before = dict.fromkeys(sent.filter(kind=self.asked).values_list("person", flat=True), self.near)
        reminded = set(sent.filter(kind=self.near).values_list("person", flat=True))
        # Who got the first one only today is not reminded in the same breath.
        fresh = set(sent.filter(kind=self.asked, made_at__date=today).values_list("person", flat=True))
        left = [each for each in self.asked_people(report, at) if each.pk not in reminded | fresh]
        written = 0
        for each in left:
            with alone(report.authority_id or 0, f"person {each.public_id} was not asked for words again"):
                written += self._write(before.get(each.pk, self.asked), report, each, at=at)
        return written

    def _matter_of(self, report: Edition) -> str:
        return f"{self.matter}:{report.public_id}"

    def _report_of(self, notice: Notice) -> Edition | None:
        editions = _edition_of(self.words)
        rows = editions._default_manager.filter(public_id=str(notice.subject_id), status=Edition.Status.DRAFT)
        found: Edition | None = rows.first()
        return found

    def _still_asked(self, notice: Notice) -> bool:
        """Asked again when it is sent: are words still missing that its reader was to write?"""
        return self._asks(notice, notice.made_at)

    def _still_writes(self, notice: Notice, at: datetime) -> bool:
        """Asked again when it is sent: is it still hers to write?"""
        return self._asks(notice, at)

    def _asks(self, notice: Notice, at: datetime) -> bool:
        report = self._report_of(notice)
        return report is not None and any(each.pk == notice.person_id for each in self.asked_people(report, at))

    def _write(self, kind: str, report: Edition, person: Person, *, at: datetime) -> int:
        """Who has no address finds it on their first page all the same."""
        by = report.begun_by
        words = {"manager": by.name, "telephone": by.telephone, "reply_to": by.email}
        with suppress(Refusal), transaction.atomic():
            mail.write(kind, to=person, matter=self._matter_of(report), at=at, words=words, subject=report)
            return 1
        return 0


def _edition_of(words: Any) -> Any:
    """The model of the report that these words are for."""
    return words._meta.get_field("report").related_model


TERM_REPORT = Asking(ReportWords, "report_words_asked", "report_words_near", "report_words")
TERM_REPORT.declare("A few words for the report of the term", "Your words for the report of the term are still missing")
