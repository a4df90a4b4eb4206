"""What a person does at a browser, counted: taps (presses, ticks, choices), boxes typed in, words typed (journeys)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from tests.factories.authorities import NOW
from tests.journeys.conftest import Visitor

# The page's own day: a finish says when it was pressed. Timers go on as they are.
BROWSER_DAY = """
globalThis.TrueDate ??= Date;
Date = class extends TrueDate {
  constructor(...given) { given.length ? super(...given) : super(TrueDate.now() + (%d)); }
  static now() { return TrueDate.now() + (%d); }
};
"""
TARGETS = {"M1": (6, 0), "M2": (2, 0), "M3": (25, None), "M4": (4, None), "H2": (2, 0), "H3": (3, 1)}  # taps, boxes
MOST_WORDS = 120  # typed in the room (M3)


@dataclass
class Clock:
    """The day in the server, in its worker, and in every browser that is told of it."""

    now: datetime = NOW

    def set_in(self, visitor: Visitor) -> None:
        """For pages that are opened from now on."""
        ahead = int((self.now - TRUE_NOW()).total_seconds() * 1000)
        visitor.context.add_init_script(BROWSER_DAY % (ahead, ahead))


TRUE_NOW = timezone.now  # before a test puts its own in that place


@dataclass
class Counted:
    """The most that one journey took, each time that it was gone."""

    times: int = 0
    taps: int = 0
    boxes: int = 0
    words: int = 0

    def add(self, hand: Hand) -> None:
        self.times += 1
        self.taps, self.boxes = max(self.taps, hand.taps), max(self.boxes, hand.boxes)
        self.words = max(self.words, hand.words)


@dataclass
class Hand:
    """One journey of one person, from its first page to its last."""

    visitor: Visitor
    taps: int = 0
    boxes: int = 0
    words: int = 0

    @property
    def page(self) -> Any:
        return self.visitor.page

    def press(self, name: str) -> Hand:
        self.visitor.press(name)
        self.taps += 1
        return self

    def follow(self, name: str) -> Hand:
        self.visitor.follow(name)
        self.taps += 1
        return self

    def tap(self, selector: str) -> Hand:
        self.page.locator(selector).first.click()
        self.taps += 1
        return self

    def tick(self, selector: str) -> Hand:
        self.page.locator(selector).first.check()
        self.taps += 1
        return self

    def type(self, selector: str, text: str) -> Hand:
        self.page.locator(selector).first.fill(text)
        self.boxes += 1
        self.words += len(text.split())
        return self

    def type_here(self, text: str) -> Hand:
        """Where the cursor stands."""
        self.page.keyboard.type(text)
        self.boxes += 1
        self.words += len(text.split())
        return self


@dataclass
class Ledger:
    """All journeys of a scenario."""

    counted: dict[str, Counted] = field(default_factory=dict)

    def note(self, journey: str, hand: Hand) -> None:
        self.counted.setdefault(journey, Counted()).add(hand)

    def lines(self) -> list[str]:
        found = []
        for journey, (taps, boxes) in TARGETS.items():
            each = self.counted[journey]
            aim = f"target {taps}" + ("" if boxes is None else f", {boxes}")
            more = f", {each.words} words (target {MOST_WORDS})" if journey == "M3" else ""
            found.append(f"{journey}: at most {each.taps} taps, {each.boxes} boxes{more} in {each.times} ({aim})")
        return found

    def missed(self) -> list[str]:
        found = [
            journey
            for journey, (taps, boxes) in TARGETS.items()
            if self.counted[journey].taps > taps or (boxes is not None and self.counted[journey].boxes > boxes)
        ]
        return found + (["M3 words"] if self.counted["M3"].words > MOST_WORDS else [])
