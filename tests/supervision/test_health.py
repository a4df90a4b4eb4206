"""How supervision is going: each number counted by hand, for whom, and nothing of a person on the way (part 9)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from schools.models import School
from supervision.actions.health import Health
from supervision.models import CalledOff, SetPlace, Visit
from supervision.rules.health import BY_CODE, MEASURES, NO_AREA, NOT_LISTED, Cell
from teams.actions.terms import keep_terms
from teams.models import Area, Employment, Person, Post, Team
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW
from tests.factories.visits import text
from tests.supervision.crew import make_crew, place
from tests.supervision.kept_records import TODAY, action, play_two_terms, record
from tests.told import story

HEALTH = "/fenshire/supervision/health/"


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 2, 8, 12, tzinfo=LONDON))


@story
def two_terms(fenshire, moorland):
    """Eight workers of Mira's and one of Otto's in a small team of its own; records in autumn and in spring."""
    make_crew(fenshire)
    make_crew(moorland)
    play_two_terms(fenshire)
    with moorland.inside():
        record(moorland.placements[0], date(2027, 1, 12), present=False)
    return fenshire


def told(county, who="manager", today=TODAY):
    """{code: (this term, last term)} of all that this reader counts."""
    health = Health(county.as_(who, today), today=today)
    return {code: (rows[0].this, rows[0].last) for code, rows in ((m.code, health.rows(m)) for m in MEASURES)}


def test_each_number_as_counted_by_hand(two_terms):
    with two_terms.inside():
        found = told(two_terms)
    assert found["without-school"] == (Cell(2, 5), Cell(0, 6))
    assert found["school-present"] == (Cell(4, 5), Cell(6, 6))
    assert found["in-the-room"] == (Cell(3, 5), Cell(6, 6))
    assert found["sorted"] == (Cell(3, 5), Cell(12, 18))
    assert found["kept"] == (Cell(2, 5), Cell(1, 1))
    this, last = found["days-to-final"]
    assert (this.of, this.days) == (4, 3), "0, 1, 5 and 10 school days: the middle of the four"
    assert (last.of, last.days) == (6, 5.5)
    # Placements 0 to 4 this term; 5 on 8 November, 49 school days ago; 6 and 7 never since September.
    assert found["in-date"] == (Cell(5, 8), Cell(6, 8))


def test_what_is_counted_of_a_school_has_the_area_of_the_school(two_terms):
    """A team of the north works in schools of the east too: beside a school stands its own area."""
    with two_terms.inside():
        north = Area.objects.create(name="North")
        Team.objects.update(area=north)
        School.objects.update(area=two_terms.area)
        items = Health(two_terms.as_("senior", TODAY), today=TODAY).items
        areas = dict(School.objects.values_list("name", "area__name"))
    for code, found in items.items():
        assert found, code
        assert {item.area for item in found if item.school in areas} == {two_terms.area.name}, code


def test_a_set_of_this_term_changes_nothing_of_the_last(two_terms):
    """Worker 6, late at the end of the term before, is put into the other set after it: from then on it counts anew."""
    with two_terms.inside():
        person = Person.objects.get(name="Worker 06")
        SetPlace.objects.create(person=person, group="B", starts_on=date(2027, 1, 4))
        assert told(two_terms)["in-date"] == (Cell(6, 8), Cell(6, 8))


def test_what_the_school_called_off_counts_anew(two_terms):
    with two_terms.inside():
        visit = Visit.objects.filter(placement=two_terms.placements[5]).get()
        at = datetime(2027, 1, 19, 10, tzinfo=LONDON)
        CalledOff.objects.create(visit=visit, was_at=at, side="worker", noted_at=at)
        assert told(two_terms)["in-date"][0] == Cell(5, 8)
        CalledOff.objects.create(visit=visit, was_at=at, side="school", noted_at=at)
        assert told(two_terms)["in-date"][0] == Cell(6, 8)


def test_who_left_and_who_is_not_placed_any_more_is_not_counted(two_terms):
    with two_terms.inside():
        Person.objects.filter(name="Worker 00").update(left_at=datetime(2027, 1, 30, tzinfo=LONDON))
        two_terms.placements[1].__class__.objects.filter(pk=two_terms.placements[1].pk).update(
            ends_on=date(2027, 1, 30)
        )
        Employment.objects.filter(person__name="Worker 02").update(ends_on=date(2027, 1, 30))
        assert told(two_terms)["in-date"] == (Cell(2, 5), Cell(6, 8)), "last term they were there"


def test_whose_numbers(two_terms):
    """A manager counts her own workers, a senior manager everybody's, and nobody another authority's."""
    with two_terms.inside():
        assert told(two_terms, "other_manager")["without-school"] == (Cell(1, 1), Cell())
        assert told(two_terms, "senior")["without-school"] == (Cell(3, 6), Cell(0, 6))
        for who in ("worker", "head", "lead", "admin", "auditor", "finance"):
            assert told(two_terms, who)["without-school"] == (Cell(), Cell()), who


def test_a_small_team_shows_no_number_to_who_does_not_manage_it(two_terms):
    with two_terms.inside():
        rows = Health(two_terms.as_("senior", TODAY), today=TODAY).rows(BY_CODE["without-school"])
    assert [row.name for row in rows if row.level == "area"][-1] == NO_AREA
    teams = {row.name: row.this.is_hidden for row in rows if row.level == "team"}
    assert teams["Small team"]
    assert all(row.this.is_hidden for row in rows if row.level == "area"), "else it is the county without the other"


def test_faces_are_counts_in_fives_and_open_nothing(two_terms, client_for):
    client = client_for(two_terms, "manager")
    page = text(client.get(HEALTH))
    assert "Yes 3" not in page, "four answers are too few"
    with two_terms.inside():
        record(two_terms.placements[5], date(2027, 2, 2), faces=("partly", "yes"))
    page = text(client.get(HEALTH))
    assert "Yes 3, Partly 1, No 1" in page
    with two_terms.inside():
        record(two_terms.placements[6], date(2027, 2, 3), faces=("no", "no"))
    assert "Yes 3, Partly 1, No 1" in text(client.get(HEALTH)), "the sixth waits"
    senior = text(client_for(two_terms, "senior").get(HEALTH))
    assert "Yes 3, Partly 1, No 1" in senior
    assert "Small team Too few to show" in senior


def test_the_rows_of_a_group_whose_number_is_hidden_are_not_listed(two_terms, client_for):
    """One page hid the number of a team of one, and said below it in which state its one school was."""
    client, code = client_for(two_terms, "senior"), "in-date"
    for where in (f"{HEALTH}{code}/", "/fenshire/figures/supervision-in-date/"):
        page = text(client.get(where))
        assert "School 20" not in page, "the team of one"
        assert "School 01" not in page, "all of the county but this one would tell it too"
        assert NOT_LISTED in page
    for where in (f"{HEALTH}{code}/", "/fenshire/figures/supervision-in-date/"):
        page = text(client_for(two_terms, "other_manager").get(where))
        assert "School 20" in page, "who manages it reads it"
        assert NOT_LISTED not in page


def test_the_pages_name_nobody_and_a_senior_manager_opens_no_record(two_terms, client_for):
    with two_terms.inside():  # so that nothing is too few to list
        Post.objects.update(team=Post.objects.get(placements=two_terms.placements[0]).team)
    for who in ("manager", "senior"):
        client = client_for(two_terms, who)
        html = "".join(client.get(f"{HEALTH}{code}/").content.decode() for code in BY_CODE)
        main = "".join(part.partition("</main>")[0] for part in html.split("<main")[1:])
        assert "School 01" in main
        assert "Moorland" not in main
        for name in ("Worker 0", "Head 0", "A key", "Ring"):
            assert name not in main, name
        assert ("/supervision/records/" in main) is (who == "manager")
        assert ("/actions/" in main) is (who == "manager")
    assert "School 20" in main, "down to the school (D.5), and no further"
    assert "January 2027" in main
    assert "13 January" not in main, "the month, and not the day"


def test_a_manager_opens_the_rows_behind_a_number(two_terms, client_for):
    client = client_for(two_terms, "manager")
    page = client.get(f"{HEALTH}without-school/").content.decode()
    assert page.count('href="/fenshire/supervision/records/') == 5
    way = page.partition('href="/fenshire/supervision/records/')[2].partition('"')[0]
    assert client.get(f"/fenshire/supervision/records/{way}").status_code == 200
    assert "In school, without the school" in page
    assert "Somewhere else, with the school" in page
    assert client.get(f"{HEALTH}no-such/").status_code == 404


@pytest.mark.parametrize("who", ["worker", "head", "lead", "admin", "finance", "auditor"])
def test_for_who_supervises_and_senior_managers_alone(two_terms, client_for, who):
    client = client_for(two_terms, who)
    assert client.get(HEALTH).status_code == 403
    assert client.get(f"{HEALTH}in-date/").status_code == 403


def test_nothing_is_never_0(fenshire, client_for):
    client = client_for(fenshire, "manager")
    assert "No term is known that has begun" in text(client.get(HEALTH))
    with fenshire.inside():
        keep_terms(2026, offered_terms(2026), by=fenshire.as_("admin"), at=NOW)
    assert "Nothing has been counted yet" in text(client.get(HEALTH))
    for code in BY_CODE:
        page = text(client.get(f"{HEALTH}{code}/"))
        assert "Nothing yet" in page
        assert "0 %" not in page


def test_as_many_questions_at_any_size(two_terms, client_for, queries):
    clients = {who: client_for(two_terms, who) for who in ("manager", "senior")}

    def asked() -> dict[str, list[str]]:
        found = {}
        for who, client in clients.items():
            for where in (HEALTH, f"{HEALTH}in-date/", f"{HEALTH}kept/"):
                client.get(where)
                with queries() as seen:
                    client.get(where)
                found[f"{who} {where}"] = seen
        return found

    small = asked()
    with two_terms.inside():
        for number in range(30, 36):
            made = record(
                place(two_terms, number), date(2027, 1, 20), lines=(True,), final_on=date(2027, 1, 22), faces=("no", "")
            )
            action(made, date(2027, 1, 29))
    large = asked()
    for where, seen in small.items():
        print(where, len(seen))
        assert len(seen) <= 20, f"{where}:\n" + "\n".join(seen)
        assert len(large[where]) == len(seen), where + "\n" + "\n".join(large[where])
