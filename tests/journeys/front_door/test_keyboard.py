"""With the keyboard alone: in at the door, to every page that each role's first page leads to, and a form sent. No mouse is moved.

On every page Tab is pressed until each link, button and box has had the focus: each shows it, and none keeps it.
"""

from __future__ import annotations

from typing import Any

import pytest

from teams.models import Remark
from tests.factories.authorities import PASSWORD, County, make_county
from tests.journeys.front_door.keyboard import Keyboard, Walked, name_of
from tests.reports.stories import active, add_agreement, add_terms

BARS_AND_FEET = {
    *("first_page", "agreement_list", "school_list", "run_list", "county", "set_up", "people"),
    *("help", "feedback", "whats_new", "privacy", "accessibility", "cookies", "agreement", "agreement_sign"),
}


class Explorer(Keyboard):
    """Follows what a page leads to. `seen` are links that anybody has met, by the names of their pages."""

    def __init__(self, visitor: Any, walked: Walked, seen: set[str]) -> None:
        super().__init__(visitor, walked)
        self.seen = seen

    def name_of(self, address: str) -> str:
        """ "" for what lies elsewhere."""
        return name_of(address) if address.startswith(self.visitor.site) else ""

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


@pytest.mark.heavy
def test_every_page_of_the_bars_and_feet_is_reached_by_keyboard_alone(county, visitor):
    seen: set[str] = set()
    walked = Walked()
    worker = Explorer(visitor(), walked, seen)
    worker.visitor.goto("/accounts/login/")
    worker.type_in("id_login", "worker@fenshire.example")
    worker.type_in("id_password", PASSWORD)
    worker.press("Sign in")
    worker.visitor.reads("Wanda Fenshire")
    # The first stop leads past the furniture, into what the page is about.
    worker.tab()
    worker.page.keyboard.press("Enter")
    worker.tab()
    assert worker.page.evaluate("document.querySelector('main').contains(document.activeElement)")
    worker.visitor.goto("/fenshire/home/")
    for name in ("worker", "manager", "senior", "admin", "head"):
        somebody = worker if name == "worker" else Explorer(visitor().sign_in(county, name), walked, seen)
        somebody.visitor.goto("/fenshire/home/")
        somebody.explore(1, somebody.bar())
        assert not somebody.visitor.errors
    assert set(walked.pages) >= BARS_AND_FEET
    worker.visitor.goto("/fenshire/home/")
    worker.to(f"{worker.visitor.site}/fenshire/feedback/")
    worker.enter()
    worker.type_in("id_words", "I have no mouse")
    worker.press("Tell us")
    worker.visitor.reads("Thank you")
    with county.inside():
        assert Remark.objects.filter(words="I have no mouse").exists()


@pytest.mark.parametrize(
    ("spoiled", "said"),
    [
        (
            """const sheet = new CSSStyleSheet();
            sheet.replaceSync("a:focus { outline: 0 !important; box-shadow: none !important; background: none !important }");
            document.adoptedStyleSheets.push(sheet);""",
            "do not show the focus",
        ),
        (
            """document.querySelector("#id_password").addEventListener("keydown", (event) => event.preventDefault())""",
            "Tab does not come to",
        ),
        (
            """[...document.links].at(-1).addEventListener("keydown", (event) => event.preventDefault())""",
            "keeps the focus",
        ),
    ],
    ids=["without a mark", "a trap", "a trap at the end"],
)
def test_a_page_that_is_no_good_without_a_mouse_is_found(visitor, spoiled, said):
    stranger = Keyboard(visitor().goto("/accounts/login/"), Walked())
    stranger.page.evaluate(f"() => {{ {spoiled} }}")
    with pytest.raises(AssertionError, match=said):
        stranger.walk()
