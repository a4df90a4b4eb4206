"""Journeys A3 and A4: a link that does not work, and somebody leaves today. Taps are counted and said."""

from __future__ import annotations

import time

import pytest
from django.utils import timezone

from schools.models import SchoolContact
from teams.foundation import mail
from teams.foundation.mail import Notice
from teams.models import LineManagement
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, TODAY, County, make_county

pytestmark = pytest.mark.django_db(transaction=True)


class Counting:
    """A visitor whose presses and boxes are counted."""

    def __init__(self, visitor) -> None:
        self.visitor, self.taps, self.fields = visitor, 0, 0
        self.began = time.monotonic()

    def follow(self, name: str) -> Counting:
        self.taps += 1
        self.visitor.follow(name)
        return self

    def press(self, name: str) -> Counting:
        self.taps += 1
        self.visitor.press(name)
        return self

    def fill(self, label: str, value: str) -> Counting:
        self.fields += 1
        self.visitor.fill(label, value)
        return self

    def say(self, journey: str, target: str) -> None:
        seconds = time.monotonic() - self.began
        print(f"{journey}: {self.taps} taps, {self.fields} fields, {seconds:.0f} s of browser; target {target}")


@pytest.fixture
def county(site) -> County:
    made = make_county("fenshire")
    with made.inside():
        made.rows["agreement"] = agreement = offered(make_agreement(made), made)
        agreement.ask("May we have Tuesdays?", person=made.people["head"], by=made.as_("head"), at=NOW)
        made.rows["contact"] = SchoolContact.objects.heads().get(school=made.oakfield)
        LineManagement.objects.create(person=made.people["manager"], manager=made.people["senior"], starts_on=TODAY)
        made.rows["token"] = send(Notice.objects.get(purpose="agreement.sign"))
    return made


def send(notice: Notice) -> str:
    now = timezone.now()
    Notice.objects.filter(pk=notice.pk).update(due_at=now, asked_for=True)
    claimed, token = mail.claim(notice.pk, at=now)
    mail.deliver(claimed, token)
    mail.settle(notice.pk, at=now)
    return token


def test_somebody_leaves_today(county, visitor):
    """A4: 4 taps from the first page; the manager takes all of it with two."""
    ada, mira, sena = (visitor().sign_in(county, name) for name in ("admin", "manager", "senior"))
    ada.goto("/fenshire/home/")
    counting = Counting(ada)
    counting.follow("People").follow("Mira Fenshire")
    ada.reads("Can sign in", "Managed by Sena Fenshire").check("person")
    counting.follow("Leaves")
    ada.reads("What is left open", "Wanda Fenshire at Oakfield", "1 question not answered").check("leaves")
    counting.press("End access now")
    ada.reads("Mira Fenshire can open nothing here any more. 2 things wait for others.").check("person-left")
    counting.say("A4 Somebody leaves today", "4 taps")
    assert counting.taps <= 4
    mira.goto("/fenshire/home/").reads("Sign in")
    ada.goto("/fenshire/home/").reads("Mira Fenshire has left: 2 things are not taken over").check("admin-first-page")
    sena.goto("/fenshire/county/").reads("Take over from Mira Fenshire: 2 things")
    taking = Counting(sena)
    taking.follow("Take over from Mira Fenshire")
    sena.reads("2 things wait for you").check("hand-over")
    taking.press("Take over everything that is mine")
    sena.reads("Everything is taken over.").check("hand-over-done")
    taking.say("A4 taking over", "no target")
    assert taking.taps == 2
    ada.goto(f"/fenshire/people/{county.people['admin'].public_id}/leaves/").press("End access now")
    ada.reads("You cannot end your own access. Ask another administrator to do it.").check("leaves-refused")


def test_a_link_that_does_not_work(county, visitor):
    """A3, on the telephone: find the contact, read out what became of the mail, send it again; two minutes."""
    head, ada = visitor(phone=True), visitor().sign_in(county, "admin")
    head.goto(f"/fenshire/l/{county.token}/").reads("Your share")
    ada.goto("/fenshire/home/")
    counting = Counting(ada)
    counting.follow("Schools and contacts").follow("Oakfield").follow("Hetty Fenshire")
    ada.reads("To head@fenshire.example", "may be a mail filter", "What Hetty Fenshire sees now").check("contact")
    counting.press("Send again")
    ada.reads("A new link is on its way to head@fenshire.example").check("contact-sent-again")
    counting.say("A3 A link that does not work", "2 min on the telephone")
    assert (counting.taps, counting.fields) <= (4, 0)
    with county.inside():
        token = send(Notice.objects.latest("pk"))
    head.goto(f"/fenshire/l/{county.token}/").reads("Ask for a new link")
    head.goto(f"/fenshire/l/{token}/").reads("Your share")
    worker = county.people["worker"].public_id
    ada.goto(f"/fenshire/people/{worker}/address/").fill("New e-mail address", "head@fenshire.example")
    ada.press("Change the address").reads("is the address of Hetty Fenshire").check("address-refused")
    ada.fill("New e-mail address", "wanda.new@fenshire.example").press("Change the address")
    ada.reads("Ask a colleague to say on this page that it is right").check("address-changed")
    ada.goto(f"/fenshire/people/{worker}/role/").check("role")
