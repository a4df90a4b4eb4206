"""Peer supervision with the manager there, and the peer group without her (journey M5, BR-03, BR-21, D.5)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from reports.needs import peers as needs
from supervision.actions import months, peers
from supervision.models import GoodPractice, PeerGroup, PeerSupervision, SetPlace
from supervision.models.peers import LASTS, Said
from teams.foundation.access import Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import (
    Attendee,
    AuditEvent,
    Commitment,
    Cover,
    Employment,
    Membership,
    Occasion,
    Person,
    Post,
    Profession,
)
from tests.factories.authorities import LONDON, NOW, TODAY, add_person
from tests.supervision.crew import eight_workers, place  # noqa: F401
from tests.told import story

pytestmark = pytest.mark.django_db
SECRET = "She thinks of leaving the school"
WHEN = datetime(2026, 9, 17, 13, 30, tzinfo=LONDON)
KEY = "0" * 31 + "5"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """It is the morning of 8 September 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def set_of_three(fenshire):
    """Mira's set A: Wanda, Sol and Tia; a supervisor of the team who is in no set; one peer supervision is booked."""
    with fenshire.inside():
        for key, name in (("second", "Sol"), ("third", "Tia")):
            add_person(fenshire, key, f"{name} Fenshire", Role.WORKER, "Pupil support worker")
            post = Post.objects.create(
                name=f"PSW {key}", profession=Profession.objects.get(), team=fenshire.team, starts_on=date(2024, 9, 1)
            )
            Employment.objects.create(post=post, person=fenshire.people[key], starts_on=date(2024, 9, 1))
        add_person(fenshire, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
        peer = PeerSupervision(
            manager=fenshire.people["manager"], month=date(2026, 9, 1), group="A", due_on=date(2026, 9, 17),
            why="Peer supervision for set A: set B is in school.",
        )  # fmt: skip
        begin(peer, "plan", by=fenshire.as_("manager"), at=NOW)
        peer.name_people(fenshire.people[key] for key in ("worker", "second", "third"))
        peers.agree(peer, WHEN, place="The hub", by=fenshire.as_("manager"), at=NOW)
        fenshire.rows["peer"] = peer
    return fenshire


def at(county, page: str = "") -> str:
    return f"/fenshire/supervision/peer/{county.peer.public_id}/{page}"


def hexes(county, *keys: str) -> list[str]:
    return [county.people[key].public_id.hex for key in keys]


def typed(county, **more):
    """What Mira types: Wanda and Sol are there, Tia is not."""
    wanda, sol = hexes(county, "worker", "second")
    return {
        "came": [wanda, sol], "presenter": wanda, "question": f"How do I say it? {SECRET}", "facts": "Mornings",
        "asked": "Who else knows?", "options": "A walk first", "will_do": "Try the walk", "due": "2026-10-15",
        f"takes-{sol}": "Ask earlier", "press": "finish", "key": KEY,
    } | more  # fmt: skip


def held(county, client_for):
    done = client_for(county, "manager").post(at(county, "meeting/"), typed(county), follow=True)
    assert done.redirect_chain == [(at(county), 302)], done.content.decode()
    return done.content.decode()


def test_before_it_three_presses_from_the_month_and_the_presenter_has_one_box(eight_workers, client_for):  # noqa: F811
    county = eight_workers
    client = client_for(county, "manager")
    month = client.get("/fenshire/supervision/").content.decode()
    assert "Peer supervision: set B, 1" in month
    due = "/fenshire/supervision/2026/9/peer/B/"
    assert due in month
    page = client.get(due).content.decode()
    assert "Ask Worker 01 for a question" in page
    with county.inside():
        assert not PeerSupervision.objects.exists(), "looking wrote something"
    asked = client.post(due, {"press": "ask"}, follow=True).content.decode()
    assert "Worker 01 was asked for a question" in asked
    client.post(due, {"press": "ask"})
    with county.inside():
        peer = PeerSupervision.objects.get()
        assert peer.presenter.name == "Worker 01"
        assert {each.person.name for each in peer.workers()} == {f"Worker 0{n}" for n in (1, 3, 5, 7)}
        assert AuditEvent.objects.filter(verb="peersupervision.ask").count() == 1
    assert client.get("/fenshire/supervision/2026/9/peer/A/").status_code == 404, "set A is in school"


def test_the_months_presses_write_it_down_once(eight_workers):  # noqa: F811
    county = eight_workers
    with county.inside():
        for _ in range(2):
            months.write_down(county.people["manager"], date(2026, 9, 1), by=county.as_("manager"), at=NOW, today=TODAY)
        assert PeerSupervision.objects.get().status == PeerSupervision.Status.DUE
        [line] = needs.lines(county.as_("manager"))
        assert line.what == "Agree a time. Peer supervision: set B"
        peer = PeerSupervision.objects.get()
        for number, group in ((8, "B"), (1, "A")):  # one comes into the set, one leaves it
            person = (
                place(county, 8).post.employments.get().person if number == 8 else Person.objects.get(name="Worker 01")
            )
            SetPlace.objects.create(person=person, group=group, starts_on=TODAY)
        peers.agree(peer, WHEN, place="", by=county.as_("manager"), at=NOW)
        assert {each.person.name for each in peer.workers()} == {f"Worker 0{n}" for n in (3, 5, 7, 8)}
        assert Attendee.objects.filter(occasion=peer.occasion).count() == 5


def test_an_agreed_time_is_in_all_calendars_and_what_cannot_be_is_refused(set_of_three, client_for):
    county = set_of_three
    client = client_for(county, "manager")
    past = {"day_day": "1", "day_month": "9", "day_year": "2026", "time": "13:30", "place": "The hub"}
    page = client.post(at(county, "time/"), past)
    assert page.status_code == 422
    assert "Choose today or a later day" in page.content.decode()
    assert "The hub" in page.content.decode()
    with county.inside():
        occasion = county.peer.occasion
        assert (occasion.audience, occasion.place) == ("peers", "The hub")
        assert Attendee.objects.filter(occasion=occasion).count() == 4
        other = Occasion.objects.create(
            kind="in_school",
            title="Meeting",
            starts_at=WHEN + timedelta(days=1),
            ends_at=WHEN + timedelta(days=1, hours=1),
        )
        Attendee.objects.create(occasion=other, person=county.people["manager"], part="manager")
        with pytest.raises(Refusal, match="has something else then: Meeting"):
            peers.agree(county.peer, WHEN + timedelta(days=1), place="", by=county.as_("manager"), at=NOW)
        with pytest.raises(Refusal, match=r"has something else then\. Choose"):
            peers.agree(county.peer, WHEN + timedelta(days=1), place="", by=county.as_("other_manager"), at=NOW)
        assert [line.what for line in needs.lines_and_coming(county.as_("worker"))[1]] == ["Peer supervision: set A"]
    client.post(at(county, "call-off/"))
    with county.inside():
        assert Occasion.objects.get(pk=occasion.pk).called_off_at == NOW
        county.peer.refresh_from_db()
        assert county.peer.occasion is None


def test_the_presenter_brings_a_question_that_the_others_read_when_they_meet(set_of_three, client_for):
    county = set_of_three
    client_for(county, "manager").post(at(county, "ask/"))
    with county.inside():
        county.peer.refresh_from_db()
        first = next(key for key in ("worker", "second", "third") if county.people[key] == county.peer.presenter)
        [line] = needs.lines(county.as_(first))
        assert line.page == "peer_question"
    presenter = client_for(county, first)
    assert "identify the family" in presenter.get(at(county, "question/")).content.decode()
    presenter.post(at(county, "question/"), {"question": SECRET})
    other = next(key for key in ("worker", "second", "third") if key != first)
    assert client_for(county, other).get(at(county, "question/")).status_code == 403
    assert SECRET not in client_for(county, other).get(at(county)).content.decode()
    assert SECRET in client_for(county, "manager").get(at(county)).content.decode()
    assert SECRET in client_for(county, "manager").get(at(county, "meeting/")).content.decode()


def test_those_who_were_there_read_it_and_nobody_else(set_of_three, client_for):
    county = set_of_three
    page = held(county, client_for)
    assert SECRET in page
    for key in ("worker", "second"):
        assert SECRET in client_for(county, key).get(at(county)).content.decode()
    with county.inside():
        promise = Commitment.objects.get()
        assert (promise.promised_by, promise.audience) == (county.people["worker"], "peers")
    action = f"/fenshire/actions/{promise.public_id}/"
    assert "Those who were there" in client_for(county, "second").get(action).content.decode()
    for key in ("third", "other_worker", "other_manager", "practitioner", "senior", "admin", "auditor", "head", "lead"):
        client = client_for(county, key)
        assert client.get(at(county)).status_code == 404, key
        assert client.get(action).status_code == 404, key
    with county.inside():
        events = str(list(AuditEvent.objects.values_list("reason", "changed", "role")))
        assert "Try the walk" not in events
        assert SECRET not in events
        assert not Draft.objects.exists()


def test_a_deputy_holds_it_and_reads_what_she_held_and_nothing_from_before(set_of_three, client_for):
    county = set_of_three
    with county.inside():
        Cover.start(
            county.people["manager"], county.people["other_manager"], starts_on=TODAY, ends_on=TODAY,
            by=county.as_("manager"), at=NOW,
        )  # fmt: skip
        before = PeerSupervision(
            manager=county.people["manager"], month=date(2026, 7, 1), group="A", due_on=date(2026, 7, 7), why="Due"
        )
        begin(before, "plan", by=county.as_("manager"), at=NOW)
        said = Said(key=UUID(int=9), came=frozenset(), words={"question": SECRET})
        peers.finish(before, said, by=county.as_("manager"), at=NOW)
    deputy = client_for(county, "other_manager")
    assert "For Mira Fenshire, whom you cover. 17 September 2026" in deputy.get("/fenshire/home/").content.decode()
    assert deputy.get(f"/fenshire/supervision/peer/{before.public_id}/").status_code == 404
    done = deputy.post(at(county, "meeting/"), typed(county), follow=True)
    assert SECRET in done.content.decode()
    with county.inside():
        event = AuditEvent.objects.get(verb="peersupervision.finish", subject_ids__contains=[county.peer.public_id])
        assert event.on_behalf_of == county.people["manager"]
        Cover.objects.get().stop(by=county.as_("manager"), at=NOW)
    assert SECRET in client_for(county, "other_manager").get(at(county)).content.decode()
    assert SECRET in client_for(county, "manager").get(at(county)).content.decode()
    with county.inside():
        assert Commitment.objects.visible_to(county.as_("manager")).count() == 1
        assert Commitment.objects.visible_to(county.as_("other_manager")).count() == 1


def test_no_word_is_lost_by_a_missing_day_a_second_press_or_a_second_device(set_of_three, client_for):
    county = set_of_three
    client = client_for(county, "manager")
    refused = client.post(at(county, "meeting/"), typed(county, due=""))
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Enter the day by which it is done" in page
    assert SECRET in page
    with county.inside():
        assert SECRET in json.dumps(Draft.objects.get().words)
    again = client.get(at(county, "meeting/")).content.decode()
    assert SECRET in again
    words = typed(county, draft_revision="1")
    assert client.post(at(county, "meeting/"), words).status_code == 302
    assert client.post(at(county, "meeting/"), words).status_code == 302, "the same press again"
    with county.inside():
        assert Commitment.objects.count() == 1
        assert not Draft.objects.exists()
    more = {"facts": "From the other laptop", "options": "Breakfast"}
    late = client.post(at(county, "meeting/"), typed(county, key="0" * 31 + "6", **more), follow=True)
    page = late.content.decode()
    assert "it is not in the record" in page
    assert "Breakfast" in page, "one word is a word"
    assert "From the other laptop" in page
    assert "From the other laptop" not in client_for(county, "worker").get(at(county)).content.decode()


def test_a_line_of_ones_own_stands_beside_what_was_typed_for_her(set_of_three, client_for):
    county = set_of_three
    sol = client_for(county, "second")
    held(county, client_for)
    sol.post(at(county, "takes/"), {"takes": "I start with the parents"})
    page = client_for(county, "manager").get(at(county)).content.decode()
    assert "I start with the parents<br>Ask earlier" in page
    assert client_for(county, "third").post(at(county, "takes/"), {"takes": "I was not there"}).status_code == 404
    assert client_for(county, "manager").get(at(county, "takes/")).status_code == 403


def test_good_practice_is_put_there_by_the_presenter_alone_and_taken_back(set_of_three, client_for):
    county = set_of_three
    put = at(county, "practice/")
    assert client_for(county, "worker").get(put).status_code == 403, "nobody has brought a question yet"
    held(county, client_for)
    for key in ("manager", "second"):
        assert client_for(county, key).post(put, {"text": "Mine"}).status_code == 403
    worker = client_for(county, "worker")
    assert SECRET not in worker.get(put).content.decode(), "nothing is copied"
    worker.post(put, {"text": "A walk before the talk"})
    here = "/fenshire/supervision/good-practice/"
    for key in ("manager", "third"):
        assert "A walk before the talk" in client_for(county, key).get(here).content.decode()
    assert "A walk" not in client_for(county, "other_worker").get(here).content.decode()
    with county.inside():
        practice = GoodPractice.objects.get()
    back = f"{here}{practice.public_id}/back/"
    assert client_for(county, "third").post(back).status_code == 403
    assert worker.post(back).status_code == 302
    assert "A walk" not in client_for(county, "third").get(here).content.decode()


@story
def group(set_of_three):
    county = set_of_three
    with county.inside():
        made = begin(PeerGroup(group="A"), "open", by=county.as_("worker"), at=NOW)
        made.name_people(county.people[key] for key in ("worker", "second", "third"))
        made.stand(NOW - LASTS, NOW, place="The hut by the field")
        made.save(update_fields=["occasion"])
        county.rows["group"] = made
    return county


def test_the_group_moves_its_own_meeting(group, client_for):
    county, here = group, f"/fenshire/supervision/group/{group.group.public_id}/"
    when = {"day_day": "17", "day_month": "9", "day_year": "2026", "time": "15:30", "place": "The library"}
    moved = client_for(county, "third").post(f"{here}time/", when, follow=True).content.decode()
    assert "17 September 2026 at 3:30pm, The library" in moved
    assert client_for(county, "manager").post(f"{here}time/", when).status_code == 404


def test_what_workers_say_among_themselves_no_manager_can_open(group, client_for):
    county, here = group, f"/fenshire/supervision/group/{group.group.public_id}/"
    words = typed(county) | {"question": SECRET, "will_do": "Talk to Jo first", "due": "2026-08-31"}
    done = client_for(county, "second").post(f"{here}meeting/", words, follow=True)
    assert SECRET in done.content.decode()
    assert SECRET in client_for(county, "third").get(here).content.decode(), "the group's, who was there or not"
    with county.inside():
        promise = Commitment.objects.get()
        assert (promise.promised_by, promise.audience) == (county.people["worker"], "group")
        assert promise.is_late(TODAY)
    action = f"/fenshire/actions/{promise.public_id}/"
    assert "no manager" in client_for(county, "third").get(action).content.decode()
    for key in ("manager", "other_manager", "practitioner", "senior", "admin", "auditor", "other_worker", "head"):
        client = client_for(county, key)
        for address in (here, f"{here}meeting/", f"{here}takes/", action):
            assert client.get(address).status_code == 404, (key, address)
    manager = client_for(county, "manager")  # everybody else's pages are asked by the crawl
    assert manager.get("/fenshire/supervision/group/").status_code == 404
    for page in ("home/", "waiting/", "supervision/"):
        shown = manager.get(f"/fenshire/{page}").content.decode()
        assert not [words for words in (SECRET, "Talk to Jo first", "The hut by the field") if words in shown], page
    assert "Talk to Jo first" in client_for(county, "worker").get("/fenshire/home/").content.decode()
    with county.inside():
        assert not Commitment.objects.visible_to(county.as_("manager")).exists()
        events = str(list(AuditEvent.objects.values_list("reason", "changed", "role")))
        assert "Jo" not in events


def test_a_worker_who_manages_as_well_is_not_of_the_group(group, client_for):
    county = group
    with county.inside():
        Membership.objects.create(
            user=county.users["third"], person=county.people["third"], role=Role.SENIOR_PRACTITIONER,
            starts_on=date(2026, 9, 1),
        )  # fmt: skip
    client = client_for(county, "third")
    assert client.get(f"/fenshire/supervision/group/{county.group.public_id}/").status_code == 404
    assert client.get("/fenshire/supervision/group/").status_code == 404


def test_a_group_is_opened_by_a_worker_for_those_of_her_set(eight_workers, client_for):  # noqa: F811
    county = eight_workers
    with county.inside():
        months.write_down(county.people["manager"], date(2026, 9, 1), by=county.as_("manager"), at=NOW, today=TODAY)
        worker = Person.objects.get(name="Worker 01")
        letter, people = peers.set_of(worker, today=TODAY)
        assert (letter, sorted(each.name for each in people)) == ("B", [f"Worker 0{n}" for n in (1, 3, 5, 7)])
    page = client_for(county, "worker").post(
        "/fenshire/supervision/group/new/",
        {"day_day": "17", "day_month": "9", "day_year": "2026", "time": "13:30", "place": ""},
    )
    assert page.status_code == 422
    assert "You are in no set yet" in page.content.decode()


def test_the_pages_ask_as_much_of_few_as_of_many(set_of_three, client_for, queries):
    county = set_of_three
    held(county, client_for)
    client = client_for(county, "worker")
    pages = (at(county), "/fenshire/supervision/group/", "/fenshire/supervision/good-practice/")

    def asked() -> list[int]:
        counts = []
        for page in pages:
            client.get(page)
            with queries() as seen:
                client.get(page)
            counts.append(len(seen))
        return counts

    few = asked()
    with county.inside():
        new = [Person.objects.create(name=f"More {n}", email=f"more{n}@fenshire.example") for n in range(9)]
        county.peer.name_people(new)
        for _ in range(6):
            more = begin(PeerGroup(group="A"), "open", by=county.as_("worker"), at=NOW)
            more.name_people([county.people["worker"], *new])
            more.stand(NOW, NOW + LASTS, place="")
            more.save(update_fields=["occasion"])
            practice = GoodPractice(
                peer=PeerSupervision.objects.get(), team=county.team, written_by=county.people["worker"], text="A walk",
                written_at=NOW,
            )  # fmt: skip
            begin(practice, "put", by=county.as_("worker"), at=NOW)
    assert asked() == few
    assert few[0] <= 20
    assert max(few[1:]) <= 12, few
