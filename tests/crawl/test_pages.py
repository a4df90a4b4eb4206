"""The crawl (architecture 4): every address, asked by everybody, answers as the table says, and no word too much."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.urls import reverse

from teams.foundation.tenancy import address_prefix
from tests.architecture.test_addresses import ALL, view_of
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.crawl.rows import every_row
from tests.crawl.table import SIGNED_IN, Row
from tests.factories.authorities import County
from tests.factories.canaries import COUNCIL, SCHOOLS

ROWS = every_row()
# Cells of which nothing is shown to anybody yet, each with its reason. What is on no page proves nothing there.
SHOWN_NOWHERE = {
    **{f"{who} telephone": "only managers and heads are rung" for who in COUNCIL | {"other_head"}},
    **{f"draft of {who}": "may not write the agreement that it is about" for who in (COUNCIL | SCHOOLS) - {"senior"}},
    "employer": "kept, and not shown yet",
    "looked at seen": "what she sees now takes its place on the same page",
    **{
        f"{school} review objective became": "kept: its review says it in its own words"
        for school in ("oakfield", "beech")
    },
    "wording title": "to whoever is asked: test_asked.py",
    "problem of a mail": "kept, and not shown yet",
    "problem of a pack paper": "the sweep's own; whoever opens the paper has it drawn again",
    "problem of a proposal paper": "the sweep's own; whoever opens the paper has it drawn again",
    "problem of a record paper": "for who runs Alongside: its readers get the paper, drawn then",
    "problem of a review paper": "for who runs Alongside: its readers get the paper, drawn then",
    "oakfield definition": "of a figure whose definition has not changed",
    "beech definition": "of a figure whose definition has not changed",
    **{
        f"{school} review sent {cell}": "of words that were changed: what was said of them is shown"
        for school in ("oakfield", "beech")
        for cell in ("career", "dropped", "objective", "shared", "wellbeing")
    },
    "oakfield link": "a successor is shown of a closed school",
    "beech link": "a successor is shown of a closed school",
    **{
        f"{school} {state} {what}": "of a supervision that has been held: what was said at it is shown"
        for school in ("oakfield", "beech")
        for state in ("sent", "final")
        for what in ("place", "title", "visit why")
    },
}
# Addresses with tests of their own in this folder.
ELSEWHERE = {"link": "test_links.py", **dict.fromkeys(("asked", "asked_safe", "asked_ring"), "test_asked.py")}


def path_of(row: Row, county: County) -> str:
    if row.outside:
        return reverse(row.name, kwargs=row.where(county))
    with address_prefix(county.authority.slug):
        return reverse(row.name, kwargs=row.where(county))


@pytest.fixture(scope="package")
def seen() -> defaultdict[str, set[str]]:
    """Which cells were seen, and by whom: an empty page leaks nothing, and proves nothing."""
    return defaultdict(set)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_everybody_gets_what_the_table_says_and_no_word_too_much(world, seen, row):
    path, canary = path_of(row, world.fenshire), world.fenshire.canaries
    answers: dict[str, Any] = {}
    for reader in row.readers():
        response = world.ask(reader, row.method, path, row.data(world.fenshire))
        answers[reader] = response.status_code
        text = text_of(response)
        found = leaks(world, text, reader)
        assert not found, f"{row} shows {reader} {found}: ask visible_to(principal), and the policy about each column."
        for word in canary.seen_in(text):
            seen[canary.cells[word]].add(reader)
    expected = {reader: row.expected(reader) for reader in answers}
    wrong = {reader: (status, expected[reader]) for reader, status in answers.items() if status != expected[reader]}
    assert not wrong, f"{row}: (answered, expected) {wrong}. If it is meant, change tests/crawl/table.py and say why."


@pytest.mark.parametrize("row", [row for row in ROWS if not row.outside], ids=str)
def test_in_another_authority_the_same_role_finds_nothing(world, row):
    """Somebody from Moorland, in the role that opens this address; and the same address at home, with the same ids."""
    reader = sorted(row.may & SIGNED_IN or SIGNED_IN)[0]
    path = path_of(row, world.fenshire)
    response = world.ask(reader, row.method, path, row.data(world.fenshire), home="moorland")
    if row.signed_out != 200 and path.split("/")[2] not in ("check", "brand.css"):
        assert response.status_code == 404, f"{row} answers {response.status_code} to somebody from another authority."
    assert not world.fenshire.canaries.seen_in(text_of(response)) - allowed_to_strangers(world)
    at_home = path_of(row, world.moorland)
    assert at_home.removeprefix("/moorland") == path.removeprefix("/fenshire") or "check" in path, (
        "The ids are the same."
    )
    text = text_of(world.ask(reader, row.method, at_home, row.data(world.moorland), home="moorland"))
    strange = world.fenshire.canaries.seen_in(text) - world.moorland.canaries.cells.keys()
    assert not strange, f"{row} shows Fenshire's {strange} to Moorland."


def allowed_to_strangers(world: World) -> set[str]:
    return {word for word, readers in world.fenshire.canaries.readers.items() if "stranger" in readers}


def test_every_address_has_its_rows():
    """GET for each, and every other method that its view answers."""
    rows = {(row.name, row.method) for row in ROWS}
    for name, route, callback in ALL:
        if name in ELSEWHERE:
            continue
        view = view_of(callback)
        methods = {"GET"} | {method.upper() for method in ("post", "put", "patch", "delete") if hasattr(view, method)}
        missing = sorted(method for method in methods if (name, method) not in rows)
        assert not missing, f"/{route} ({name}) has no row for {missing} in tests/crawl/table.py: say who may."
    gone = {name for name, _ in rows} - {name for name, *_ in ALL}
    assert not gone, f"{sorted(gone)} are in the table, and no address is called so any more."


def test_the_crawl_has_seen_each_cell(request, world, seen):
    """After the rows: a cell that nobody saw was not watched either."""
    if not request.config.getoption("keyword") and len(seen) > 20:
        unseen = set(world.fenshire.canaries.cells.values()) - seen.keys() - SHOWN_NOWHERE.keys()
        assert not unseen, f"Nobody saw {sorted(unseen)}: is it shown anywhere? If not, say so in SHOWN_NOWHERE."
