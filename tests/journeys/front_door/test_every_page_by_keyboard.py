"""With the keyboard alone to every page there is, by everybody, in each of its shapes. `make test-heavy` runs it.

On each page Tab is pressed until every link, button and box has had the focus: each shows it, and none keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.core import mail as outbox
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from schools.models import SchoolContact
from teams.foundation.access import Role
from teams.models import Authority, Membership
from tests.council_provider import council_provider
from tests.crawl.conftest import large_prints
from tests.crawl.rows import page_rows
from tests.crawl.test_pages import path_of
from tests.factories.authorities import NOW, PASSWORD, County, add_person, contact
from tests.factories.canary_county import make_canary_county
from tests.foundation.test_sign_in_pages import code_from_app
from tests.journeys.front_door.keyboard import Keyboard, Walked, name_of
from tests.journeys.front_door.ways import Way, ways
from tests.teams.test_invitations import invited

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.timeout(900)]

READERS = ["admin", "senior", "manager", "practitioner", "worker", "finance", "auditor", "head", "lead", "two_hats"]
SECRET = "JBSWY3DPEHPK3PXP"
# No link leads to these for anybody: somebody types the address, or a program or a paper does it for them.
BY_ADDRESS = {
    "front_door": "whoever signs in and has no place anywhere is sent there",
    "account_login": "whoever is signed out is sent there",
    "account_signup": "closed: it says who makes accounts, to somebody who tries",
    "account_inactive": "whoever has a closed account is sent there",
    "account_email_verification_sent": "allauth's, of a step that is not taken here: it leads back",
    "account_confirm_email": "allauth's, of a step that is not taken here: it leads back",
    "mfa_reauthenticate": "whoever has no password and presses what guards an account, long after signing in, is sent there",
    "link": "in a mail",
    "document_check": "printed on a paper, as a picture for a phone",
    "no_signal": "drawn by the device where a page cannot be reached",
    "offline_form": "drawn by the device where a long form cannot be reached",
    "kept_mail": "on a developer's machine alone",
    "room_read": "without scripts; with them it is a step of the room's own page",
    "share_question": "in a mail, and on a first page until it is answered: here it is",
    "share_rung": "linked beside a school that is to be rung: here none is silent for long enough",
    "review_begin": "linked beside a worker whose year has not begun: here everybody's has",
}  # fmt: skip
FILES = {"mfa_download_recovery_codes"}  # of allauth's addresses


@pytest.fixture
def county(site, settings, monkeypatch) -> County:
    """The county of the crawl, and somebody who works for the council and leads in a school."""
    counted = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": __name__}
    settings.CACHES = settings.CACHES | {"default": counted}
    cache.clear()  # tries are counted there
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    county = make_canary_county("fenshire", "f")
    large_prints(county)
    with county.inside():
        add_person(county, "both", "Bo Both", Role.TEAM_MANAGER, "Team manager", team=county.team)
        both = {"user": county.users["both"], "person": county.people["both"]}
        Membership.objects.create(**both, role=Role.IN_SCHOOL_LEAD, starts_on=date(2024, 9, 1))
        contact(county, county.beech, "both", SchoolContact.Kind.LEAD)
    return county


@pytest.fixture
def keys(visitor, county) -> Callable[..., Keyboard]:
    """`keys("worker")` is a person with a keyboard; `keys()` is nobody yet. All of them share one count."""
    walked, everybody = Walked(), []

    def make(who: str = "") -> Keyboard:
        everybody.append(Keyboard(visitor().sign_in(county, who) if who else visitor(), walked))
        return everybody[-1]

    make.walked, make.everybody = walked, everybody
    return make


def newest(pattern: str) -> str:
    return re.search(pattern, outbox.outbox[-1].body)[1]


def opened(somebody: Keyboard, path: str, name: str) -> None:
    assert name in BY_ADDRESS, f"{name} is reached without a link: say in BY_ADDRESS why that is right."
    somebody.visitor.goto(path)
    assert name_of(somebody.page.url) == name
    somebody.walk(1)


def on_to(somebody: Keyboard, name: str, wanted: str) -> None:
    """By a press to a page, and through it."""
    somebody.press(wanted)
    somebody.page.wait_for_load_state()
    assert name_of(somebody.page.url) == name, f"{wanted!r} leads to {somebody.page.url}"
    somebody.walk()


def sign_in(somebody: Keyboard, address: str, password: str = PASSWORD) -> None:
    somebody.visitor.goto("/accounts/login/?next=/fenshire/home/")
    somebody.type_in("id_login", address)
    somebody.type_in("id_password", password)
    somebody.press("Sign in")


def linked(keys: Any, county: County) -> set[str]:
    """Each page that a link leads to, in each shape that it has for somebody. The names of all that are linked."""
    done: set[tuple[str, frozenset[str]]] = set()
    files: set[str] = set()
    for reader in READERS:
        found = list(ways(county, reader, files))
        somebody = keys(reader)
        for way in found:
            if (way.name, way.shape) not in done or not way.parent:
                done.add((way.name, way.shape))
                take(somebody, way)
        somebody.visitor.context.close()
    return {name for name, _ in done}


def take(somebody: Keyboard, way: Way) -> None:
    """From the page before it, which was reached the same way: so its address may be typed."""
    somebody.visitor.goto(way.parent or way.link)
    if way.parent:
        is_shown = somebody.page.locator(f'a[href="{way.link}"]').locator("visible=true").count() > 0
        if not is_shown:  # the header's link to the search page, which a wide screen has no need of
            somebody.page.set_viewport_size({"width": 320, "height": 900})
        somebody.follow(way.link)
    assert name_of(somebody.page.url) == way.name
    somebody.walk(1 if way.name == "document_web" else 5)
    somebody.page.set_viewport_size({"width": 1280, "height": 900})


def of_two_hats(keys: Any, county: County) -> None:
    """Somebody of the council who leads in a school looks at one of them at a time."""
    both = keys("both")
    both.visitor.goto("/fenshire/home/")
    both.walk()
    on_to(both, "council_page", both.visitor.site + "/fenshire/home/council/")
    on_to(both, "first_page", both.visitor.site + "/fenshire/home/?choose=1")
    on_to(both, "head_page", f"{both.visitor.site}/fenshire/home/{county.beech.public_id}/")
    both.visitor.goto("/fenshire/placements/new/")  # of the other hat: it says so, and changes it
    both.walk()


def after_forms(keys: Any, county: County) -> None:
    """Pages that come after words have been typed or something was pressed."""
    manager = keys("manager")
    manager.visitor.goto("/fenshire/placements/new/")
    on_to(manager, "placement_new", "Continue")
    manager.to("id_post")
    manager.page.keyboard.press("Space")
    manager.type_in("id_school", "900101")
    on_to(manager, "placement_days", "Continue")
    manager.type_in("header-search", "Oakfield")
    on_to(manager, "search", "Search")
    manager.visitor.goto("/fenshire/contacts/list/")
    manager.type_in("id_words", "School,Name,E-mail,Job\nOakfield,Nora Field,nora@school.example,Headteacher")
    on_to(manager, "contact_check", "Look at the list")
    manager.visitor.goto(f"/fenshire/reviews/{county.rows['oakfield review'].public_id}/meeting/")
    on_to(manager, "review_two", "Go on: just the two of us")
    opened(manager, f"/fenshire/reviews/begin/{county.people['worker'].public_id}/", "review_begin")
    admin = keys("admin")
    admin.visitor.goto("/fenshire/people/list/")
    admin.type_in("id_words", "Name,E-mail,Role\nNora Field,nora@fenshire.example,Worker")
    on_to(admin, "people_check", "Look at the list")
    head = keys("head")
    head.visitor.goto(f"/fenshire/agreements/{county.offered_agreement.public_id}/")
    head.unfold("I have a question")
    on_to(head, "agreement_ask", f"Send my question to {county.people['manager'].name}")
    # Signed out meanwhile: what was typed comes back, to be sent again.
    head.follow("/fenshire/feedback/")
    head.type_in("id_words", "I have no mouse")
    head.visitor.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    on_to(head, "feedback", "Tell us")
    head.visitor.reads("Your words are here")
    head.visitor.context.clear_cookies()
    head.press("Send my words again")  # and the page for a form that is older than its cookie
    head.walk()
    for who, path in (("admin", "/fenshire/nowhere/"), ("worker", "/fenshire/set-up/")):
        astray = keys(who)
        astray.visitor.goto(path)
        astray.walk()


def one_s_own_sign_in(keys: Any, county: County) -> None:
    """A manager with a password and an app; a head who has neither."""
    manager = keys()
    address = county.users["manager"].email
    sign_in(manager, address)
    manager.follow("/fenshire/profile/")
    on_to(manager, "mfa_index", manager.visitor.site + "/accounts/2fa/")
    manager.follow("/accounts/2fa/totp/activate/")
    on_to(manager, "mfa_activate_totp", "Turn codes on")
    secret = manager.page.locator("#secret").inner_text()
    manager.type_in("id_code", code_from_app(secret))
    on_to(manager, "mfa_view_recovery_codes", "Turn codes on")
    on_to(manager, "mfa_generate_recovery_codes", manager.visitor.site + "/accounts/2fa/recovery-codes/generate/")
    on_to(manager, "mfa_index", manager.visitor.site + "/accounts/2fa/")
    on_to(manager, "mfa_deactivate_totp", manager.visitor.site + "/accounts/2fa/totp/deactivate/")
    manager.visitor.goto("/accounts/2fa/")
    on_to(manager, "account_change_password", manager.visitor.site + "/accounts/password/change/")
    on_to(manager, "account_logout", manager.visitor.site + "/accounts/logout/")
    manager.press("Sign out")
    cache.clear()
    sign_in(manager, address, "not this one")
    manager.walk()
    sign_in(manager, address)
    assert name_of(manager.page.url) == "mfa_authenticate"
    on_to(manager, "mfa_authenticate", "Sign in")
    head = keys()
    county.users["head"].set_unusable_password()
    county.users["head"].save()
    head.visitor.goto("/accounts/login/")
    head.type_in("code-email", county.users["head"].email)
    on_to(head, "account_confirm_login_code", "E-mail me a code")
    on_to(head, "account_request_login_code", "Use another address, or send a new code")
    head.type_in("id_email", county.users["head"].email)
    head.press("E-mail me a code")
    head.type_in("id_code", newest(r"\b(\d{6})\b"))
    head.press("Sign in")
    head.visitor.goto("/accounts/2fa/")
    on_to(head, "account_set_password", head.visitor.site + "/accounts/password/set/")
    TOTP.activate(county.users["head"], SECRET)
    opened(head, "/accounts/2fa/reauthenticate/?next=/fenshire/", "mfa_reauthenticate")


def once_more_before_costs(keys: Any, county: County) -> None:
    with county.inside():
        Authority.here().set_up(by=county.as_("admin"), at=NOW, ask_again_minutes=15)
    county.users["finance"].set_unusable_password()
    county.users["finance"].save()
    finance = keys("finance")
    finance.visitor.goto("/fenshire/help/")
    on_to(finance, "code_again", finance.visitor.site + "/fenshire/funds/")
    on_to(finance, "code_again", "E-mail me a code")
    finance.type_in("id_code", newest(r"\b(\d{6})\b"))
    finance.press("Continue")
    assert name_of(finance.page.url) == "fund_list"
    with county.inside():
        Authority.here().set_up(by=county.as_("admin"), at=NOW, ask_again_minutes=None)


def outside(keys: Any, county: County) -> None:
    """Nobody yet: the door, a new password, the council's account, links in mails, a paper's code."""
    stranger, site = keys(), keys().visitor.site
    stranger.visitor.goto("/fenshire/")
    assert name_of(stranger.page.url) == "account_login"
    stranger.walk()
    for name in ("privacy", "accessibility", "cookies"):
        stranger.visitor.goto("/accounts/login/")
        on_to(stranger, f"{name}_outside", f"{site}/accounts/about/{name}/")
    stranger.visitor.goto("/accounts/login/")
    on_to(stranger, "account_reset_password", site + "/accounts/password/reset/")
    stranger.type_in("id_email", county.users["worker"].email)
    on_to(stranger, "account_reset_password_done", "Send me the link")
    stranger.visitor.goto(newest(r"(http://\S+)"))
    assert name_of(stranger.page.url) == "account_reset_password_from_key"
    stranger.walk()
    stranger.type_in("id_password1", "three words here")
    stranger.type_in("id_password2", "three words here")
    on_to(stranger, "account_reset_password_from_key_done", "Save the new password")
    county.users["peer"].set_unusable_password()
    county.users["peer"].save()
    with council_provider() as running:
        running.url = running.url.replace("localhost", "127.0.0.1")  # another site than ours
        with override_settings(SIGN_IN_PROVIDERS=[running.settings(), running.settings("moorland")]):
            by_the_council_s_account(stranger)
            stranger.visitor.goto(invited(county, "peer", at=NOW))
            stranger.walk()
    on_to(stranger, "link", "Save the password and go in")
    for way in ("spent_link", "old_link", "link"):
        opened(stranger, f"/fenshire/l/{county.rows[f'{way} token']}/", "link")
    on_to(stranger, "link", f"I agree for {county.oakfield.name}")
    opened(stranger, "/fenshire/l/of-nobody/", "link")
    code = county.rows["paper school"].check_code
    opened(stranger, f"/fenshire/check/{code}/", "document_check")
    stranger.type_in("code", code)
    on_to(stranger, "document_check_form", "Check")
    for path, name in (
        ("/accounts/signup/", "account_signup"),
        ("/accounts/confirm-email/", "account_email_verification_sent"),
        ("/accounts/confirm-email/wrong/", "account_confirm_email"),
        ("/dev/mail", "kept_mail"),
    ):
        opened(stranger, path, name)
    county.users["worker"].refresh_from_db()
    county.users["worker"].is_active = False
    county.users["worker"].save()
    sign_in(stranger, county.users["worker"].email, "three words here")
    assert name_of(stranger.page.url) == "account_inactive"
    stranger.walk()
    nobody = keys("peer")
    with county.inside():
        Membership.objects.filter(user=county.users["peer"]).update(ends_on=date(2026, 9, 1))
    opened(nobody, "/", "front_door")


def by_the_council_s_account(stranger: Keyboard) -> None:
    """Out to its own page, which is none of ours, and back without being let in."""
    stranger.visitor.goto("/accounts/login/")
    on_to(stranger, "council_accounts", f"{stranger.visitor.site}/accounts/council/")
    stranger.press(f"{stranger.visitor.site}/accounts/council/fenshire/")
    stranger.page.wait_for_url("**/oauth2/authorize*")
    stranger.press("Deny")
    assert name_of(stranger.page.url) == "council_account_back"
    stranger.walk()


def before_the_doors_open(keys: Any, county: County) -> None:
    with county.inside():
        Authority.objects.filter(pk=county.authority.pk).update(doors_opened_at=None, is_demo=True)
    admin = keys("admin")
    admin.visitor.goto("/fenshire/set-up/")
    on_to(admin, "doors", admin.visitor.site + "/fenshire/set-up/doors/")
    admin.follow("/fenshire/set-up/")
    on_to(admin, "remove", admin.visitor.site + "/fenshire/set-up/remove/")
    opened(admin, "/fenshire/no-signal/", "no_signal")
    opened(admin, "/fenshire/drafts/blank/agreement-lines/", "offline_form")


def in_the_room(keys: Any, county: County) -> None:
    manager, visit = keys("manager"), county.rows["oakfield visit"].public_id
    opened(manager, f"/fenshire/supervision/visits/{visit}/room/read/", "room_read")
    # With a school it comes by a press in the room, or from the device; between two a link leads to it.
    manager.visitor.goto(f"/fenshire/supervision/visits/{visit}/room/two/")
    assert name_of(manager.page.url) == "room_two"
    manager.walk(1)


def kept_and_asked(keys: Any, county: County) -> None:
    senior, head = keys("senior"), keys("head")
    senior.visitor.goto("/fenshire/figures/agreements-signed/")
    on_to(senior, "sheet", "Keep it to print or quote")
    number = senior.page.get_by_role("link", name=re.compile(r"^Figure \d+$")).first.get_attribute("href")
    senior.follow(number)
    assert name_of(senior.page.url) == "printed_figure"
    senior.walk()
    opened(senior, f"/fenshire/money/ask/{county.oakfield.public_id}/said/", "share_rung")
    opened(head, f"/fenshire/next-year/asked/{county.rows['oakfield question'].public_id}/", "share_question")


def pages_of_the_product(county: County) -> set[str]:
    """The names of every page: those of the crawl that somebody signed in gets, and all of allauth's."""
    found = {name for name in allauth_names(get_resolver()) if name not in FILES}
    for row in page_rows():
        reader = next((each for each in sorted(row.may) if row.expected(each) == 200), None)
        if row.method == "GET" and reader and row.name not in found:
            client = Client()
            client.force_login(county.users[reader], backend="allauth.account.auth_backends.AuthenticationBackend")
            answer: Any = client.get(path_of(row, county), row.data(county))
            assert answer.status_code == 200, f"{row} is answered {answer.status_code} to {reader}"
            if answer["Content-Type"].startswith("text/html"):
                found.add(row.name)
    return found


def allauth_names(resolver: Any) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from allauth_names(each)
        elif each.callback.__module__.startswith("allauth"):
            yield each.name


def test_every_page_is_reached_by_keyboard_alone(keys, county, aloud):
    all_there_is = pages_of_the_product(county)
    by_links = linked(keys, county)
    for part in (
        of_two_hats,
        after_forms,
        once_more_before_costs,
        one_s_own_sign_in,
        outside,
        in_the_room,
        kept_and_asked,
        before_the_doors_open,
    ):
        part(keys, county)
    walked = keys.walked
    missing = sorted(all_there_is - set(walked.pages))
    assert not missing, f"Nobody came to {missing}: lead there, or say in BY_ADDRESS why no link does."
    stale = sorted(by_links & BY_ADDRESS.keys())
    assert not stale, f"Links lead to {stale} by now: take them off BY_ADDRESS."
    assert not [somebody.visitor.errors for somebody in keys.everybody if somebody.visitor.errors]
    with aloud():
        print(f"\nBy keyboard: {len(walked.pages)} addresses, {walked.pages.total()} pages, {walked.stops} stops")
