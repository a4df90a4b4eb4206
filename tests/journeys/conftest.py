"""Scenarios through real pages in the system's Chromium, against a live server and the app role's database."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings as django_settings
from django.test import Client

from config.local.install import BROWSERS
from tests.factories.authorities import County

WIDTHS = (320, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# All rules run; only what they fault comes back, for the list of what is well takes four times as long to carry.
ASK_AXE = """async (rules) => {
  const found = await axe.run({ runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] });
  return { ran: found.passes.length, violations: found.violations };
}"""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | {
        "executable_path": os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS))),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/London"}


@pytest.fixture(autouse=True)
def _built_pages(settings, tmp_path) -> None:
    """The live server serves what `npm run build` made, and keeps papers in a folder of the test's own."""
    settings.SESSION_COOKIE_SECURE = False
    settings.MEDIA_ROOT = tmp_path / "documents"


class InHand:
    """The live server's application, and how many requests it has in hand: a page that is closed may leave one behind."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self.app, self.count, self.changed = app, 0, threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        self._add(1)
        try:
            return self.app(environ, start_response)
        finally:
            self._add(-1)

    def _add(self, more: int) -> None:
        with self.changed:
            self.count += more
            self.changed.notify_all()

    def wait(self) -> None:
        """Until there is none, or one hangs."""
        with self.changed:
            self.changed.wait_for(lambda: self.count == 0, timeout=10)


@pytest.fixture(scope="session")
def in_hand(live_server) -> InHand:
    server = live_server.thread.httpd
    hand = InHand(server.get_app())
    server.set_app(hand)
    return hand


@pytest.fixture
def site(live_server, in_hand, transactional_db, settings) -> Iterator[str]:
    """The address of the live server; links in mails lead to it. What a closed page has asked is answered before the
    tables are emptied.
    """
    settings.PUBLIC_ADDRESS = live_server.url
    yield live_server.url
    in_hand.wait()


class Visitor:
    """Somebody at a browser. Fails on an error in the console, and on a page that scrolls sideways or that axe faults."""

    def __init__(self, context: Any, site: str, pictures: Path | None) -> None:
        self.context, self.site, self.pictures = context, site, pictures
        self.errors: list[str] = []
        self.expected: set[str] = set()
        self.page = context.new_page()
        self.page.set_default_timeout(10_000)
        # The first page of a run imports the addresses and compiles the templates, on a machine that does much else.
        self.page.set_default_navigation_timeout(30_000)
        self.page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))

    def _note(self, text: str) -> None:
        # Chromium writes one line for each answer of 4xx: a refused form is meant to be one.
        if "Failed to load resource" not in text:
            self.errors.append(text)

    def sign_in(self, county: County, name: str) -> Visitor:
        """Through a session of their own; the sign-in pages have their own scenario."""
        client = Client()
        client.force_login(county.users[name], backend="allauth.account.auth_backends.AuthenticationBackend")
        value = client.cookies[django_settings.SESSION_COOKIE_NAME].value
        self.context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": value, "url": self.site}])
        return self

    def goto(self, path: str) -> Visitor:
        self.page.goto(path if path.startswith("http") else self.site + path)
        return self

    def press(self, name: str, *, exact: bool = False) -> Visitor:
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        return self

    def follow(self, name: str, *, exact: bool = False) -> Visitor:
        """A link, also one that looks like the button it is."""
        link = self.page.get_by_role("link", name=name, exact=exact)
        link.or_(self.page.locator("a[role=button]", has_text=name)).first.click()
        return self

    def fill(self, label: str, value: str) -> Visitor:
        self.page.get_by_label(label, exact=False).first.fill(value)
        return self

    def reads(self, *texts: str) -> Visitor:
        """All of these are on the page, or soon will be: a press may still be on its way."""
        for pause in (10, 20, 40, *[100] * 150):  # in milliseconds: most are there at the second look
            body = self.page.locator("body").inner_text().replace("\N{NO-BREAK SPACE}", " ")
            missing = [text for text in texts if text not in body]
            if not missing:
                return self
            self.page.wait_for_timeout(pause)
        raise AssertionError(f"{missing} not on {self.page.url}:\n{body[:3000]}")

    def check(self, name: str) -> Visitor:
        """Both widths: no sideways scroll, nothing for axe, and a picture where ALONGSIDE_PICTURES names a folder."""
        self.page.wait_for_load_state()
        was = self.page.viewport_size
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{name} scrolls sideways at {width} px"
            )
            found = self._axe()
            assert found.violations_count == 0, f"{name} at {width} px: {found.generate_report()}"
            if self.pictures:
                self.page.screenshot(path=self.pictures / f"{name}-{width}.png", full_page=True)
        if was:
            self.page.set_viewport_size(was)
        assert self.errors == [], f"errors in the console of {name}: {self.errors}"
        return self

    def look(self, name: str) -> Visitor:
        """Of a browser without scripts, which nothing can be asked in: no sideways scroll, and a picture, wide and narrow."""
        self.page.wait_for_load_state()
        for width in reversed(WIDTHS):
            self.page.set_viewport_size({"width": width, "height": 900})
            picture = self.page.screenshot(full_page=True)
            wide = int.from_bytes(picture[16:20], "big")  # a PNG says its width there
            assert wide == width, f"{name} is {wide} px wide at {width} px"
            if self.pictures:
                (self.pictures / f"{name}-no-scripts-{width}.png").write_bytes(picture)
        return self

    def _axe(self) -> AxeResults:
        """What axe faults on the page as it stands; the script stays in the page for the next width."""
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(ASK_AXE, RULES)
        assert found["ran"] > 0, "a page on which no rule holds was not looked at"
        return AxeResults(found)


@pytest.fixture
def visitor(browser, browser_context_args, site) -> Iterator[Callable[..., Visitor]]:
    """`visitor()` is a person with a browser of their own; `visitor(phone=True)` has a phone; `scripts=False` none."""
    contexts = []
    folder = Path(os.environ["ALONGSIDE_PICTURES"]) if os.environ.get("ALONGSIDE_PICTURES") else None
    if folder:
        folder.mkdir(parents=True, exist_ok=True)

    def make(*, phone: bool = False, scripts: bool = True) -> Visitor:
        size = {"width": 390, "height": 800} if phone else {"width": 1280, "height": 900}
        context = browser.new_context(
            **browser_context_args | {"viewport": size, "java_script_enabled": scripts, "base_url": site}
        )
        contexts.append(context)
        return Visitor(context, site, folder)

    yield make
    for context in contexts:
        context.close()
