"""What keeps the way after a supervision short: the note on the page "To finish", the next day filled in, one press."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest

from schools.actions.calendars import calendars_of
from supervision.actions import visits
from supervision.actions.next_time import TWO_MONTHS, next_day
from supervision.actions.sessions import finish
from supervision.models import OwnNote, Session
from teams.actions.terms import keep_terms
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW
from tests.supervision.stories import AFTER, MEETING, finishing, said, supervised
from tests.told import story

OWN = "Ask her sister in spring"


@pytest.fixture(autouse=True)
def _afterwards(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)


@story
def held(fenshire):
    """Held, with an action that has neither name nor day, and not agreed by the school."""
    with fenshire.inside():
        keep_terms(2026, offered_terms(2026), by=fenshire.as_("admin"), at=NOW)
        supervised(fenshire)
        loose = {"action-2-text": "Ask about the bus", "said-school": ""}
        words = said(fenshire, **loose)
        fenshire.rows["session"] = finish(fenshire.visit, finishing(words), by=fenshire.as_("manager"), at=AFTER)
    return fenshire


def to_finish(county) -> str:
    return f"/fenshire/supervision/records/{county.session.public_id}/finish/"


def test_one_press_finishes_the_lines_sends_the_record_and_keeps_her_own_note(held, client_for):
    manager = client_for(held, "manager")
    page = manager.get(to_finish(held)).content.decode()
    assert "Only you see this." in page
    refused = manager.post(to_finish(held), {"shared-action-2-due": "2026-12-01", "note": OWN})
    assert refused.status_code == 422
    assert OWN in refused.content.decode(), "what was typed is gone"
    said_now = {"shared-action-2-by": "worker", "shared-action-2-due": "2026-12-01", "note": OWN}
    assert OWN in manager.post(to_finish(held), said_now, follow=True).content.decode()
    record = to_finish(held).removesuffix("finish/")
    for reader in ("worker", "head", "lead", "other_manager", "senior"):
        assert OWN not in client_for(held, reader).get(record).content.decode(), reader
    with held.inside():
        assert Session.objects.get().status == Session.Status.TO_AGREE
        assert OwnNote.objects.get().person == held.people["manager"]


def test_without_a_note_none_is_written(held, client_for):
    lines = {"shared-action-2-leave": "on", "note": ""}
    client_for(held, "manager").post(to_finish(held), lines)
    with held.inside():
        assert Session.objects.get().status == Session.Status.TO_AGREE
        assert not OwnNote.objects.exists()


def test_the_day_is_filled_in_with_the_next_supervision_and_may_be_changed(held, client_for):
    today = MEETING.date()
    with held.inside():
        day = next_day(held.visit, today=today)
        calendar = calendars_of([held.oakfield])[held.oakfield.pk]
        assert day is not None
        assert calendar.is_school_day(day)
        assert len(calendar.between(today, day)) == TWO_MONTHS + 1, "today and forty more"
        assert next_day(held.visit, today=date(2027, 7, 1)) is None, "nobody knows the terms of then"
    assert f'value="{day.isoformat()}"' in client_for(held, "manager").get(to_finish(held)).content.decode()
    with held.inside():
        january = visits.plan(
            held.placement, worker=held.people["worker"], manager=held.people["manager"], due_on=date(2027, 1, 20),
            why="In school this time.", by=held.as_("manager"), at=NOW,
        )  # fmt: skip
        assert next_day(held.visit, today=today) == date(2027, 1, 20)
        starts = datetime(2027, 1, 27, 10, 0, tzinfo=LONDON)
        january.agree(starts, starts.replace(minute=45), place="", by=held.as_("manager"), at=NOW)
        assert next_day(held.visit, today=today) == date(2027, 1, 27)
    room = f"/fenshire/supervision/visits/{january.public_id}/room/"
    boxes = re.findall(r'name="action-\d-due"[^>]*', client_for(held, "manager").get(room).content.decode())
    assert boxes
    assert all('value="' in box for box in boxes)


def test_accurate_is_one_press_and_a_line_cannot_press_it(held, client_for):
    client_for(held, "manager").post(to_finish(held), {"shared-action-2-leave": "on"})
    record = to_finish(held).removesuffix("finish/")
    page = client_for(held, "head").get(record).content.decode()
    answers = page.partition('id="answer-heading"')[2]
    assert re.findall(r'value="(accurate|not_accurate)"', answers) == ["accurate", "not_accurate"]
    assert 'type="text"' not in answers, "Enter in a box of one line presses the first button"
    client_for(held, "head").post(record + "answer/", {"answer": "accurate"})
    with held.inside():
        assert Session.objects.get().status == Session.Status.FINAL


def test_what_somebody_says_beside_a_line_stands_beside_that_line(held, client_for):
    client_for(held, "manager").post(to_finish(held), {"shared-action-2-leave": "on"})
    record = to_finish(held).removesuffix("finish/")
    said_there = {"answer": "not_accurate", "line-action-2": "We said the taxi firm"}
    client_for(held, "head").post(record + "answer/", said_there)
    page = client_for(held, "worker").get(record).content.decode()
    line = re.search(r"<li>(?:(?!</li>).)*Ask about the bus.*?</li>", page, re.DOTALL)[0]
    assert "We said the taxi firm" in line
    assert page.count("We said the taxi firm") == 1
