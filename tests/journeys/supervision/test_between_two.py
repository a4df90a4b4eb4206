"""A one-to-one of an attendance officer, from the month to the record: on a phone, and without signal in the room."""

from __future__ import annotations

from datetime import date

import pytest

from supervision.models import Pattern, Session
from teams.models import Employment, Post, Profession
from tests.factories.authorities import NOW
from tests.journeys.supervision.browsers import taken_along
from tests.journeys.supervision.hands import Clock
from tests.supervision.crew import SEPTEMBER, make_crew
from tests.supervision.test_between_two import SECRET

pytestmark = [pytest.mark.heavy, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def county(fenshire, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    make_crew(fenshire)
    with fenshire.inside():
        officer = Profession.objects.create(code="attendance-officer", name="Attendance officer")
        Pattern.objects.create(
            profession=officer, shape="each", one_to_one_every=1, starts_on=SEPTEMBER, review_on=date(2027, 8, 31)
        )
        wanda = fenshire.people["worker"]
        Employment.objects.filter(person=wanda).delete()
        post = Post.objects.create(name="AO 1", profession=officer, team=fenshire.team, starts_on=SEPTEMBER)
        Employment.objects.create(post=post, person=wanda, starts_on=SEPTEMBER)
    return fenshire


def test_a_one_to_one_is_agreed_held_without_signal_and_read_by_the_two_alone(county, visitor):
    visit = visitor(phone=True)
    Clock().set_in(visit)
    manager = visit.sign_in(county, "manager").goto("/fenshire/supervision/2026/9/")
    page = manager.page
    manager.reads("One-to-ones and joint visits", "One-to-one every month.").check("month-with-an-officer")
    page.get_by_role("link", name="Agree on a time").click()
    manager.reads("When do you meet, or when did you?").check("one-to-one-due")
    manager.press("It is agreed").reads("There is a problem", "Enter the time")
    manager.fill("From when?", "14:00").fill("Where?", "The office").press("It is agreed")
    manager.reads("is agreed.", "The office").check("month-with-a-one-to-one")
    page.get_by_role("link", name="Get ready").click()
    manager.reads("The first one.").check("one-to-one-ready")
    page.get_by_role("link", name="Go into the room").or_(page.get_by_role("button", name="Go into the room")).click()
    manager.reads("One-to-one with Wanda Fenshire", "No school reads this page.")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    taken_along(page, page.url)
    manager.context.set_offline(True)
    page.reload()
    page.fill("[name=cases]", SECRET)
    page.fill("[name=action-1-text]", "Ring the welfare line")
    page.check("input[name=action-1-by][value=worker]")
    page.check("input[name=said-worker]")
    manager.check("one-to-one-room")
    manager.press("Finish here")
    page.wait_for_function(
        "() => document.getElementById('saved-line').textContent.startsWith('Finished on this device')", timeout=15_000
    )
    with county.inside():
        assert not Session.objects.exists()
    manager.context.set_offline(False)
    page.wait_for_url("**/supervision/records/**", timeout=30_000)
    manager.reads("Final", SECRET, "Ring the welfare line").check("one-to-one-record")
    address = page.url
    worker = visitor(phone=True)
    Clock().set_in(worker)
    worker.sign_in(county, "worker").goto(address).reads(SECRET)
    assert visitor().sign_in(county, "head").page.goto(address).status == 404
