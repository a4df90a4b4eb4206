"""What every answer, cookie, password and sign-in keeps to (docs/security/asvs.md names these tests)."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client

from config.headers import HeadersMiddleware
from teams.foundation.audit import AuditEvent
from teams.foundation.passwords import CONTEXT_WORDS
from teams.models import User
from teams.tasks import note_sign_in
from tests.config.test_settings import settings_of
from tests.factories.authorities import PASSWORD

SIGN_IN = "/accounts/login/"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/", "/health", "/no/such/page", "/fenshire/l/unknown/"])
def test_every_answer_closes_what_no_page_needs(path, fenshire):
    answer = Client().get(path)
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    policy = answer["Content-Security-Policy"]
    assert {"default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= {
        each.strip() for each in policy.split(";")
    }
    assert "Access-Control-Allow-Origin" not in answer
    assert "Server" not in answer


def test_a_program_is_refused_over_an_open_line_and_not_led_on(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = settings_of("SECURE_REDIRECT_EXEMPT")["SECURE_REDIRECT_EXEMPT"]
    refused = Client().get("/fenshire/api/v1/schools/", headers={"Authorization": "Bearer x"})
    assert (refused.status_code, refused.json()["detail"][:16]) == (403, "Use https:// her")
    assert Client().get("/fenshire/agreements/").status_code == 301
    assert Client().get("/fenshire/agreements/api/").status_code == 301


def test_trace_is_refused_before_anything_sees_it(rf):
    refused = HeadersMiddleware(lambda _: pytest.fail("passed on"))(rf.generic("TRACE", "/"))
    assert refused.status_code == 405
    passed = HeadersMiddleware(lambda _: HttpResponse("ok"))(rf.get("/"))
    assert passed.status_code == 200


@pytest.mark.django_db
def test_signing_out_clears_the_pages_that_a_browser_keeps(fenshire, client_for):
    client = client_for(fenshire, "manager")
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in client.get(SIGN_IN)


def test_in_production_every_cookie_belongs_to_this_host_and_https_alone():
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "DEVICE_COOKIE_NAME")
    told = settings_of(
        *names, "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH",
        "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "MESSAGE_STORAGE",
    )  # fmt: skip
    assert all(told[name].startswith("__Host-") for name in names)
    assert told["SESSION_COOKIE_SECURE"] is told["CSRF_COOKIE_SECURE"] is True
    assert told["SESSION_COOKIE_HTTPONLY"] is told["CSRF_COOKIE_HTTPONLY"] is True
    assert told["SESSION_COOKIE_SAMESITE"] == told["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert (told["SESSION_COOKIE_DOMAIN"], told["SESSION_COOKIE_PATH"]) == (None, "/")
    assert told["MESSAGE_STORAGE"] == "config.cookies.MessageStorage"


@pytest.mark.django_db
def test_signing_in_gives_a_new_session_and_signing_out_ends_it(fenshire):
    client = Client()
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    planted = session.session_key
    client.post(SIGN_IN, {"login": fenshire.users["manager"].email, "password": PASSWORD})
    signed_in = client.session.session_key
    assert "_auth_user_id" in client.session
    assert signed_in != planted
    client.post("/accounts/logout/")
    again = Client()
    again.cookies["sessionid"] = signed_in
    assert again.get("/fenshire/people/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["closed", "new password"])
def test_a_closed_account_and_a_new_password_end_every_session(fenshire, client_for, how):
    client, user = client_for(fenshire, "admin"), fenshire.users["admin"]
    assert client.get("/fenshire/people/").status_code == 200
    if how == "closed":
        user.is_active = False
    else:
        user.set_password("kettle walnut orbit")
    user.save()
    assert client.get("/fenshire/people/").status_code == 302


@pytest.mark.parametrize(
    "password",
    [
        "password12345",
        "P@ssw0rd!2026",
        "Passwort2024!!",
        "qwertyqwerty12",
        "abcabcabcabc",
        "iloveyouiloveyou",
        "Alongside2026!",
        "attendance-officer",
        "SchoolsCouncil1",
        "2026september!!!",
    ],
)
def test_a_password_that_others_would_try_first_is_refused(password):
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert "Choose three" in " ".join(refused.value.messages) or "too common" in " ".join(refused.value.messages)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "kettle walnut orbit",
        "school kettle walnut orbit",
        "żółw pod dębem śpi",
        "829137465028374650",
        "kettle walnut orbit " * 6,
        "!?%&/()=-_.,;:+*#",
    ],
)
def test_length_is_the_only_rule_about_form(password):
    validate_password(password)


@pytest.mark.django_db
def test_the_name_of_ones_council_and_ones_own_are_no_password(fenshire):
    user = fenshire.users["manager"]
    with pytest.raises(ValidationError):
        validate_password("Fenshire!2026", user)
    own = user.email.partition("@")[0]
    with pytest.raises(ValidationError):
        validate_password(f"{own}{own}1234567", User(pk=user.pk, email=user.email))


def test_the_words_that_are_refused_are_listed_for_people(settings):
    book = (settings.BASE_DIR / "docs" / "security" / "README.md").read_text(encoding="utf-8")
    assert not {word for word in CONTEXT_WORDS if word not in book}


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_and_a_refused_one_stand_in_the_audit_of_each_authority(fenshire, moorland):
    manager = fenshire.users["manager"]
    for succeeded in (True, False):
        note_sign_in.apply(args=[manager.pk, succeeded], throw=True)
    note_sign_in.apply(args=[0, False], throw=True)
    with fenshire.inside():
        events = AuditEvent.objects.filter(verb="account.sign_in").order_by("pk")
        assert [(event.user_id, event.denied, event.role) for event in events] == [
            (manager.pk, False, "account"),
            (manager.pk, True, "account"),
        ]
    with moorland.inside():
        assert not AuditEvent.objects.filter(verb="account.sign_in").exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_causes_the_same_work_for_every_address(fenshire, monkeypatch, known):
    sent = []
    monkeypatch.setattr(note_sign_in, "delay", lambda *arguments: sent.append(arguments))
    address = fenshire.users["manager"].email if known else "nobody@fenshire.example"
    Client().post(SIGN_IN, {"login": address, "password": "wrong"})
    assert sent == [(fenshire.users["manager"].pk if known else 0, False)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_code_from_a_mail_is_written_down_and_causes_the_same_work_for_every_address(
    fenshire, monkeypatch, known
):
    sent = []
    address = fenshire.users["head"].email if known else "nobody@fenshire.example"
    client = Client()
    client.post("/accounts/login/code/", {"email": address})
    monkeypatch.setattr(note_sign_in, "delay", lambda *arguments: sent.append(arguments))
    client.post("/accounts/login/code/confirm/", {"code": "12345"})
    assert sent == [(fenshire.users["head"].pk if known else 0, False)]


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_from_an_app_and_when_asked_again_are_written_down(fenshire, monkeypatch):
    sent = []
    user = fenshire.users["admin"]
    monkeypatch.setattr(note_sign_in, "delay", lambda *arguments: sent.append(arguments))
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client = Client()
    client.post(SIGN_IN, {"login": user.email, "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": "12345"})
    assert sent == [(user.pk, False)]
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    sent.clear()
    client.post("/accounts/code/", {})
    client.post("/accounts/code/", {"code": "12345"})
    assert sent == [(user.pk, False)]


@pytest.mark.django_db
def test_where_to_report_a_fault_stands_where_programs_look_for_it(settings, client):
    settings.SECURITY_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404
    settings.SECURITY_CONTACT = "security@fenshire.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@fenshire.example"
    assert lines[1].startswith("Expires: 20")
    settings.SECURITY_CONTACT = "https://fenshire.example/report"
    assert b"Contact: https://fenshire.example/report\n" in client.get("/.well-known/security.txt").content
