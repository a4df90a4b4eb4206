"""What we said we'd do (N36 to N39, BR-06, BR-13): on everybody's pages, as far as each may read, until it is settled."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from schools.models import SchoolContact
from supervision.actions.promises import carried_to
from teams.foundation.access import Principal, Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Audience, Commitment
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, contact
from tests.factories.visits import LAST, make_visit, promise, text
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOME = "/fenshire/home/"
LATE, SOON = date(2026, 9, 1), date(2026, 9, 30)


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@story
def supervised(fenshire):
    """One supervision was held in each school, seven weeks ago."""
    with fenshire.inside():
        fenshire.rows["agreement"] = signed(offered(make_agreement(fenshire), fenshire), fenshire)
        fenshire.rows["other_agreement"] = make_agreement(fenshire, post="other_post", school="beech")
        fenshire.rows["visit"] = make_visit(fenshire, LAST, held=True)
        fenshire.rows["other_visit"] = make_visit(fenshire, LAST, school="beech", held=True)
    return fenshire


def said(county, words: str, **more) -> Commitment:
    with county.inside():
        return promise(county, words, visit=county.rows.get(more.pop("on", "visit")), **more)


def where(made: Commitment) -> str:
    return f"/fenshire/actions/{made.public_id}/"


class TestOnThePages:
    def test_the_worker_keeps_hers_with_one_press_on_today(self, supervised, client_for):
        made = said(supervised, "Ring the nurse", due=LATE)
        said(supervised, "Find a room", who="head")
        client = client_for(supervised, "worker")
        today = client.get(HOME)
        assert "What I said I’d do" in text(today)
        assert "Ring the nurse Late 1 Sep 2026" in text(today)
        assert "Find a room" not in text(today)
        after = client.post(where(made), {"press": "kept"}, HTTP_REFERER=f"http://testserver{HOME}", follow=True)
        assert after.redirect_chain == [(HOME, 302)], "back to where it was pressed"
        assert "Kept: Ring the nurse" in text(after)
        assert "What I said I’d do" not in text(client.get(HOME))

    def test_the_manager_sees_what_is_late_of_all_sides_and_her_own_first(self, supervised, client_for):
        said(supervised, "Ask for the grant", who="manager", due=LATE)
        said(supervised, "Find a room", who="head", due=LATE)
        said(supervised, "Ring the nurse", due=SOON)
        week = text(client_for(supervised, "manager").get(HOME))
        assert "You said: Ask for the grant It is late. Since 2 September 2026." in week
        late = week.partition("What we said we’d do, late")[2]
        assert "Ask for the grant" in late
        assert "Find a room Hetty Fenshire Late 1 Sep 2026" in late
        assert "Ring the nurse" not in late
        assert "Find a room" not in text(client_for(supervised, "other_manager").get(HOME))

    def test_the_school_sees_its_own_first_and_the_councils_broken_ones_too(self, supervised, client_for):
        said(supervised, "Ask for the grant", who="manager", due=date(2026, 9, 2))
        broken = said(supervised, "Bring the forms", who="manager", due=LATE)
        said(supervised, "Find a room", who="head")
        said(supervised, "Talk about leave", audience=Audience.TWO)
        with supervised.inside():
            broken.break_off(by=supervised.as_("manager"), at=NOW, reason="They were not printed")
        page = text(client_for(supervised, "head").get(HOME)).partition("What we said we’d do")[2]
        assert page.index("Find a room") < page.index("Bring the forms") < page.index("Ask for the grant")
        assert "Bring the forms Mira Fenshire Not kept" in page
        assert "Talk about leave" not in page
        assert page.count("Kept : Find a room") == page.count("Kept :") == 1, "a press for her own alone"

    def test_what_is_late_waits_for_whoever_said_it(self, supervised, client_for):
        said(supervised, "Find a room", who="head", due=LATE)
        said(supervised, "Ring the nurse", due=LATE)
        for who, words in (("head", "You said: Find a room"), ("worker", "You said: Ring the nurse")):
            page = text(client_for(supervised, who).get("/fenshire/waiting/"))
            assert words in page
            assert page.count("It is late.") == 1


class TestSettled:
    def test_a_new_date_keeps_the_old_one(self, supervised, client_for):
        made, client = said(supervised, "Ring the nurse", due=LATE), client_for(supervised, "worker")
        later = {
            "what": "new_date",
            "until_day": "15",
            "until_month": "9",
            "until_year": "2026",
            "reason": "She was ill",
        }
        page = client.post(where(made), later, follow=True)
        assert "The new date is 15 September 2026." in text(page)
        assert "To be done by 15 September 2026." in text(page)
        history = text(page).partition("History")[2]
        assert "New date: 15 September 2026" in history
        assert "She was ill" in history
        assert "Said, to be done by 1 September 2026" in history
        old = text(client.get(where(made)))
        assert "It has a new date: 15 September 2026." in old
        assert "Open it as it stands now" in old
        assert "put off from 1 Sep 2026" in text(client.get(HOME))

    @pytest.mark.parametrize(
        ("answer", "sentence"),
        [
            ({}, "Select what became of it"),
            ({"what": "new_date"}, "Enter the new day"),
            ({"what": "dropped"}, "Say why it is dropped, in a few words."),
            (
                {"what": "new_date", "until_day": "1", "until_month": "8", "until_year": "2026"},
                "The new day must be after 1 September 2026.",
            ),
        ],
    )
    def test_what_is_missing_is_said_beside_the_box(self, supervised, client_for, answer, sentence):
        made = said(supervised, "Ring the nurse", due=LATE)
        page = client_for(supervised, "worker").post(where(made), answer)
        assert page.status_code == 422
        assert sentence in text(page)

    def test_nobody_settles_it_twice_and_nobody_for_others(self, supervised, client_for):
        made, of_head = said(supervised, "Ring the nurse"), said(supervised, "Find a room", who="head")
        client = client_for(supervised, "worker")
        assert client.post(where(of_head), {"press": "kept"}).status_code == 403
        assert "Find a room" in text(client.get(where(of_head))), "but she may read it"
        client.post(where(made), {"what": "dropped", "reason": "The nurse has left"})
        assert client.post(where(made), {"press": "kept"}).status_code == 409
        with supervised.inside(), pytest.raises(Refusal):
            Commitment.objects.get(pk=made.pk).keep(by=supervised.as_("worker"), at=NOW)
        assert client_for(supervised, "manager").post(where(of_head), {"press": "kept"}).status_code == 302
        with supervised.inside(), pytest.raises(NotAllowed):
            Commitment.objects.get(pk=made.pk).keep(by=supervised.as_("head"), at=NOW)

    def test_a_long_history_asks_no_more(self, supervised, client_for, queries):
        made, client = said(supervised, "Ring the nurse", due=LATE), client_for(supervised, "worker")
        client.get(where(made))
        with queries() as small:
            client.get(where(made))
        with supervised.inside():
            for week in range(1, 9):
                made = made.put_off(until=LATE + timedelta(weeks=week), by=supervised.as_("worker"), at=NOW)
        with queries() as large:
            page = text(client.get(where(made)))
        assert page.count("New date:") == 8
        assert len(small) == len(large) <= 12, "\n".join(large)


class TestCarriedOver:
    def test_to_the_next_supervision_of_the_same_worker_in_the_same_school(self, supervised):
        said(supervised, "Ring the nurse")
        said(supervised, "Find a room", who="head")
        said(supervised, "Of the other school", on="other_visit")
        kept = said(supervised, "Done already")
        with supervised.inside():
            kept.keep(by=supervised.as_("worker"), at=NOW)
            put_off = said(supervised, "Later").put_off(
                until=SOON + timedelta(days=9), by=supervised.as_("worker"), at=NOW
            )
            visit = make_visit(supervised, NOW + timedelta(days=1))
            promise(supervised, "Said at this one", visit=visit)
            carried = list(carried_to(visit))
        assert {each.text for each in carried} == {"Ring the nurse", "Find a room", "Later"}
        assert put_off in carried, "the new date, and not the old one beside it"


# Everybody who can be, under every hat and pair of hats that a person may wear at once.
HATS = [
    ("manager", Role.TEAM_MANAGER), ("other_manager", Role.TEAM_MANAGER), ("worker", Role.WORKER),
    ("other_worker", Role.WORKER), ("senior", Role.SENIOR_MANAGER), ("finance", Role.FINANCE_READER),
    ("auditor", Role.AUDITOR), ("admin", Role.ADMINISTRATOR), ("head", Role.HEADTEACHER),
    ("lead", Role.IN_SCHOOL_LEAD), ("other_head", Role.HEADTEACHER),
]  # fmt: skip
COUNCIL_SIDE = {"oakfield": {"manager", "worker"}, "beech": {"other_manager", "other_worker"}}
SCHOOL_SIDE = {"oakfield": {"head", "lead"}, "beech": {"other_head"}}


def test_whatever_is_said_nobody_reads_more_than_its_source(supervised):
    """Random promises, settled at random, read by everybody: whom they reach is what the part they were said in reaches.

    Otto, who manages at Beech, is in-school lead at Oakfield too: through that hat he reads what all three said, and
    nothing of what was said between two.
    """
    county, random = supervised, Random(20260908)
    with county.inside():
        contact(county, county.oakfield, "other_manager", SchoolContact.Kind.LEAD)
        between_two = make_visit(county, NOW - timedelta(days=20), kind="one_to_one", held=True)
        occasions = [
            (county.visit, "oakfield", True),
            (county.other_visit, "beech", True),
            (between_two, "oakfield", False),
        ]
        expected: dict[int, tuple[str, str]] = {}
        for number in range(120):
            visit, school, is_open = random.choice(occasions)
            audience = random.choice([Audience.SHARED, Audience.TWO])
            who = random.choice(sorted(COUNCIL_SIDE[school]))
            made = promise(county, f"Said {number}", visit=visit, who=who, audience=audience)
            rows = [made]
            match random.randrange(5):
                case 0:
                    made.keep(by=county.as_(who), at=NOW)
                case 1:
                    made.drop(reason="Why not", by=county.as_(who), at=NOW)
                case 2 | 3:
                    later, _, _ = random.choice([each for each in occasions if each[1] == school])
                    until, told_in = SOON + timedelta(days=7), random.choice([None, later.occasion])
                    rows.append(made.put_off(until=until, by=county.as_(who), at=NOW, told_in=told_in))
            for row in rows:
                row.refresh_from_db()
                assert row.audience == audience, "a new date is for nobody else"
                shared = row.audience == Audience.SHARED and row.occasion_id != between_two.occasion_id
                expected[row.pk] = (school, "shared" if shared else "two")
        for name, role in HATS:
            extra = frozenset({Role.IN_SCHOOL_LEAD}) if name == "other_manager" else frozenset()
            reader = Principal(
                kind="membership", user_id=county.users[name].pk, person_id=county.people[name].pk,
                roles=frozenset({role}) | extra, today=TODAY,
            )  # fmt: skip
            may = {
                key
                for key, (school, audience) in expected.items()
                if name in COUNCIL_SIDE[school]
                or (audience == "shared" and (name in SCHOOL_SIDE[school] or (school == "oakfield" and extra)))
            }
            assert set(Commitment.objects.visible_to(reader).values_list("pk", flat=True)) == may, name
        nobodys = Principal(kind="link", person_id=county.people["head"].pk, today=TODAY)
        assert not Commitment.objects.visible_to(nobodys).exists()
