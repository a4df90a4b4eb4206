""" "Waiting for you", "Your mail", and a mail that comes back: told to the manager, put right, sent again."""

from __future__ import annotations

import json
import re

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils import timezone

from schools.actions import agreement_mail
from teams.foundation.mail import Notice
from teams.tasks import hear, send_notice
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import County, make_county
from tests.journeys.conftest import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

TOKEN = "a-long-token-of-the-test"


@pytest.fixture
def county(site) -> County:
    made = make_county("fenshire")
    with made.inside():
        made.rows["agreement"] = offered(make_agreement(made, at=timezone.now()), made, at=timezone.now())
    return made


def send(county: County, kind: str) -> Notice:
    """As a worker does, in the middle of a school day."""
    with county.inside():
        Notice.objects.filter(kind=kind).update(due_at=timezone.now())
        notice = Notice.objects.filter(kind=kind).latest("pk")
    send_notice.run(county.authority.pk, notice.pk)
    return notice


def test_nothing_waits_and_then_something_does(county, visitor, settings, monkeypatch):
    settings.SCHOOL_MAIL_HOURS = False
    auditor: Visitor = visitor().sign_in(county, "auditor").goto("/fenshire/waiting/")
    auditor.reads("Nothing waits for you.").check("waiting-empty-auditor")
    admin = visitor(phone=True).sign_in(county, "admin").goto("/fenshire/waiting/")
    admin.reads("Nothing waits for you. We write to you when something does.").check("waiting-empty")

    # The mail to the head comes back: GOV.UK Notify says so to the address that it was given.
    notice = send(county, agreement_mail.TO_SIGN)
    link = re.search(r"http://\S+/l/\S+/", outbox.outbox[-1].body)[0]
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN
    monkeypatch.setattr(hear, "apply_async", lambda args, *_, **__: hear.run(*args))
    said = {"reference": f"fenshire.{notice.public_id}", "status": "permanent-failure"}
    bearer = {"authorization": f"Bearer {TOKEN}"}
    told = Client().post("/mail/status/", json.dumps(said), content_type="application/json", headers=bearer)
    assert told.status_code == 204

    manager = visitor().sign_in(county, "manager").goto("/fenshire/waiting/")
    manager.reads("2 things wait for you", "Ring Hetty Fenshire", "The address does not exist, or takes no mail.")
    manager.check("waiting")
    admin.goto("/fenshire/waiting/").reads("Mail to Hetty Fenshire came back").check("waiting-admin")
    visitor(phone=True).goto(link).reads("Ask for a new link")

    # She rings, types the right address on the page that the line leads to, and sends again.
    manager.follow("Open the school").reads("Mail came back").page.get_by_role("link", name="Change").first.click()
    manager.fill("E-mail", "right@oakfield.example").press("Save")
    manager.goto("/fenshire/waiting/").reads("Send it again to Hetty Fenshire").check("waiting-send-again")
    admin.goto("/fenshire/waiting/").reads("Nothing waits for you.")


def test_each_chooses_her_own_mail(county, visitor):
    worker = visitor(phone=True).sign_in(county, "worker").goto("/fenshire/waiting/")
    worker.reads("1 thing waits for you", "Read and sign").follow("Choose which mails you get")
    worker.reads("Your mail", "What comes in any case").check("mail-choices")
    worker.page.get_by_label("Working days at 07:15").uncheck()
    worker.page.get_by_label("Large print").check()
    worker.press("Save").reads("Your choice is saved.").check("mail-choices-saved")
    assert not worker.page.get_by_label("Working days at 07:15").is_checked()
    head = visitor().sign_in(county, "head").goto("/fenshire/profile/mail/")
    head.reads("An agreement to sign, and one reminder").check("mail-choices-head")
