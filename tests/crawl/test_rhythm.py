"""What a link to choose a time opens, and what stands behind the address of a calendar: no word more."""

from __future__ import annotations

import pytest

from tests.crawl.reading import leaks, text_of

CHOICES = [{}, {"press": "new_link"}, {"time": "none", "other_times": "Friday"}, {"time": "x"}, {"time": "none"}]


def test_the_link_shows_three_times_to_its_holder_and_no_word_more(world):
    for method, data in (("GET", {}), *(("POST", each) for each in CHOICES)):
        response = world.ask("stranger", method, f"/fenshire/l/{world.fenshire.rows['choose token']}/", data)
        assert response.status_code in (200, 422)
        text = text_of(response)
        assert not leaks(world, text, "link")
        seen = {world.fenshire.canaries.cells[word] for word in world.fenshire.canaries.seen_in(text)}
        assert {"manager name", "oakfield name"} <= seen, "an empty page leaks nothing, and proves nothing"
        assert "worker name" not in seen, "the mail and its page are about the manager's visit alone"


@pytest.mark.parametrize("county", ["fenshire", "moorland"])
def test_a_token_opens_its_own_authority_alone(world, county):
    for path in (f"l/{world.fenshire.rows['choose token']}/", f"calendar/{world.fenshire.rows['feed token']}.ics"):
        answer = world.ask("stranger", "GET", f"/{county}/{path}")
        assert answer.status_code == (200 if county == "fenshire" else 404)


def test_a_calendar_has_the_meetings_of_its_person_and_nothing_about_a_child(world):
    text = text_of(world.ask("stranger", "GET", f"/fenshire/calendar/{world.fenshire.rows['feed token']}.ics"))
    text = text.replace("\r\n ", "").replace("\n ", "")  # calendars break their lines after 75 bytes, inside words too
    assert "begin:vevent" in text
    assert not leaks(world, text, "manager")
    cells = {world.fenshire.canaries.cells[word] for word in world.fenshire.canaries.seen_in(text)}
    assert {cell for cell in cells if not cell.endswith((" title", " place"))} <= {
        "authority",
        "manager name",
        "oakfield name",
    }
