"""The head on a phone (journey H1): what the link shows, what a press does, and what it refuses."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from schools.actions import agreement_mail, agreements
from schools.models import Agreement, Placement
from schools.permissions import SIGN_LINK
from schools.views import links as views
from teams import codes
from teams.foundation import mail, words
from teams.foundation.links import Link
from teams.models import AuditEvent
from tests.factories.agreements import make_agreement, offered
from tests.told import story

pytestmark = pytest.mark.django_db


@story
def world(fenshire):
    """Fenshire with one agreement sent to sign, and the head's link."""
    with fenshire.inside():
        agreement = offered(make_agreement(fenshire), fenshire)
        link, token = Link.make(purpose=SIGN_LINK, subject=agreement, person=fenshire.people["head"], at=timezone.now())
    fenshire.rows |= {"agreement": agreement, "link": link, "token": token, "address": f"/fenshire/l/{token}/"}
    return fenshire


def newest_code(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


def press(client: Client, county, what: str, **more):
    """As the page that stands there now posts it."""
    with county.inside():
        version = Agreement.objects.get().latest.public_id
    return client.post(county.address, {"press": what, "version": version, **more})


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


def test_a_page_left_open_signs_no_text_that_came_after_it(world, client):
    """Read at one price, changed and sent again, pressed on the old page: the head has not read this price."""
    page = client.get(world.address).content.decode()
    (read,) = set(re.findall(r'name="version" value="([^"]+)"', page))
    with world.inside():
        agreement = Agreement.objects.get()
        agreement.revise(by=world.as_("manager"), at=timezone.now())
        agreement.redate(
            starts_on=date(2026, 12, 6), ends_on=agreement.ends_on, by=world.as_("manager"), at=timezone.now()
        )
        offered(agreement, world)
    for what in ("agree", "agree_way"):
        for stale in (read, "", "no version at all"):
            refused = press(client, world, what, version=stale)
            assert refused.status_code == 409
            html = refused.content.decode()
            assert "has changed since you opened this page" in html
            assert read not in html
            assert "Check your e-mail" not in html, "no code is spent on it"
    with world.inside():
        assert Agreement.objects.get().signatures.count() == 0
    assert "Thank you" in with_code(client, world, "agree").content.decode()


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
        tried = AuditEvent.objects.get(verb="link.code")
        assert (tried.denied, tried.reason) == (True, "code_wrong")


def test_the_way_of_working_can_come_first(world, client):
    done = with_code(client, world, "agree_way")
    html = client.get(done["Location"]).content.decode()
    assert "You agreed to the way of working. The cost is still open." in html
    assert "I agree to the way of working only" not in html
    with world.inside():
        agreement = Agreement.objects.get()
        assert agreement.signed() == {("school", "way")}
        assert not agreement.is_active
    assert "Thank you" in press(client, world, "agree").content.decode()


def test_the_way_of_working_twice_is_said_and_not_done_twice(world, client):
    with_code(client, world, "agree_way")
    again = press(client, world, "agree_way")
    assert again.status_code == 409
    assert "You have signed this already" in again.content.decode()
    with world.inside():
        assert Agreement.objects.get().signatures.count() == 1


def test_another_code_is_sent_once_and_the_newest_signs(world, client):
    press(client, world, "agree")
    page = press(client, world, "agree", code="", again="1").content.decode()
    assert "Check your e-mail" in page
    assert 'name="again" value="1">Send another code' in page
    assert '<input type="hidden" name="again"' not in page, "every press would send another code"
    with world.inside():
        assert mail.Notice.objects.filter(kind="code").count() == 2
    assert "Thank you" in press(client, world, "agree", code=newest_code(world)).content.decode()


def test_days_of_different_hours_are_told_apart(world, client):
    with world.inside():
        placement = Placement.objects.get()
        placement.timetable = [
            {"weekday": 2, "starts": "13:00", "ends": "15:30"},
            {"weekday": 3, "starts": "08:30", "ends": "15:30"},
            {"weekday": 4, "starts": "08:30", "ends": "15:30"},
        ]
        placement.save()
        agreement = Agreement.objects.get()
        agreement.revise(by=world.as_("manager"), at=timezone.now())
        offered(agreement, world)
    html = " ".join(client.get(world.address).content.decode().split())
    assert "Wednesday, 13:00 to 15:30; Thursday and Friday, 08:30 to 15:30; 35 hours a week, from" in html


def test_part_of_a_year_is_not_called_a_year(world, client):
    with world.inside():
        agreement = Agreement.objects.get()
        agreement.revise(by=world.as_("manager"), at=timezone.now())
        agreement.redate(
            starts_on=date(2026, 12, 6), ends_on=agreement.ends_on, by=world.as_("manager"), at=timezone.now()
        )
        offered(agreement, world)
    html = " ".join(client.get(world.address).content.decode().split())
    assert "</strong> from 6 December 2026 to 31 August 2027" in html
    assert "</strong> a year" not in html


def test_while_it_is_changed_the_link_says_so(world, client):
    with world.inside():
        Agreement.objects.get().revise(by=world.as_("manager"), at=timezone.now())
    html = client.get(world.address).content.decode()
    assert "The agreement is being changed" in html
    assert "£" not in html
    assert "being changed" in press(client, world, "agree").content.decode()


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
    html = page.content.decode()
    assert "Your question has gone to " in html
    assert html.index("Is July charged too?") < html.index("What it buys"), "the answer is what she comes back for"
    with world.inside():
        agreement = Agreement.objects.get()
        assert agreement.questions.get().asked_by == world.people["head"]
        agreement.answer(
            agreement.questions.get(), "No, only term time.", person=world.people["manager"],
            by=world.as_("manager"), at=timezone.now(),
        )  # fmt: skip
    html = client.get(world.address).content.decode()
    assert world.people["manager"].name in html
    assert "No, only term time." in html


def test_a_no_has_a_reason(world, client):
    page = press(client, world, "decline", reason="The budget is spent.")
    assert "will ring you" in page.content.decode()
    later = client.get(world.address).content.decode()
    assert "This link has done its work: you did not agree on" in later
    assert "Nothing is agreed and nothing is charged" in later
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
        assert mail.Notice.objects.filter(kind="agreement_new_link", asked_for=True).count() == 1


def test_a_new_link_comes_also_after_the_answer_and_shows_what_was_signed(world, client):
    with_code(client, world, "agree")
    assert "A new link is on its way" in press(client, world, "new_link").content.decode()
    with world.inside():
        notice = mail.Notice.objects.get(kind="agreement_new_link")
        sent, token = mail.claim(notice.pk, at=timezone.now())
        mail.deliver(sent, token)
    assert "You asked for a new link" in outbox.outbox[-1].body
    html = client.get(f"/fenshire/l/{token}/").content.decode()
    assert "Your school has agreed" in html
    assert "I agree for" not in html
    assert "A newer one has taken its place" not in html


def test_new_links_cannot_fill_a_mailbox(world, client):
    for _ in range(agreement_mail.NEW_LINKS_AN_HOUR):
        press(client, world, "new_link")
    page = press(client, world, "new_link")
    assert page.status_code == 409
    assert "We have sent three links in an hour" in page.content.decode()
    with world.inside():
        assert mail.Notice.objects.filter(kind="agreement_new_link").count() == agreement_mail.NEW_LINKS_AN_HOUR


def test_the_link_does_not_print_the_whole_address(world, client):
    html = client.get(world.address).content.decode().replace("<wbr>", "")
    assert "head@fenshire.example" not in html
    assert "h••••@fenshire.example" in html


def test_a_colleague_who_opens_the_link_is_not_shown_as_the_head(world, client_for):
    """The bar names whoever is signed in, and the link speaks for somebody else."""
    header = client_for(world, "admin").get(world.address).content.decode().partition("<main")[0]
    assert world.people["head"].name not in header
    assert "/fenshire/profile/" not in header


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
        notice.words |= {"telephone": "01632 960777"}
        notice.save()
        mail.Notice.objects.update(due_at=timezone.now())
    send_notice(world.authority.pk, notice.pk)
    letter = outbox.outbox[0]
    assert letter.subject == "Your service agreement for 2026/27 is ready"
    assert letter.to == ["head@fenshire.example"]
    assert "on 01632 960777" in letter.body, "the manager's own number, where there is one"
    assert re.search(r"http://\S+/fenshire/l/[\w-]{40,}/", letter.body)
    with world.inside():
        assert mail.Notice.objects.get(pk=notice.pk).state == "sent"
        assert Link.objects.filter(voided_at=None).count() == 1, "a re-send voids the last"
        until = words.day(Link.objects.get(voided_at=None).expires_at)
    assert f"Please answer by {until}" in letter.body


def test_the_school_share_is_kept_to_the_penny(world):
    with world.inside():
        version = Agreement.objects.get().latest
        assert version.school_cost == Decimal("14145.00")
        assert sum(charge.amount for charge in version.charges.all()) == Decimal("14145.00")


def test_the_other_payers_are_not_even_handed_to_the_page(world, client, monkeypatch):
    handed = {}
    monkeypatch.setattr(views, "render", lambda request, name, facts, **how: handed.update(facts) or HttpResponse())
    client.get(world.address)
    assert {"way", "sheet", "share"} <= handed.keys()
    assert "table" not in handed


def test_not_me_is_told_to_the_manager_and_changes_no_contact(world, client):
    said = {"press": "pass_on", "name": "Nora Field", "job": "headteacher", "email": "nora@school.example"}
    html = client.post(world.address, said, follow=True).content.decode()
    assert f"Thank you. {world.people['manager'].name} sends it to Nora Field. Please do not sign." in html
    with world.inside():
        question = Agreement.objects.get().questions.get()
        words = "This is not for me. Please send it to Nora Field, headteacher, nora@school.example."
        assert (question.text, question.asked_by) == (words, world.people["head"])
        assert world.oakfield.contacts.get(kind="head").person == world.people["head"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"name": ""}, "Enter the name of the right person"),
        ({"job": " "}, "Enter the job of the right person"),
        ({"email": ""}, "Enter the e-mail address of the right person"),
        ({"email": "nora at school"}, "nora at school"),
    ],
)
def test_a_mistake_in_passing_on_stands_beside_its_box_with_all_that_was_typed(world, client, wrong, message):
    said = {"name": "Nora Field", "job": "Acting head", "email": "nora@school.example"} | wrong
    page = client.post(world.address, {"press": "pass_on"} | said)
    html = page.content.decode()
    assert page.status_code == 422
    assert message in html
    assert all(f'value="{words}"' in html for words in said.values() if words.strip())
    assert re.search(r"<details[^>]* open>\s*<summary[^>]*>\s*<span[^>]*>\s*Not me\? Pass it on", html)
    with world.inside():
        assert not Agreement.objects.get().questions.exists()


@pytest.mark.parametrize("typed", [{}, {"code": "", "again": "1"}, {"code": "123456", "again": "1"}])
def test_after_five_codes_the_page_says_what_to_do(world, client, typed):
    for _ in range(codes.CODES_AN_HOUR):
        press(client, world, "agree")
    html = press(client, world, "agree", **typed).content.decode()
    assert "We have sent five codes in an hour. Use the newest, or wait an hour." in html
    assert "Enter the six figures" not in html
    with world.inside():
        assert mail.Notice.objects.filter(kind="code").count() == codes.CODES_AN_HOUR
    assert "Thank you" in press(client, world, "agree", code=newest_code(world)).content.decode(), "the newest works"
