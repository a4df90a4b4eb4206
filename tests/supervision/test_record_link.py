"""Agreed by a link (H3): nothing of it before the mailbox is proved, one answer, and final without one in the end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox

from supervision.actions import agreeing
from supervision.actions.sessions import finish
from supervision.models import Session
from teams.foundation import mail
from teams.foundation.access import system
from teams.foundation.links import Link
from tests.factories.authorities import LONDON
from tests.reports.stories import add_terms
from tests.supervision.stories import AFTER, finishing, said

WORDS = "Comes in by the front door"
SECRET = "She is looking for another post"


@pytest.fixture
def sent(county):
    """Not agreed in the room by the school: sent on 10 November."""
    add_terms(county)
    words = said(county, **{"said-school": ""})
    made = finish(county.visit, finishing(words, [["wellbeing", SECRET]]), by=county.as_("manager"), at=AFTER)
    agreeing.complete_and_send(made, {}, by=county.as_("manager"), at=AFTER)
    return Session.objects.for_page().get(pk=made.pk)


@pytest.fixture
def opened(county, sent, client, clock):
    link, token = Link.make(purpose="session.agree", subject=sent, person=county.people["lead"], at=AFTER)
    clock(AFTER)
    return f"/fenshire/l/{token}/"


@pytest.fixture
def clock(monkeypatch):
    def at(moment: datetime) -> None:
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return at


def prove(client, address) -> None:
    client.post(address, {"press": "open"})
    code = mail.Notice.objects.filter(kind="code").latest("pk").words["code"]
    assert client.post(address, {"press": "open", "code": code}).status_code == 302


def test_looking_shows_no_word_and_changes_nothing_until_the_mailbox_is_proved(opened, client, sent):
    page = client.get(opened).content.decode()
    assert WORDS not in page
    assert "J. B." not in page
    client.post(opened, {"press": "answer", "answer": "accurate"})
    sent.refresh_from_db()
    assert sent.status == Session.Status.TO_AGREE
    prove(client, opened)
    page = client.get(opened).content.decode()
    assert WORDS in page
    assert SECRET not in page


def test_one_answer_makes_it_final_and_the_link_says_what_was_answered(opened, client, sent):
    prove(client, opened)
    refused = client.post(opened, {"press": "answer", "answer": "not_accurate", "words": ""})
    assert refused.status_code == 422
    assert "Say what is not accurate" in refused.content.decode()
    line = client.post(opened, {"press": "answer", "answer": "not_accurate", "line-action-1": "We said Thursday"})
    assert line.status_code == 302
    sent.refresh_from_db()
    assert (sent.status, sent.final_because) == (Session.Status.FINAL, Session.Because.ALL_ANSWERED)
    page = client.get(opened).content.decode()
    assert "you said it is not accurate" in page
    again = client.post(opened, {"press": "answer", "answer": "accurate"})
    assert again.status_code == 200
    assert sent.people.get(part="school").answer == "not_accurate"


def test_a_link_from_last_year_leads_to_a_new_one(opened, client, clock, county):
    clock(AFTER + timedelta(days=400))
    page = client.get(opened).content.decode()
    assert "no longer works" in page
    assert WORDS not in page
    county.authority.refresh_from_db()
    assert "A new link is on its way" in client.post(opened, {"press": "new_link"}).content.decode()


def test_reminded_once_after_five_school_days_and_final_after_ten(county, sent):
    by = system("follow_up", today=AFTER.date())

    def on(day: int) -> str:
        now = datetime(2026, 11, day, 6, 40, tzinfo=LONDON)
        return agreeing.follow_up(Session.objects.for_page().get(pk=sent.pk), by=by, at=now)

    assert [on(day) for day in (11, 16, 17, 18, 23)] == ["", "", "reminded", "", ""]
    assert on(24) == "final"
    sent.refresh_from_db()
    assert sent.state_in_words == "Final, school did not answer"
    assert on(25) == ""


def test_the_mails_carry_no_word_of_the_record(county, sent):
    for notice in mail.Notice.objects.select_related("person").filter(kind__startswith="session_"):
        notice.address, notice.authority = notice.person.email, county.authority
        if notice.purpose:
            notice.link, _ = Link.make(purpose=notice.purpose, subject=sent, person=notice.person, at=AFTER)
        mail.deliver(notice, "token" if notice.purpose else "")
    texts = " ".join(f"{letter.subject} {letter.body}" for letter in outbox.outbox)
    assert outbox.outbox
    for word in (WORDS, SECRET, "J. B.", "Mornings", "room key", "10 November"):
        assert word not in texts
