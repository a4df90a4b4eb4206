"""Somebody without a mouse: tabs through whole pages, follows links, types into boxes and presses buttons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

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
UNFOLD = """() => document.querySelectorAll("details").forEach((each) => { each.open = true; })"""
# A room's script takes away what is not needed yet once it has asked the device for its words: not before that is a walk.
READY = "() => !document.querySelector('[data-room]:not([data-ready])')"
HERE = "() => document.activeElement.href || document.activeElement.id || document.activeElement.textContent.trim()"


def name_of(address: str) -> str:
    """The page behind an address of Fenshire or of the installation, by its name; "" where there is none."""
    try:
        return resolve(urlsplit(address).path.removeprefix("/fenshire")).view_name
    except Resolver404:
        return ""


@dataclass
class Walked:
    """What anybody has tabbed through: how often each page, by its name, and how many stops in all."""

    pages: Counter[str] = field(default_factory=Counter)
    stops: int = 0


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, visitor: Any, walked: Walked) -> None:
        self.visitor, self.page, self.walked = visitor, visitor.page, walked
        self.tab = lambda: self.page.keyboard.press("Tab")

    def walk(self, least: int = 5) -> list[str]:
        """Once through the page: each stop gets the focus and shows it, none keeps it. The links, in their order.

        What unfolds is open: a summary is a stop itself, and the browser's own Enter opens it.
        """
        self.page.wait_for_load_state()
        self.page.wait_for_function(READY)
        self.page.evaluate(UNFOLD)
        found = self.page.evaluate(WATCH)
        assert found["count"] >= least, f"Only {found['count']} stops on {self.page.url}"
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
        self.walked.pages[name_of(self.page.url)] += 1
        self.walked.stops += found["count"]
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

    def press(self, wanted: str) -> None:
        """A button or a link, which leads to another page."""
        self.to(wanted)
        self.enter()

    def follow(self, path: str) -> None:
        """A link, also one that has to be unfolded first: its summary is a stop of its own (`walk`)."""
        self.page.evaluate(UNFOLD)
        self.press(self.visitor.site + path)

    def unfold(self, words: str) -> None:
        self.to(words)
        self.page.keyboard.press("Enter")

    def type_in(self, box: str, words: str) -> None:
        self.to(box)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(words)
