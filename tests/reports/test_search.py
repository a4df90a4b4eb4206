"""One box over what the reader may see: what it finds, for whom, and what is written down about it."""

from __future__ import annotations

import logging
import re
from html import unescape

import pytest

from config.log_lines import DiscreetFormatter
from schools.models import School
from teams.foundation.access import Role
from teams.models import AuditEvent, Person
from tests.factories.authorities import add_person
from tests.reports.stories import active, add_school

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

NOTHING = "Nothing you may see matches."


def search(client, words: str, status: int = 200) -> str:
    response = client.get("/fenshire/search/", {"q": words})
    assert response.status_code == status, response.status_code
    return unescape(response.content.decode().partition("<main")[2].partition("</main>")[0])


def names(page: str) -> list[str]:
    """What was found, in the order of the page."""
    parts = page.partition('id="found-1"')[2].split("<li>")[1:]
    return [each.partition("</")[0].rpartition(">")[2].strip() for each in parts]


@pytest.fixture
def county(fenshire):
    active(fenshire)
    return fenshire


def test_beginnings_of_words_in_any_order_and_numbers_find_a_school(county, client_for):
    worker = client_for(county, "worker")
    for words in ("oakf", "prim OAKF", "fenshire oak", "900100", "999/2000", "Oakfield, Fenton", "oak FN1"):
        page = search(worker, words)
        assert "Oakfield Primary School Fenshire" in names(page), words
        assert "Beech Primary School Fenshire" not in names(page), words
        assert "Fenton, URN 900100" in page


def test_nothing_is_found_inside_a_word_nor_by_signs_that_mean_something_to_a_computer(county, client_for):
    worker = client_for(county, "worker")
    for words in ("akfield", "oakfield dale", "a|b", "o.k", "oak%", "o_k", "\\\\m", "00100", "wanda@moorland.example"):
        page = search(worker, words)
        assert names(page) == [], words
        assert NOTHING in page, words
    for words in ("%", ".*", "(", "\\", "a"):
        assert "Type at least 2 letters" in search(worker, words, 422), words


@pytest.mark.parametrize("who", ["admin", "manager", "worker", "senior", "finance", "auditor", "head"])
def test_whatever_is_found_opens(county, client_for, who):
    client = client_for(county, who)
    opened = set()
    for words in ("oakfield", "wanda", "hetty", "fenshire"):
        page = (
            client.get("/fenshire/search/", {"q": words}).content.decode().partition("<main")[2].partition("</main>")[0]
        )
        opened |= set(re.findall(r'<a class="govuk-link" href="([^"]+)"', page))
    assert opened or who == "head"
    for address in sorted(opened):
        assert client.get(address).status_code == 200, f"{address} was found and does not open for {who}."


def test_a_closed_school_comes_last_and_says_so(county, client_for):
    with county.inside():
        School.objects.create(urn="900190", name="Oakfield Infant School", status=School.Status.CLOSED)
    page = search(client_for(county, "worker"), "oakfield school")
    assert names(page)[:2] == ["Oakfield Primary School Fenshire", "Oakfield Infant School"]
    assert "URN 900190, Closed" in page


def test_people_and_agreements_are_found_with_a_line_that_says_which_one(county, client_for):
    manager = client_for(county, "manager")
    for words in ("wan", "fenshire wanda", "worker@fenshire.ex"):
        page = search(manager, words)
        assert "Wanda Fenshire" in names(page), words
        assert "Pupil support worker" in page
    assert "Headteacher, Oakfield Primary School Fenshire" in search(manager, "hetty")
    for words in ("oakfield wanda", "psw 1", "900100"):
        page = search(manager, words)
        assert "Oakfield Primary School Fenshire, 2026/27" in names(page), words
        assert "Wanda Fenshire, Active" in page


def test_a_name_with_marks_in_it_is_found_as_people_type_it(county, client_for):
    with county.inside():
        for name in ("Sinéad O’Hara-Byrne", "Zoë d'Arcy (Mrs)", "Zoe Łuczak"):
            Person.objects.create(name=name, job="Teacher")
    manager = client_for(county, "manager")
    for words in ("o'hara", "O’Hara", "byrne", "SINÉAD", "(sinéad)", "sinead", "Sine\u0301ad"):
        assert names(search(manager, words)) == ["Sinéad O’Hara-Byrne"], words
    assert names(search(manager, "d’arcy mrs")) == ["Zoë d'Arcy (Mrs)"]
    assert (
        set(names(search(manager, "zoe"))) == set(names(search(manager, "ZOË"))) == {"Zoë d'Arcy (Mrs)", "Zoe Łuczak"}
    )
    assert names(search(manager, "łuczak")) == ["Zoe Łuczak"]


