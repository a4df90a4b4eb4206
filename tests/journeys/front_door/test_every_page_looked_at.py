"""Every page of the crawl's table through axe at both widths, and every form again after it was sent without a word.

The canary county has every record in every state, with words longer than life: what scrolls sideways anywhere does here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.crawl.rows import page_rows
from tests.crawl.table import Row
from tests.crawl.test_pages import path_of
from tests.factories.canary_county import make_canary_county

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy, pytest.mark.timeout(900)]

# Who looks, where several may: whoever's page has most on it.
FIRST = ("admin", "senior", "manager", "worker", "head")
FILES = {"document", "document_large_file", "run_pack"}
OUR_FAULT = "Sorry, something went wrong"
FORM = "[...document.querySelectorAll('main form[method=post]')].find((each) => each.querySelector('.govuk-button'))"
HAS_FORM = f"() => Boolean({FORM})"
SEND_EMPTY = f"""() => {{
  const form = {FORM};
  for (const box of form.elements) {{
    if (box.type === "radio" || box.type === "checkbox") box.checked = false;
    else if (!["hidden", "submit", "button"].includes(box.type)) box.value = "";
  }}
  HTMLFormElement.prototype.submit.call(form);
}}"""


@pytest.fixture
def county(site) -> Any:
    return make_canary_county("fenshire", "f")


def looked_at() -> Iterator[tuple[Row, str]]:
    """Each page once, with somebody who may see it; and again for each role whose page of this name is its own.

    Of pages in many states seven are enough: no page has more that differ but in their words.
    """
    seen: Counter[str] = Counter()
    for row in page_rows():
        if row.method != "GET" or row.answer != 200 or not row.may or seen[row.name] == 7 or row.name in FILES:
            continue
        seen[row.name] += 1
        readers = sorted(row.may - row.differs.keys(), key=lambda who: FIRST.index(who) if who in FIRST else len(FIRST))
        for reader in readers if row.name in ("first_page", "help") else readers[:1]:
            yield row, reader


@contextmanager
def noting(faults: list[str], somebody: Any, name: str) -> Iterator[None]:
    """One fault hides no other."""
    somebody.errors.clear()
    try:
        yield
    except AssertionError as fault:
        faults.append(f"{name}: {str(fault)[:700]}")


def test_every_page_and_every_form_sent_empty_is_well_at_both_widths(county, visitor, aloud):
    """All pages first, for a press may change what the next one shows."""
    people: dict[str, Any] = {}
    pages, errors, faults, with_form = [], 0, [], []
    for row, reader in looked_at():
        somebody = people[reader] = people.get(reader) or visitor().sign_in(county, reader)
        name = f"every-{row.name}-{row.what or 'page'}-{reader}".replace(" ", "-")
        path = f"{path_of(row, county)}?{urlencode(row.data(county))}"
        answer = somebody.context.request.get(path)
        if answer.headers["content-type"].startswith("text/html"):
            with noting(faults, somebody, name):
                assert answer.status == 200
                somebody.goto(path).check(name)
            pages.append((somebody, name, path))
            if somebody.page.evaluate(HAS_FORM):
                with_form.append((somebody, name, path))
    for somebody, name, path in with_form:
        with noting(faults, somebody, name):
            somebody.goto(path)
            if somebody.page.evaluate(HAS_FORM):
                with somebody.page.expect_navigation():
                    somebody.page.evaluate(SEND_EMPTY)
                assert somebody.page.inner_text("h1") != OUR_FAULT
            if somebody.page.locator(".govuk-error-summary").count():
                somebody.check(f"{name}-errors")
                errors += 1
    for somebody, name, path in pages:  # whatever was pressed, no page falls over
        with noting(faults, somebody, f"{name} afterwards"):
            assert somebody.context.request.get(path).status < 500
    with aloud():
        print(
            f"\n{len(pages)} pages and {errors} forms with errors looked at, at 320 and 1280 px: {len(faults)} faults"
        )
    assert not faults, "\n".join(faults)
    assert len(pages) >= 100
    assert errors >= 30
