"""What the link to the pulse opens to somebody of another agency: the questions, the team's name, and no word more."""

from __future__ import annotations

import pytest

from teams.foundation.links import Link
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.factories.authorities import NOW

PRESSES = [None, "", "gone", "open", "new_link", "no such press"]


def ask(world: World, method: str, *, reader: str = "nurse", home: str = "fenshire", **data: str):
    county = world.fenshire
    with county.inside():
        wave = next(iter(county.rows["round open"].__class__.objects.filter(kind="pulse", status="open")))
        _, token = Link.make(purpose="pulse.answer", subject=wave, person=county.people[reader], at=NOW)
    return world.ask("link of the pulse", method, f"/{home}/l/{token}/", data)


@pytest.mark.parametrize("reader", ["nurse", "youth worker"])
@pytest.mark.parametrize("press", PRESSES)
def test_a_press_shows_no_word_more(world, press, reader):
    about = str(world.fenshire.rows[reader].public_id)
    for words in ({}, {"one_team": "4"}, {"about": about}, {"about": "nothing", "one_team": "9"}):
        data = words if press is None else words | {"press": press}
        response = ask(world, "GET" if press is None else "POST", reader=reader, **data)
        assert response.status_code in (200, 302, 422), press
        found = leaks(world, text_of(response), reader)
        assert not found, f"{press} shows {found}."


def test_it_shows_the_questions_and_whose_they_are(world):
    """The control: an empty page leaks nothing, and proves nothing."""
    canary = world.fenshire.canaries
    text = text_of(ask(world, "GET"))
    assert "we work as one large team." in text
    assert "team name" in {canary.cells[word] for word in canary.seen_in(text)}


def test_who_said_that_she_does_not_work_with_the_team_is_asked_nothing(world):
    text = text_of(ask(world, "GET", reader="youth worker"))
    assert "we work as one large team." not in text
    assert "there is no team to ask you about" in text


def test_it_is_nothing_in_another_authority(world):
    assert ask(world, "GET", home="moorland").status_code == 404


@pytest.mark.parametrize(
    "page", ["", "home/", "people/", "other-agencies/", "how-the-team-works/", "what-people-said/"]
)
def test_it_is_no_sign_in(world, page):
    ask(world, "GET")
    response = world.ask("link of the pulse", "GET", f"/fenshire/{page}")
    assert response.status_code in (302, 401)
    assert not leaks(world, text_of(response), "stranger")
