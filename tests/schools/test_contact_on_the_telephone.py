"""A link that does not work (journey A3): what was sent, opened, answered, came back; send it again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from schools.actions import agreement_mail, contacts
from schools.models import SchoolContact
from teams.foundation import mail
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.models import AuditEvent, User
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(fenshire):
    """An agreement that has gone to the head, by a mail that has really left."""
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
        fenshire.rows["contact"] = SchoolContact.objects.heads().get(school=fenshire.oakfield)
        fenshire.rows["token"] = send(Notice.objects.get(purpose="agreement.sign"))
    return fenshire


def send(notice):
    now = timezone.now()
    Notice.objects.filter(pk=notice.pk).update(due_at=now, asked_for=True)
    claimed, token = mail.claim(notice.pk, at=now)
    mail.deliver(claimed, token)
    mail.settle(notice.pk, at=now)
    return token


def text(response):
    main = response.content.decode().split("<main")[1].replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def page(county, act=""):
    return f"/fenshire/contacts/{county.contact.public_id}/{act}"


def test_what_was_sent_and_opened_stands_there_and_never_the_content(asked, client_for, queries):
    admin = client_for(asked, "admin")
    with queries() as seen:
        said = text(admin.get(page(asked)))
    assert len(seen) <= 20
    assert "Your service agreement for 2026/27 is ready" in said
    assert "To head@fenshire.example" in said
    assert "Not opened yet" in said
    assert "I agree for Oakfield" in said, "what the head sees, in words"
    assert "£" not in said, "never the content"
    head = Client()
    assert head.get(f"/fenshire/l/{asked.token}/").status_code == 200
    again = text(admin.get(page(asked)))
    assert re.search(r"First opened .* \(may be a mail filter\)", again)
    assert "£" not in again
    with asked.inside():
        for number in range(12):
            Notice.objects.create(kind="code", person=asked.people["head"], matter=str(number), made_at=NOW, due_at=NOW)
    with queries() as more:
        admin.get(page(asked))
    assert len(more) == len(seen)


def test_what_the_head_sees_now_is_said_of_the_agreements_link_alone(asked, client_for):
    """Other floors send links of their own: that one of them opened an agreement would be read out wrongly."""
    admin = client_for(asked, "admin")
    before = text(admin.get(page(asked))).partition("sees now")[2]
    with asked.inside():
        head = asked.people["head"]
        mail.write("pulse", to=head, matter="pulse:x", at=NOW, words={}, purpose="pulse.answer", subject=asked.team)
    after = text(admin.get(page(asked)))
    assert "Five questions about the team, one minute" in after
    assert after.partition("sees now")[2] == before != ""


def test_opening_is_noted_and_uses_nothing_up(asked):
    """Mail filters open every link first: only the two moments of opening differ afterwards."""
    with asked.inside():
        before = Link.objects.values().get(pk=Link.objects.with_token(asked.token).get().pk)
    for _ in range(3):
        assert Client().get(f"/fenshire/l/{asked.token}/").status_code == 200
    with asked.inside():
        link = Link.objects.get(pk=before["id"])
        after = Link.objects.values().get(pk=link.pk)
        changed = {name for name in before if before[name] != after[name]}
        assert changed == {"first_opened_at", "last_opened_at"}
        assert link.is_open(timezone.now())
        Link.objects.filter(pk=link.pk).update(
            first_opened_at=NOW - timedelta(days=3), last_opened_at=NOW - timedelta(days=3)
        )
    Client().get(f"/fenshire/l/{asked.token}/")
    with asked.inside():
        link.refresh_from_db()
        assert link.first_opened_at == NOW - timedelta(days=3)
        assert link.last_opened_at > NOW


def test_an_opening_is_noted_where_the_page_is_not_there_any_more(asked):
    """The answer rolls back its own work; that somebody tried is what the person on the telephone has to know."""
    with asked.inside():
        contacts.end(asked.contact, by=asked.as_("manager"), at=timezone.now())
    assert Client().get(f"/fenshire/l/{asked.token}/").status_code == 404
    with asked.inside():
        assert Link.objects.with_token(asked.token).get().last_opened_at is not None


@pytest.mark.parametrize("who", ["admin", "manager"])
def test_send_again_makes_a_new_link_and_voids_the_old(asked, client_for, who):
    client = client_for(asked, who)
    with asked.inside():
        first = Notice.objects.get(purpose="agreement.sign")
    done = client.post(page(asked, "send-again/"), {"mail": first.public_id}, follow=True)
    assert "A new link is on its way to head@fenshire.example" in text(done)
    with asked.inside():
        newest = Notice.objects.filter(purpose="agreement.sign").latest("pk")
        assert (newest.state, newest.asked_for) == ("waiting", True), "asked for: it goes at once, and is not counted"
        new = send(newest)
        assert AuditEvent.objects.get(verb="schoolcontact.send_again").reason == "asked for on the telephone"
    assert len(outbox.outbox) == 2
    assert "sign" in text(Client().get(f"/fenshire/l/{new}/")).lower()
    said = text(client.get(page(asked)))
    assert "Opens nothing any more: a newer one was sent" in said
    for _ in range(2):
        client.post(page(asked, "send-again/"), {"mail": newest.public_id})
    fourth = text(client.post(page(asked, "send-again/"), {"mail": newest.public_id}, follow=True))
    assert "three links in an hour" in fourth


def test_a_new_address_waits_for_a_second_person(asked, client_for):
    with asked.inside():
        contacts.change(
            asked.contact, name="Hetty Fenshire", email="new@oakfield.example", job="", telephone="",
            by=asked.as_("admin"), at=timezone.now(),
        )  # fmt: skip
        first = Notice.objects.filter(purpose="agreement.sign").latest("pk")
        contact = SchoolContact.objects.get(pk=asked.contact.pk)
        with pytest.raises(Refusal, match="Ask a colleague to confirm the contact"):
            agreement_mail.send_because_asked(contact, first, by=asked.as_("admin"), at=timezone.now())
        contacts.confirm(contact, by=asked.as_("manager"), at=timezone.now())
    done = client_for(asked, "admin").post(page(asked, "send-again/"), {"mail": first.public_id}, follow=True)
    assert "on its way to new@oakfield.example" in text(done)


def test_of_who_has_left_nothing_is_sent_again(asked, client_for):
    with asked.inside():
        contacts.end(asked.contact, by=asked.as_("manager"), at=timezone.now())
        first = Notice.objects.get(purpose="agreement.sign")
    admin = client_for(asked, "admin")
    said = text(admin.get(page(asked)))
    assert "speaks for Oakfield Primary School Fenshire no longer: every link is void" in said
    assert "Send again" not in said
    assert admin.post(page(asked, "send-again/"), {"mail": first.public_id}).status_code == 404


def test_a_heads_silent_account_goes_with_the_contact_and_the_manager_hears(asked, client_for):
    with asked.inside():
        contacts.end(asked.contact, by=asked.as_("admin"), at=timezone.now())
        assert not User.objects.get(email="head@fenshire.example").is_active
    week = text(client_for(asked, "manager").get("/fenshire/home/"))
    assert "Oakfield Primary School Fenshire waits to sign, and has no head" in week
    with asked.inside():
        again, _ = contacts.add(
            asked.oakfield, kind="head", name="Hetty Fenshire", email="head@fenshire.example", by=asked.as_("manager"),
            at=NOW,
        )  # fmt: skip
        contacts.confirm(again, by=asked.as_("manager"), at=NOW)
        assert User.objects.get(email="head@fenshire.example").is_active
        assert SchoolContact.objects.heads().current(TODAY).filter(person=asked.people["head"]).exists()


def test_a_mail_of_somebody_else_is_not_sent_again_by_this_page(asked, client_for):
    with asked.inside():
        other = Notice.objects.create(
            kind="agreement_to_sign", person=asked.people["other_head"], matter="x", purpose="agreement.sign",
            made_at=NOW, due_at=NOW,
        )  # fmt: skip
    answer = client_for(asked, "admin").post(page(asked, "send-again/"), {"mail": other.public_id})
    assert answer.status_code == 404
    assert client_for(asked, "worker").get(page(asked)).status_code == 403


def test_somebody_to_whom_nothing_was_sent_has_a_page_too(asked, client_for):
    with asked.inside():
        lead = SchoolContact.objects.get(person=asked.people["lead"])
    said = text(client_for(asked, "manager").get(f"/fenshire/contacts/{lead.public_id}/"))
    assert "Nothing has been sent to Lena Fenshire yet" in said
    assert "Send again" not in said
