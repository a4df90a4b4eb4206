"""A child who asks to be found, and the letters about it, as tests see them."""

from __future__ import annotations

from datetime import datetime

from django.core import mail as outbox
from django.test import Client

from teams.foundation import mail
from teams.foundation.carriers import Failure, Trouble
from teams.models import Absence, Person
from tests.factories.authorities import NOW, TODAY, County
from tests.performance.asked import text

NEVER = ("told", "reported", "has been sent to")


def sent(county: County) -> list[mail.Notice]:
    return list(mail.Notice.objects.filter(kind="worry").order_by("pk"))


def letters(county: County) -> list[tuple[str, str, str]]:
    """(to whom, subject, body) of each, as a worker sends them."""
    outbox.outbox = []
    for notice in mail.Notice.objects.filter(kind="worry", state="waiting"):
        claimed = mail.claim(notice.pk, at=NOW)
        if claimed is not None:
            mail.deliver(*claimed)
    return [(letter.to[0], letter.subject, letter.body) for letter in outbox.outbox]


class Child:
    def __init__(self, token: str) -> None:
        self.client, self.address = Client(), f"/fenshire/q/{token}/safe/"

    def look(self) -> str:
        return text(self.client.get(self.address))

    def ask(self) -> str:
        return text(self.client.post(self.address, follow=True))


def address(person: Person, **changed: object) -> None:
    Person.objects.filter(pk=person.pk).update(**changed)


def is_away(county: County, who: str) -> None:
    Absence.objects.create(person=county.people[who], starts_on=TODAY)


def came_back(county: County, who: str, trouble: Trouble) -> None:
    """The mail of this person about the worry did."""
    person = county.people[who]
    notice = next(each for each in reversed(sent(county)) if each.person_id == person.pk)
    mail.Notice.objects.filter(pk=notice.pk).update(address=person.email)
    notice.refresh_from_db()
    mail.come_back(notice, Failure(trouble, "It came back."), by=county.clock, at=NOW)


def asked_at(county: County, moment: datetime) -> str:
    from performance.actions import asking

    by = county.as_("worker", today=moment.date())
    return asking.ask(county.young, "young-person", "qr", by=by, at=moment)[1]
