"""A county in which figures are asked about, and the presses of who asks and who answers."""

from __future__ import annotations

from datetime import date
from html import unescape

from reports.models import FigureQuestion
from teams.foundation.access import Role
from tests.factories.authorities import add_person
from tests.reports.stories import active, add_terms, grow

QUESTION = "Why is one post still empty?"
ANSWER = "Two people were asked, and one begins on 5 October."
DUE = date(2026, 9, 15)  # five working days on from Tuesday 8 September


def set_out(fenshire, moorland):
    add_terms(fenshire)
    active(fenshire)
    grow(fenshire, 2)
    active(moorland)
    with fenshire.inside():
        add_person(fenshire, "second_senior", "Sol Fenshire", Role.SENIOR_MANAGER, "Director")
        add_person(fenshire, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
    return fenshire


def asked_by_senior(county, client_for):
    """What the senior manager has asked the manager of the team."""
    response = ask(county, client_for(county, "senior"))
    assert response.status_code == 302, text(response)
    with county.inside():
        return FigureQuestion.objects.with_promises().get()


def address(county, code: str = "posts-filled", place: str = "team") -> str:
    return f"/fenshire/figures/{code}/?place={county.rows[place].public_id}"


def ask(county, client, code: str = "posts-filled", *, place: str = "team", words: str = QUESTION, due: date = DUE, whom: str = "manager"):  # fmt: skip
    return client.post(
        address(county, code, place),
        {
            "whom": str(county.people[whom].public_id), "text": words,
            "due_on_day": due.day, "due_on_month": due.month, "due_on_year": due.year,
        },
    )  # fmt: skip


def action(asked: FigureQuestion) -> str:
    return f"/fenshire/actions/{asked.promise.public_id}/"


def answer(asked, client, words: str = ANSWER):
    return client.post(action(asked), {"press": "kept", "answer": words})


def text(response, status: int | None = None) -> str:
    if status is not None:
        assert response.status_code == status, response.status_code
    return unescape(response.content.decode().partition("<main")[2].partition("</main>")[0])


def home(client) -> str:
    return text(client.get("/fenshire/home/", follow=True), 200)
