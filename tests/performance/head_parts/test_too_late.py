"""A link that is over, words that come too late: nothing is lost, and nothing is said to be kept that is not."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from performance.permissions.reviews import AGREE_LINK
from schools.models import SchoolContact
from teams.foundation.links import Link
from teams.models import Audience
from tests.factories.authorities import LONDON
from tests.factories.reviews import IN_JUNE
from tests.factories.visits import text as main_text
from tests.performance.head_parts.part import ALL, close, drafts, proved
from tests.performance.stories import HELD
from tests.supervision.stories import promised, visit_on


def test_an_old_heads_link_dies_with_the_role(opened, client, reviewed, asked):
    with reviewed.inside():
        SchoolContact.objects.filter(person=reviewed.people["head"]).update(ends_on=date(2027, 5, 31))
    assert client.get(opened).status_code == 404


def test_a_link_that_is_over_gives_a_new_one_and_loses_no_word(opened, client, reviewed, clock):
    proved(reviewed, client, opened)
    client.post(opened, ALL | {"press": "save"})
    clock(IN_JUNE + timedelta(days=20))
    text = main_text(client.get(opened))
    assert "This link no longer works" in text
    assert "A new link is on its way" in main_text(client.post(opened, {"press": "new_link"}))
    assert drafts(reviewed) == 1


def test_the_pages_take_few_queries_and_no_more_with_a_longer_year(
    opened, client, client_for, reviewed, asked, queries
):
    manager = client_for(reviewed, "manager")
    pages = [
        lambda: client.get(opened),
        lambda: manager.get(f"/fenshire/reviews/{reviewed.review.public_id}/schools/"),
    ]

    def counted() -> list[int]:
        found = []
        for page in pages:
            with queries() as seen:
                assert page().status_code == 200
            found.append(len(seen))
        return found

    counted()  # what a process reads once
    few = counted()
    with reviewed.inside():
        for month in (10, 12):
            held = visit_on(reviewed, datetime(2026, month, 1, 10, 0, tzinfo=LONDON))
            held.hold({reviewed.people["manager"].pk}, by=reviewed.as_("manager"), at=IN_JUNE)
            promised(reviewed, held.occasion, f"Ring in {month}", Audience.SHARED)
    assert counted() == few
    assert max(few) <= 20, few


@pytest.mark.parametrize("how", ["without", "over", "void"])
def test_words_that_come_too_late_by_a_link_are_drawn_back_and_not_said_to_be_kept(
    opened, client, reviewed, asked, clock, how
):
    client.get(opened)
    close(reviewed, asked, how, clock)
    answer = client.post(opened, ALL)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ALL["difference"] in page
    assert "Not sent" in page
    assert "kept" not in page
    assert drafts(reviewed) == 0, "The mailbox is not proved."
    assert "Not sent" not in client.get(opened).content.decode()
    assert "is kept" not in client.get(opened).content.decode(), "There is nothing that was."


@pytest.mark.parametrize("how", ["over", "void"])
def test_words_that_come_too_late_from_a_proved_mailbox_are_kept_for_the_next_link(
    opened, client, reviewed, asked, clock, how
):
    proved(reviewed, client, opened)
    close(reviewed, asked, how, clock)
    page = client.post(opened, ALL).content.decode()
    assert ALL["difference"] in page
    assert "Your words are kept" in page
    assert drafts(reviewed) == 1


def test_words_that_come_too_late_from_a_signed_in_head_are_drawn_back(opened, client_for, reviewed, asked, clock):
    close(reviewed, asked, "without", clock)
    answer = client_for(reviewed, "head").post(f"/fenshire/reviews/parts/{asked.public_id}/", ALL)
    assert answer.status_code == 409
    assert ALL["difference"] in answer.content.decode()


def test_what_was_sent_and_is_pressed_once_more_is_not_called_unsent(opened, client, reviewed, asked):
    proved(reviewed, client, opened)
    assert client.post(opened, ALL).status_code == 302
    assert "Not sent" not in client.post(opened, ALL).content.decode()
    assert "Not sent" in client.post(opened, ALL | {"wishes": "Something else"}).content.decode()


def test_not_agreed_by_a_link_that_a_newer_one_has_taken_the_place_of_comes_back_in_full(sent_round, client, clock):
    county = sent_round
    with county.inside():
        _, token = Link.make(purpose=AGREE_LINK, subject=county.part, person=county.people["head"], at=HELD)
    clock(HELD)
    address = f"/fenshire/l/{token}/"
    proved(county, client, address)
    with county.inside():
        Link.make(purpose=AGREE_LINK, subject=county.part, person=county.people["head"], at=HELD)
    said = {"press": "answer", "sending": "1", "answer": "not_agreed", "words": "The gate was not her idea"}
    answer = client.post(address, said)
    assert answer.status_code == 409
    assert "The gate was not her idea" in answer.content.decode()
    assert "Not sent" in answer.content.decode()
    assert "Mornings at the gate" not in answer.content.decode(), "An old link shows nothing of the review."
