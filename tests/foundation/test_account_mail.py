"""allauth's mails: ours in every word, by the same way as all others, and telling nobody who has an account."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.celery import app
from teams.accounts import AccountAdapter
from teams.foundation import account_mail
from teams.tasks import send_account_mail
from tests.foundation import mail_servers

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "hetty@oakfield.example", "nobody@oakfield.example"

# What allauth could send if we let it, each with the reason why it never does.
NEVER = {
    "account/email/account_already_exists": "nobody signs up",
    "account/email/email_changed": "addresses are kept by others",
    "account/email/email_confirm": "addresses are kept by others",
    "account/email/email_deleted": "addresses are kept by others",
    "account/email/email_confirmation": "addresses are kept by others",
    "account/email/email_confirmation_signup": "addresses are kept by others",
    "account/email/password_reset_code": "a link resets a password, not a code",
    "account/email/unknown_account": "nobody unknown is written to (teams/accounts.py)",
    "socialaccount/email/account_connected": "an account from outside is linked by our own invitation alone",
    "socialaccount/email/account_disconnected": "nobody unlinks an account from outside by allauth's page",
    "mfa/email/webauthn_added": "no passkeys yet",
    "mfa/email/webauthn_removed": "no passkeys yet",
}


@pytest.fixture(autouse=True)
def _by_a_worker(settings):
    settings.ACCOUNT_MAIL_BY_WORKER = True
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
    cache.clear()


@pytest.fixture
def handed_over(monkeypatch) -> list[str]:
    """What pages hand to the queue."""
    sealed: list[str] = []
    monkeypatch.setattr(send_account_mail, "apply_async", lambda args, *_, **__: sealed.append(args[0]))
    return sealed


def written_by_allauth() -> set[str]:
    """Every mail that the source of an installed part of allauth names."""
    root = Path(importlib.util.find_spec("allauth").submodule_search_locations[0])
    installed = [Path(each.path) for each in apps.get_app_configs() if each.name.startswith("allauth.")]
    names = set()
    for path in [*root.glob("*.py"), *(file for folder in installed for file in folder.rglob("*.py"))]:
        names |= set(re.findall(r'"((?:account|mfa|socialaccount|usersessions)/email/\w+)"', path.read_text()))
    return names


def test_every_mail_that_allauth_can_send_is_ours():
    names = written_by_allauth()
    assert {"account/email/login_code", "account/email/password_reset_key", "mfa/email/totp_activated"} <= names
    for name in sorted(names - NEVER.keys()):
        for part in ("subject", "message"):
            template = get_template(f"{name}_{part}.txt")
            assert "jinja2" in type(template).__module__, f"write templates/{name}_{part}.txt in our own words"
    assert not [
        name for name in names - NEVER.keys() if (django_settings.BASE_DIR / f"templates/{name}_message.html").exists()
    ]


def test_known_and_unknown_are_handed_over_alike_and_only_the_known_gets_a_mail(handed_over, django_user_model):
    django_user_model.objects.create_user(KNOWN)
    for address in (KNOWN, UNKNOWN):
        Client().post("/accounts/login/code/", {"email": address})
        Client().post("/accounts/password/reset/", {"email": address})
    assert len(handed_over) == 4
    assert len({len(sealed) for sealed in handed_over}) == 1, "not even by their length"
    assert mail.outbox == [], "no page waits for a mail server"
    for sealed in handed_over:
        assert KNOWN not in sealed
        send_account_mail.run(sealed)
    assert [letter.to for letter in mail.outbox] == [[KNOWN], [KNOWN]]
    assert {letter.from_email for letter in mail.outbox} == {django_settings.DEFAULT_FROM_EMAIL}
    assert re.search(r"^Your code is \d{6}$", mail.outbox[0].body, re.MULTILINE)


@pytest.mark.parametrize("page", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_known_and_unknown_cause_the_same_work(handed_over, django_user_model, monkeypatch, page):
    django_user_model.objects.create_user(KNOWN)
    written = []
    write = AccountAdapter.render_mail
    monkeypatch.setattr(
        AccountAdapter, "render_mail", lambda self, *args: (written.append(args[0]), write(self, *args))[1]
    )
    asked = []
    for address in (KNOWN, UNKNOWN):
        with CaptureQueriesContext(connection) as queries:
            Client().post(page, {"email": address})
        asked.append([each["sql"].partition("WHERE")[0].partition("VALUES")[0] for each in queries])
    assert len(asked[0]) == len(asked[1]) > 1, asked
    assert len(written) == 2


def test_a_mail_that_waited_too_long_or_was_sealed_elsewhere_is_dropped(
    handed_over, django_user_model, monkeypatch, settings
):
    django_user_model.objects.create_user(KNOWN)
    Client().post("/accounts/login/code/", {"email": KNOWN})
    settings.SECRET_KEY = "another" * 10
    send_account_mail.run(handed_over[0])
    settings.SECRET_KEY = django_settings.SECRET_KEY
    monkeypatch.setattr(account_mail, "GOOD_FOR", -1)
    send_account_mail.run(handed_over[0])
    assert mail.outbox == []


def test_without_the_queue_people_still_get_their_code(django_user_model, monkeypatch):
    django_user_model.objects.create_user(KNOWN)
    publish = send_account_mail.apply_async
    with app.connection_for_write("redis://127.0.0.1:9/0") as nowhere:
        monkeypatch.setattr(
            send_account_mail, "apply_async", lambda *a, **k: publish(*a, **k, connection=nowhere, retry=False)
        )
        for address in (KNOWN, UNKNOWN):
            assert Client().post("/accounts/login/code/", {"email": address}).status_code == 302
    assert [letter.to for letter in mail.outbox] == [[KNOWN]]


def test_they_leave_by_the_same_way_as_all_mail(handed_over, django_user_model, settings, monkeypatch):
    django_user_model.objects.create_user(KNOWN)
    Client().post("/accounts/login/code/", {"email": KNOWN})
    with mail_servers.notify(settings, monkeypatch) as service:
        send_account_mail.run(handed_over[0])
    assert [(each["email_address"], each["personalisation"]["subject"]) for each in service.taken] == [
        (KNOWN, "Your code for Alongside")
    ]
