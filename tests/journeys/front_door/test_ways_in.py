"""Five ways in, each as its people walk it: a password, a code from an app, a code by mail, a council account, a link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail as outbox
from django.core.cache import cache
from django.utils import timezone

from schools.permissions import SIGN_LINK
from teams.foundation.audit import AuditEvent
from teams.foundation.links import Link
from teams.models import Authority
from tests.council_provider import council_provider
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import PASSWORD, County, make_county
from tests.foundation.test_sign_in_pages import code_from_app
from tests.teams.test_invitations import invited

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def county(site, settings) -> County:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}}
    cache.clear()  # tries are counted there
    return make_county("fenshire")


@pytest.fixture
def provider(settings):
    """A council's sign-in on another site than ours, as it is in life: cookies have to come through that."""
    with council_provider() as running:
        running.url = running.url.replace("localhost", "127.0.0.1")
        settings.SIGN_IN_PROVIDERS = [running.settings(), running.settings("moorland")]
        yield running


def by_password(somebody: Any, county: County, name: str, password: str = PASSWORD) -> Any:
    page = somebody.page
    page.get_by_label("E-mail address", exact=True).fill(county.users[name].email)
    page.get_by_label("Password", exact=True).fill(password)
    return somebody.press("Sign in", exact=True)


def at_the_council(somebody: Any, press: str) -> Any:
    """On the provider's own page, which is none of ours to look at."""
    somebody.page.wait_for_url("**/oauth2/authorize*")
    somebody.page.get_by_role("button", name=press, exact=True).click()
    return somebody


def newest_code() -> str:
    return re.search(r"\b(\d{6})\b", outbox.outbox[-1].body)[1]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_by_password_and_back_to_what_was_asked_for(county, visitor):
    manager = visitor().goto("/fenshire/agreements/")
    by_password(manager, county, "manager", "not this one").reads("There is a problem").check("ways-password-wrong")
    by_password(manager, county, "manager").page.wait_for_url("**/fenshire/agreements/")
    manager.reads(county.people["manager"].name)


def test_by_password_and_a_code_from_an_app_or_one_for_a_lost_phone(county, visitor):
    TOTP.activate(county.users["admin"], SECRET)
    spare = RecoveryCodes.activate(county.users["admin"]).get_unused_codes()[0]
    admin = by_password(visitor().goto("/fenshire/set-up/"), county, "admin")
    admin.page.wait_for_url("**/2fa/authenticate/**")
    admin.fill("Code", another(code_from_app(SECRET))).press("Sign in", exact=True)
    admin.reads("There is a problem").check("ways-app-code-wrong")
    admin.fill("Code", code_from_app(SECRET)).press("Sign in", exact=True).page.wait_for_url("**/fenshire/set-up/")
    lost = by_password(visitor().goto("/fenshire/set-up/"), county, "admin")
    lost.page.wait_for_url("**/2fa/authenticate/**")
    lost.fill("Code", spare).press("Sign in", exact=True).page.wait_for_url("**/fenshire/set-up/")


def test_by_a_code_in_the_mail_and_once_more_before_costs(county, visitor):
    """A head without a password; then finance without one, whom the authority asks again before costs."""
    head = visitor(phone=True, scripts=False).goto("/accounts/login/?next=/fenshire/agreements/")
    head.fill("Work e-mail address", county.users["head"].email).press("E-mail me a code").reads("Check your e-mail")
    code = newest_code()
    head.fill("Code", another(code)).press("Sign in", exact=True).reads("This is not the code that we sent")
    head.fill("Code", f"{code[:3]} {code[3:]}").press("Sign in", exact=True)
    head.page.wait_for_url("**/fenshire/agreements/")

    with county.inside():
        Authority.here().set_up(by=county.as_("admin"), at=timezone.now(), ask_again_minutes=15)
    county.users["finance"].set_unusable_password()
    county.users["finance"].save()
    finance = visitor().sign_in(county, "finance").goto("/fenshire/funds/")
    finance.reads("Show that it is you", "The next page holds costs").check("ways-code-again")
    finance.press("E-mail me a code").reads("We have sent a code")
    code = newest_code()
    finance.fill("code", another(code)).press("Continue").reads("That is not the code").check("ways-code-again-wrong")
    finance.fill("code", code).press("Continue").page.wait_for_url("**/fenshire/funds/")


def test_by_the_council_s_own_account_after_an_invitation(county, provider, visitor):
    stranger = visitor().goto("/accounts/login/").follow("Sign in with your council account")
    stranger.reads("Choose your council").check("ways-council-choose")
    stranger.follow("Fenshire account")
    at_the_council(stranger, "mira").reads("We do not know this account yet").check("ways-council-unknown")

    manager = visitor().goto(invited(county, "manager")).reads("Welcome").check("ways-invitation")
    manager.press("Sign in with Fenshire account")
    at_the_council(manager, "mira").page.wait_for_url("**/fenshire/home/")
    manager.reads(county.people["manager"].name)
    manager.goto(invited(county, "manager"))  # somebody who is in already is told so, and loses nothing by it

    again = visitor().goto("/fenshire/agreements/").follow("Sign in with Fenshire account")
    at_the_council(again, "Deny").reads("You are not signed in").check("ways-council-denied")
    again.follow("Try again")
    at_the_council(again, "mira").page.wait_for_url("**/fenshire/**")
    again.reads(county.people["manager"].name)
    with county.inside():
        found = AuditEvent.objects.filter(verb="sign_in.council_account").order_by("pk")
        assert [(event.denied, event.reason) for event in found if event.denied][0] == (True, "unknown")
        assert sum(not event.denied for event in found) == 2


def test_by_a_council_account_without_scripts(county, provider, visitor):
    worker = visitor(phone=True, scripts=False).goto(invited(county)).press("Sign in with Fenshire account")
    at_the_council(worker, "wanda").page.wait_for_url("**/fenshire/home/")
    worker.reads(county.people["worker"].name)


def test_by_an_invitation_with_a_password_of_one_s_own(county, visitor):
    user = county.users["worker"]
    user.set_unusable_password()
    user.save()
    address = invited(county)
    worker = visitor(phone=True).goto(address).press("Save the password and go in")
    worker.reads("There is a problem").check("ways-invitation-empty")
    for box in worker.page.locator("input[type=password]").all():
        box.fill("three words here")
    worker.press("Save the password and go in").page.wait_for_url("**/fenshire/**")
    worker.reads(county.people["worker"].name)
    worker.goto(address).reads("This link has done its work", "Go to your first page").check("ways-invitation-done")


def test_by_a_link_with_no_account_at_all(county, visitor):
    """One paper, one mailbox: nothing else of the county opens behind it."""
    with county.inside():
        agreement = offered(make_agreement(county), county)
        _, token = Link.make(purpose=SIGN_LINK, subject=agreement, person=county.people["head"], at=timezone.now())
    head = visitor(phone=True).goto(f"/fenshire/l/{token}/").reads("Your share", "I agree for Oakfield")
    head.goto("/fenshire/agreements/").reads("If you work in a school")
    assert "/accounts/login/" in head.page.url
