"""What an authority may ask of a sign-in: codes from an app by role, and showing again who it is before costs."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from teams.foundation.audit import AuditEvent
from teams.models import Authority
from tests.council_provider import council_provider
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import PASSWORD, County
from tests.foundation.test_sign_in_pages import code_from_app
from tests.teams.test_council_accounts import let_in
from tests.teams.test_sessions import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tries_from_nothing")]

ACTIVATE = "/accounts/2fa/totp/activate/"


def rules(county: County, **values) -> None:
    with county.inside():
        authority = Authority.here()
        authority.set_up(by=county.as_("admin"), at=timezone.now(), **values)


def long_ago(client: Client, minutes: int) -> None:
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - minutes * 60
    session.save()


def test_the_administrator_says_who_needs_codes_and_it_is_audited(fenshire, client_for):
    client = client_for(fenshire, "admin")
    answer = client.post("/fenshire/set-up/sign-in/", {"second_step_roles": ["worker"], "ask_again_minutes": "60"})
    assert answer.status_code == 302, answer.content.decode()
    fenshire.authority.refresh_from_db()
    assert (fenshire.authority.second_step_roles, fenshire.authority.ask_again_minutes) == (["worker"], 60)
    with fenshire.inside():
        event = AuditEvent.objects.get(verb="authority.set_up")
    assert event.changed == ["ask_again_minutes", "second_step_roles"]
    assert 'value="worker" checked' in client.get("/fenshire/set-up/sign-in/").content.decode()
    assert client.post("/fenshire/set-up/sign-in/", {"second_step_roles": ["king"]}).status_code == 422
    never = re.search(
        r'name="ask_again_minutes"[^>]*value="([^"]*)"', client.get("/fenshire/set-up/sign-in/").content.decode()
    )
    client.post("/fenshire/set-up/sign-in/", {"ask_again_minutes": never[1]})
    fenshire.authority.refresh_from_db()
    assert (fenshire.authority.second_step_roles, fenshire.authority.ask_again_minutes) == ([], None), (
        "and takes it back"
    )


def test_whose_role_needs_codes_is_led_to_set_them_up_before_anything_else(fenshire):
    rules(fenshire, second_step_roles=["worker"])
    client, other = signed_in(fenshire, "worker"), signed_in(fenshire, "manager")
    assert other.get("/fenshire/home/").status_code == 200
    for address in ("/fenshire/", "/fenshire/home/", "/fenshire/agreements/", "/fenshire/profile/"):
        assert client.get(address).url.startswith(ACTIVATE)
    pressed = client.post("/fenshire/profile/sessions/", {"press": "others", "note": "two words"})
    assert pressed.status_code == 403
    assert 'name="note" value="two words"' in pressed.content.decode(), "nothing typed is lost"
    page = client.get(ACTIVATE).content.decode()
    assert "asks for codes from an app in your role" in page
    secret = re.search(r'id="secret">(\w+)<', page)[1]
    answer = client.post(ACTIVATE, {"code": code_from_app(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert len(re.findall(r"<li>(\w{8})</li>", client.get(answer.url).content.decode())) == 10
    assert client.get("/fenshire/home/").status_code == 200


def test_who_came_by_the_council_account_has_done_it_there(fenshire, settings):
    rules(fenshire, second_step_roles=["worker"])
    with council_provider() as provider:
        settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]
        client = let_in(provider, fenshire)
        assert client.get("/fenshire/home/").status_code == 200
        assert "Done at your council" in client.get("/fenshire/profile/").content.decode()


def test_before_costs_it_is_asked_again_and_then_the_page_is_there(fenshire):
    rules(fenshire, ask_again_minutes=15)
    client = signed_in(fenshire, "finance")
    assert client.get("/fenshire/funds/").status_code == 200
    long_ago(client, 16)
    assert client.get("/fenshire/agreements/").status_code == 200, "a list without costs"
    asked = client.get("/fenshire/funds/?page=1")
    assert asked.url == "/accounts/reauthenticate/?next=%2Ffenshire%2Ffunds%2F%3Fpage%3D1"
    wrong = client.post(asked.url, {"password": "wrong horse", "next": "/fenshire/funds/?page=1"})
    assert wrong.status_code == 200
    assert client.get("/fenshire/funds/").status_code == 302
    right = client.post(asked.url, {"password": PASSWORD, "next": "/fenshire/funds/?page=1"})
    assert right.url == "/fenshire/funds/?page=1"
    assert client.get(right.url).status_code == 200


def test_programs_at_the_same_sign_in_tell_no_costs_that_a_page_would_ask_for(fenshire):
    """Else the address of the API would be the way round being asked."""
    with fenshire.inside():
        agreement = offered(make_agreement(fenshire), fenshire)
    client = signed_in(fenshire, "finance")
    address = f"/fenshire/api/v1/agreements/{agreement.public_id}/"
    assert "cost" in client.get(address).json()
    rules(fenshire, ask_again_minutes=15)
    assert "cost" in client.get(address).json()
    long_ago(client, 16)
    told = client.get(address).json()
    assert told["id"] == str(agreement.public_id)
    assert "cost" not in told
    assert client.get("/fenshire/tokens/new/").url.startswith("/accounts/reauthenticate/")


def test_a_press_keeps_its_words_while_it_is_asked_again(fenshire):
    rules(fenshire, ask_again_minutes=15)
    client = signed_in(fenshire, "senior")
    long_ago(client, 16)
    answer = client.post("/fenshire/funds/new/", {"name": "Hardship fund", "funder": "The Trust"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'name="name" value="Hardship fund"' in page
    assert 'name="funder" value="The Trust"' in page
    assert "/accounts/reauthenticate/?next=" in page
    long_ago(client, 1)
    assert client.post("/fenshire/funds/new/", {"name": "Hardship fund", "funder": "The Trust"}).status_code == 302


def test_nothing_is_asked_where_the_authority_has_not_said_so(fenshire, client_for):
    client = signed_in(fenshire, "finance")
    long_ago(client, 600)
    assert client.get("/fenshire/funds/").status_code == 200


def test_without_a_password_it_is_a_code_by_mail(fenshire, mailoutbox):
    rules(fenshire, ask_again_minutes=15)
    client = signed_in(fenshire, "finance")
    user = fenshire.users["finance"]
    user.set_unusable_password()
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    asked = client.get("/fenshire/funds/")
    assert asked.url == "/accounts/code/?next=%2Ffenshire%2Ffunds%2F"
    assert user.email in client.get(asked.url).content.decode().replace("<wbr>", "")
    client.post("/accounts/code/", {"next": "/fenshire/funds/"})
    code = re.search(r"(\d{6})", mailoutbox[-1].body)[1]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answer = client.post("/accounts/code/", {"code": wrong, "next": "/fenshire/funds/"})
    assert answer.status_code == 422
    assert "That is not the code" in answer.content.decode()
    answer = client.post("/accounts/code/", {"code": code, "next": "/fenshire/funds/"})
    assert answer.url == "/fenshire/funds/"
    assert client.get("/fenshire/funds/").status_code == 200
    assert client.post("/accounts/code/", {"code": code, "next": "/fenshire/funds/"}).status_code == 200, "used up"


def test_five_wrong_codes_and_five_mails_are_enough(fenshire, mailoutbox):
    client = signed_in(fenshire, "finance")
    client.post("/accounts/code/", {})
    code = re.search(r"(\d{6})", mailoutbox[-1].body)[1]
    for _ in range(5):
        client.post("/accounts/code/", {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
    assert "too old" in client.post("/accounts/code/", {"code": code}).content.decode()
    statuses = [client.post("/accounts/code/", {}).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_codes_typed_at_the_same_moment_are_counted_one_by_one(fenshire, mailoutbox):
    """All of them read the session as it was before the first."""
    client = signed_in(fenshire, "finance")
    client.post("/accounts/code/", {})
    code = re.search(r"(\d{6})", mailoutbox[-1].body)[1]
    kept = Session.objects.get(session_key=client.session.session_key)
    for _ in range(5):
        client.post("/accounts/code/", {"code": f"{(int(code) + 1) % 1_000_000:06d}"})
        kept.save()
    assert "too old" in client.post("/accounts/code/", {"code": code}).content.decode()


def test_council_people_go_back_to_their_council_and_keep_their_session(fenshire, settings):
    rules(fenshire, ask_again_minutes=15)
    with council_provider() as provider:
        settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]
        client = let_in(provider, fenshire, "mira", "manager")
        long_ago(client, 16)
        asked = client.get("/fenshire/funds/")
        assert asked.url.startswith("/accounts/council/fenshire/?again=1&next=")
        out = client.get(asked.url)
        assert "prompt=login" in out.url
        key = client.session.session_key
        answer = client.get(provider.answer(out.url, "mira"))
        assert answer.url == "/fenshire/funds/"
        assert client.session.session_key == key, "the session stays, with all that it holds"
        assert client.get("/fenshire/funds/").status_code == 200
        wanda = client.get(provider.answer(client.get(asked.url).url, "wanda"))
        assert wanda.status_code == 403, "somebody else at the same keyboard"


def test_a_proof_is_as_old_as_the_provider_says(fenshire, settings, monkeypatch):
    """Who takes prompt=login off the address gets the provider's old sign-in, and its old time."""
    rules(fenshire, ask_again_minutes=15)
    with council_provider() as provider:
        settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]
        client = let_in(provider, fenshire, "mira", "manager")
        client.get(provider.answer(client.get("/accounts/council/fenshire/?next=/fenshire/home/").url, "mira"))
        later = timezone.now() + timedelta(minutes=16)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert client.get("/fenshire/funds/").status_code == 302


def test_a_new_sign_in_is_no_newer_proof_than_the_provider_says(fenshire, settings):
    """Signing out and in again asks nothing of somebody who is signed in at the provider."""
    rules(fenshire, ask_again_minutes=15)
    with council_provider() as provider:
        settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]
        let_in(provider, fenshire, "mira", "manager")
        again = Client()
        assert provider.walk(again, "mira of old").status_code == 302
        assert again.get("/fenshire/funds/").status_code == 302


def test_a_provider_gives_no_proof_that_lasts_for_ever(fenshire, settings, monkeypatch):
    rules(fenshire, ask_again_minutes=15)
    with council_provider() as provider:
        settings.SIGN_IN_PROVIDERS = [provider.settings("fenshire")]
        client = let_in(provider, fenshire, "mira", "manager")
        assert provider.walk(client, "mira at no time").status_code == 403
        assert provider.walk(client, "mira to come").status_code == 302
        assert client.get("/fenshire/funds/").status_code == 200
        later = timezone.now() + timedelta(minutes=16)
        monkeypatch.setattr(timezone, "now", lambda: later)
        assert client.get("/fenshire/funds/").status_code == 302
