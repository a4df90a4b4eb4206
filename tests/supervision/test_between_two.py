"""One-to-ones and joint visits of attendance officers: due, agreed, held, and in no school (BR-03, BR-09)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from schools.models import Placement
from supervision.actions import months, visits
from supervision.models import Pattern, Session, SessionCopy, Visit
from teams.foundation.drafts import Draft
from teams.models import AuditEvent, Commitment, Cover, Employment, LineManagement, Occasion, Person, Post, Profession
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.supervision.crew import SEPTEMBER
from tests.supervision.stories import promised
from tests.told import story

pytestmark = pytest.mark.django_db
SECRET = "She has asked about part-time hours"
MET = datetime(2026, 9, 16, 15, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """It is the morning of 8 September 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def officer(eight_workers):
    """Wanda is an attendance officer of Mira's, in no school."""
    county = eight_workers
    with county.inside():
        by_each = Profession.objects.create(code="attendance-officer", name="Attendance officer")
        Pattern.objects.create(
            profession=by_each, shape="each", one_to_one_every=1, joint_every=1, starts_on=SEPTEMBER,
            review_on=date(2027, 8, 31),
        )  # fmt: skip
        wanda = county.people["worker"]
        Employment.objects.filter(person=wanda).delete()
        post = Post.objects.create(name="AO 1", profession=by_each, team=county.team, starts_on=SEPTEMBER)
        Employment.objects.create(post=post, person=wanda, starts_on=SEPTEMBER)
        assert LineManagement.objects.filter(person=wanda, manager=county.people["manager"]).exists()
        assert not Placement.objects.filter(post=post).exists()
    return county


def due_at(county, kind="one_to_one", month="2026/9"):
    return f"/{county.authority.slug}/supervision/{month}/{kind}/{county.people['worker'].public_id}/"


def agree(client, county, kind="one_to_one", **words):
    said = {"day_day": "16", "day_month": "9", "day_year": "2026", "time": "14:00", "place": "The office"} | words
    return client.post(due_at(county, kind), said, follow=True)


def the(county, kind="one_to_one"):
    with county.inside():
        return Visit.objects.for_page().get(kind=kind)


def earlier(county):
    """A one-to-one of August with Mira."""
    visit = visits.plan(
        None, kind="one_to_one", worker=county.people["worker"], manager=county.people["manager"],
        due_on=date(2026, 8, 20), why="One-to-one every month.", by=county.as_("manager"), at=NOW,
    )  # fmt: skip
    starts = datetime(2026, 8, 20, 10, tzinfo=LONDON)
    visit.agree(starts, starts + timedelta(hours=1), place="", by=county.as_("manager"), at=NOW)
    return visit


def finish(client, visit, county, words, *, who="manager", key=1):
    body = {
        "owner": str(county.people[who].public_id), "key": str(UUID(int=key)), "shared": None,
        "two": {"words": words, "revision": 0}, "started_at": "2026-09-16T14:00:00+01:00",
        "finished_at": "2026-09-16T14:50:00+01:00",
    }  # fmt: skip
    where = f"/{county.authority.slug}/supervision/visits/{visit.public_id}/room/finish/"
    return client.post(where, json.dumps(body), content_type="application/json")


def test_a_month_is_due_agreed_in_one_page_and_in_both_calendars(officer, client_for):
    manager = client_for(officer, "manager")
    page = manager.get(f"/{officer.authority.slug}/supervision/").content.decode()
    assert "2 one-to-ones and joint visits" in page
    assert "One-to-one every month." in page
    assert "Joint visit every month." in page
    assert due_at(officer) in page
    due = manager.get(due_at(officer)).content.decode()
    assert "One-to-one every month." in due
    with officer.inside():
        assert not Visit.objects.exists(), "looking wrote something"
    done = agree(manager, officer).content.decode()
    assert "One-to-one with Wanda Fenshire: Wednesday 16 September is agreed." in done
    assert "The office" in done
    with officer.inside():
        visit = Visit.objects.get()
        assert {each.person_id for each in visit.occasion.attendees.all()} == {
            officer.people["manager"].pk, officer.people["worker"].pk,
        }  # fmt: skip
        assert visit.placement_id is None
        assert AuditEvent.objects.filter(verb="visit.agree").count() == 1
    hers = client_for(officer, "worker").get(f"/{officer.authority.slug}/supervision/mine/").content.decode()
    assert "one-to-one, The office, with Mira Fenshire" in hers


