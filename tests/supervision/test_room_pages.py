"""The room through real pages, without a script; what a device sends later; and as few questions at any size."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from casework.actions import young_people
from supervision.models import Session
from teams.foundation.drafts import Draft
from teams.models import Audience, Person
from tests.factories.authorities import NOW
from tests.supervision.stories import AFTER, promised, said, supervised
from tests.told import story

SECRET = "She is looking for another post"


@pytest.fixture(autouse=True)
def _morning(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)


@story
def school(fenshire):
    """Nobody's scope is open: every request opens its own."""
    with fenshire.inside():
        supervised(fenshire)
    return fenshire


def at(county, page: str = "") -> str:
    return f"/fenshire/supervision/visits/{county.visit.public_id}/room/{page}"


def sent(county, *, key: int = 1, who: str = "manager", **more) -> dict:
    return {
        "owner": str(county.people[who].public_id), "key": str(UUID(int=key)), "shared": None, "two": None,
        "started_at": "2026-11-10T10:00:00Z", "finished_at": "2026-11-10T10:45:00Z",
    } | more  # fmt: skip


def finish(client, county, **more):
    body = json.dumps(sent(county, **more))
    return client.post(at(county, "finish/"), body, content_type="application/json")


def typed(words: list[list[str]], revision: int = 0) -> dict:
    return {"words": words, "revision": revision}


def test_without_a_script_the_whole_way_from_the_room_to_the_record(school, client_for):
    client = client_for(school, "manager")
    words = {name: value for name, value in said(school) if not name.startswith("said-")}
    assert "All three of us" in client.get(at(school)).content.decode()
    read = client.post(at(school), words | {"press": "read"}, follow=True).content.decode()
    assert "What we said" in read
    assert "Comes in by the front door" in read
    two = client.post(at(school, "read/"), {"said-worker": "on", "said-school": "on"}, follow=True)
    assert "Just the two of us" in two.content.decode()
    done = client.post(at(school, "two/"), {"wellbeing": SECRET, "press": "finish", "key": "0" * 31 + "7"}, follow=True)
    page = done.content.decode()
    assert "Final" in page
    assert SECRET in page
    with school.inside():
        session = Session.objects.get()
        assert (session.status, session.key) == (Session.Status.FINAL, UUID(int=7))
        assert SECRET not in json.dumps(session.copies.get(copy="school").snapshot)
        assert not Draft.objects.exists()


def test_the_pages_that_the_school_can_see_hold_no_private_word(school, client_for):
    client = client_for(school, "manager")
    client.post(at(school, "two/"), {"wellbeing": SECRET, "press": "save"})
    for page in ("", "read/"):
        shown = client.get(at(school, page)).content.decode()
        assert SECRET not in shown
        assert "Look at the workload" not in shown
        assert "My week" not in shown
    assert "Look at the workload" in client.get(at(school, "two/")).content.decode()


def test_a_finish_that_is_sent_twice_is_one_and_the_words_of_every_other_device_stay(school, client_for):
    client = client_for(school, "manager")
    first = finish(client, school, shared=typed(said(school)))
    assert (first.status_code, first.json()["late"]) == (200, False)
    assert finish(client, school, shared=typed(said(school))).json() == first.json()
    for number, word in enumerate(("Breakfast", "Also the second sentence", "And a third"), start=2):
        late = finish(client, school, key=number, shared=typed([["service-why", word], ["service", "mostly"]]))
        assert late.json()["late"] is True
    page = client.get(first.json()["address"]).content.decode()
    for word in ("Breakfast", "Also the second sentence", "And a third"):
        assert word in page
    assert "mostly" not in page


def test_what_lay_on_a_device_comes_beside_a_record_and_never_makes_one(school, client_for):
    """`late` is no press: it finishes nothing, and says whether the record lacked any of it."""
    client = client_for(school, "manager")
    mine = [["service-why", "Breakfast"]]
    early = finish(client, school, late=True, shared=typed(mine))
    assert (early.status_code, early.json()["error"]) == (409, "not_finished")
    with school.inside():
        assert not Session.objects.exists()
        assert not Draft.objects.exists()
    address = finish(client, school, shared=typed(said(school)), two=typed([["wellbeing", SECRET]])).json()["address"]
    same = finish(
        client, school, key=2, late=True, shared=typed(said(school)), two=typed([["wellbeing", f" {SECRET}"]])
    )
    assert (same.status_code, same.json()["beside"]) == (200, False)
    assert "not in this record" not in client.get(address).content.decode()
    windows = typed([["workload", "Hopeful"], ["workload", "Worried"], ["training", SECRET]])
    new = finish(client, school, key=3, late=True, shared=typed(mine), two=windows)
    assert (new.json()["beside"], new.json()["address"]) == (True, address)
    page = client.get(address).content.decode()
    assert [page.count(word) for word in ("Breakfast", "Hopeful", "Worried", SECRET)] == [1, 1, 1, 2], (
        "the same words in another box are others"
    )
    assert finish(client_for(school, "worker"), school, who="worker", key=4, late=True).status_code == 404


