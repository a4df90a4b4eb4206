"""What the link to agree to a review opens: the shared part for who reads the mailbox, and never a private word."""

from __future__ import annotations

import pytest

from teams.foundation.links import DEVICE_COOKIE, Link, _device_value, _signer
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.factories.authorities import NOW

PRESSES = ["", "open", "answer", "new_link", "no such press"]


def ask(world: World, method: str, *, proved: bool, part: str, **data: str):
    county = world.fenshire
    with county.inside():
        subject, head = county.rows[part], county.people["head"]
        link, token = Link.make(purpose="headpart.agree", subject=subject, person=head, at=NOW)
        value = _signer.sign(_device_value(link))
    client = world.clients["fenshire", "head"].__class__(raise_request_exception=False)
    if proved:
        client.cookies[DEVICE_COOKIE] = value
    world.clients["fenshire", "agree link"] = client
    return world.ask("agree link", method, f"/fenshire/l/{token}/", data)


@pytest.mark.parametrize("proved", [False, True])
@pytest.mark.parametrize("press", [None, *PRESSES])
def test_a_press_shows_no_word_more_than_the_head_may_read(world, press, proved):
    for part in ("oakfield sent part", "oakfield final part"):
        data = {} if press is None else {"press": press, "answer": "agreed", "sending": "2"}
        response = ask(world, "GET" if press is None else "POST", proved=proved, part=part, **data)
        assert response.status_code in (200, 302, 409, 422)
        found = leaks(world, text_of(response), "head")
        assert not found, f"{press} shows {found}."


def test_only_a_proved_mailbox_sees_what_was_said(world):
    """The control: an empty page leaks nothing, and proves nothing."""
    canary = world.fenshire.canaries
    for proved in (False, True):
        text = text_of(ask(world, "GET", proved=proved, part="oakfield sent part"))
        assert ("oakfield review sent again shared" in {canary.cells[word] for word in canary.seen_in(text)}) is proved


@pytest.mark.parametrize("part", ["beech sent part", "oakfield part"])
def test_another_schools_review_or_one_that_is_not_out_yet_is_not_there(world, part):
    assert ask(world, "GET", proved=True, part=part).status_code == 404
