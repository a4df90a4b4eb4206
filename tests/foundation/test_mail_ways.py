"""How mail leaves, by real servers: what each answer means for the mail, and that what comes back reaches a person."""

from __future__ import annotations

import email
import json
import logging
import sys
from datetime import timedelta
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from config.celery import app
from config.checks import mail_has_what_its_way_needs, mail_leaves_the_machine
from schools.models import SchoolContact
from teams.foundation import carriers, mail
from teams.foundation.carriers import Trouble
from teams.foundation.links import Link
from teams.foundation.mail import AFTER_OUR_SETTINGS, ATTEMPTS, Notice
from teams.models import AuditEvent
from teams.tasks import ask_notify, hear, send_notice
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


# What comes back.


def test_an_address_that_takes_no_mail_marks_the_contact_and_voids_its_links(fenshire, notify):
    notice = sent(fenshire, written(fenshire))
    with fenshire.inside():
        assert Link.objects.get().is_open(NOW)
    hear.run(f"fenshire.{notice.public_id}", "permanent-failure")
    head = head_of(fenshire)
    assert (head.bounced_at, head.is_confirmed) == (NOW, False)
    with fenshire.inside():
        assert Link.objects.get().voided_at == NOW
        notice.refresh_from_db()
        assert (notice.state, notice.trouble, notice.failed_at) == (Notice.State.FAILED, Trouble.ADDRESS, NOW)
        verbs = set(AuditEvent.objects.values_list("verb", "role"))
        assert {("notice.come_back", "system: mail_report"), ("schoolcontact.bounce", "system: mail_report")} <= verbs
        events = AuditEvent.objects.count()
    hear.run(f"fenshire.{notice.public_id}", "permanent-failure")
    with fenshire.inside():
        assert AuditEvent.objects.count() == events, "told twice, it happened once"


def test_a_refusal_at_once_does_the_same(fenshire, smtp):
    smtp.refuse[fenshire.people["head"].email] = "550 5.1.1 no such user"
    notice = sent(fenshire, written(fenshire))
    assert notice.state == Notice.State.FAILED
    assert head_of(fenshire).bounced_at == NOW
    with fenshire.inside():
        assert not Link.objects.open_at(NOW).exists()


def test_an_address_that_was_put_right_in_the_meantime_is_not_marked(fenshire, notify):
    notice = sent(fenshire, written(fenshire))
    with fenshire.inside():
        fenshire.people["head"].change_address("right@oakfield.example", by=fenshire.clock, at=NOW)
    hear.run(f"fenshire.{notice.public_id}", "permanent-failure")
    assert head_of(fenshire).bounced_at is None
    with fenshire.inside():
        notice.refresh_from_db()
        assert notice.state == Notice.State.FAILED, "the mail itself did not arrive, and somebody is told"


def test_a_full_mailbox_is_told_of_and_is_no_wrong_address(fenshire, notify):
    notice = sent(fenshire, written(fenshire))
    hear.run(f"fenshire.{notice.public_id}", "temporary-failure")
    with fenshire.inside():
        notice.refresh_from_db()
        assert (notice.state, notice.trouble) == (Notice.State.FAILED, Trouble.REFUSED)
        assert "may be full" in notice.problem
        assert Link.objects.get().voided_at is None
    assert head_of(fenshire).bounced_at is None


def test_what_has_arrived_is_noted_and_a_report_finds_only_its_own_authority(fenshire, moorland, notify):
    notice = sent(fenshire, written(fenshire))
    hear.run(f"moorland.{notice.public_id}", "permanent-failure")
    hear.run(f"nowhere.{notice.public_id}", "permanent-failure")
    hear.run(f"fenshire.{notice.public_id}", "delivered")
    with fenshire.inside():
        notice.refresh_from_db()
        assert (notice.state, notice.delivered_at) == (Notice.State.SENT, NOW)


def test_once_an_hour_notify_is_asked_for_reports_that_were_lost(fenshire, moorland, notify):
    """Over all its pages, for every authority, and through each one's own door."""
    notices = [(county, sent(county, written(county))) for county in (fenshire, moorland) for _ in range(3)]
    for number, (county, notice) in enumerate(notices):
        notify.status(f"{county.authority.slug}.{notice.public_id}", "permanent-failure" if number else "delivered")
    notify.taken.append({"id": "x", "reference": None, "status": "permanent-failure"})  # somebody else's mail
    ask_notify.run()
    found = []
    for county, notice in notices:
        with county.inside():
            notice.refresh_from_db()
            found.append(notice.state)
    assert found == ["sent", *["failed"] * 5]
    notify.answers.append(said(500, "Exception", "Internal server error"))
    ask_notify.run()  # it is asked again in an hour


