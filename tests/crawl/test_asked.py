"""The crawl of whoever is asked: what a token opens, to whoever holds it, and not a word of what others said."""

from __future__ import annotations

import pytest

from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.factories.canary_asking import TOKEN, USED

PRESSES = ["", "named", "unnamed", "stop", "send", "closed_named", "no such press"]
PLACES = ["", "safe/", "ring/"]


def ask(world: World, token: str, place: str = "", method: str = "GET", reader: str = "stranger", **data: str):
    return world.ask(reader, method, f"/fenshire/q/{token}/{place}", data)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("token", [TOKEN, USED, "nobody"])
def test_a_token_shows_no_word_of_anybody(world, token, place):
    response = ask(world, token, place)
    assert response.status_code in (200, 404)
    names = [cell for cell in leaks(world, text_of(response), "stranger") if cell != "head name"]
    assert not names, "whom a young person can ask to find them, and nobody else, is named"


@pytest.mark.parametrize("press", PRESSES)
@pytest.mark.parametrize("token", [TOKEN, USED])
def test_a_press_shows_no_word_more(world, token, press):
    for more in ({}, {"at": "0", "answer": "yes"}, {"at": "9", "answer": "x" * 2000}, {"number": "01632 960001"}):
        for place in ("", "ring/"):
            response = ask(world, token, place, "POST", press=press, **more)
            assert response.status_code in (200, 302, 404, 409, 422), f"{press}: {response.status_code}"
            assert not leaks(world, text_of(response), "stranger")


def test_what_the_team_did_is_shown_to_whoever_has_answered(world):
    """The control: an empty page leaks nothing, and proves nothing."""
    canary = world.fenshire.canaries
    seen = {canary.cells[word] for word in canary.seen_in(text_of(ask(world, USED)))}
    assert {"we did said", "we did did"} <= seen


def test_another_language_is_shown_to_whoever_is_asked(world):
    # The used one is of the young people, whose words there are in two languages; a parent's are in one.
    canary = world.fenshire.canaries
    response = world.ask("stranger", "GET", f"/fenshire/q/{USED}/?language=xx")
    assert not leaks(world, text_of(response), "stranger")
    assert canary.seen_in(text_of(ask(world, USED)))


@pytest.mark.parametrize("reader", ["worker", "manager", "head", "admin", "auditor"])
def test_who_is_signed_in_sees_nothing_by_a_token(world, reader):
    for method in ("GET", "POST"):
        response = ask(world, TOKEN, "", method, reader, press="named")
        assert response.status_code == 403
        assert not leaks(world, text_of(response), reader)


def test_a_token_is_nothing_in_another_authority(world):
    response = world.ask("stranger", "GET", f"/moorland/q/{TOKEN}/")
    assert response.status_code == 200, "the same token is Moorland's own ticket"
    assert not world.fenshire.canaries.seen_in(text_of(response))
