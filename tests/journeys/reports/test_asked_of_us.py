"""Journey S6 in a browser: a manager asks, a senior manager answers one and then all, and it stands where it applies."""

from __future__ import annotations

import pytest
from django.utils import timezone

from teams.models import CountyQuestion
from tests.factories.authorities import make_county

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
FIRST = "May a worker begin in a school before the cost is signed, when the head has agreed to the way of working?"
SECOND = "A school wants supervision on a Saturday. Do we come?"


@pytest.fixture
def world(site):
    return make_county("fenshire")


def test_a_question_becomes_guidance_in_one_tap_and_one_box(world, visitor):
    today = timezone.localdate()
    manager = visitor(phone=True).sign_in(world, "manager").goto("/fenshire/home/")
    manager.follow("What the county says").reads("Guidance begins with a question").check("guidance-empty")
    manager.goto("/fenshire/supervision/").reads("Nothing yet about supervision").follow("Ask the county")
    manager.reads("Write no child’s name").check("ask-county")
    manager.press("Ask", exact=True).reads("Write your question").check("ask-county-refused")
    manager.page.get_by_label("Agreements and money").check()
    manager.fill("Your question", FIRST).press("Ask", exact=True).reads("Asked.", "1 of 3")
    manager.page.get_by_label("Supervision", exact=True).check()
    manager.fill("Your question", SECOND).press("Ask", exact=True).reads("2 of 3").check("ask-county-two")

    senior = visitor().sign_in(world, "senior").goto("/fenshire/asked-of-us/")
    senior.reads(SECOND, "Today").check("asked-of-us").follow("May a worker begin")
    taps = 0
    senior.check("answer-one").fill("Your answer", "Yes, on the way of working alone.").press("Answer", exact=True)
    taps += 1
    senior.reads("Answered. ", SECOND)
    senior.follow("A school wants").press("Answer", exact=True).reads("Write your answer")
    senior.page.get_by_label("Everybody at the council").check()
    senior.check("answer-refused")
    senior.fill("Your answer", "No. Supervision is held on school days.\n\nA worker’s week is five days long.")
    senior.press("Answer", exact=True).reads("as county guidance").check("asked-of-us-answered")
    print(f"S6: {taps} tap and 1 field to answer (target 1, 1)")

    manager.goto("/fenshire/home/").reads("has answered").follow("has answered")
    manager.check("answer-read").press("I have read it").reads("It has left your first page")
    manager.goto("/fenshire/supervision/").reads("Supervision is held on school days").check("county-says")
    worker = visitor(phone=True).sign_in(world, "worker").goto("/fenshire/guidance/?q=saturday")
    worker.reads("Nothing that the county says matches").goto("/fenshire/guidance/?q=school days")
    worker.reads("five days long").check("guidance-list")

    senior.goto("/fenshire/guidance/").follow("Since").check("guidance")
    senior.follow("Say something newer").check("guidance-newer")
    senior.fill("What the county says", "No. From autumn a school may ask.").press("Publish").reads("It is published")
    senior.follow("Read the one before").reads("Something newer stands in its place").check("guidance-before")
    senior.follow("Read the newer one").follow("Withdraw it").press("Withdraw it").reads("Say why").check("guidance-withdraw-refused")  # fmt: skip
    senior.fill("Why does the county", "The rule has changed.").press("Withdraw it").reads("Withdrawn on")
    senior.check("guidance-withdrawn")
    with world.inside():
        assert CountyQuestion.objects.filter(status="answered").count() == 2
        assert today >= CountyQuestion.objects.latest("asked_at").asked_at.date()


def test_everything_works_without_scripts(world, visitor):
    manager = visitor(phone=True, scripts=False).sign_in(world, "manager").goto("/fenshire/ask-the-county/")
    for number in range(3):
        manager.page.get_by_label("Reviews").check()
        manager.fill("Your question", f"Question {number}?").press("Ask", exact=True).reads(f"{number + 1} of 3")
    manager.reads("3 questions of yours are open")
    senior = visitor(scripts=False).sign_in(world, "senior").goto("/fenshire/waiting/")
    senior.reads("3 questions wait").follow("Open what is asked")
    senior.follow("Question 0?").fill("Your answer", "Yes.").press("Answer", exact=True).reads("Answered.")
    manager.goto("/fenshire/home/").follow("has answered").reads("Yes.").press("I have read it")
    manager.reads("It has left your first page")
