"""Pages that no story passes by: ways in, errors, and the corners of set-up, at both widths and through axe."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.template.loader import render_to_string
from django.test import RequestFactory

from schools.actions.wording import start_wording
from teams.models import Authority
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, PASSWORD, YEAR_STARTS, make_county

SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105  (a made-up one)

pytestmark = pytest.mark.django_db(transaction=True)


def look(somebody, name, path, status=200):
    """The page that is meant, and not the one that says that it is not there."""
    answer = somebody.page.goto(somebody.site + path)
    assert answer.status == status, f"{path} answered {answer.status}"
    somebody.check(name)


@pytest.fixture
def county(site):
    county = make_county("fenshire")
    with county.inside():
        start_wording(from_day=YEAR_STARTS, by=county.clock, at=NOW)
    return county


def test_the_ways_in(county, visitor):
    somebody = visitor()
    for name, path in (
        ("front-door", "/"),
        ("login", "/accounts/login/"),
        ("code-request", "/accounts/login/code/"),
        ("reset", "/accounts/password/reset/"),
        ("reset-done", "/accounts/password/reset/done/"),
        ("signup-closed", "/accounts/signup/"),
        ("inactive", "/accounts/inactive/"),
        ("dev-mail", "/dev/mail"),
    ):
        look(somebody, name, path)
    somebody.goto("/accounts/login/").fill("E-mail address", "manager@fenshire.example").fill("Password", "wrong")
    somebody.press("Sign in", exact=True).reads("There is a problem").check("login-wrong")
    somebody.goto("/accounts/login/code/").page.locator("input[name=email]").last.fill("head@fenshire.example")
    somebody.page.locator("form button[type=submit]").last.click()
    somebody.page.wait_for_url("**/confirm/")
    somebody.check("code-confirm")


def test_a_new_password(county, visitor):
    user = county.users["manager"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    somebody = visitor().goto("/accounts/password/reset/").fill("E-mail address", user.email)
    somebody.page.locator("form button[type=submit]").last.click()
    somebody.page.wait_for_url("**/done/")
    link = re.search(r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[-1].body)[1]
    somebody.goto(link).check("reset-key")
    for box in somebody.page.locator("input[type=password]").all():
        box.fill("a much longer pass phrase")
    somebody.page.locator("form button[type=submit]").last.click()
    somebody.page.wait_for_url("**/done/")
    somebody.check("reset-key-done")


def test_ones_own_sign_in(county, visitor):
    user = county.users["manager"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    manager = visitor().goto("/accounts/login/").fill("E-mail address", user.email).fill("Password", PASSWORD)
    manager.press("Sign in", exact=True)
    manager.page.wait_for_url("**/fenshire/**")
    for name, path in (
        ("second-step", "/accounts/2fa/"),
        ("second-step-activate", "/accounts/2fa/totp/activate/"),
        ("password-change", "/accounts/password/change/"),
        ("addresses", "/accounts/email/"),
        ("reauthenticate", "/accounts/reauthenticate/"),
        ("logout", "/accounts/logout/"),
    ):
        look(manager, name, path)


def test_codes_from_an_app(county, visitor):
    """Set up, the codes for a lost phone, asked for at the next sign-in, and taken away again."""
    user = county.users["manager"]
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    manager = visitor().goto("/accounts/login/").fill("E-mail address", user.email).fill("Password", PASSWORD)
    manager.press("Sign in", exact=True)
    manager.page.wait_for_url("**/fenshire/**")
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    for name, path in (
        ("second-step-on", "/accounts/2fa/"),
        ("recovery-codes", "/accounts/2fa/recovery-codes/"),
        ("recovery-codes-new", "/accounts/2fa/recovery-codes/generate/"),
        ("second-step-off", "/accounts/2fa/totp/deactivate/"),
    ):
        look(manager, name, path)
    again = visitor().goto("/accounts/login/").fill("E-mail address", user.email).fill("Password", PASSWORD)
    again.press("Sign in", exact=True)
    again.page.wait_for_url("**/2fa/authenticate/**")
    again.check("second-step-asked")


def test_the_corners_of_set_up(county, visitor):
    Authority.objects.update(is_demo=True)  # else there is nothing to remove
    admin = visitor().sign_in(county, "admin")
    area, team = county.oakfield.area or county.team.area, county.team
    for name, path in (
        ("person-add", "/fenshire/people/add/"),
        ("team", f"/fenshire/set-up/teams/{team.public_id}/"),
        *([("area", f"/fenshire/set-up/areas/{area.public_id}/")] if area else []),
        ("wording", "/fenshire/set-up/wording/"),
        ("remove", "/fenshire/set-up/remove/"),
        ("set-up-name", "/fenshire/set-up/name/"),
        ("pay", "/fenshire/set-up/pay/"),
    ):
        look(admin, name, path)


def test_what_went_wrong_is_said_in_the_products_look(county, visitor):
    worker = visitor().sign_in(county, "worker")
    look(worker, "error-403", "/fenshire/set-up/", 403)
    look(worker, "error-404", "/fenshire/nothing-here/", 404)
    look(worker, "error-400", "/fenshire/agreements/?school=%00", 400)
    with county.inside():
        agreement = offered(make_agreement(county), county)
    manager = visitor().sign_in(county, "manager")
    look(manager, "error-405", f"/fenshire/agreements/{agreement.public_id}/change/", 405)


@pytest.mark.parametrize(
    "name",
    [
        "413.html",
        "429.html",
        "500.html",
        "503.html",
        "errors/csrf.html",
        "errors/409.html",
        "errors/no_file.html",
        "teams/words_kept.html",
    ],
)
def test_answers_that_nobody_asks_for(county, visitor, name):
    """Drawn as their views draw them, and shown in a browser in place of the front door."""
    facts = {
        "sentence": "This question has been answered already.",
        "page_before": "/",
        "words": ["Who has the key?"] if name == "errors/409.html" else [["focus", "Reading in the mornings"]],
        "typed": ["Reading in the mornings"],
        "can_be_sent": True,
        "had_files": False,
    }
    html = render_to_string(name, facts, request=RequestFactory().get("/"))
    somebody = visitor()
    somebody.page.route("**/drawn/", lambda route: route.fulfill(body=html, content_type="text/html"))
    somebody.goto("/drawn/").check(name.replace("/", "-").removesuffix(".html"))


def test_a_page_that_axe_faults_or_that_scrolls_sideways_is_found(visitor):
    """The control of every `check`: it fails where it should."""
    somebody = visitor()
    page = '<html lang="en"><title>A page</title><main><h1>A page</h1>{}</main>'
    somebody.page.set_content(page.format("<p>Nothing wrong</p>"))
    somebody.check("well")
    somebody.page.set_content(page.format('<img src="data:,">'))
    with pytest.raises(AssertionError, match="image-alt"):
        somebody.check("faulted")
    somebody.page.set_content(page.format('<p style="width: 500px">Wide</p>'))
    with pytest.raises(AssertionError, match="sideways at 320 px"):
        somebody.check("wide")
