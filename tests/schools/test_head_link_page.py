"""The head on a phone (journey H1): what the link shows, what a press does, and what it refuses."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from schools.actions import agreements
from schools.models import Agreement, Placement
from teams.foundation import mail
from teams.foundation.links import Link
from teams.models import AuditEvent
from tests.factories.agreements import make_agreement, offered

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(fenshire):
    """Fenshire with one agreement sent to sign, and the head's link."""
    with fenshire.inside():
        agreement = offered(make_agreement(fenshire), fenshire)
        link, token = Link.make(
            purpose=agreements.SIGN_LINK, subject=agreement, person=fenshire.people["head"], at=timezone.now()
        )
    fenshire.rows |= {"agreement": agreement, "link": link, "token": token, "address": f"/fenshire/l/{token}/"}
    return fenshire


def newest_code(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


def press(client: Client, county, what: str, **more):
    return client.post(county.address, {"press": what, **more})


def with_code(client: Client, county, what: str, **more):
    page = press(client, county, what, **more)
    assert "Check your e-mail" in page.content.decode()
    return press(client, county, what, code=newest_code(county), **more)


def test_the_sum_is_on_the_first_screen(world, client):
    html = client.get(world.address).content.decode()
    assert "£14,145" in html
    assert "£4,715" in html
    assert "41\N{NO-BREAK SPACE}% of £34,500" in html
    assert "The rest is paid by others" in html
    assert "County budget" not in html, "the school's copy names no other payer"


def test_looking_changes_nothing(world, client):
    with world.inside():
        before = Link.objects.get(pk=world.link.pk)
    for _ in range(3):
        response = client.get(world.address)
        assert response["Referrer-Policy"] == "strict-origin"
    with world.inside():
        after = Link.objects.get(pk=world.link.pk)
        assert (after.answered_at, after.voided_at) == (before.answered_at, before.voided_at) == (None, None)
        assert Agreement.objects.get().signatures.count() == 0


def test_agreeing_asks_for_the_code_once_on_a_device(world, client):
    done = with_code(client, world, "agree")
    assert "Thank you" in done.content.decode()
    with world.inside():
        agreement = Agreement.objects.get()
        signatures = {(s.party, s.part): s for s in agreement.signatures.all()}
        assert set(signatures) == {("school", "way"), ("school", "cost")}
        assert signatures["school", "cost"].digest == agreement.latest.cost_digest
        assert signatures["school", "way"].how == "link"
        event = AuditEvent.objects.get(verb="agreement.sign")
        assert event.role == "link: agreement.sign"
    assert "alongside_device" in client.cookies


def test_a_second_press_answers_nothing_twice(world, client):
    with_code(client, world, "agree")
    again = press(client, world, "agree").content.decode()
    assert "This link has done its work: you agreed on" in again
    with world.inside():
        assert Agreement.objects.get().signatures.count() == 2


def test_a_wrong_code_signs_nothing_and_keeps_the_press(world, client):
    press(client, world, "agree")
    page = press(client, world, "agree", code="000000" if newest_code(world) != "000000" else "111111")
    html = page.content.decode()
    assert "That is not the code" in html
    assert 'name="press" value="agree"' in html
    with world.inside():
        assert Agreement.objects.get().signatures.count() == 0


def test_the_way_of_working_can_come_first(world, client):
    html = with_code(client, world, "agree_way").content.decode()
    assert "The cost is still open" in html
    with world.inside():
        agreement = Agreement.objects.get()
        assert agreement.signed() == {("school", "way")}
        assert not agreement.is_active
    assert "Thank you" in press(client, world, "agree").content.decode()


def test_with_worker_and_council_it_is_in_force_and_the_worker_may_start(world, client):
    with world.inside():
        agreement = Agreement.objects.get()
        assert Placement.objects.get().status == "planned"
        agreements.sign(
            agreement, party="worker", parts=["way"], person=world.people["worker"], how="account",
            by=world.as_("worker"), at=timezone.now(),
        )  # fmt: skip
        agreements.sign(
            agreement, party="council", parts=["way", "cost"], person=world.people["manager"], how="account",
            by=world.as_("manager"), at=timezone.now(),
        )  # fmt: skip
        assert Placement.objects.get().status == "planned", "BR-02: the school has not accepted yet"
    html = with_code(client, world, "agree").content.decode()
    assert "The agreement is in force" in html
    with world.inside():
        agreement = Agreement.objects.get()
        assert agreement.status == "active"
        assert Placement.objects.get().status == "active"
        assert mail.Notice.objects.filter(kind="agreement_final").count() == 1


def test_a_question_goes_to_the_manager_and_stays_on_the_page(world, client):
    empty = press(client, world, "ask", text="")
    assert empty.status_code == 422
    assert "Write your question" in empty.content.decode()
    page = client.post(world.address, {"press": "ask", "text": "Is July charged too?"}, follow=True)
    assert "Is July charged too?" in page.content.decode()
    with world.inside():
        assert Agreement.objects.get().questions.get().asked_by == world.people["head"]


def test_a_no_has_a_reason(world, client):
    page = press(client, world, "decline", reason="The budget is spent.")
    assert "will ring you" in page.content.decode()
    with world.inside():
        agreement = Agreement.objects.get()
        assert (agreement.status, agreement.declined_because) == ("declined", "The budget is spent.")


def test_an_old_link_offers_a_new_one_and_signs_nothing(world, client):
    with world.inside():
        Link.objects.update(expires_at=timezone.now() - timedelta(days=1))
    html = client.get(world.address).content.decode()
    assert "This link no longer works" in html
    assert "£" not in html
    assert "no longer works" in press(client, world, "agree").content.decode()
    assert "A new link is on its way" in press(client, world, "new_link").content.decode()
    with world.inside():
        assert Agreement.objects.get().signatures.count() == 0
        assert mail.Notice.objects.filter(kind="agreement_to_sign", asked_for=True).count() == 1


def test_an_unknown_link_tells_nothing(world, client):
    page = client.get("/fenshire/l/not-a-token/")
    assert page.status_code == 404
    assert "Oakfield" not in page.content.decode()
    assert client.get(world.address.replace("fenshire", "moorland")).status_code == 404


def test_the_mail_carries_the_link_and_no_child(world, settings):
    from teams.tasks import send_notice

    settings.SCHOOL_MAIL_HOURS = False  # the rule has its own tests; this one runs at any hour
    with world.inside():
        notice = mail.Notice.objects.get(kind="agreement_to_sign")
        mail.Notice.objects.update(due_at=timezone.now())
    send_notice(world.authority.pk, notice.pk)
    letter = outbox.outbox[0]
    assert letter.subject == "Your service agreement for 2026/27 is ready"
    assert letter.to == ["head@fenshire.example"]
    assert re.search(r"http://\S+/fenshire/l/[\w-]{40,}/", letter.body)
    with world.inside():
        assert mail.Notice.objects.get(pk=notice.pk).state == "sent"
        assert Link.objects.filter(voided_at=None).count() == 1, "a re-send voids the last"


def test_the_school_share_is_kept_to_the_penny(world):
    with world.inside():
        version = Agreement.objects.get().latest
        assert version.school_cost == Decimal("14145.00")
        assert sum(charge.amount for charge in version.charges.all()) == Decimal("14145.00")
