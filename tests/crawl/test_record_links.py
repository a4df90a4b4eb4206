"""What the link to a record opens: the shared part to whoever has proved the mailbox, and never a word between two."""

from __future__ import annotations

import pytest

from teams.foundation.links import DEVICE_COOKIE, Link, _device_value, _signer
from tests.crawl.conftest import World
from tests.crawl.reading import leaks, text_of
from tests.factories.authorities import NOW

PRESSES = ["", "open", "answer", "opinion", "new_link", "no such press"]


def ask(world: World, method: str, *, proved: bool, state: str = "sent", **data: str):
    county = world.fenshire
    with county.inside():
        subject = county.rows[f"oakfield {state} session"]
        link, token = Link.make(purpose="session.agree", subject=subject, person=county.people["lead"], at=NOW)
        value = _signer.sign(_device_value(link))
    client = world.clients["fenshire", "lead"].__class__(raise_request_exception=False)
    if proved:
        client.cookies[DEVICE_COOKIE] = value
    world.clients["fenshire", "record link"] = client
    return world.ask("record link", method, f"/fenshire/l/{token}/", data)


@pytest.mark.parametrize("proved", [False, True])
@pytest.mark.parametrize("press", [None, *PRESSES])
def test_a_press_shows_no_word_more_than_the_school_may_read(world, press, proved):
    for state in ("sent", "final"):
        data = {} if press is None else {"press": press, "answer": "not_accurate", "words": "No"}
        response = ask(world, "GET" if press is None else "POST", proved=proved, state=state, **data)
        assert response.status_code in (200, 302, 409, 422)
        found = leaks(world, text_of(response), "lead")
        assert not found, f"{press} shows {found}."


def test_only_a_proved_mailbox_sees_what_was_said(world):
    """The control: an empty page leaks nothing, and proves nothing."""
    canary = world.fenshire.canaries
    for proved in (False, True):
        text = text_of(ask(world, "GET", proved=proved))
        assert ("oakfield sent service" in {canary.cells[word] for word in canary.seen_in(text)}) is proved
