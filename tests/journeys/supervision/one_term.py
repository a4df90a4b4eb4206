"""The people of the scenario of a term, their day, and what was counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core import mail as outbox

from supervision.models import Session, Visit
from supervision.tasks import follow_up
from teams.tasks import send_what_is_due
from tests.factories.authorities import LONDON, County
from tests.journeys.conftest import Visitor
from tests.journeys.supervision.hands import Clock, Ledger
from tests.reports.conftest import wait_until

SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (9, 10, 11, 12))
SILENT, ANOTHER_SIDE, ON_HER_PAGE = 2, 4, 6  # which school: says nothing of the record, disagrees, answers signed in
WORKER_LATER = 3  # whose worker reads it on her own page first


@dataclass
class Term:
    """The people of the scenario, and what was counted."""

    county: County
    visitor: Any
    clock: Clock
    manager: Visitor
    ledger: Ledger = field(default_factory=Ledger)
    phones: dict[int, Visitor] = field(default_factory=dict)  # of heads, by school: a device that is known stays it
    offline: list[int] = field(default_factory=list)

    def number(self, visit: Visit) -> int:
        return self.county.placements.index(visit.placement)

    def visits(self, month: date) -> list[Visit]:
        with self.county.inside():
            return list(Visit.objects.in_month(month).for_page().order_by("occasion__starts_at", "pk"))

    def session(self, visit: Visit) -> Session:
        with self.county.inside():
            return Session.objects.for_page().get(visit=visit)

    def move_to(self, moment: datetime) -> None:
        """Day after day: records are followed up, and what was waiting to be mailed goes. She signs in once more."""
        assert moment >= self.clock.now, "time goes one way"
        while self.clock.now.date() < moment.date():
            self.clock.now = datetime.combine(self.clock.now.date() + timedelta(days=1), time(7, 5), tzinfo=LONDON)
            follow_up()
            with self.county.inside():
                send_what_is_due(self.county.authority.pk)
        self.clock.now = moment
        self.clock.set_in(self.manager)
        self.manager.sign_in(self.county, "manager")

    def phone(self, number: int) -> Visitor:
        if number not in self.phones:
            self.phones[number] = self.visitor(phone=True)
        return self.phones[number]

    def letter(self, subject: str, number: int, *, count: int = 1) -> str:
        """The newest mail of this subject to the head of this school, once there are so many."""
        to = self.county.people[f"head {number}"].email
        found = lambda: [m for m in outbox.outbox if subject in m.subject and m.to == [to]]  # noqa: E731
        wait_until(lambda: len(found()) >= count, what=f"mail {count} “{subject}” to {to}")
        return found()[-1].body


def link_in(letter: str) -> str:
    return re.search(r"http://\S+/l/[\w-]+/", letter)[0]
