"""Signing in, out and back in: our own pages for every step, in plain English, closed to strangers."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.urls import get_resolver

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tries_from_nothing")]

STAFF, SCHOOL, PASSWORD = "mira@fenshire.example", "hetty@oakfield.example", "correct horse battery"
ABOUT_TO_CHANGE = 8  # seconds: a busy browser takes some to type a code and send it


@pytest.fixture
def staff(django_user_model):
    return django_user_model.objects.create_user(STAFF, PASSWORD)


@pytest.fixture
def head(django_user_model):
    return django_user_model.objects.create_user(SCHOOL)


def sign_in(client: Client, password: str = PASSWORD):
    return client.post("/accounts/login/", {"login": STAFF, "password": password})


def page(response) -> str:
    """The page's markup, after what holds for every page of ours."""
    html = response.content.decode().replace("<wbr>", "")
    assert response.status_code == 200
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert '<html lang="en-GB"' in html
    assert re.search(r"<title>.+ - Alongside</title>", html)
    assert html.count("<h1") == 1
    assert not re.search(r"<[^>]+ (style|on\w+)=", html), "nothing may stand inline"
    assert len(re.findall(r"<script(?! type=\"module\"(?: async)? src=)", html)) == 1, (
        "GOV.UK's own line, known by its hash"
    )
    return html


def code_from_app(secret: str) -> str:
    """What the app shows; from somebody who sees that it is about to change, the next."""
    left = app_settings.TOTP_PERIOD - time.time() % app_settings.TOTP_PERIOD
    if left < ABOUT_TO_CHANGE:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def allauth_views(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from allauth_views(pattern)
        else:
            view = getattr(pattern.callback, "view_class", None)
            if view and view.__module__.startswith("allauth"):
                yield view


def test_no_page_of_allauth_is_drawn_by_its_own_template():
    names = {view.template_name for view in allauth_views(get_resolver()) if getattr(view, "template_name", None)}
    names |= {"account/signup_closed.html", "account/verified_email_required.html", "account/verification_sent.html"}
    assert len(names) > 15, "the walk has found the pages"
    theirs = {name for name in names if "jinja2" not in type(get_template(name)).__module__}
    assert theirs == set()


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/login/",
        "/accounts/login/?next=/fenshire/",
        "/accounts/login/code/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-wrong/",
        "/accounts/password/reset/key/done/",
        "/accounts/inactive/",
        "/accounts/signup/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/wrong/",
    ],
)
def test_pages_for_those_who_are_not_in_yet(client, address):
    page(client.get(address))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/logout/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/reauthenticate/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
    ],
)
def test_pages_for_those_who_are_in(client, staff, address):
    sign_in(client)
    page(client.get(address))


def test_council_staff_sign_in_with_a_password(client, staff):
    html = page(sign_in(client, "wrong horse"))
    assert "Error: Sign in - Alongside" in html
    assert "The e-mail address or the password is not right. Check both and try again." in html
    assert f'value="{STAFF}"' in html, "what was typed stays"
    assert sign_in(client).url == "/"
    assert client.session["_auth_user_id"] == str(staff.pk)


def test_the_address_that_was_asked_for_is_kept_on_the_way_in(client, staff):
    html = page(client.get("/accounts/login/?next=/fenshire/agreements/"))
    assert html.count('<input type="hidden" name="next" value="/fenshire/agreements/">') == 2, "by either door"
    answer = client.post("/accounts/login/", {"login": STAFF, "password": PASSWORD, "next": "/fenshire/agreements/"})
    assert answer.url == "/fenshire/agreements/"


def test_an_empty_form_says_what_to_enter(client):
    html = page(client.post("/accounts/login/", {}))
    assert html.count("Enter your e-mail address") == 2, "in the summary and beside the box"
    assert 'href="#id_login"' in html


def test_school_people_sign_in_with_a_code(client, head):
    assert client.post("/accounts/login/code/", {"email": SCHOOL}).url == "/accounts/login/code/confirm/"
    letter = mail.outbox[0]
    code = re.search(r"Your code is (\d{6})$", letter.body, re.MULTILINE)[1]
    assert letter.to == [SCHOOL]
    assert letter.subject.endswith("Your code for Alongside")
    assert code not in letter.subject, "a subject may be read aloud in a staff room"
    assert "&#" not in letter.body
    html = page(client.get("/accounts/login/code/confirm/"))
    assert SCHOOL in html
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    html = page(client.post("/accounts/login/code/confirm/", {"code": wrong}))
    assert "This is not the code that we sent" in html
    assert client.post("/accounts/login/code/confirm/", {"code": f"{code[:3]} {code[3:]}"}).url == "/"
    assert client.session["_auth_user_id"] == str(head.pk)


def test_five_wrong_codes_are_enough(client, head):
    client.post("/accounts/login/code/", {"email": SCHOOL})
    code = re.search(r"Your code is (\d{6})", mail.outbox[0].body)[1]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        client.post("/accounts/login/code/confirm/", {"code": wrong})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert "_auth_user_id" not in client.session


def test_tries_at_the_same_moment_are_counted_one_by_one(client, head):
    """All of them read the session as it was before the first, and each writes it back with one try more."""
    client.post("/accounts/login/code/", {"email": SCHOOL})
    code = re.search(r"Your code is (\d{6})", mail.outbox[0].body)[1]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    kept = Session.objects.get()
    for _ in range(5):
        client.post("/accounts/login/code/confirm/", {"code": wrong})
        kept.save()
    answer = client.post("/accounts/login/code/confirm/", {"code": code})
    assert "Too many tries" in page(answer)
    assert "_auth_user_id" not in client.session


