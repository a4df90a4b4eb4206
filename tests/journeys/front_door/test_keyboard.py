"""With the keyboard alone: in at the door, to every page that each role's first page leads to, and a form sent. No mouse is moved.

On every page Tab is pressed until each link, button and box has had the focus: each shows it, and none keeps it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from teams.models import Remark
from tests.factories.authorities import PASSWORD, County, make_county
from tests.reports.stories import active, add_agreement, add_terms

# What Tab stops at, how each looks without the focus, and a list of what has had it since.
WATCH = """() => {
  const clear = (colour) => /^rgba\\(.*, 0\\)$/.test(colour);
  const look = (element, part) => {
    if (!element) return "";
    const style = getComputedStyle(element, part);
    const outline = style.outlineStyle === "none" || clear(style.outlineColor) ? "" : style.outlineColor + style.outlineWidth;
    return [outline, style.boxShadow, style.backgroundColor].join(" ");
  };
  // Radio buttons and ticks are drawn by the label behind them.
  const whole = (element) => [look(element), look(element, "::before"), look(element, "::after"),
    look(element.nextElementSibling, "::before")].join("|");
  const one = (element, all) => element.type !== "radio" || element === (
    all.find((each) => each.type === "radio" && each.name === element.name && each.form === element.form && each.checked)
    || all.find((each) => each.type === "radio" && each.name === element.name && each.form === element.form));
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")]
    .filter((each) => each.tabIndex >= 0 && !each.disabled && each.type !== "hidden"
      && each.checkVisibility({ visibilityProperty: true }));
  const stops = all.filter((each) => one(each, all));
  const active = document.activeElement;
  const before = new Map(stops.map((each) => [each, each === active ? null : whole(each)]));
  const says = (each) => each.outerHTML.slice(0, 160);
  window.walked = { stops, met: new Set([active]), faint: [], says };
  document.addEventListener("focusin", ({ target }) => {
    window.walked.met.add(target);
    if (before.get(target) && before.get(target) === whole(target)) window.walked.faint.push(says(target));
  });
  return { count: stops.length, links: stops.filter((each) => each.href).map((each) => each.href) };
}"""
LEFT = """() => ({
  missed: walked.stops.filter((each) => !walked.met.has(each)).map(walked.says),
  faint: walked.faint,
  last: walked.stops.at(-1) === document.activeElement,
})"""
HERE = "() => document.activeElement.href || document.activeElement.id || document.activeElement.textContent.trim()"


BARS_AND_FEET = {
    *("first_page", "agreement_list", "school_list", "run_list", "county", "set_up", "people"),
    *("help", "feedback", "whats_new", "privacy", "accessibility", "cookies", "agreement", "agreement_sign"),
}


class Keyboard:
    """Somebody who has no mouse. `seen` are links met by anybody, `reached` pages, by their names."""

    def __init__(self, visitor: Any, seen: set[str], reached: set[str]) -> None:
        self.visitor, self.page, self.seen, self.reached = visitor, visitor.page, seen, reached
        self.tab = lambda: self.page.keyboard.press("Tab")

    def walk(self) -> list[str]:
        """Once through the page; the links that were met, in their order."""
        self.page.wait_for_load_state()
        found = self.page.evaluate(WATCH)
        assert found["count"] >= 5, f"Only {found['count']} stops on {self.page.url}"
        presses = found["count"]
        for _ in range(4):
            for _ in range(presses):
                self.tab()
            left = self.page.evaluate(LEFT)
            presses = 2 * len(left["missed"])
            if not presses:
                break
        assert not left["missed"], f"Tab does not come to these on {self.page.url}: {left['missed']}"
        assert not left["faint"], f"These do not show the focus on {self.page.url}: {left['faint']}"
        self.tab()
        if left["last"]:
            assert not self.page.evaluate(LEFT)["last"], f"The last stop of {self.page.url} keeps the focus"
        return found["links"]

    def to(self, wanted: str) -> None:
        """Tab until this has the focus: a link by its address, a box by its id, a button by its words."""
        for _ in range(300):
            if self.page.evaluate(HERE) == wanted:
                return
            self.tab()
        raise AssertionError(f"Tab does not come to {wanted} on {self.page.url}")

    def enter(self) -> None:
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def name_of(self, address: str) -> str:
        """The page behind an address, by its name; "" for what lies elsewhere."""
        parts = urlsplit(address)
        if f"{parts.scheme}://{parts.netloc}" != self.visitor.site:
            return ""
        return resolve(parts.path.removeprefix("/fenshire")).view_name

    def is_page(self, address: str) -> bool:
        """And no file."""
        if "/api/" in address:
            return False
        answer = self.visitor.context.request.get(address)
        assert answer.ok, f"{address} on {self.page.url} is answered {answer.status}"
        return answer.headers["content-type"].startswith("text/html")

    def explore(self, depth: int, always: frozenset[str] = frozenset()) -> None:
        """Each page that links lead to, so many steps from here: those of the bar (`always`), and those not yet seen."""
        here = self.page.url
        self.seen.add(self.name_of(here))
        self.reached.add(self.name_of(here))
        links = self.walk()
        for link in dict.fromkeys(links) if depth else ():
            name = self.name_of(link)
            if not name or link == here or (name in self.seen and link not in always):
                continue
            self.seen.add(name)
            if not self.is_page(link):
                continue
            if self.page.url != here:
                self.page.go_back()
            self.to(link)
            self.enter()
            self.explore(depth - 1)
            while self.page.url != here and depth > 1:
                self.page.go_back()

    def bar(self) -> frozenset[str]:
        hrefs = "(all) => all.map((each) => each.href)"
        return frozenset(self.page.eval_on_selector_all("nav[aria-label=Main] a", hrefs))


@pytest.fixture
def county(transactional_db) -> County:
    county = make_county()
    add_terms(county, 2026)
    active(county)
    add_agreement(county, 1, state="offered")
    return county


def test_every_page_of_the_bars_and_feet_is_reached_by_keyboard_alone(county, visitor):
    seen: set[str] = set()
    reached: set[str] = set()
    worker = Keyboard(visitor(), seen, reached)
    worker.visitor.goto("/accounts/login/")
    worker.to("id_login")
    worker.page.keyboard.type("worker@fenshire.example")
    worker.tab()
    worker.page.keyboard.type(PASSWORD)
    worker.to("Sign in")
    worker.enter()
    worker.visitor.reads("Wanda Fenshire")
    # The first stop leads past the furniture, into what the page is about.
    worker.tab()
    worker.page.keyboard.press("Enter")
    worker.tab()
    assert worker.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    worker.visitor.goto("/fenshire/home/")
    for name in ("worker", "manager", "senior", "admin", "head"):
        somebody = worker if name == "worker" else Keyboard(visitor().sign_in(county, name), seen, reached)
        somebody.visitor.goto("/fenshire/home/")
        somebody.explore(1, somebody.bar())
        assert not somebody.visitor.errors
    assert reached >= BARS_AND_FEET
    worker.visitor.goto("/fenshire/home/")
    worker.to(f"{worker.visitor.site}/fenshire/feedback/")
    worker.enter()
    worker.to("id_words")
    worker.page.keyboard.type("I have no mouse")
    worker.to("Tell us")
    worker.enter()
    worker.visitor.reads("Thank you")
    with county.inside():
        assert Remark.objects.filter(words="I have no mouse").exists()
