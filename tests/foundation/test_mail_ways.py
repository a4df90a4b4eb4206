"""How mail leaves, by real servers: what each answer means for the mail, and that what comes back reaches a person."""

from __future__ import annotations

import email
import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from config.checks import mail_has_what_its_way_needs, mail_leaves_the_machine
from schools.models import SchoolContact
from teams.foundation import carriers, mail
from teams.foundation.carriers import Trouble
from teams.foundation.mail import AFTER_OUR_SETTINGS, ATTEMPTS, Notice
from teams.tasks import send_notice
from tests.factories.authorities import NOW
from tests.foundation import mail_servers

pytestmark = pytest.mark.django_db

KIND = "tests_kind"
TOKEN = "a-long-token-of-the-test"


@pytest.fixture(autouse=True)
def _a_kind(monkeypatch):
    monkeypatch.setitem(mail._kinds, KIND, mail.Kind(KIND, "About {year}"))
    monkeypatch.setattr(mail, "render_to_string", lambda name, facts: f"{name} {facts.get('link', '')}")
    monkeypatch.setattr(mail, "_nudges", [])
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def smtp(settings):
    with mail_servers.smtp(settings) as server:
        yield server


@pytest.fixture
def notify(settings, monkeypatch):
    with mail_servers.notify(settings, monkeypatch) as server:
        yield server


def written(county, **more) -> Notice:
    with county.inside():
        values = {"words": {"year": "2026/27"}, "purpose": "tests.see", "subject": county.oakfield} | more
        return mail.write(KIND, to=county.people["head"], matter="m", at=NOW, **values)


def sent(county, notice: Notice) -> Notice:
    """As a worker sends it."""
    send_notice.run(county.authority.pk, notice.pk)
    with county.inside():
        return Notice.objects.select_related("person").get(pk=notice.pk)


def head_of(county) -> SchoolContact:
    with county.inside():
        return SchoolContact.objects.heads().get(school=county.oakfield)


# By a mail server.


def test_a_mail_server_gets_the_letter_with_all_that_a_report_is_found_by(fenshire, smtp, settings):
    settings.MAIL_COMES_BACK_TO = "bounces@alongside.example"
    notice = sent(fenshire, written(fenshire))
    assert (notice.state, notice.trouble, notice.problem) == (Notice.State.SENT, "", "")
    ((envelope, reader, letter),) = smtp.taken
    parsed = email.message_from_string(letter)
    reference = f"fenshire.{notice.public_id}"
    assert (envelope, reader) == ("bounces@alongside.example", fenshire.people["head"].email)
    assert parsed["From"].endswith("<no-reply@alongside.example>"), "people see who writes, not where bounces go"
    assert parsed[carriers.REFERENCE_HEADER] == reference
    assert reference in parsed["Message-ID"]


@pytest.mark.parametrize(
    ("answer", "trouble", "state"),
    [
        ("550 5.1.1 no such user here", Trouble.ADDRESS, Notice.State.FAILED),
        ("550 no such user here", Trouble.ADDRESS, Notice.State.FAILED),
        ("450 4.2.0 greylisted, come again", Trouble.LATER, Notice.State.WAITING),
        ("452 4.2.2 mailbox full", Trouble.LATER, Notice.State.WAITING),
        ("554 5.7.1 relay access denied", Trouble.SETTINGS, Notice.State.WAITING),
    ],
)
def test_what_a_mail_server_says_of_the_reader(fenshire, smtp, answer, trouble, state):
    smtp.refuse[fenshire.people["head"].email] = answer
    notice = sent(fenshire, written(fenshire))
    assert (notice.trouble, notice.state) == (trouble, state)
    assert "no such user here" not in notice.problem, "a server's own words are not kept"
    assert smtp.taken == []


@pytest.mark.parametrize(
    ("answer", "trouble", "state"),
    [
        ("554 5.6.0 looks like spam", Trouble.REFUSED, Notice.State.FAILED),
        ("451 4.3.0 disk full", Trouble.LATER, Notice.State.WAITING),
    ],
)
def test_what_a_mail_server_says_of_the_letter(fenshire, smtp, answer, trouble, state):
    smtp.refuse_data = answer
    notice = sent(fenshire, written(fenshire))
    assert (notice.trouble, notice.state) == (trouble, state)
    assert head_of(fenshire).bounced_at is None, "the letter's fault is not the address's"


def test_a_mail_server_that_is_away_is_tried_for_hours(fenshire, settings):
    settings.EMAIL_BACKEND = settings.MAIL_WAYS["smtp"]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens
    notice = sent(fenshire, written(fenshire))
    assert (notice.trouble, notice.state, notice.attempts) == (Trouble.LATER, Notice.State.WAITING, 1)
    waits = [timedelta(minutes=2**attempt) for attempt in range(1, ATTEMPTS)]
    assert sum(waits, timedelta()) > timedelta(hours=4)


