"""The crawl by tokens: whatever may be read is asked by each kind of token, and no word too much is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from teams.foundation.tenancy import address_prefix
from teams.foundation.tokens import READS, SCOPES, Token
from tests.crawl.conftest import World, _everything_of, undone
from tests.crawl.reading import leaks, text_of
from tests.crawl.table import Row
from tests.crawl.table_api import api_rows
from tests.factories.authorities import NOW

ROWS = [row for row in api_rows() if row.method == "GET"]
READERS = ("manager", "admin", "head", "lead", "other_head", "worker", "finance")
MONEY = ("cost of", "price of", "salary of")


@pytest.fixture(scope="package")
def tokens(world) -> dict[str, str]:
    """By reader; "narrow" is the manager's, for schools alone, "frugal" the manager's for everything but costs."""
    made = {reader: token_of(world, reader, SCOPES) for reader in READERS}
    made["narrow"] = token_of(world, "manager", ["schools:read"])
    made["frugal"] = token_of(world, "manager", [scope for scope in READS if scope != "costs:read"])
    made["over"] = token_of(world, "manager", SCOPES, at=NOW - timedelta(days=9), days=1)
    made["foreign"] = token_of(world, "admin", SCOPES, home="moorland")
    for link in ("link", "spent_link", "old_link"):
        made[link] = world.fenshire.rows[f"{link} token"]
    return made


def token_of(world: World, reader: str, scopes: Any, *, home: str = "fenshire", at: Any = NOW, days: int = 30) -> str:
    county = getattr(world, home)
    with county.inside():
        _, text = Token.make(
            name="A program",
            scopes=scopes,
            until=(at + timedelta(days=days)).date(),
            user=county.users[reader],
            by=county.as_(reader),
            at=at,
        )
    return text


def ask(row: Row, world: World, token: str) -> Any:
    with address_prefix("fenshire"):
        path = reverse(row.name, kwargs=row.where(world.fenshire))
    client = Client(raise_request_exception=False)
    with undone():
        response = client.get(path, row.data(world.fenshire), headers={"Authorization": f"Bearer {token}"})
        response.everything = _everything_of(response)
    return response


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_token_reads_what_its_person_reads_and_no_word_more(world, tokens, row):
    for reader in READERS:
        response = ask(row, world, tokens[reader])
        assert response.status_code == row.expected(reader), f"{row} answers {reader}'s token {response.status_code}."
        assert not leaks(world, text_of(response), reader)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_narrow_token_reads_its_family_alone_and_a_frugal_one_no_money(world, tokens, row):
    narrow = ask(row, world, tokens["narrow"])
    of_schools = row.name.startswith(("api_school", "api_contact", "api_nothing"))
    assert narrow.status_code == (row.expected("manager") if of_schools else 403)
    frugal = ask(row, world, tokens["frugal"])
    cells = {world.fenshire.canaries.cells[word] for word in world.fenshire.canaries.seen_in(text_of(frugal))}
    money = {cell for cell in cells if cell.startswith(MONEY)}
    assert not money, f"{row} tells {money} to a token that may not read costs."


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_nothing_opens_by_a_token_that_is_over_or_anothers_or_by_a_link(world, tokens, row):
    strangers = {word for word, readers in world.fenshire.canaries.readers.items() if "stranger" in readers}
    for reader in ("over", "foreign", "link", "spent_link", "old_link"):
        response = ask(row, world, tokens[reader])
        assert response.status_code == 401, f"{row} opens by the token “{reader}”."
        assert not world.fenshire.canaries.seen_in(text_of(response)) - strangers
