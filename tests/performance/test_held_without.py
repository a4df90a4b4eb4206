"""A review that is held without a school: the school is named, and why is kept for worker and managers alone."""

from __future__ import annotations

import json
from datetime import date

import pytest

from performance.actions import head_parts
from performance.models import HeadPart, HeldWithout, Review, ReviewCopy
from reports.documents import review as paper
from schools.models import SchoolContact
from teams.foundation.errors import Refusal
from teams.models import AuditEvent
from tests.factories.reviews import IN_JUNE, JUNE
from tests.performance.stories import held, says

pytestmark = pytest.mark.django_db
WHY = "The old head has left and the office does not answer"


@pytest.fixture
def headless(county, monkeypatch):
    """Nobody knows the head of Beech, and it was not asked; Oakfield has given its part."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    HeadPart.objects.filter(pk=county.silent.pk).delete()
    SchoolContact.objects.filter(school=county.beech, kind="head").delete()
    return county


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_school_whose_head_nobody_knows_holds_the_words_back_and_the_page_says_what_to_do(headless, client_for):
    with pytest.raises(Refusal, match="Beech Primary School Fenshire, whose head nobody knows here"):
        held(headless, headless.review)
    page = text(client_for(headless, "manager").get(f"/fenshire/reviews/{headless.review.public_id}/schools/"))
    assert "Nobody knows the head of Beech Primary School Fenshire: add the head" in page
    assert f"/fenshire/schools/{headless.beech.public_id}/" in page
    assert "Every school has been asked" not in page
    assert "go on without it" in page


def test_why_a_review_is_held_without_a_school_stands_on_its_page_and_in_the_council_copy_alone(headless, client_for):
    manager = client_for(headless, "manager")
    review = f"/fenshire/reviews/{headless.review.public_id}/"
    address = f"{review}schools/{headless.beech.public_id}/without/"
    refused = manager.post(address, {"because": " "})
    assert (refused.status_code, "Say why you go on" in text(refused)) == (422, True)
    assert manager.post(address, {"because": WHY}).status_code == 302
    again = manager.post(address, {"because": "Another reason"})
    assert (again.status_code, "It is said already why" in text(again)) == (422, True)
    assert "Another reason" in text(again), "What was typed is not lost."
    assert WHY in text(manager.get(f"{review}schools/"))
    assert WHY in text(manager.get(review))
    assert AuditEvent.objects.get(verb="heldwithout.hold_without").reason == "", "Why is for its readers alone."
    held(headless, Review.objects.for_page().get(pk=headless.review.pk))
    for who in ("manager", "worker"):
        assert WHY in text(client_for(headless, who).get(review)), who
    assert WHY not in text(client_for(headless, "head").get(review))
    for who in ("worker", "manager", "head"):
        says(headless, headless.review, who)
    for copy in ReviewCopy.objects.filter(review=headless.review):
        assert (WHY in json.dumps(copy.snapshot)) is (copy.copy == "council")
        assert bool(paper.context(copy.snapshot, copy.copy)["without"]) is (copy.copy == "council")


def test_a_school_whose_head_is_known_after_all_is_asked_and_no_longer_said_to_be_left_out(headless, client_for):
    by = headless.as_("manager", JUNE)
    head_parts.hold_without(headless.review, headless.at_beech, WHY, by=by, at=IN_JUNE)
    SchoolContact.objects.create(
        school=headless.beech, person=headless.people["other_head"], kind="head", starts_on=JUNE, confirmed_at=IN_JUNE
    )
    manager, review = client_for(headless, "manager"), f"/fenshire/reviews/{headless.review.public_id}/"
    assert "Ask the school" in text(manager.get(f"{review}schools/"))
    days = {"meeting_on": date(2027, 6, 22), "read_on": date(2027, 6, 15)}
    assert not head_parts.ask(headless.review, [headless.at_beech], **days, by=by, at=IN_JUNE)
    assert WHY not in text(manager.get(f"{review}schools/"))
    assert WHY not in text(manager.get(review))
    assert "asked on 1 June 2027" in text(manager.get(f"{review}schools/"))


def test_a_school_that_was_asked_and_does_not_write_is_left_out_with_a_reason(county, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    address = f"/fenshire/reviews/{county.review.public_id}/schools/{county.beech.public_id}/without/"
    assert client_for(county, "worker").post(address, {"because": WHY}).status_code == 403
    assert client_for(county, "manager").post(address, {"because": WHY}).status_code == 302
    assert HeadPart.objects.get(pk=county.silent.pk).status == HeadPart.Status.WITHOUT
    assert HeldWithout.objects.get().because == WHY
    given = f"/fenshire/reviews/{county.review.public_id}/schools/{county.oakfield.public_id}/without/"
    assert "has given its part already" in text(client_for(county, "manager").post(given, {"because": WHY}))
    assert not HeldWithout.objects.visible_to(county.as_("other_head", JUNE)).exists()


def test_the_council_copy_says_of_a_school_that_had_not_written_that_it_was_asked(county):
    held(county, county.review)
    for who in ("worker", "manager", "head", "other_head"):
        says(county, county.review, who)
    copy = ReviewCopy.objects.get(review=county.review, copy="council")
    assert copy.snapshot["without"] == [{"school": county.beech.name, "because": "", "by": "", "on": ""}]
