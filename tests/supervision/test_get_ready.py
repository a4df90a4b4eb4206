"""Before a supervision: what the worker brings (W5), what the manager reads (M2), and what lies on the table."""

from __future__ import annotations

import json
from datetime import date, timedelta
from html import unescape

import pytest

from casework.actions import young_people
from casework.models import YoungPerson
from supervision.actions.bringing import bring
from supervision.models import Bring, Visit
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from teams.models import Audience
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY
from tests.factories.visits import LAST, make_visit, promise, text
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOME, MINE = "/fenshire/home/", "/fenshire/supervision/mine/"
TOMORROW = NOW.replace(hour=10, minute=0) + timedelta(days=1)


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def add(county, initials: str, *, since: date = date(2026, 9, 1)) -> YoungPerson:
    return young_people.start(
        initials=initials, school=county.oakfield, worker=county.people["worker"], need=f"Mornings of {initials}",
        starts_on=since, by=county.as_("worker"), at=NOW,
    )  # fmt: skip


@story
def first_time(fenshire):
    """The first supervision of Wanda at Oakfield is tomorrow at ten."""
    with fenshire.inside():
        fenshire.rows["agreement"] = signed(offered(make_agreement(fenshire), fenshire), fenshire)
        fenshire.rows["visit"] = make_visit(fenshire, TOMORROW)
    return fenshire


@story
def again(first_time):
    """There was one seven weeks ago; things were said at it, and things have happened since."""
    county = first_time
    with county.inside():
        county.rows["last"] = make_visit(county, LAST, held=True)
        for initials in ("A.A.", "B.B.", "C.C."):
            add(county, initials)
        said = {"visit": county.last, "at": LAST}
        promise(county, "Find a room", who="head", due=date(2026, 9, 3), **said)
        county.rows["two"] = promise(county, "Talk about leave", audience=Audience.TWO, **said)
        kept = promise(county, "Ring the nurse", due=date(2026, 9, 1), **said)
        kept.keep(by=county.as_("worker"), at=NOW - timedelta(days=3))
        late = promise(county, "Bring the forms", who="manager", due=date(2026, 9, 2), **said)
        late.put_off(until=date(2026, 9, 20), reason="Not printed", by=county.as_("manager"), at=NOW)
    return county


def where(county, page: str, visit: str = "visit") -> str:
    return f"/fenshire/supervision/visits/{county.rows[visit].public_id}/{page}/"


class TestBring:
    def test_she_sees_when_where_why_and_brings_with_one_press(self, again, client_for):
        client = client_for(again, "worker")
        assert "Next supervision 9 September 2026 at 10am, Oakfield" in text(client.get(HOME))
        page = text(client.get(MINE))
        assert "9 September 2026 at 10am, Oakfield Primary School Fenshire, Library, with Mira Fenshire." in page
        assert "In school this time because last month was peer supervision." in page
        assert "What Mira Fenshire sees when getting ready" in page
        assert "Find a room" in page
        with again.inside():
            chosen = [str(each.public_id) for each in YoungPerson.objects.filter(initials__in=["B.B.", "C.C."])]
        done = client.post(where(again, "bring"), {"young": chosen, "text": "The new rules"}, follow=True)
        assert "Mira Fenshire sees your list. You can change it until you meet." in text(done)
        client.post(where(again, "bring"), {"young": chosen[:1], "text": "The new rules, please"})
        with again.inside():
            written = Bring.objects.get()
            assert (written.text, written.young.count()) == ("The new rules, please", 1)

    def test_five_are_too_many_and_what_was_typed_stays(self, again, client_for):
        with again.inside():
            young = [*YoungPerson.objects.all(), add(again, "D.D."), add(again, "E.E.")]
        said = {"young": [str(each.public_id) for each in young], "text": "Long words"}
        page = client_for(again, "worker").post(where(again, "bring"), said)
        assert page.status_code == 422
        assert "Choose up to 4: there is time for two to four." in text(page)
        assert "Long words" in page.content.decode()

    def test_what_has_been_held_takes_no_list(self, again, client_for):
        assert "This supervision has been held." in text(client_for(again, "worker").get(where(again, "bring", "last")))
        with again.inside(), pytest.raises(Refusal, match="held already"):
            bring(again.last, young=[], text="Late", by=again.as_("worker"), at=NOW)

    def test_nobody_writes_it_for_her(self, again, client_for):
        assert client_for(again, "manager").get(where(again, "bring")).status_code == 403
        assert client_for(again, "other_worker").get(where(again, "bring")).status_code == 404
        assert client_for(again, "head").get(where(again, "bring")).status_code == 403

    def test_nothing_is_planned_yet(self, again, client_for):
        page = text(client_for(again, "other_worker").get(MINE))
        assert "No supervision is planned for you yet." in page


