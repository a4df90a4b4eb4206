"""Two browsers of one manager, each with one tab on the room: what is typed there, and where it lies."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from supervision.models import SessionPart, Visit
from teams.models import Draft
from tests.factories.authorities import County
from tests.journeys.conftest import Visitor

CONFLICT = "Not saved: these words were changed"
# Chosen and kept, or asked anew.
CHOSEN = """() => !document.getElementById("draft-conflict").hidden
  || !document.getElementById("saved-line").textContent.startsWith("Not saved: these words were changed")"""
# From the key to the line that says where the words are, in milliseconds.
WATCH = """
addEventListener("input", () => { globalThis.typedAt ??= performance.now(); }, true);
addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
  const line = document.getElementById("saved-line");
  if (globalThis.typedAt && /^Saved/.test(line?.textContent ?? "")) {
    (globalThis.keptIn ??= []).push(performance.now() - globalThis.typedAt);
    globalThis.typedAt = undefined;
  }
}).observe(document.body, { subtree: true, childList: true, characterData: true }));
"""


@dataclass
class Seen:
    """What came up in all runs: no kind of trouble may be missing."""

    words: int = 0
    steps: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    records: int = 0
    slowest: float = 0  # milliseconds

    def note(self, step: str) -> None:
        self.steps[step] = self.steps.get(step, 0) + 1


@dataclass
class Device:
    """One browser of the manager's, with one tab on the room. `part` is the page: "" all three of us, "two/"."""

    visitor: Visitor
    county: County
    seen: Seen
    room: str = ""
    part: str = ""
    is_online: bool = True
    is_finished: bool = False

    @property
    def page(self) -> Any:
        return self.visitor.page

    def open(self, part: str) -> None:
        self.part = part
        self.page.goto(self.room + part)
        self.ready()

    def ready(self) -> None:
        """On the room with its script, or on the record that has been made of it meanwhile."""
        self.page.wait_for_selector("[data-ready], .alongside-room__part, [data-kept-shell=nothing]", state="attached")
        self.is_finished = "/records/" in self.page.url or self.line().startswith("This supervision has been finished")
        start = self.page.locator("[data-room-start]:enabled")
        if start.count() and start.is_visible():
            start.click()

    def line(self) -> str:
        found = self.page.locator("#saved-line")
        return found.inner_text() if found.count() else ""

    def type(self, box: str, word: str) -> bool:
        """Typed behind what stands there, and kept, as the page says itself. False where there is nothing to type in."""
        if self.is_finished or not self.page.locator(f"[name={box}]").count():
            return False
        self.page.locator(f"[name={box}]").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.type(f" {word}")
        if word not in self.page.locator(f"[name={box}]").input_value():  # "You are signed out" came before the keys
            assert self.page.locator("dialog[open]").count(), "keys went nowhere"
            self.seen.note("covered")
            return False
        self.kept()
        return True

    def kept(self) -> None:
        """The line says that it is saved; before two typings of one box, both are taken."""
        for _ in range(4):
            self.page.wait_for_function(
                "() => /^(Saved|Not saved|Finished|This supervision)/.test(document.getElementById('saved-line')?.textContent)"
            )
            line = self.line()  # read once: an answer of the server may change it at any moment
            if not line.startswith(CONFLICT):
                break
            self.seen.conflicts += 1
            self.page.get_by_role("button", name="Put both in the box").click()
            self.page.wait_for_function(CHOSEN)
        assert line.startswith(("Saved", "Finished", "This supervision")), line
        for took in self.page.evaluate(
            "() => { const all = globalThis.keptIn ?? []; globalThis.keptIn = []; return all; }"
        ):
            self.seen.slowest = max(self.seen.slowest, took)

    def sent(self) -> None:
        """As `kept`, and on the server: whoever leaves the page sooner takes the words along on the device."""
        for _ in range(4):
            self.kept()
            self.page.wait_for_function(
                "() => !document.getElementById('saved-line')?.textContent.startsWith('Saved on this device')"
            )
            if not self.line().startswith(CONFLICT):
                break

    def reload(self) -> None:
        self.page.reload()
        self.ready()

    def signal(self, is_online: bool) -> None:
        self.is_online = is_online
        self.visitor.context.set_offline(not is_online)

    def close_the_tab(self) -> None:
        """Half a second after the last key, and opened again."""
        self.page.wait_for_timeout(500)
        address = self.page.url
        self.page.close()
        self.visitor.page = self.visitor.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.goto(address)
        self.ready()

    def sign_out_elsewhere(self) -> None:
        """In another tab, through the door; this one does not hear of it before it asks."""
        tab = self.visitor.context.new_page()
        tab.goto(f"{self.visitor.site}/accounts/logout/")
        tab.get_by_role("button", name="Sign out").last.click()
        tab.wait_for_load_state()
        tab.close()

    def sign_in(self) -> None:
        self.visitor.sign_in(self.county, "manager")

    def finish(self) -> None:
        """Pressed without signal: it lies here, and sends itself when there is."""
        if self.part != "two/":
            self.open("two/")
        if self.is_finished or not self.page.locator("[data-room=two]").count():
            return
        self.signal(False)
        self.page.get_by_role("button", name="Finish here").click()
        self.page.wait_for_function(
            "() => /^(Finished|Not finished|Not saved)/.test(document.getElementById('saved-line')?.textContent)"
        )


def taken_along(page: Any, *addresses: str) -> None:
    """These pages lie on the device, soon: a reload without signal finds them."""
    page.wait_for_function(
        """async (addresses) => {
          const { openDB } = await import("/static/js/idb.js");
          const database = await openDB("alongside", 2);
          const paths = (await database.getAll("pages")).map(({ path }) => path);
          database.close();
          return addresses.every((address) => paths.includes(new URL(address, location.href).pathname));
        }""",
        arg=addresses,
    )


def words_on_server(county: County, visit: Visit) -> str:
    with county.inside():
        drafts = Draft.objects.filter(about=str(visit.public_id)).values_list("words", flat=True)
        parts = SessionPart.objects.filter(session__visit=visit).values_list("words", flat=True)
        return json.dumps([*drafts, *parts])


def lying_here(device: Device) -> list[Any]:
    """What lies on this device of long forms: (form, has the server it, do two windows differ)."""
    return device.page.evaluate("""async () => {
      const { openDB } = await import("/static/js/idb.js");
      const entries = await (await openDB("alongside", 2)).getAll("entries");
      return entries.map(({ form, sent, others }) => [form, sent, others.length > 0]);
    }""")
