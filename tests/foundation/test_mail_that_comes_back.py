"""What comes back of a mail: by GOV.UK Notify, by its callback, and as a report that a mail server sends by mail."""

from __future__ import annotations

import json
import sys
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from django.core.management import call_command
from django.test import Client

from config.celery import app
from teams.foundation import carriers
from teams.foundation.carriers import Trouble
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.models import AuditEvent
from teams.tasks import ask_notify, hear
from tests.factories.authorities import NOW
from tests.foundation.test_mail_ways import TOKEN, _a_kind, head_of, notify, said, sent, smtp, written  # noqa: F401

pytestmark = pytest.mark.django_db


# What comes back.


def test_an_address_that_takes_no_mail_marks_the_contact_and_voids_its_links(fenshire, notify):  # noqa: F811
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


def test_a_refusal_at_once_does_the_same(fenshire, smtp):  # noqa: F811
    smtp.refuse[fenshire.people["head"].email] = "550 5.1.1 no such user"
    notice = sent(fenshire, written(fenshire))
    assert notice.state == Notice.State.FAILED
    assert head_of(fenshire).bounced_at == NOW
    with fenshire.inside():
        assert not Link.objects.open_at(NOW).exists()


def test_an_address_that_was_put_right_in_the_meantime_is_not_marked(fenshire, notify):  # noqa: F811
    notice = sent(fenshire, written(fenshire))
    with fenshire.inside():
        fenshire.people["head"].change_address("right@oakfield.example", by=fenshire.clock, at=NOW)
    hear.run(f"fenshire.{notice.public_id}", "permanent-failure")
    assert head_of(fenshire).bounced_at is None
    with fenshire.inside():
        notice.refresh_from_db()
        assert notice.state == Notice.State.FAILED, "the mail itself did not arrive, and somebody is told"


def test_a_full_mailbox_is_told_of_and_is_no_wrong_address(fenshire, notify):  # noqa: F811
    notice = sent(fenshire, written(fenshire))
    hear.run(f"fenshire.{notice.public_id}", "temporary-failure")
    with fenshire.inside():
        notice.refresh_from_db()
        assert (notice.state, notice.trouble) == (Notice.State.FAILED, Trouble.REFUSED)
        assert "may be full" in notice.problem
        assert Link.objects.get().voided_at is None
    assert head_of(fenshire).bounced_at is None


def test_what_has_arrived_is_noted_and_a_report_finds_only_its_own_authority(fenshire, moorland, notify):  # noqa: F811
    notice = sent(fenshire, written(fenshire))
    hear.run(f"moorland.{notice.public_id}", "permanent-failure")
    hear.run(f"nowhere.{notice.public_id}", "permanent-failure")
    hear.run(f"fenshire.{notice.public_id}", "delivered")
    with fenshire.inside():
        notice.refresh_from_db()
        assert (notice.state, notice.delivered_at) == (Notice.State.SENT, NOW)


def test_once_an_hour_notify_is_asked_for_reports_that_were_lost(fenshire, moorland, notify):  # noqa: F811
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


def test_a_report_that_cannot_be_taken_in_holds_up_no_other(fenshire, notify, broken):  # noqa: F811
    first, second = (sent(fenshire, written(fenshire)) for _ in range(2))
    for notice in (first, second):
        notify.status(f"fenshire.{notice.public_id}", "permanent-failure")
    with broken('UPDATE "teams_notice"', first.pk):
        ask_notify.run()
    with fenshire.inside():
        assert dict(Notice.objects.values_list("pk", "state")) == {first.pk: "sent", second.pk: "failed"}


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
def test_a_report_that_comes_by_mail_is_taken_in(fenshire, notify, monkeypatch, how, state, bounced):  # noqa: F811
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


def test_a_maildir_is_emptied_once(fenshire, notify, tmp_path):  # noqa: F811
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