class TestGetReady:
    def test_from_my_week_in_one_press(self, again, client_for):
        page = client_for(again, "manager").get(HOME)
        assert "Today and tomorrow" in text(page)
        assert "Oakfield Primary School Fenshire Wanda Fenshire 9 September 2026 at 10am Get ready" in text(page)
        assert where(again, "ready") in page.content.decode()

    def test_what_has_changed_stands_first_and_is_marked(self, again, client_for):
        with again.inside():
            young = YoungPerson.objects.get(initials="C.C.")
            bring(again.visit, young=[young], text="The new rules", by=again.as_("worker"), at=NOW)
        page = client_for(again, "manager").get(where(again, "ready"))
        words = text(page)
        assert "Tomorrow, 10am, with Wanda Fenshire" in words
        assert "things are new since 21 July 2026. They stand first." in words
        said = words.partition("What we said we’d do")[2].partition("Young people to talk about")[0]
        assert said.index("New Ring the nurse") < said.index("New Bring the forms") < said.index("Talk about leave")
        assert "Ring the nurse Wanda Fenshire Kept" in said
        assert "put off from 2 Sep 2026" in said
        assert "New Find a room" not in said, "what was said last time is no news"
        assert "Talk about leave Wanda Fenshire Just the two of us" in said
        young_part = words.partition("Young people to talk about")[2]
        assert young_part.index("C.C.") < young_part.index("A.A."), "her own list first"
        assert "Wanda Fenshire brings it" in young_part
        assert "Wanda Fenshire also brings: The new rules" in young_part
        assert "Agreed: Monday, Tuesday" in words
        assert "Agreement and money" not in words, "only when something is due"
        html = unescape(page.content.decode())
        pages = [where(again, page) for page in ("ready", "room", "room/two")]
        assert f"data-pages='{json.dumps(pages)}'" in html
        assert html.partition("data-take-with-me")[2].partition(">")[0].endswith(" hidden"), "no script, no button"
        with again.inside():
            assert AuditEvent.objects.filter(verb="youngperson.read").latest("pk").subject_ids

    def test_the_first_visit(self, first_time, client_for):
        page = text(client_for(first_time, "manager").get(where(first_time, "ready")))
        sentence = "First supervision here. We have the agreement and the worker’s list; there are no old actions."
        assert sentence in page
        assert "Wanda Fenshire has not written a list yet." in page
        assert "New" not in page.partition("First supervision")[2]

    def test_agreement_and_money_when_something_is_due(self, first_time, client_for):
        with first_time.inside():
            type(first_time.fund).objects.filter(pk=first_time.fund.pk).update(ends_on=TODAY + timedelta(days=40))
        page = text(client_for(first_time, "manager").get(where(first_time, "ready")))
        assert "County budget Fenshire pays a part of the post. It ends on 18 October 2026." in page

    def test_nobody_else_gets_ready_for_it(self, again, client_for):
        for who, status in (("other_manager", 404), ("worker", 403), ("head", 403), ("lead", 403), ("senior", 404)):
            for page in ("ready", "ready/print"):
                assert client_for(again, who).get(where(again, page)).status_code == status, who

    def test_a_full_visit_asks_no_more(self, again, client_for, queries):
        client, here = client_for(again, "manager"), where(again, "ready")
        client.get(here)
        with queries() as small:
            client.get(here)
        with again.inside():
            for letter in "DEFGHIJK":
                young = add(again, f"{letter}.{letter}.")
                promise(again, f"Something for {letter}", visit=again.last)
            bring(again.visit, young=[young], text="More", by=again.as_("worker"), at=NOW)
        with queries() as large:
            client.get(here)
        assert len(large) <= 20, "\n".join(large)
        assert len(large) - len(small) <= 1, "one more for whom she brings"


class TestOnTheTable:
    def test_nothing_private_is_in_its_html(self, again, client_for):
        with again.inside():
            bring(again.visit, young=[], text="I am not well", by=again.as_("worker"), at=NOW)
            young = YoungPerson.objects.get(initials="A.A.")
            young.decide("Call home weekly", occasion=None, by=again.as_("manager"), at=NOW)
        html = client_for(again, "manager").get(where(again, "ready/print")).content.decode()
        for private in ("Talk about leave", "I am not well", "Call home weekly", "peer supervision"):
            assert private not in html
        for shared in ("Find a room", "A.A.", "Mornings of A.A.", "Monday"):
            assert shared in html

    def test_a_promise_between_two_does_not_get_out_by_a_shared_word(self, again, client_for):
        """At an occasion between two, whatever its row says."""
        with again.inside():
            alone = make_visit(again, LAST + timedelta(days=20), kind="one_to_one", held=True)
            promise(again, "Said between us", visit=alone, audience=Audience.SHARED)
            assert Visit.objects.count() == 3
        client = client_for(again, "manager")
        for page in ("ready", "ready/print", "room"):  # one-to-ones go on among themselves
            assert "Said between us" not in client.get(where(again, page), follow=True).content.decode(), page
