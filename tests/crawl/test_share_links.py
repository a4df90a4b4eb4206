"""What the link to the question about next year's share opens: its own school's price, and what was said once proved."""

from __future__ import annotations

import pytest

from schools.permissions import SHARE_LINK
from teams.foundation.links import DEVICE_COOKIE, Link, _device_value, _signer
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.factories.authorities import NOW


def ask(world: World, method: str, *, proved: bool, question: str, **data: str):
    county = world.fenshire
    with county.inside():
        link, token = Link.make(purpose=SHARE_LINK, subject=county.rows[question], person=county.people["head"], at=NOW)
        value = _signer.sign(_device_value(link))
    client = world.clients["fenshire", "head"].__class__(raise_request_exception=False)
    if proved:
        client.cookies[DEVICE_COOKIE] = value
    world.clients["fenshire", "share link"] = client
    return world.ask("share link", method, f"/fenshire/l/{token}/", data)


@pytest.mark.parametrize("proved", [False, True])
@pytest.mark.parametrize("press", [None, "", "new_link", "no such press"])
def test_a_press_shows_no_word_more_than_the_head_may_read(world, press, proved):
    data = {} if press is None else {"press": press}
    response = ask(world, "GET" if press is None else "POST", proved=proved, question="oakfield question", **data)
    assert response.status_code in (200, 302, 409, 422)
    found = leaks(world, text_of(response), "head")
    assert not found, f"{press} shows {found}."


def test_only_a_proved_mailbox_sees_what_was_said(world):
    canary = world.fenshire.canaries
    for proved in (False, True):
        text = text_of(ask(world, "GET", proved=proved, question="oakfield question"))
        assert ("oakfield next year" in {canary.cells[word] for word in canary.seen_in(text)}) is proved


def test_another_schools_question_is_not_there(world):
    assert ask(world, "GET", proved=True, question="beech question").status_code == 404
