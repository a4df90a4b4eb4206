"""A page printed from the browser is the page: nothing to press, tables whole, black on white."""

from __future__ import annotations

import pytest

from tests.factories.authorities import County, make_county
from tests.reports.stories import active, add_agreement, add_terms

FURNITURE = [
    "header",
    "footer",
    "nav",
    "[role=search]",
    "[role=dialog]",
    "button:not(th button)",
    ".govuk-button",
    ".govuk-skip-link",
]
SHOWN = (
    """(names) => names.filter((name) => [...document.querySelectorAll(name)].some((each) => each.checkVisibility()))"""
)
PALE = """() => [...document.querySelectorAll("main *")].filter((each) => {
  const words = [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!words || !each.checkVisibility({ visibilityProperty: true })) return false;
  const [red, green, blue] = getComputedStyle(each).color.match(/[\\d.]+/g).map(Number);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 150;
}).map((each) => each.outerHTML.slice(0, 160))"""
BREAKS = """() => [...document.querySelectorAll("main tr")].filter((row) => getComputedStyle(row).breakInside !== "avoid").length"""
HEADS = """() => [...document.querySelectorAll("main thead:not(.govuk-visually-hidden)")].filter(
  (head) => head.checkVisibility() && getComputedStyle(head).display !== "table-header-group"
).map((each) => each.outerHTML.slice(0, 400))"""


@pytest.fixture
def county(transactional_db) -> County:
    county = make_county()
    add_terms(county, 2026)
    county.rows["agreement"] = active(county)
    add_agreement(county, 1, state="offered")
    return county


def test_a_printed_page_is_the_page(county, visitor):
    pages = (
        ("week", "manager", "/"),
        ("county", "senior", "/county/"),
        ("agreement", "senior", f"/agreements/{county.agreement.public_id}/"),
        ("agreements", "senior", "/agreements/"),
        ("person", "admin", f"/people/{county.people['worker'].public_id}/"),
        ("help", "worker", "/help/"),
    )
    people = {name: visitor().sign_in(county, name) for name in {who for _, who, _ in pages}}
    for name, who, path in pages:
        reader = people[who].goto(f"/fenshire{path}")
        reader.page.emulate_media(media="print")
        if reader.pictures:
            reader.page.pdf(path=reader.pictures / f"printed-{name}.pdf", format="A4")
        assert reader.page.locator("h1").is_visible(), f"{name} has no heading on paper"
        assert reader.page.evaluate(SHOWN, FURNITURE) == [], f"{name} prints what only a screen needs"
        assert reader.page.evaluate(PALE) == [], f"{name} prints pale words"
        assert reader.page.evaluate(BREAKS) == 0, f"{name} cuts a table inside a row"
        assert reader.page.evaluate(HEADS) == [], f"{name} does not repeat the headings of its tables"