def test_nobody_is_sent_more_than_twenty_codes_in_a_day(head, monkeypatch):
    moment = time.time()
    for number in range(25):
        monkeypatch.setattr(time, "time", lambda number=number: moment + number * 601)
        Client().post("/accounts/login/code/", {"email": SCHOOL})
    assert len(mail.outbox) == 20


def test_an_unknown_address_sees_the_same_page_and_gets_no_mail(client, head):
    known, unknown = Client(), Client()
    known.post("/accounts/login/code/", {"email": SCHOOL})
    assert unknown.post("/accounts/login/code/", {"email": "nobody@oakfield.example"}).url.endswith("/code/confirm/")
    pages = [
        re.sub(r'value="[A-Za-z0-9]{64}"', "", page(each.get("/accounts/login/code/confirm/")))
        for each in (known, unknown)
    ]
    assert pages[0].replace(SCHOOL, "") == pages[1].replace("nobody@oakfield.example", "")
    assert [letter.to for letter in mail.outbox] == [[SCHOOL]]


def test_nobody_signs_up(client, django_user_model):
    assert "Nobody signs up here" in page(client.get("/accounts/signup/"))
    client.post("/accounts/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not django_user_model.objects.filter(email="x@example.org").exists()


def test_a_closed_account_is_told_so(client, staff):
    staff.is_active = False
    staff.save()
    assert "is not right" in page(sign_in(client, "wrong horse")), "no word about who has an account"
    assert "This account is closed" in page(client.get(sign_in(client).url))


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client, staff):
    client.post("/accounts/password/reset/", {"email": STAFF})
    letter = mail.outbox[0]
    assert letter.subject.endswith("Choose a new password for Alongside")
    link = re.search(r"http://\S+", letter.body)[0]
    form = client.get(link, follow=True)
    assert "Choose a new password" in page(form)
    address = form.redirect_chain[-1][0]
    html = page(client.post(address, {"password1": "short", "password2": "short"}))
    assert "Error: Choose a new password" in html
    html = page(client.post(address, {"password1": "a new long password", "password2": "another long password"}))
    assert 'href="#id_password2"' in html
    new = {"password1": "a new long password", "password2": "a new long password"}
    assert "Sign in with it now" in page(client.post(address, new, follow=True))
    assert "was chosen by the link" in mail.outbox[1].body
    assert "This link has done its work" in page(Client().get(link, follow=True))
    assert sign_in(Client(), "a new long password").url == "/"


def test_codes_from_an_app_are_set_up_just_after_signing_in_and_asked_for_from_then_on(client, staff):
    sign_in(client)
    html = page(client.get("/accounts/2fa/totp/activate/"))
    assert 'src="data:image/svg+xml;base64,' in html
    assert "This code is not right" in page(client.post("/accounts/2fa/totp/activate/", {"code": "000000"}))
    html = page(client.get("/accounts/2fa/totp/activate/"))
    secret = re.search(r'id="secret">(\w+)<', html)[1]
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_from_app(secret)})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    spare = re.findall(r"<li>(\w{8})</li>", page(client.get(answer.url)))
    assert len(spare) == 10
    assert "10 left" in page(client.get("/accounts/2fa/"))
    assert spare[0] in client.get("/accounts/2fa/recovery-codes/download/").content.decode()
    for address in ("recovery-codes/generate", "totp/deactivate", "reauthenticate"):
        page(client.get(f"/accounts/2fa/{address}/"))

    again = Client()
    assert sign_in(again).url == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in again.session, "half way in is not in"
    assert "Enter a code from your app" in page(again.get("/accounts/2fa/authenticate/"))
    assert "This code is not right" in page(again.post("/accounts/2fa/authenticate/", {"code": "12345"}))
    assert again.post("/accounts/2fa/authenticate/", {"code": spare[0]}).url == "/"

    client.post("/accounts/2fa/totp/deactivate/")
    assert sign_in(Client()).url == "/"
    assert any("no longer asked for a code" in letter.body for letter in mail.outbox)


def test_who_has_looked_at_their_address_sets_codes_up_all_the_same(client, staff):
    """allauth writes an address down, as not proved, when its page is looked at."""
    sign_in(client)
    page(client.get("/accounts/email/"))
    assert staff.emailaddress_set.filter(verified=False).exists()
    assert 'id="secret"' in page(client.get("/accounts/2fa/totp/activate/"))


def test_the_password_is_asked_for_again_when_signing_in_was_long_ago(client, staff):
    sign_in(client)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 11 * 60
    session.save()
    answer = client.get("/accounts/2fa/totp/activate/")
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert client.post(answer.url, {"password": PASSWORD}).url == "/accounts/2fa/totp/activate/"


def test_nobody_changes_their_own_address(client, staff):
    sign_in(client)
    assert STAFF in page(client.get("/accounts/email/"))
    answer = client.post("/accounts/email/", {"action_add": "", "email": "mine@example.org"})
    assert "changed by the person who looks after accounts" in page(answer)
    staff.refresh_from_db()
    assert staff.email == STAFF
    assert [each.email for each in staff.emailaddress_set.all()] == [STAFF]


def test_a_changed_password_is_told_by_mail_with_the_clock_of_london(client, staff):
    sign_in(client)
    new = {"oldpassword": PASSWORD, "password1": "a new long password", "password2": "a new long password"}
    client.post("/accounts/password/change/", new)
    body = mail.outbox[0].body
    assert "Your password was changed." in body
    assert re.search(r"When: \d+ \w+ \d{4} at ", body)
    assert "From: 127.0.0.1" in body


def test_signing_out_takes_one_press(client, staff):
    sign_in(client)
    assert "Sign out" in page(client.get("/accounts/logout/"))
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
