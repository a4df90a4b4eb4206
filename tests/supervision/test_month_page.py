"""Supervision: September (journey M1). The county's day is 8 September 2026."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from supervision.actions import months
from supervision.models import Pattern, SetPlace, Visit
from teams.models import Absence, AuditEvent, Cover, Employment, LineManagement, Person, Post, Profession
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.supervision.crew import OCTOBER, SEPTEMBER, place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """It is the morning of 8 September 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def look(client, county, path="supervision/"):
    return client.get(f"/{county.authority.slug}/{path}").content.decode()


def press(client, county, path):
    return client.post(f"/{county.authority.slug}/supervision/{path}", follow=True).content.decode()


def test_eight_workers_have_four_visits_and_one_peer_supervision_each_with_its_reason(eight_workers, client_for):
    page = look(client_for(eight_workers, "manager"), eight_workers)
    assert "Supervision: September" in page
    assert "4 visits in school and 1 peer supervision." in page
    assert page.count("In school first: the rhythm begins with set A. Not in school yet.") == 4
    assert "Peer supervision for set B: the rhythm begins with set A in school." in page
    assert "Set A:</strong> Worker 00, Worker 02, Worker 04, Worker 06" in page
    with eight_workers.inside():
        assert not Visit.objects.exists(), "looking wrote something"
        assert not SetPlace.objects.exists()
    october = look(client_for(eight_workers, "manager"), eight_workers, "supervision/2026/10/")
    assert october.count("In school this time because September was peer.") == 4


def write_down(county, month=SEPTEMBER):
    with county.inside():
        return months.write_down(county.people["manager"], month, by=county.as_("manager"), at=NOW, today=TODAY)


def test_the_month_is_written_down_once(eight_workers):
    assert len(write_down(eight_workers)) == 4
    assert write_down(eight_workers) == []
    with eight_workers.inside():
        assert Visit.objects.count() == 4
        assert SetPlace.objects.count() == 8
        assert AuditEvent.objects.filter(verb="visit.plan").count() == 4


def test_what_was_held_moves_the_rhythm_and_a_missed_turn_comes_again(eight_workers):
    county = eight_workers
    with county.inside():
        manager, by = county.people["manager"], county.as_("manager")
        new = months.write_down(manager, SEPTEMBER, by=by, at=NOW, today=TODAY)
        for visit in new[:3]:
            starts = datetime(2026, 9, 16, 10, tzinfo=LONDON)
            visit.agree(starts, starts.replace(minute=45), place="", by=by, at=NOW)
            visit.hold(set(), by=by, at=NOW)
        found = months.look(manager, OCTOBER, today=OCTOBER)
        missed = [line for line in found.in_school if "besides peer" in line.why]
        assert [line.worker for line in missed] == [new[3].worker]
        assert len(found.in_school) == 5
        november = months.look(manager, date(2026, 11, 1), today=date(2026, 11, 2))
        assert {line.why for line in november.in_school if line.worker == new[0].worker} == {
            "In school this time because October was peer. Last in school 16 September; half-term is skipped."
        }
        late = months.look(manager, date(2026, 11, 1), today=date(2026, 11, 27))
        assert next(line for line in late.in_school if line.worker == new[0].worker).warning == (
            "More than nine school weeks without a supervision in school: the last was on 16 September."
        )


def test_sets_can_be_changed_from_the_next_month_on(eight_workers, client_for):
    manager = client_for(eight_workers, "manager")
    write_down(eight_workers)
    page = look(manager, eight_workers, "supervision/sets/")
    assert "A change holds from 1 October 2026 on" in page
    with eight_workers.inside():
        people = [placement.post.employments.get().person for placement in eight_workers.placements]
    said = {f"person_{person.public_id}": "AB"[number % 2] for number, person in enumerate(people)}
    said[f"person_{people[0].public_id}"] = "B"
    answer = manager.post(f"/{eight_workers.authority.slug}/supervision/sets/", said, follow=True)
    assert "The sets are saved." in answer.content.decode()
    assert "4 visits in school and 1 peer" in answer.content.decode()  # September is planned already
    with eight_workers.inside():
        assert SetPlace.objects.filter(starts_on=OCTOBER).count() == 1
    wrong = manager.post(
        f"/{eight_workers.authority.slug}/supervision/sets/", said | {f"person_{people[1].public_id}": "C"}
    )
    assert wrong.status_code == 422