def callback(county, notice, status: str = "permanent-failure", **headers):
    body = {
        "id": "x",
        "reference": f"{county.authority.slug}.{notice.public_id}",
        "status": status,
        "to": "a@b.example",
    }
    return Client().post("/mail/status/", json.dumps(body), content_type="application/json", headers=headers)


def test_notifys_callback_needs_its_token_and_goes_through_a_worker(fenshire, settings, monkeypatch):
    notice = written(fenshire)
    told = []
    monkeypatch.setattr(hear, "apply_async", lambda args, *_, **__: told.append(args))
    assert callback(fenshire, notice, authorization="Bearer ").status_code == 403, "no token set: closed"
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    for wrong in ({}, {"authorization": "Bearer x"}, {"authorization": TOKEN}):
        assert callback(fenshire, notice, **wrong).status_code == 403
    assert told == []
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert callback(fenshire, notice, **bearer).status_code == 204
    assert told == [(f"fenshire.{notice.public_id}", "permanent-failure")]
    assert callback(fenshire, notice, "sending", **bearer).status_code == 204
    for body in (b"", b"[]", b"{}", b'{"reference": null}', b"[" * 100_000, b'{"reference": 1, "status": []}'):
        answer = Client().post("/mail/status/", body, content_type="application/json", headers=bearer)
        assert answer.status_code in (204, 400), body[:20]
    assert Client().get("/mail/status/").status_code == 405
    assert len(told) == 1


def test_with_the_queue_down_notify_is_asked_to_come_again(fenshire, settings, monkeypatch):
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    with app.connection_for_write("redis://127.0.0.1:9/0") as nowhere:
        publish = hear.apply_async
        monkeypatch.setattr(hear, "apply_async", lambda *a, **k: publish(*a, **k, connection=nowhere, retry=False))
        answer = callback(fenshire, written(fenshire), authorization=f"Bearer {TOKEN}")
    assert answer.status_code == 503


# Reports that a mail server sends by mail.

REPORT = """From: MAILER-DAEMON@mx.oakfield.example
To: bounces@alongside.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.oakfield.example

Final-Recipient: rfc822; head@oakfield.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} Recipient address rejected

--b
Content-Type: {kind}

From: "Fenshire" <no-reply@alongside.example>
Message-ID: <{reference}@alongside.example>
{header}Subject: About 2026/27

{body}
--b--
"""


def report(
    reference: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822", header: bool = True
) -> bytes:
    line = f"{carriers.REFERENCE_HEADER}: {reference}\n" if header else ""
    return REPORT.format(action=action, status=status, kind=kind, header=line, reference=reference, body="").encode()


def take(monkeypatch, raw: bytes) -> str:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(raw)))
    out = StringIO()
    call_command("take_bounce", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("how", "state", "bounced"),
    [
        ({}, "failed", True),
        ({"kind": "text/rfc822-headers"}, "failed", True),
        ({"header": False}, "failed", True),
        ({"status": "5.2.2"}, "failed", False),
        ({"status": "4.4.7"}, "failed", False),
        ({"action": "delayed", "status": "4.4.1"}, "sent", False),
        ({"action": "delivered", "status": "2.0.0"}, "sent", False),
    ],
)
def test_a_report_that_comes_by_mail_is_taken_in(fenshire, notify, monkeypatch, how, state, bounced):
    notice = sent(fenshire, written(fenshire))
    said = take(monkeypatch, report(f"fenshire.{notice.public_id}", **how))
    assert said.startswith("0 reports were" if how.get("action") == "delayed" else "1 report was")
    with fenshire.inside():
        notice.refresh_from_db()
    assert (notice.state, head_of(fenshire).bounced_at is not None) == (state, bounced)


@pytest.mark.parametrize(
    "raw", [b"", b"Subject: I am away until Monday\n\nThank you.", b"\xff\x00garbage", report("fenshire.x")]
)
def test_any_other_mail_is_left_alone(fenshire, monkeypatch, raw):
    assert "1 not" in take(monkeypatch, raw)


def test_a_maildir_is_emptied_once(fenshire, notify, tmp_path):
    notice = sent(fenshire, written(fenshire))
    for folder in ("new", "cur", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1.a.b").write_bytes(report(f"fenshire.{notice.public_id}"))
    out = StringIO()
    call_command("take_bounce", maildir=tmp_path, stdout=out)
    call_command("take_bounce", maildir=tmp_path, stdout=out)
    assert out.getvalue().splitlines() == [
        "1 report was about a mail of ours, 0 not.",
        "0 reports were about a mail of ours, 0 not.",
    ]


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
