"""What stands around every page: the search box, the warning before the sign-in ends, pages without signal."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from teams.foundation.sessions import BEGAN, SEEN
from teams.models import Person
from tests.factories.authorities import County, make_county
from tests.reports.stories import active

TWO_HOURS = 2 * 60 * 60


@pytest.fixture
def county(transactional_db) -> County:
    county = make_county()
    active(county)
    return county


def left_alone(seconds: int) -> None:
    """As if nobody had pressed anything for so long, in any session."""
    for kept in Session.objects.all():
        session = SessionStore(kept.session_key)
        session[SEEN] = session[BEGAN] = timezone.now().timestamp() - seconds
        session.save()


def hidden(visitor: Any, name: str) -> str:
    return visitor.page.locator(f"[name={name}]").first.input_value()


def test_one_box_finds_what_she_may_see(county, visitor):
    manager = visitor().sign_in(county, "manager").goto("/fenshire/home/")
    manager.check("search-box-in-the-header")
    manager.page.get_by_label("Search for a school, person or agreement").fill("oakf")
    manager.page.keyboard.press("Enter")
    manager.reads("Schools", "Agreements", "Fenton, URN 900100").check("search-found")
    manager.fill("What are you looking for?", "wan fen")
    manager.page.locator("main").get_by_role("button", name="Search").click()
    manager.reads("Wanda Fenshire", "Pupil support worker")
    manager.goto("/fenshire/search/?q=moorland").reads("Nothing you may see matches.").check("search-nothing")
    manager.goto("/fenshire/search/?q=a").reads("Type at least 2 letters").check("search-one-letter")
    head = visitor(phone=True, scripts=False).sign_in(county, "head").goto("/fenshire/home/")
    head.follow("Search", exact=True).fill("What are you looking for?", "wanda")
    head.page.locator("main").get_by_role("button", name="Search").click()
    head.reads("Agreements", "Oakfield Primary School Fenshire, 2026/27")
    head.goto("/fenshire/search/?q=wilf").reads("Nothing you may see matches.")


def test_the_warning_before_the_sign_in_ends_and_words_that_outlive_it(county, visitor):
    admin = visitor().sign_in(county, "admin")
    admin.page.clock.install()
    admin.goto("/fenshire/people/add/").fill("Name", "Nora Newing")
    dialog = admin.page.get_by_role("dialog", name="You will soon be signed out")
    for _ in range(5):  # on a busy machine the script that looks at the clock comes late, or a request still counts
        admin.page.wait_for_load_state("networkidle")
        left_alone(TWO_HOURS - 200)
        admin.page.clock.fast_forward("31:00")
        with suppress(PlaywrightTimeoutError):
            dialog.wait_for(timeout=3000)
            break
    dialog.wait_for()
    assert "in 4 minutes" in dialog.inner_text()
    admin.check("time-out-warning")
    # The keyboard stays inside; Escape goes on, and gives the focus back to the box.
    admin.page.keyboard.press("Tab")
    assert admin.page.evaluate("document.activeElement.textContent") == "Stay signed in"
    admin.page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert admin.page.evaluate("document.activeElement.name") == "name"
    # Left alone for too long: the page is covered, and the words are still in it.
    left_alone(TWO_HOURS + 1)
    admin.page.evaluate("dispatchEvent(new Event('focus'))")
    over = admin.page.get_by_role("dialog", name="You have been signed out")
    over.wait_for()
    admin.check("time-out-over")
    admin.page.keyboard.press("Escape")
    assert over.is_visible()
    before = hidden(admin, "csrfmiddlewaretoken")
    admin.sign_in(county, "admin")
    admin.page.evaluate("dispatchEvent(new Event('focus'))")
    over.wait_for(state="hidden")
    assert admin.page.get_by_label("Name", exact=True).input_value() == "Nora Newing"
    assert hidden(admin, "csrfmiddlewaretoken") != before
    # Somebody else signs in instead: nothing of this page is theirs.
    left_alone(TWO_HOURS + 1)
    admin.page.evaluate("dispatchEvent(new Event('focus'))")
    over.wait_for()
    admin.sign_in(county, "head")
    admin.page.evaluate("dispatchEvent(new Event('focus'))")
    admin.page.wait_for_url(re.compile("/fenshire/home/"))
    assert "Nora Newing" not in admin.page.content()


def test_without_scripts_the_words_come_back_after_the_time_out(county, visitor):
    admin = visitor(scripts=False).sign_in(county, "admin").goto("/fenshire/people/add/")
    for label, words in (("Name", "Nora Newing"), ("Day", "1"), ("Month", "9"), ("Year", "2026")):
        admin.page.get_by_label(label, exact=True).first.fill(words)
    admin.page.get_by_label("E-mail address").fill("nora@fenshire.example")
    admin.page.get_by_label("Role").select_option("worker")
    Session.objects.all().delete()
    admin.page.locator("main form button").last.click()
    admin.reads("You were signed out. Your words are here", "Nora Newing")
    admin.sign_in(county, "admin")
    admin.press("Send my words again").reads("Nora Newing is added")
    with county.inside():
        assert Person.objects.filter(name="Nora Newing").count() == 1


def test_without_signal_every_page_says_so_and_nothing_is_lost(county, visitor):
    worker = visitor().sign_in(county, "worker").goto("/fenshire/home/")
    worker.page.evaluate(
        """async () => {
            await navigator.serviceWorker.register(document.querySelector("[data-worker]").dataset.worker);
            await navigator.serviceWorker.ready;
        }"""
    )
    worker.goto("/fenshire/home/").reads("Fenshire")
    worker.context.set_offline(True)
    worker.goto("/fenshire/agreements/").reads("No signal", "Nothing that you sent before is lost")
    assert "Wanda" not in worker.page.content()
    worker.check("no-signal")
    worker.context.set_offline(False)
    worker.follow("load this page again").reads("Agreements")


def test_help_statements_and_a_word_to_who_looks_after_it(county, visitor):
    somebody = visitor().goto("/accounts/login/")
    for name in ("Privacy", "Accessibility", "Cookies"):
        somebody.follow(name, exact=True).check(f"statement-{name.lower()}")
    worker = visitor().sign_in(county, "worker").goto("/fenshire/agreements/")
    worker.follow("What is new").check("what-is-new")
    worker.follow("Help", exact=True).reads("You work in schools").check("help")
    worker.goto("/fenshire/agreements/").follow("Something wrong or hard to use? Tell us").check("feedback")
    worker.press("Tell us").reads("Say what is wrong, or hard to use").check("feedback-error")
    worker.fill("What is wrong, or hard to use?", "The box is too small on my phone")
    worker.press("Tell us").reads("Thank you")
    admin = visitor().sign_in(county, "admin").goto("/fenshire/home/")
    admin.follow("People have told us of 1 thing").reads("The box is too small on my phone").check("feedback-list")
    admin.press("Dealt with").reads("It is dealt with").check("feedback-dealt-with")