def test_officers_have_one_to_ones_and_a_senior_practitioner_sees_her_own(eight_workers, client_for):
    county = eight_workers
    with county.inside():
        officer = Profession.objects.create(code="attendance-officer", name="Attendance officer")
        Pattern.objects.create(profession=officer, shape="each", starts_on=SEPTEMBER, review_on=date(2027, 8, 31))
        person = Person.objects.create(name="Eli Frost")
        post = Post.objects.create(name="AO 1", profession=officer, team=county.team, starts_on=SEPTEMBER)
        Employment.objects.create(post=post, person=person, starts_on=SEPTEMBER)
        LineManagement.objects.create(person=person, manager=county.people["manager"], starts_on=SEPTEMBER)
    page = look(client_for(county, "manager"), county)
    assert "One-to-one every second month. None yet." in page
    assert "1 one-to-one or joint visit." in page


def test_while_she_is_away_the_deputy_has_her_month_in_her_own_name(eight_workers, client_for):
    county = eight_workers
    with county.inside():
        mira, otto = county.people["manager"], county.people["other_manager"]
        Cover.start(mira, otto, starts_on=TODAY, ends_on=date(2026, 9, 30), by=county.as_("senior"), at=NOW)
    deputy = client_for(county, "other_manager")
    assert "You cover for Mira Fenshire." in look(deputy, county)
    hers = f"supervision/?for={mira.public_id}"
    page = look(deputy, county, hers)
    assert (
        page.count("Otto Fenshire does it: Mira Fenshire is away until 30 September.") == 5
    )  # the peer supervision too
    assert "2026, for Mira Fenshire" in page
    done = press(deputy, county, f"2026/9/offer/?for={mira.public_id}")
    assert "Three times are offered to 4 schools." in done
    with county.inside():
        assert set(Visit.objects.values_list("manager", flat=True)) == {otto.pk}
        assert AuditEvent.objects.filter(verb="visit.plan", on_behalf_of=mira).count() == 4
    assert client_for(county, "manager").get(f"/{county.authority.slug}/{hers}").status_code == 404
    assert client_for(county, "senior").get(f"/{county.authority.slug}/supervision/").status_code == 403


def test_who_is_away_has_a_later_day_and_nobody_reads_why(eight_workers, client_for):
    with eight_workers.inside():
        person = Person.objects.get(name="Worker 00")
        by = eight_workers.as_("manager")
        Absence.start(person, starts_on=TODAY, ends_on=date(2026, 9, 18), by=by, at=NOW)
    page = look(client_for(eight_workers, "manager"), eight_workers)
    assert "Worker 00 is away until 18 September, so Monday 21 September." in page


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("2027/8/", "Nothing is due in August: it has too few school days."),
        ("2028/3/", "The terms of this month are not known yet."),
    ],
)
def test_a_month_without_supervision_says_why(eight_workers, client_for, path, says):
    assert says in look(client_for(eight_workers, "manager"), eight_workers, f"supervision/{path}")


def test_a_new_manager_is_told_who_adds_people(fenshire, client_for):
    page = look(client_for(fenshire, "manager"), fenshire)
    assert "Nobody is in your team yet. Ada Fenshire adds people." in page


def test_how_often_that_is_not_chosen_is_said(fenshire, client_for):
    with fenshire.inside():
        place(fenshire, 1)
    page = look(client_for(fenshire, "manager"), fenshire)
    assert "How often is not chosen yet for Pupil support worker. Ada Fenshire chooses it under Set up." in page


def test_months_far_away_and_other_peoples_are_not_there(eight_workers, client_for):
    manager = client_for(eight_workers, "manager")
    for path in ("2026/13/", "2019/9/"):
        assert manager.get(f"/{eight_workers.authority.slug}/supervision/{path}").status_code == 404
    other = look(client_for(eight_workers, "other_manager"), eight_workers)
    assert "Worker 00" not in other
    assert client_for(eight_workers, "worker").get(f"/{eight_workers.authority.slug}/supervision/").status_code == 403


def test_the_page_asks_as_much_of_many_workers_as_of_eight(eight_workers, client_for, queries):
    manager = client_for(eight_workers, "manager")
    paths = ("supervision/", "supervision/2026/11/", "supervision/sets/")

    def asked():
        counts = []
        for path in paths:
            look(manager, eight_workers, path)
            with queries() as seen:
                look(manager, eight_workers, path)
            counts.append(len(seen))
        return counts

    write_down(eight_workers)
    few = asked()
    with eight_workers.inside():
        for number in range(8, 24):
            place(eight_workers, number)
    write_down(eight_workers)
    assert asked() == few
    assert all(count <= 20 for count in few), few
