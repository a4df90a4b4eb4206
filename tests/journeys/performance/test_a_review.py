"""M8 and W5 in browsers: worker first, read before used, two pages for two audiences, agreed by all, sealed, on paper."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from performance.actions.beginning import placements_of
from performance.models import HeadPart, Objective, Review
from performance.permissions.reviews import AGREE_LINK
from schools.actions import next_year
from supervision.actions.getting_ready import next_working_day
from teams.actions.terms import keep_terms
from teams.foundation import mail
from teams.foundation.access import system
from teams.foundation.links import Link
from teams.foundation.transitions import begin
from teams.rules.calendar import school_year_of
from teams.rules.terms import offered_terms
from tests.factories.authorities import make_county
from tests.supervision.stories import supervised

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.heavy]
SECRET = "The drive wears me out"


@pytest.fixture
def world(site):
    """Terms, supervisions, and nothing of a review yet."""
    county = make_county("fenshire")
    now = timezone.now()
    with county.inside():
        supervised(county)
        by = system("tests", today=timezone.localdate(now))
        for year in range(school_year_of(by.today) - 1, school_year_of(by.today) + 2):
            keep_terms(year, offered_terms(year), by=by, at=now)
    return county


def give_part(county) -> None:
    """The head has written hers (test_head_writes_her_part.py), and the worker may read it today."""
    with county.inside():
        review, now = Review.objects.get(), timezone.now()
        by = system("tests", today=timezone.localdate(now))
        placement = placements_of(review.worker, review.starts_on, review.ends_on)[0]
        head = county.people["head"]
        part = begin(
            HeadPart(review=review, placement=placement, person=head, asked_at=now, read_on=by.today),
            "ask", by=by, at=now,
        )  # fmt: skip
        answer = next_year.say(placement, "keep", words="", person=head, school_year=2027, by=by, at=now)
        part.give(
            difference="Mornings at the gate.", wishes="A group for Year 5.", expected="yes", expected_why="",
            comes=True, next_year=answer, by=by, at=now,
        )  # fmt: skip


def agree_link(county) -> str:
    with county.inside():
        _, token = Link.make(
            purpose=AGREE_LINK, subject=HeadPart.objects.get(), person=county.people["head"], at=timezone.now()
        )
    return f"/fenshire/l/{token}/"


def code_of(county) -> str:
    with county.inside():
        return mail.Notice.objects.filter(kind="code").latest("pk").words["code"]


def at_320(visit) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})


def test_a_review_from_the_scheme_to_the_paper(world, visitor, tmp_path):
    admin = visitor().sign_in(world, "admin").goto("/fenshire/set-up/")
    admin.follow("Reviews").reads("Add the council’s own scheme first").check("schemes-empty")
    admin.follow("Add a scheme").reads("Write one thing a line").check("scheme-new")
    admin.fill("Which conversations are there in a year?", "Yearly review").press("Save")
    admin.reads("Line 1: write a name, the month").check("scheme-refused")
    admin.fill("Which conversations are there in a year?", "Yearly review, June, with the school")
    admin.press("Look at it with a made-up worker first").reads("What Sam Example would be asked").check("scheme-look")
    admin.press("Save", exact=True).reads("is saved").check("schemes")

    manager = visitor().sign_in(world, "manager").goto("/fenshire/reviews/")
    manager.reads("Not begun", "Due by").check("reviews")
    manager.follow("Begin a review").reads("prepares first").check("review-begin")
    day = next_working_day(timezone.localdate())
    manager.page.get_by_label("Day", exact=True).fill(str(day.day))
    manager.page.get_by_label("Month", exact=True).fill(str(day.month))
    manager.page.get_by_label("Year", exact=True).fill(str(day.year))
    manager.fill("Where?", "Library").press("Begin", exact=True).reads("Enter the time as well").check(
        "review-begin-no-time"
    )
    manager.fill("From when?", "4.30pm").press("Begin", exact=True)
    manager.reads("can prepare now", "at 4:30pm, Library").check("review-manager-preparing")
    manager.follow("When you meet").reads("It takes an hour").check("review-plan")
    give_part(world)
    manager.goto("/fenshire/").reads("Yearly review: Wanda", "Open the review").check("week-with-a-review")
    visitor().sign_in(world, "head").goto("/fenshire/").reads("You said that you come.").check(
        "head-page-with-a-review"
    )

    worker = visitor(phone=True).sign_in(world, "worker")
    at_320(worker)
    worker.goto("/fenshire/").reads("at 4:30pm, Library, with Mira").check("today-with-a-review")
    worker.goto("/fenshire/supervision/mine/").follow("My review and my year").reads("Write your part").check(
        "my-review"
    )
    worker.follow("Open my review").reads("Mornings at the gate.", "not read yet").check("review-worker")
    worker.follow("Write my part").reads("Nobody reads it until").check("review-mine")
    worker.fill("How the worker is", SECRET).press("Save and go on later").reads("Nobody but you can read it")
    assert worker.page.get_by_label("How the worker is").input_value() == SECRET
    worker.press("Give my part").reads("can read it now")
    worker.press("I have read this").reads("Noted.", "You have read").check("review-worker-read")

    manager.goto("/fenshire/reviews/").follow("Wanda").reads(SECRET, "all read").check("review-manager-given")
    manager.follow("Open the meeting page").reads("Schools read this part.").check("review-meeting")
    assert SECRET not in manager.page.content()
    manager.fill("What was achieved this year", "All of what was agreed.")
    manager.press("Go on: just the two of us").reads("No school reads this page.")
    assert "All of what was agreed." in manager.page.content(), "folded under Before you share"
    manager.press("Share to agree").reads("or tick “Not now”").check("review-two-refused")
    manager.page.get_by_label("Not now").check()
    manager.fill("How the worker is", "Fewer miles from January")
    manager.fill("Objective 1", "Two groups a term")
    manager.page.get_by_label("By when").first.fill((timezone.localdate() + timedelta(days=90)).isoformat())
    manager.press("Share to agree").reads("Everybody who agrees has been asked").check("review-manager-sent")
    manager.press("Agreed", exact=True).reads("Thank you")

    head = visitor(phone=True).goto(agree_link(world))
    at_320(head)
    head.reads("Yearly review of Wanda").check("review-link")
    head.press("Send me the code").fill("The code from the e-mail", code_of(world)).press("Continue")
    head.reads("All of what was agreed.").check("review-link-read")
    assert "Fewer miles" not in head.page.content()
    head.press("Not agreed").reads("Say what you do not agree to").check("review-link-refused")
    head.fill("What you do not agree to, or want to add", "It was nearly all.").press("Not agreed")
    head.reads("This link has done its work").check("review-link-done")

    worker.goto("/fenshire/reviews/mine/").follow("Open my review").reads("Fewer miles from January").check(
        "review-worker-agree"
    )
    worker.press("Agreed", exact=True).reads("Thank you")
    manager.goto("/fenshire/reviews/").follow("Wanda").reads("It was nearly all.", "Or let it stand").check(
        "review-manager-refused"
    )
    manager.follow("Change the words").fill("What was achieved this year", "Nearly all of what was agreed.")
    manager.press("Go on: just the two of us").press("Share to agree").reads("Everybody who agrees has been asked")
    manager.press("Agreed", exact=True).reads("Thank you")
    worker.goto("/fenshire/reviews/mine/").follow("Open my review").press("Agreed", exact=True).reads("Thank you")
    signed_in = visitor(phone=True).sign_in(world, "head")
    at_320(signed_in)
    signed_in.goto("/fenshire/home/")
    signed_in.reads("Read the yearly review of Wanda").follow("Open the review").reads(
        "Nearly all of what was agreed."
    ).check("review-school")
    assert "Fewer miles" not in signed_in.page.content()
    signed_in.press("Agreed", exact=True).reads("it is final").check("review-school-final")

    worker.goto("/fenshire/reviews/mine/").reads("final").check("my-review-final")
    worker.follow("Yearly review, 20").reads("All have agreed").check("review-worker-final")
    worker.follow("Write a comment").check("review-comment")
    worker.fill("Your comment", "Thank you all.")
    worker.page.get_by_label("Just the two of us").check()
    worker.press("Put it on top").reads("Thank you all.")
    with worker.page.expect_download() as waiting:
        worker.page.get_by_role("link", name="Council copy").first.click()
    paper = Path(tmp_path) / "council.pdf"
    waiting.value.save_as(paper)
    assert paper.read_bytes().startswith(b"%PDF")
    worker.follow("I do not accept it").reads("The review stays as it was").check("review-appeal")
    worker.fill("What you do not accept, and why", "The service was more.").press("Send to the senior managers")
    worker.reads("My appeal: waiting for an answer")
    senior = visitor().sign_in(world, "senior").goto("/fenshire/waiting/")
    senior.follow("Read and answer").reads("The service was more.").check("appeal")
    senior.fill("Your answer", "We meet on Monday.").press("Answer", exact=True).reads("reads your answer now").check(
        "appeal-answered"
    )
    manager.goto("/fenshire/reviews/").reads("Final in the last 12 months").check("reviews-final")
    with world.inside():
        assert Objective.objects.get().text == "Two groups a term"


def test_on_a_small_phone_without_scripts_every_word_is_kept(world, visitor):
    """Plain screenshots: axe needs scripts."""
    admin = visitor(scripts=False).sign_in(world, "admin").goto("/fenshire/set-up/reviews/new/")
    admin.press("Save", exact=True).reads("is saved")
    manager = visitor(scripts=False).sign_in(world, "manager").goto("/fenshire/reviews/")
    manager.follow("Begin a review")
    manager.page.get_by_label("Yearly review").check()
    manager.press("Begin", exact=True).reads("can prepare now")
    worker = visitor(scripts=False).sign_in(world, "worker")
    at_320(worker)
    worker.goto("/fenshire/reviews/mine/").follow("Open my review").follow("Write my part")
    worker.fill("How the worker is", SECRET).press("Save and go on later").reads("Nobody but you can read it")
    assert worker.page.get_by_label("How the worker is").input_value() == SECRET
    worker.press("Give my part").reads("can read it now")