def test_bad_times_are_refused_beside_the_box_and_leave_nothing(officer, client_for):
    manager = client_for(officer, "manager")
    over = agree(manager, officer, day_day="31", day_month="8")
    assert over.status_code == 422
    assert "This is September’s. Enter a day from 1 September 2026 on." in over.content.decode()
    assert 'value="The office"' in over.content.decode(), "what was typed is gone"
    with officer.inside():
        assert not Visit.objects.exists()
    agree(manager, officer)
    taken = agree(manager, officer, kind="joint").content.decode()
    assert "Mira Fenshire has something else then: Meeting with Mira Fenshire" in taken
    assert agree(manager, officer, kind="joint", time="16:00").status_code == 200
    with officer.inside():
        assert Visit.objects.count() == 2
    twice = manager.get(due_at(officer), follow=True)
    assert "/agreed/" in twice.redirect_chain[-1][0], "what is written down is changed where it stands"
    for nothing in (due_at(officer, kind="in_school"), due_at(officer, month="2026/8"), due_at(officer, kind="peer")):
        assert manager.get(nothing).status_code == 404
        assert manager.post(nothing, {}).status_code == 404


def test_what_was_said_is_between_two_agreed_in_the_room_and_in_no_schools_copy(officer, client_for):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    visit = the(officer)
    room = f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/room/"
    assert manager.get(room).url == f"{room}two/"
    assert manager.post(f"{room}read/", {}).url == f"{room}two/"
    page = manager.get(f"{room}two/").content.decode()
    assert "Cases and schools" in page
    assert "Wanda Fenshire: that is what we said" in page
    assert "Back to all three of us" not in page
    words = [
        ["cases", SECRET], ["action-1-text", "Ring the education welfare line"], ["action-1-by", "worker"],
        ["action-1-due", "2026-10-07"], ["said-worker", "on"],
    ]  # fmt: skip
    answer = finish(manager, visit, officer, words)
    assert answer.status_code == 200
    assert finish(manager, visit, officer, words).json()["address"] == answer.json()["address"], "the same press twice"
    with officer.inside():
        session = Session.objects.get()
        assert (session.status, session.final_because) == ("final", "in_the_room")
        assert not session.is_partial
        copy = SessionCopy.objects.get()
        assert copy.copy == "council"
        assert Commitment.objects.get().audience == "two"
        assert Visit.objects.get().status == "held"
    record = answer.json()["address"]
    for who in ("manager", "worker"):
        seen = client_for(officer, who).get(record).content.decode()
        assert SECRET in seen
        assert "School copy" not in seen
    for who in ("head", "lead", "other_manager", "other_worker", "senior", "admin", "finance"):
        assert client_for(officer, who).get(record).status_code == 404, who
    paper = manager.get(f"/{officer.authority.slug}/supervision/copies/{copy.public_id}/")
    assert paper.getvalue().startswith(b"%PDF")


def test_not_agreed_in_the_room_goes_to_the_worker_alone(officer, client_for):
    manager, worker = client_for(officer, "manager"), client_for(officer, "worker")
    met = agree(manager, officer, kind="joint", day_day="3")  # five days ago
    assert met.redirect_chain[-1][0].endswith("/room/two/")
    visit = the(officer, "joint")
    words = [["reason", "difficulty"], ["seen", "She kept calm at the door"]]
    record = finish(manager, visit, officer, words).json()["address"]
    page = manager.get(record).content.decode()
    assert "Not agreed by all yet: send it to Wanda Fenshire." in page
    assert "A difficulty" in page
    manager.post(f"{record}finish/", {})
    assert (
        "Read what we said at the joint visit"
        in worker.get(f"/{officer.authority.slug}/", follow=True).content.decode()
    )
    worker.post(f"{record}answer/", {"answer": "accurate", "words": ""})
    with officer.inside():
        session = Session.objects.get()
        assert session.state_in_words == "Final"
        assert [copy.copy for copy in session.copies.all()] == ["council"]
        assert session.occasion.audience == "two"
        assert session.started_at == datetime(2026, 9, 3, 14, tzinfo=LONDON), (
            "the day of the record is the day they met"
        )
    done = manager.post(f"{record}correct/", {"text": "It was at the gate", "audience": "shared"}, follow=True)
    assert "It was at the gate" in done.content.decode(), "a correction is between two as well, whatever is sent"
    with officer.inside():
        assert sorted(session.copies.values_list("copy", "edition")) == [("council", 1), ("council", 2)]


