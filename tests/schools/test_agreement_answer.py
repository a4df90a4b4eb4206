"""Who hears that a question was answered (journeys 9): the head who asked, once, and never what was said."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from schools.actions import agreements
from schools.actions.agreement_mail import ANSWERED, TO_SIGN
from teams.foundation import mail
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, TODAY
from tests.told import story

pytestmark = pytest.mark.django_db

NIGHT = NOW.replace(hour=23)


@story
def on_offer(fenshire):
    with fenshire.inside():
        fenshire.rows["agreement"] = offered(make_agreement(fenshire), fenshire)
    return fenshire


@pytest.fixture
def county(on_offer):
    with on_offer.inside():
        yield on_offer


def asked(county, *, who="head"):
    return fresh(county.agreement).ask("Is July charged?", person=county.people[who], by=county.as_(who), at=NOW)


def answered(county, question, *, who="manager", at=NOW):
    agreement = fresh(county.agreement)
    return agreements.answer(
        agreement, question, "In twelve parts.", person=county.people[who], by=county.as_(who), at=at
    )


def letter_of(notice, *, at=NOW):
    outbox.outbox = []
    mail.deliver(*mail.claim(notice.pk, at=at))
    return outbox.outbox[0]


def test_the_head_who_asked_gets_one_mail_at_once(county):
    notice = answered(county, asked(county), at=NIGHT)
    assert (notice.kind, notice.person, notice.due_at) == (ANSWERED, county.people["head"], NIGHT)
    assert notice.asked_for, "it is not counted towards two in 14 days"
    letter = letter_of(notice, at=NIGHT)
    assert letter.subject == "Your question about the service agreement is answered"
    assert f"{county.people['manager'].name} has answered your question" in letter.body
    assert re.search(r"/fenshire/l/[\w-]{40,}/", letter.body)
    assert letter.reply_to == [county.people["manager"].email]


def test_neither_question_nor_answer_is_in_it(county):
    letter = letter_of(answered(county, asked(county)))
    assert "July" not in letter.body
    assert "twelve" not in letter.body


def test_it_is_signed_by_whoever_answered(county):
    letter = letter_of(answered(county, asked(county), who="senior"))
    assert f"{county.people['senior'].name} has answered" in letter.body
    assert letter.reply_to == [county.people["senior"].email]


def test_a_second_answer_is_refused_and_mails_nobody(county):
    question = asked(county)
    answered(county, question)
    with pytest.raises(Refusal, match="answered already"):
        answered(county, question)
    assert Notice.objects.filter(kind=ANSWERED).count() == 1


@pytest.mark.parametrize("who", ["worker", "manager"])
def test_who_reads_it_in_the_product_gets_no_mail(county, who):
    question = asked(county, who=who)
    assert answered(county, question) is None
    question.refresh_from_db()
    assert question.answer == "In twelve parts."
    assert not Notice.objects.filter(kind=ANSWERED).exists()


def test_who_is_head_no_longer_gets_no_link(county):
    question = asked(county)
    county.oakfield.contacts.filter(kind="head").update(ends_on=TODAY - timedelta(days=1))
    assert answered(county, question) is None
    assert not AuditEvent.objects.filter(verb="agreement.answer_not_sent").exists()


def test_an_answer_does_not_wait_for_an_address(county):
    question, head = asked(county), county.people["head"]
    head.email = ""
    head.save()
    assert answered(county, question) is None
    question.refresh_from_db()
    assert question.answer == "In twelve parts."
    assert AuditEvent.objects.filter(verb="agreement.answer_not_sent").exists(), "the history says: ring"


def test_a_changed_address_gets_its_link_a_day_later(county):
    question = asked(county)
    county.people["head"].change_address("hetty@new.example", by=county.as_("manager"), at=NOW)
    notice = answered(county, question)
    assert mail.claim(notice.pk, at=NOW) is None
    assert mail.claim(notice.pk, at=NOW + timedelta(days=1, hours=1))


def test_it_counts_for_no_reminder_of_the_mail_to_sign(county):
    answered(county, asked(county))
    assert Notice.objects.filter(kind=TO_SIGN).count() == 1
    notice = Notice.objects.get(kind=ANSWERED)
    assert not Notice.objects.counted_to(county.people["head"], since=NOW - timedelta(days=14)).filter(pk=notice.pk)


def test_the_answer_is_read_while_the_agreement_is_being_changed(county, client):
    """Asked about a day, changed, answered "I have changed it": the mail's link shows that, and no text."""
    question = asked(county)
    fresh(county.agreement).revise(by=county.as_("manager"), at=NOW)
    now = timezone.now()
    _, token = mail.claim(answered(county, question, at=now).pk, at=now)
    html = client.get(f"/fenshire/l/{token}/").content.decode()
    assert "The agreement is being changed" in html
    assert "In twelve parts." in html
    assert "£" not in html


def test_the_manager_reads_who_was_told(county, client_for):
    question, head = asked(county), county.people["head"]
    page = client_for(county, "manager").post(
        f"/fenshire/agreements/{county.agreement.public_id}/answer/{question.public_id}/", {"text": "Yes."}, follow=True
    )
    assert f"Your answer stands beside the question. An e-mail leads {head.name} to it." in page.content.decode()