def test_words_that_came_in_the_moment_of_the_finish_stand_beside_the_record(school, client_for):
    client = client_for(school, "manager")
    address = finish(client, school, shared=typed(said(school))).json()["address"]
    client.post(at(school), dict(said(school)) | {"service-why": "Breakfast", "press": "save"})
    client.post(at(school, "two/"), {"wellbeing": SECRET, "press": "save"})
    page = client.get(address).content.decode()
    assert [page.count(word) for word in ("Breakfast", SECRET)] == [1, 1]
    assert SECRET not in client_for(school, "worker").get(address).content.decode(), "its writer alone"


def test_what_cannot_be_finished_is_said_as_json_and_writes_nothing(school, client_for):
    client = client_for(school, "manager")
    about = str(school.visit.public_id)
    client.put(
        f"/fenshire/drafts/supervision-shared/{about}/",
        json.dumps({"owner": str(school.people["manager"].public_id), "revision": 0, "words": [["service-why", "x"]]}),
        content_type="application/json",
    )
    unseen = finish(client, school, shared=typed(said(school)))
    assert (unseen.status_code, unseen.json()["error"]) == (409, "conflict")
    stranger = finish(client, school, who="other_manager")
    assert (stranger.status_code, stranger.json()["error"]) == (403, "somebody_else")
    elsewhere = finish(client_for(school, "other_manager"), school, who="other_manager")
    assert (elsewhere.status_code, elsewhere.json()["error"]) == (404, "not_here")
    assert finish(client, school, shared={"words": "no", "revision": 0}).status_code == 400
    with school.inside():
        school.visit.__class__.objects.filter(pk=school.visit.pk).update(status="left_out")
        school.visit.__class__.objects.filter(pk=school.earlier.pk).update(month=school.visit.month)
    other = finish(client, school, shared=typed(said(school), 1))
    assert (other.status_code, other.json()["error"]) == (409, "refused")
    assert "Another visit stands for this month" in other.json()["sentence"]
    with school.inside():
        assert not Session.objects.exists()


def test_a_supervisor_may_write_down_somebody_who_was_not_on_the_list(school, client_for):
    """Whoever holds it tells what happened: also that Ruth Vale came for the school, and promised something."""
    with school.inside():
        school.visit.__class__.objects.filter(pk=school.visit.pk).update(manager=school.people["senior"])
        school.people["senior"].memberships.update(role="senior_practitioner")
    words = said(school, **{"school-person": "other", "school-name": "Ruth Vale"})
    answer = finish(client_for(school, "senior"), school, who="senior", shared=typed(words))
    assert answer.status_code == 200
    with school.inside():
        assert Person.objects.get(name="Ruth Vale").promises.get().text == "Give the room key"


def test_the_pages_ask_as_much_of_few_as_of_many(school, client_for, queries):
    client = client_for(school, "manager")
    pages = [at(school), at(school, "read/"), at(school, "two/")]

    def counts(addresses: list[str]) -> list[int]:
        found = []
        for address in addresses:
            client.get(address)
            with queries() as seen:
                assert client.get(address).status_code == 200
            found.append(len(seen))
        return found

    few = counts(pages)
    with school.inside():
        for number in range(12):
            young_people.start(
                initials=f"X. {number}", school=school.oakfield, worker=school.people["worker"], need="Mornings",
                starts_on=NOW.date(), by=school.as_("worker"), at=NOW,
            )  # fmt: skip
            for audience in (Audience.SHARED, Audience.TWO):
                promised(school, school.earlier.occasion, f"Ring {number}", audience)
    assert counts(pages) == few
    assert max(few) <= 20
    lines = {f"action-{n}-text": f"Do {n}" for n in range(2, 9)}
    address = finish(client, school, shared=typed(said(school, **lines))).json()["address"]
    record = [address, f"{address}finish/"]
    assert max(counts(record)) <= 20


def test_the_record_of_years_asks_as_little(school, client_for, queries):
    """A correction is a line, not a question."""
    client = client_for(school, "manager")
    address = finish(client, school, shared=typed(said(school))).json()["address"]
    client.get(address)
    with queries() as few:
        client.get(address)
    for number in range(5):
        client.post(f"{address}correct/", {"text": f"Not the {number}th", "audience": "shared"})
    with queries() as many:
        assert "Not the 4th" in client.get(address).content.decode()
    assert len(many) == len(few) <= 20