# By GOV.UK Notify.


def test_notify_gets_subject_body_and_reference_for_its_one_template(fenshire, notify, settings):
    settings.NOTIFY_REPLY_TO_ID = "dddddddd-4444-4444-8444-dddddddddddd"
    notice = sent(fenshire, written(fenshire))
    assert notice.state == Notice.State.SENT
    (taken,) = notify.taken
    assert taken["email_address"] == fenshire.people["head"].email
    assert taken["personalisation"]["subject"] == "About 2026/27"
    assert "/fenshire/l/" in taken["personalisation"]["body"]
    assert taken["reference"] == f"fenshire.{notice.public_id}"
    assert taken["email_reply_to_id"] == settings.NOTIFY_REPLY_TO_ID


def said(code: int, kind: str, message: str):
    return mail_servers._error(code, kind, message)


@pytest.mark.parametrize(
    ("answer", "trouble", "state"),
    [
        (said(400, "ValidationError", "email_address Not a valid email address"), Trouble.ADDRESS, "failed"),
        (said(400, "BadRequestError", "Can't send to this recipient using a team-only API key"), Trouble.SETTINGS, "waiting"),
        (said(400, "BadRequestError", "Missing personalisation: body"), Trouble.SETTINGS, "waiting"),
        (said(403, "AuthError", "Invalid token: API key not found"), Trouble.SETTINGS, "waiting"),
        (said(429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000"), Trouble.LATER, "waiting"),
        (said(429, "TooManyRequestsError", "Exceeded send limits (250,000) for today"), Trouble.LATER, "waiting"),
        (said(500, "Exception", "Internal server error"), Trouble.LATER, "waiting"),
        (said(503, "Exception", "Unavailable"), Trouble.LATER, "waiting"),
    ],
)  # fmt: skip
def test_what_notify_says(fenshire, notify, answer, trouble, state):
    notify.answers.append(answer)
    notice = sent(fenshire, written(fenshire))
    assert (notice.trouble, notice.state) == (trouble, state)
    assert notify.taken == []


def test_a_key_that_notify_does_not_know_and_none_at_all(fenshire, notify, settings):
    settings.NOTIFY_API_KEY = mail_servers.API_KEY[:-1] + "0"
    assert sent(fenshire, written(fenshire)).trouble == Trouble.SETTINGS
    settings.NOTIFY_API_KEY = ""
    assert sent(fenshire, written(fenshire)).trouble == Trouble.SETTINGS


def test_a_network_that_is_down_is_tried_again(fenshire, notify, caplog):
    notify.down = True
    with caplog.at_level(logging.DEBUG):
        notice = sent(fenshire, written(fenshire))
    assert (notice.trouble, notice.state) == (Trouble.LATER, Notice.State.WAITING)
    assert fenshire.people["head"].email not in caplog.text


def test_our_own_settings_cost_no_mail_its_tries_and_the_mail_goes_when_they_are_right(fenshire, notify, monkeypatch):
    """403 for a week: nothing is given up, the administrator is told, and then all goes."""
    notice = written(fenshire)
    for number in range(ATTEMPTS + 3):
        notify.answers.append(said(403, "AuthError", "Invalid token"))
        monkeypatch.setattr(timezone, "now", lambda number=number: NOW + number * AFTER_OUR_SETTINGS)
        notice = sent(fenshire, notice)
    assert (notice.state, notice.attempts) == (Notice.State.WAITING, 0)
    with fenshire.inside():
        assert list(Notice.objects.stopped_by_settings()) == [notice]
    monkeypatch.setattr(timezone, "now", lambda: notice.due_at)
    assert sent(fenshire, notice).state == Notice.State.SENT
    with fenshire.inside():
        assert not Notice.objects.stopped_by_settings().exists()


# The settings.


def ids(**values) -> list[str]:
    return [each.id for each in (*mail_has_what_its_way_needs(), *mail_leaves_the_machine())]


def test_the_check_says_what_is_missing(settings):
    settings.MAIL_WAY = "notify"
    assert ids() == ["mail.E3", "mail.E5", "mail.W1"]
    settings.NOTIFY_API_KEY = "a name"
    assert ids() == ["mail.E4", "mail.E5", "mail.W1"]
    settings.NOTIFY_API_KEY, settings.NOTIFY_TEMPLATE_ID, settings.NOTIFY_CALLBACK_TOKEN = (
        mail_servers.API_KEY,
        "x",
        "x",
    )
    assert ids() == []
    settings.MAIL_WAY, settings.EMAIL_HOST = "smtp", ""
    assert ids() == ["mail.E2"]
    settings.EMAIL_HOST = "mail.example"
    assert ids() == []
    for way in ("console", "folder"):
        settings.MAIL_WAY = way
        assert ids() == ["mail.W2"]
    settings.MAIL_WAY = "pigeon"
    assert ids() == ["mail.E1"]