SCHOOL, AGREEMENT = "Oakfield Primary School Fenshire", "Oakfield Primary School Fenshire, 2026/27"


def test_everybody_finds_what_they_may_see_and_no_more(county, moorland, client_for):
    finds = {
        "manager": {SCHOOL, AGREEMENT},
        "other_manager": {SCHOOL},  # and not the other team's agreement
        "admin": {SCHOOL},
        "head": {SCHOOL, AGREEMENT},
        "lead": {SCHOOL, AGREEMENT},
        "other_head": set(),
    }
    for who, what in finds.items():
        page = search(client_for(county, who), "oakfield")
        assert set(names(page)) == what, who
        assert (NOTHING in page) == (not what), who
    head = client_for(county, "head")
    assert names(search(head, "fenshire he")) == ["Hetty Fenshire"], "of people nobody but herself"
    there, not_there = search(head, "wilf"), search(head, "wolf")
    assert NOTHING in there
    assert there.replace("wilf", "wolf") == not_there, "the same words whether it exists or not"
    assert NOTHING in search(client_for(county, "senior"), "moorland")


def test_ten_of_a_kind_are_shown_and_more_is_said(county, client_for):
    for number in range(12):
        add_school(county, number)
    page = search(client_for(county, "worker"), "elm")
    assert len(names(page)) == 10
    assert "There are more. Type more of the name" in page


def test_one_letter_is_asked_for_more_and_nothing_asked_is_no_mistake(county, client_for):
    worker = client_for(county, "worker")
    assert "Type at least 2 letters" in search(worker, "a", 422)
    for address in ("/fenshire/search/", "/fenshire/search/?q=", "/fenshire/search/?x=1"):
        page = worker.get(address)
        assert page.status_code == 200
        assert "There is a problem" not in page.content.decode()
    assert search(worker, "a" * 101, 422)


def test_what_was_typed_is_in_no_event_and_looking_is_one(county, client_for):
    search(client_for(county, "manager"), "hetty oakfield")
    with county.inside():
        [event] = AuditEvent.objects.filter(verb="search.look")
        written = str({field.name: getattr(event, field.name) for field in event._meta.concrete_fields})
    assert "hetty" not in written.lower()
    assert event.role == Role.TEAM_MANAGER
    client_for(county, "manager").get("/fenshire/search/")
    with county.inside():
        assert AuditEvent.objects.filter(verb="search.look").count() == 1, "an empty box is no search"


@pytest.mark.parametrize(
    "line", ['"GET /fenshire/search/?q=Hetty+Oak&x=1 HTTP/1.1" 200', "Bad: /fenshire/search/?a=1&q=Hetty%20Oak"]
)
def test_what_was_typed_is_in_no_line_of_the_log(line):
    record = logging.LogRecord("web", logging.INFO, "", 1, line, (), None)
    written = DiscreetFormatter("%(message)s").format(record)
    assert "Hetty" not in written


def test_the_box_stands_on_every_page_for_who_may_find_something(county, client_for):
    for who, page in (("worker", "/fenshire/home/"), ("head", "/fenshire/home/"), ("admin", "/fenshire/set-up/")):
        html = client_for(county, who).get(page, follow=True).content.decode()
        assert html.count('action="/fenshire/search/"') == 1, who
        assert html.count('role="search"') >= 1
    html = client_for(county, "worker").get("/fenshire/search/").content.decode()
    assert html.count('action="/fenshire/search/"') == 1, "on its own page it stands once"


def test_it_asks_at_most_twelve_questions_at_any_size(county, client_for, queries):
    manager = client_for(county, "senior")
    with queries() as few:
        search(manager, "primary")
    for number in range(8):
        add_school(county, number)
        with county.inside():
            add_person(county, f"more {number}", f"Primary {number}", Role.WORKER, "Worker", team=county.team)
    with queries() as many:
        assert len(names(search(manager, "prim"))) > 8
    assert len(many) <= 12, "\n".join(many)
    assert len(many) - len(few) <= 3, "a kind that had no row before asks what its rows are"