def test_the_next_one_begins_with_what_was_promised_at_the_last_and_the_rhythm_goes_on(officer, client_for):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    words = [["action-1-text", "Map the bus routes"], ["action-1-by", "worker"], ["action-1-due", "2026-10-07"],
             ["said-worker", "on"]]  # fmt: skip
    finish(manager, the(officer), officer, words)
    again = agree(manager, officer)
    assert "This supervision has been held already." in again.content.decode()
    with officer.inside():
        found = months.look(officer.people["manager"], date(2026, 10, 1), today=date(2026, 10, 1))
        kinds = {line.kind: line.why for line in found.between_two}
        assert kinds["one_to_one"].startswith("One-to-one every month. Last one-to-one 16 September")
        assert kinds["joint"].startswith("Joint visit now: that of September did not take place.")
        by = officer.as_("manager")
        new = months.write_down(officer.people["manager"], date(2026, 10, 1), by=by, at=NOW, today=date(2026, 10, 1))
        visit = next(each for each in new if each.kind == "one_to_one")
    ready = manager.get(f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/ready/").content.decode()
    assert "Map the bus routes" in ready
    assert "Print for the table" not in ready
    assert (
        manager.get(f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/ready/print/").status_code == 404
    )
    room = manager.get(f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/room/two/").content.decode()
    assert "Map the bus routes" in room


def test_called_off_is_nobodys_school_and_can_be_agreed_anew(officer, client_for):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    visit = the(officer)
    off = f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/call-off/"
    assert "called it off" not in manager.get(off).content.decode()
    assert manager.post(off, {"side": "school"}).status_code == 422
    assert manager.post(off, {"side": "worker"}).url.endswith("/agreed/")
    with officer.inside():
        assert Visit.objects.get().status == "due"
        assert Occasion.objects.get().called_off_at is not None
    for press in ("again", "leave-out"):
        answer = manager.post(f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/{press}/")
        assert answer.status_code == (404 if press == "again" else 302), "no school is asked"
    with officer.inside():
        assert Visit.objects.get().status == "left_out"
    assert "One-to-one every month" not in manager.get(f"/{officer.authority.slug}/supervision/").content.decode()


def test_the_deputy_agrees_and_holds_in_her_own_name_and_others_do_not(officer, client_for):
    with officer.inside():
        mira, otto = officer.people["manager"], officer.people["other_manager"]
    other = client_for(officer, "other_manager")
    assert other.get(due_at(officer)).status_code == 404, "not his worker"
    with officer.inside():
        Cover.start(mira, otto, starts_on=TODAY, ends_on=date(2026, 9, 30), by=officer.as_("senior"), at=NOW)
    said = {"day_day": "17", "day_month": "9", "day_year": "2026", "time": "10:00", "place": ""}
    done = other.post(f"{due_at(officer)}?for={mira.public_id}", said, follow=True)
    assert "One-to-one with Wanda Fenshire: Thursday 17 September is agreed." in done.content.decode()
    visit = the(officer)
    assert visit.manager == otto
    with officer.inside():
        assert AuditEvent.objects.filter(verb="visit.agree", on_behalf_of=mira).count() == 1
    with officer.inside():
        private = promised(officer, visit.occasion, "Ask about her hours", "two")
        private.__class__.objects.filter(pk=private.pk).update(occasion=earlier(officer).occasion)
    room = f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/room/two/"
    assert "Ask about her hours" not in other.get(room).content.decode(), "said before he came"
    assert finish(other, visit, officer, [["cases", SECRET]], who="other_manager").status_code == 200
    assert finish(client_for(officer, "head"), visit, officer, [["cases", SECRET]], who="head").status_code == 404


def test_a_manager_who_comes_new_finds_what_is_due_once(officer, client_for):
    agree(client_for(officer, "manager"), officer)
    with officer.inside():
        hers = LineManagement.objects.get(person=officer.people["worker"])
        hers.ends_on = date(2026, 9, 7)
        hers.save()
        otto = officer.people["other_manager"]
        LineManagement.objects.create(person=hers.person, manager=otto, starts_on=date(2026, 9, 8))
    other = client_for(officer, "other_manager")
    page = other.get(f"/{officer.authority.slug}/supervision/").content.decode()
    assert "Wednesday 16 September at 2pm" in page
    with officer.inside():
        by = officer.as_("other_manager")
        assert [v.kind for v in months.write_down(otto, SEPTEMBER, by=by, at=NOW, today=TODAY)] == ["joint"]
    visit = the(officer)
    assert other.get(f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/ready/").status_code == 200
    record = finish(other, visit, officer, [["cases", SECRET]], who="other_manager").json()["address"]
    assert client_for(officer, "manager").get(record).status_code == 404, "she was not there, and manages her no more"
    with officer.inside():
        assert the(officer).manager == otto


def test_its_words_are_kept_while_they_are_typed_and_the_schools_form_takes_none(officer, client_for):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    visit = the(officer)
    two = f"/{officer.authority.slug}/supervision/visits/{visit.public_id}/room/two/"
    manager.post(two, {"cases": SECRET, "press": "save", "owner": str(officer.people["manager"].public_id)})
    with officer.inside():
        assert [draft.form for draft in Draft.objects.all()] == ["supervision-two"]
    assert SECRET in manager.get(two).content.decode()


def test_the_month_asks_as_much_of_many_officers_as_of_one(officer, client_for, queries):
    manager = client_for(officer, "manager")
    page = f"/{officer.authority.slug}/supervision/"

    def asked():
        with officer.inside():
            by, mira = officer.as_("manager"), officer.people["manager"]
            months.write_down(mira, SEPTEMBER, by=by, at=NOW, today=TODAY)
        manager.get(page)
        with queries() as seen:
            manager.get(page)
        return len(seen)

    few = asked()
    with officer.inside():
        profession = Profession.objects.get(code="attendance-officer")
        for number in range(6):
            person = Person.objects.create(name=f"Officer {number}")
            post = Post.objects.create(
                name=f"AO {number + 10}", profession=profession, team=officer.team, starts_on=SEPTEMBER
            )
            Employment.objects.create(post=post, person=person, starts_on=SEPTEMBER)
            LineManagement.objects.create(person=person, manager=officer.people["manager"], starts_on=SEPTEMBER)
    assert asked() == few <= 20


def test_its_pages_ask_as_much_of_many_promises_as_of_none(officer, client_for, queries):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    visit = the(officer)
    at_it = f"/{officer.authority.slug}/supervision/visits/{visit.public_id}"
    pages = (due_at(officer, "joint"), f"{at_it}/agreed/", f"{at_it}/ready/", f"{at_it}/room/two/")

    def asked():
        counts = []
        for page in pages:
            assert manager.get(page).status_code == 200, page
            with queries() as seen:
                manager.get(page)
            counts.append(len(seen))
        return counts

    few = asked()
    with officer.inside():
        before = earlier(officer)
        for number in range(6):
            promised(officer, before.occasion, f"Promise {number}", "two")
    assert [now - then for now, then in zip(asked(), few, strict=True)] == [0] * len(pages)
    assert max(few) <= 20, few


def test_without_a_script_it_is_finished_by_the_pages_own_button(officer, client_for):
    manager = client_for(officer, "manager")
    agree(manager, officer)
    two = f"/{officer.authority.slug}/supervision/visits/{the(officer).public_id}/room/two/"
    words = {"cases": SECRET, "said-worker": "on", "press": "finish", "owner": str(officer.people["manager"].public_id)}
    assert SECRET in manager.post(two, words, follow=True).content.decode()
    with officer.inside():
        assert Session.objects.get().final_because == "in_the_room"
