"""Young people in their smallest form: who keeps them, who reads them, and that every look is written down."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from casework.actions import young_people
from casework.actions.left_open import young_people_of
from casework.forms.young_people import InitialsField
from casework.models import YoungPerson
from schools.models import Placement
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from tests.factories.agreements import make_agreement
from tests.factories.authorities import NOW, TODAY, County
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST, NEW = "/fenshire/young-people/", "/fenshire/young-people/new/"


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def text(response) -> str:
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main.replace("<wbr>", ""))).replace("\N{NO-BREAK SPACE}", " ")


def add(county: County, initials: str, *, worker: str = "worker", school: str = "oakfield") -> YoungPerson:
    return young_people.start(
        initials=initials, school=county.rows[school], worker=county.people[worker], need=f"Mornings of {initials}",
        starts_on=TODAY, by=county.as_(worker), at=NOW,
    )  # fmt: skip


@story
def placed(fenshire):
    """Wanda at Oakfield, Wilf at Beech."""
    with fenshire.inside():
        make_agreement(fenshire)
        make_agreement(fenshire, post="other_post", school="beech")
    return fenshire


def reads() -> list[list]:
    return [event.subject_ids for event in AuditEvent.objects.filter(verb="youngperson.read").order_by("pk")]


class TestOnHerPage:
    def test_added_with_two_boxes_and_a_press(self, placed, client_for):
        client = client_for(placed, "worker")
        empty = text(client.get(LIST))
        assert "Nobody from this school is with you yet." in empty
        form = client.get(NEW).content.decode()
        assert 'name="school"' not in form, "one school needs no choice"
        day = {"starts_on_day": "8", "starts_on_month": "9", "starts_on_year": "2026"}
        said = client.post(NEW, {"initials": "j s", "need": "Coming in on Mondays"} | day, follow=True)
        assert "1 young person is with you." in text(said)
        assert "J.S. Coming in on Mondays 8 Sep 2026" in text(said)
        twice = client.post(NEW, {"initials": "JS", "need": "Coming in on Mondays"} | day)
        assert twice.status_code == 422
        assert "J.S. is in your list already, with the same words." in text(twice)
        with placed.inside():
            assert YoungPerson.objects.count() == 1

    def test_a_name_has_no_room(self, placed, client_for):
        said = client_for(placed, "worker").post(NEW, {"initials": "Jim Smith", "need": "Mornings"})
        assert said.status_code == 422
        assert "Enter one to three initials, like J.S. Leave the name out" in text(said)
        for typed in ("Jane", "J.S.T.U.", "1", "J-S", ""):
            with pytest.raises(ValidationError):
                InitialsField().clean(typed)
        assert [InitialsField().clean(typed) for typed in ("é", "abc", "J. S.")] == ["É.", "A.B.C.", "J.S."]

    def test_changed_and_ended(self, placed, client_for):
        with placed.inside():
            young = add(placed, "J.S.")
        client, here = client_for(placed, "worker"), f"{LIST}{young.public_id}/"
        said = client.post(f"{here}change/", {"initials": "J.T.", "need": "Home and school"}, follow=True)
        assert "J.T." in text(said)
        assert "Home and school" in text(said)
        wrong = client.post(f"{here}end/", {"on_day": "1", "on_month": "9", "on_year": "2026"})
        assert "The last day is before the first one." in text(wrong)
        client.post(f"{here}end/", {"on_day": "8", "on_month": "9", "on_year": "2026"})
        assert "The work with this young person has ended. Start it again first." in text(
            client.post(f"{here}change/", {"initials": "J.T.", "need": "More"})
        )

    def test_a_worker_who_is_not_placed_there_is_refused(self, placed):
        with placed.inside(), pytest.raises(Refusal, match="is not placed at Beech"):
            add(placed, "J.S.", school="beech")
        with placed.inside():
            assert not YoungPerson.objects.exists()


class TestWhoReads:
    def test_every_page_is_one_event_with_the_ids(self, placed, client_for):
        with placed.inside():
            young = [add(placed, initials) for initials in ("A.A.", "B.B.", "C.C.")]
        ids = {each.public_id for each in young}
        client_for(placed, "worker").get(LIST)
        client_for(placed, "manager").get(LIST)
        client_for(placed, "head").get("/fenshire/home/")
        client_for(placed, "manager").get(f"{LIST}{young[0].public_id}/")
        client_for(placed, "other_worker").get(LIST)
        client_for(placed, "other_head").get("/fenshire/home/")
        with placed.inside():
            seen = reads()
        assert [set(each) for each in seen] == [ids, ids, ids, {young[0].public_id}]

    def test_her_manager_reads_them_by_worker_and_others_do_not(self, placed, client_for):
        with placed.inside():
            add(placed, "J.S.")
            add(placed, "K.T.", worker="other_worker", school="beech")
        hers = text(client_for(placed, "manager").get(LIST))
        assert "Wanda Fenshire at Oakfield" in hers
        assert "J.S." in hers
        assert "K.T." not in hers
        assert client_for(placed, "senior").get(LIST).status_code == 403
        assert client_for(placed, "auditor").get(LIST).status_code == 403

    def test_the_head_reads_what_for_and_since_when_and_no_decision(self, placed, client_for):
        with placed.inside():
            young = add(placed, "J.S.")
            young.decide("Weekly calls home", occasion=None, by=placed.as_("manager"), at=NOW)
        for who in ("head", "lead"):
            html = text(client_for(placed, who).get("/fenshire/home/"))
            assert "J.S. Mornings of J.S. 8 Sep 2026" in html
            assert "Weekly calls" not in html
            assert client_for(placed, who).get(f"{LIST}{young.public_id}/").status_code == 403
        assert "Weekly calls home" in text(client_for(placed, "worker").get(f"{LIST}{young.public_id}/"))

    @pytest.mark.parametrize("who", ["worker", "manager"])
    def test_a_long_list_asks_no_more(self, placed, client_for, queries, who):
        client = client_for(placed, who)
        with placed.inside():
            add(placed, "A.A.")
        client.get(LIST)
        with queries() as small:
            client.get(LIST)
        with placed.inside():
            for letter in "BCDEFGHIJKLM":
                add(placed, f"{letter}.{letter}.")
        with queries() as large:
            client.get(LIST)
        assert len(small) == len(large) <= 12, "\n".join(large)


class TestHandedOver:
    @pytest.fixture
    def two_at_oakfield(self, placed):
        """Wilf works at Oakfield too."""
        with placed.inside():
            there = Placement.objects.get(post=placed.other_post)
            Placement.objects.filter(pk=there.pk).update(school=placed.oakfield)
            add(placed, "J.S.")
            add(placed, "K.T.")
        return placed

    def test_to_another_worker_of_the_school(self, two_at_oakfield, client_for):
        county = two_at_oakfield
        here = f"/fenshire/schools/{county.oakfield.public_id}/young-people/hand-over/"
        with county.inside():
            young = YoungPerson.objects.get(initials="J.S.")
        client = client_for(county, "worker")
        assert "Wilf Fenshire" in text(client.get(here))
        chosen = {"young": str(young.public_id), "worker": str(county.people["other_worker"].public_id)}
        assert "1 young person is with Wilf Fenshire now." in text(client.post(here, chosen, follow=True))
        assert client.get(f"{LIST}{young.public_id}/").status_code == 404, "whoever hands over does not read on"
        assert "J.S." in text(client_for(county, "other_worker").get(LIST))

    def test_not_to_somebody_who_works_elsewhere(self, placed, client_for):
        with placed.inside():
            young = add(placed, "J.S.")
            with pytest.raises(Refusal, match="does not work at Oakfield"):
                young_people.hand_over([young], placed.people["other_worker"], by=placed.as_("manager"), at=NOW)
        here = f"/fenshire/schools/{placed.oakfield.public_id}/young-people/hand-over/"
        assert "Nobody else works at Oakfield" in text(client_for(placed, "worker").get(here))
        stranger = {"young": str(young.public_id), "worker": str(placed.people["other_worker"].public_id)}
        assert client_for(placed, "worker").post(here, stranger).status_code == 422

    def test_what_a_leaver_leaves_open_names_no_child(self, two_at_oakfield):
        county = two_at_oakfield
        with county.inside():
            items = young_people_of(county.people["worker"], date(2026, 9, 8) + timedelta(days=1))
        assert [(item.item_id, item.words) for item in items] == [
            (county.oakfield.public_id, f"2 young people at {county.oakfield.name}")
        ]


def test_fifty_stand_on_a_page_her_own_first_and_only_those_were_read(placed, client_for):
    with placed.inside():
        YoungPerson.objects.bulk_create(
            YoungPerson(
                initials=f"B{number}", school=placed.oakfield, worker=placed.people["worker"], need="Coming in",
                starts_on=TODAY,
            )
            for number in range(60)
        )  # fmt: skip
    client = client_for(placed, "manager")
    first, second = text(client.get(LIST)), text(client.get(f"{LIST}?page=2"))
    assert "60 young people are with your workers. Page 1 of 2." in first
    assert "B49" in first
    html = client.get(LIST).content.decode()
    assert sum(f">B{number}<" in html for number in range(60)) == 50
    assert "Page 2 of 2." in second
    with placed.inside():
        read = AuditEvent.objects.filter(verb="youngperson.read").order_by("pk")
        assert [len(event.subject_ids) for event in read] == [50, 10, 50]
