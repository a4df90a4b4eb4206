"""The crawl's other half: what a link opens, to whoever holds it, and what it opens no more."""

from __future__ import annotations

import pytest

from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of

PRESSES = ["", "agree", "agree_way", "ask", "decline", "new_link", "pass_on", "no such press"]
PASSED_ON = {"name": "Nora Field", "job": "Headteacher", "email": "nora@school.example"}


def ask(world: World, link: str, method: str = "GET", reader: str = "stranger", **data: str):
    token = world.fenshire.rows[f"{link} token"]
    if method == "POST":
        with world.fenshire.inside():
            data |= {"version": str(world.fenshire.offered_agreement.latest.public_id)}
    return world.ask(reader, method, f"/fenshire/l/{token}/", data)


@pytest.mark.parametrize("link", ["link", "spent_link", "old_link"])
def test_a_link_shows_its_own_agreement_and_no_word_more(world, link):
    response = ask(world, link)
    assert response.status_code == 200
    assert not leaks(world, text_of(response), link)


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize("link", ["link", "spent_link", "old_link"])
def test_a_press_shows_no_word_more(world, link, press):
    for words in ({}, {"text": "May we have Tuesdays?", "reason": "No money"}, {"code": "000000"}, PASSED_ON):
        response = ask(world, link, "POST", press=press, **words)
        assert response.status_code in (200, 302, 409, 422), f"{press} by {link} is answered {response.status_code}."
        found = leaks(world, text_of(response), link)
        assert not found, f"{press} by {link} shows {found}."


def test_an_open_link_shows_the_price_and_the_words(world):
    """The control: an empty page leaks nothing, and proves nothing."""
    canary = world.fenshire.canaries
    seen = {canary.cells[word] for word in canary.seen_in(text_of(ask(world, "link")))}
    assert {"cost of offered_agreement", "offered_post focus", "worker name", "manager name", "oakfield name"} <= seen


def test_a_link_that_is_over_shows_nothing_of_the_agreement(world):
    canary = world.fenshire.canaries
    seen = {canary.cells[word] for word in canary.seen_in(text_of(ask(world, "old_link")))}
    assert not {cell for cell in seen if cell.startswith(("cost", "salary", "ended_post", "ended_agreement"))}


@pytest.mark.parametrize("reader", ["stranger", "admin", "other_head", "senior"])
def test_who_is_signed_in_sees_by_a_link_what_its_holder_sees(world, reader):
    assert not leaks(world, text_of(ask(world, "link", reader=reader)), "link")


@pytest.mark.parametrize("path", ["", "wrong/", "x" * 43 + "/", "x" * 43, "%00/", "../set-up/"])
def test_a_token_that_is_none_opens_nothing(world, path):
    response = world.ask("stranger", "GET", f"/fenshire/l/{path}")
    assert response.status_code in (301, 302, 404)
    assert not leaks(world, text_of(response), "stranger")


@pytest.mark.parametrize("link", ["link", "spent_link", "old_link"])
def test_a_token_is_nothing_in_another_authority(world, link):
    token = world.fenshire.rows[f"{link} token"]
    response = world.ask("stranger", "GET", f"/moorland/l/{token}/")
    assert response.status_code == 404
    text = text_of(response)
    assert not world.fenshire.canaries.seen_in(text)
    assert {world.moorland.canaries.cells[word] for word in world.moorland.canaries.seen_in(text)} <= {"authority"}


@pytest.mark.parametrize("page", ["", "home/", "agreements/", "schools/", "papers/", "drafts/token/"])
def test_a_link_is_no_sign_in(world, page):
    """The browser that opened a link is still nobody everywhere else."""
    ask(world, "link")
    response = world.ask("stranger", "GET", f"/fenshire/{page}")
    assert response.status_code in (302, 401)
    assert not leaks(world, text_of(response), "stranger")


@pytest.mark.parametrize("reader", ["stranger", "admin", "head"])
@pytest.mark.parametrize("press", ["", "password", "council", "new_link", "no such press"])
def test_an_invitation_names_its_person_and_the_council_and_nothing_else(world, reader, press):
    for method in ("GET", "POST"):
        response = ask(world, "invitation", method, reader, press=press, password1="x", password2="y")
        assert response.status_code in (200, 409, 422)
        canary = world.fenshire.canaries
        seen = {canary.cells[word] for word in canary.seen_in(text_of(response))}
        own = {"authority", "peer name", "peer mailbox"}
        assert seen <= own | ({f"{reader} name"} if reader != "stranger" else set())
