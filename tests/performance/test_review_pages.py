"""The pages of a review: one thing to do, what was typed stays, the school's page knows of no private word (M8, W5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from performance.actions.beginning import begin_review
from performance.models import Objective, Review, ReviewPart, Scheme
from performance.rules.schemes import COUNTY
from teams.foundation.drafts import Draft
from teams.foundation.links import Link
from teams.foundation.tenancy import address_prefix
from teams.models import Employment, LineManagement
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme
from tests.performance.stories import HELD, HELD_ON, SECRET, SHARED, TWO, held, says

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """It is the afternoon of 22 June 2027."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: HELD)


def path(name: str, *args) -> str:
    with address_prefix("fenshire"):
        return reverse(name, args=args)


def of(county, name: str = "review") -> str:
    return path(name, county.review.public_id)


def text(answer) -> str:
    return answer.content.decode()


def fresh(county) -> Review:
    return Review.objects.for_page().get(pk=county.review.pk)


def test_the_list_says_who_is_where_and_who_has_not_begun(county, client_for):
    page = text(client_for(county, "manager").get(path("reviews")))
    assert county.people["worker"].name in page
    assert "Worker prepares" in page
    assert "Due by 30 June 2027" in page
    assert "Not begun" not in page
    LineManagement.objects.create(
        person=county.people["other_worker"], manager=county.people["manager"], starts_on=date(2024, 9, 1)
    )
    page = text(client_for(county, "manager").get(path("reviews")))
    assert "Begin a review" in page
    assert county.people["other_worker"].name in page


def test_with_nobody_in_the_team_it_says_what_to_do(county, client_for):
    assert "Nobody is in your team yet" in text(client_for(county, "other_manager").get(path("reviews")))


def test_beginning_refuses_beside_the_field_and_keeps_what_was_typed(county, client_for):
    client, address = client_for(county, "manager"), path("review_begin", county.people["worker"].public_id)
    answer = client.post(address, {"meeting_on_day": "31", "meeting_on_month": "2", "meeting_on_year": "2027"})
    assert answer.status_code == 422
    assert "Choose which conversation it is" in text(answer)
    assert "must be a real date" in text(answer)
    answer = client.post(address, {"stage": "mid_year"})
    assert answer.status_code == 302
    assert Review.objects.filter(stage="mid_year").count() == 1
    assert "Everything of this year has begun" in text(client.get(address))


def test_beginning_without_a_scheme_says_who_adds_one(county, client_for):
    Employment.objects.filter(person=county.people["worker"]).update(employer="Fen Health Trust")
    page = text(client_for(county, "manager").get(path("review_begin", county.people["worker"].public_id)))
    assert "no scheme of reviews" in page
    assert "Set up" in page


def test_nobody_begins_for_a_worker_whom_she_does_not_manage(county, client_for):
    address = path("review_begin", county.people["worker"].public_id)
    assert client_for(county, "other_manager").get(address).status_code == 403
    assert client_for(county, "worker").get(address).status_code == 403


def test_the_workers_part_is_saved_without_scripts_and_read_by_nobody_until_it_is_given(in_review, client_for):
    county = in_review
    worker, manager = client_for(county, "worker"), client_for(county, "manager")
    assert worker.post(of(county, "review_mine"), {"h-wellbeing": SECRET, "press": "save"}).status_code == 302
    assert SECRET in text(worker.get(of(county, "review_mine")))
    assert SECRET not in text(manager.get(of(county)))
    assert manager.get(of(county, "review_mine")).status_code == 403
    answer = worker.post(of(county, "review_mine"), {"h-wellbeing": SECRET, "draft_revision": "1", "press": "give"})
    assert answer.status_code == 302
    assert SECRET in text(manager.get(of(county)))
    with county.inside():
        assert fresh(county).status == Review.Status.GIVEN
        assert not Draft.objects.filter(form="review-mine").exists()


def test_an_empty_part_is_not_given(county, client_for):
    answer = client_for(county, "worker").post(of(county, "review_mine"), {"h-career": "  ", "press": "give"})
    assert answer.status_code == 422
    assert "Write under one heading at least" in text(answer)


def test_giving_twice_is_given_once_and_loses_no_word(in_review, client_for):
    county = in_review
    worker = client_for(county, "worker")
    typed = {"h-career": "More of it", "press": "give"}
    assert worker.post(of(county, "review_mine"), typed).status_code == 302
    assert worker.post(of(county, "review_mine"), typed).status_code == 302
    with county.inside():
        assert not Draft.objects.filter(form="review-mine").exists()
    worker.post(of(county, "review_mine"), {"h-career": "Other words", "press": "give"})
    assert "Other words" in text(worker.get(of(county)))
    with county.inside():
        assert ReviewPart.objects.get(review=county.review).words == {"headings": {"career": "More of it"}}


def test_the_worker_reads_and_presses_and_only_then_the_meeting_page_shows_it(county, client_for):
    worker, manager = client_for(county, "worker"), client_for(county, "manager")
    meeting = text(manager.get(of(county, "review_two")))
    assert "breakfast club" not in meeting
    assert "Not read yet, so not used" in meeting
    page = worker.get(of(county))
    assert "breakfast club" in text(page)
    assert worker.post(of(county, "review_read"), {"shown": str(county.part.public_id)}).status_code == 302
    assert "breakfast club" in text(manager.get(of(county, "review_two")))


def test_the_page_of_the_meeting_that_a_school_may_see_holds_no_private_word(county, client_for):
    worker, manager = client_for(county, "worker"), client_for(county, "manager")
    worker.post(of(county, "review_mine"), {"h-wellbeing": SECRET, "press": "give"})
    worker.post(of(county, "review_read"), {"shown": str(county.part.public_id)})
    manager.post(of(county, "review_two"), {"h-wellbeing": "Two of us", "press": "save"})
    page = text(manager.get(of(county, "review_meeting")))
    for private in (SECRET, "Two of us", "breakfast club", "wellbeing", "career", 'href="/fenshire/reviews/"'):
        assert private not in page


def meet(county, client, **more: str):
    client.post(of(county, "review_meeting"), SHARED | {"press": "on"})
    return client.post(of(county, "review_two"), TWO | {"press": "share"} | more)


def test_the_meeting_is_shared_and_career_must_be_answered(in_review, client_for):
    county = in_review
    manager = client_for(county, "manager")
    answer = meet(county, manager, **{"h-career": ""})
    assert answer.status_code == 422
    assert "or tick “Not now”" in text(answer)
    assert SECRET in text(answer)
    answer = meet(county, manager, **{"h-career": "", "not-now-career": "on", "draft_revision": "1"})
    assert answer.status_code == 302
    with county.inside():
        two = ReviewPart.objects.get(review=county.review, kind="two").words
        shared = ReviewPart.objects.get(review=county.review, kind="shared").words
        assert not Draft.objects.exists()
    assert two["not_now"] == ["career"]
    assert shared["headings"]["results"] == SHARED["h-results"]


def test_nothing_for_the_school_is_asked_for_before_it_goes_round(county, client_for):
    manager = client_for(county, "manager")
    answer = manager.post(of(county, "review_two"), TWO | {"press": "share"})
    assert answer.status_code == 422
    assert "Nothing is written yet in the part that the school reads" in text(answer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"next-2-text": "Read with them"}, "Enter the day by which it is reached"),
        ({"next-2-by": "2027-12-01"}, "Write what is to be reached"),
        ({"next-2-text": "x", "next-2-by": "2027-02-31"}, "Enter the day by which it is reached"),
    ],
)
def test_a_new_objective_needs_words_and_a_day(county, client_for, typed, sentence):
    answer = meet(county, client_for(county, "manager"), **typed)
    assert answer.status_code == 422
    assert sentence in text(answer)


def test_objectives_of_last_time_are_settled_at_the_meeting(county, client_for):
    last = Objective.objects.create(
        worker=county.people["worker"], set_in=make_review(county, stage="mid_year"), text="One group", by_when=JUNE
    )
    key, manager = last.public_id.hex, client_for(county, "manager")
    assert "Choose what became of “One group”" in text(meet(county, manager))
    answer = meet(county, manager, **{f"last-{key}-became": "dropped", "draft_revision": "1"})
    assert "Say in a few words why it was dropped" in text(answer)


def test_a_second_manager_reads_and_agrees_and_does_not_write(county, client_for):
    county.review.plan_meeting(None, county.people["other_manager"], by=county.as_("manager", JUNE), at=IN_JUNE)
    other = client_for(county, "other_manager")
    assert other.get(of(county)).status_code == 200
    assert other.get(of(county, "review_meeting")).status_code == 403


def test_agreeing_on_the_workers_page_and_the_heads(sent, client_for):
    worker, head = client_for(sent, "worker"), client_for(sent, "head")
    page = text(worker.get(of(sent)))
    assert SECRET in page
    assert "Do you agree?" in page
    assert worker.post(of(sent, "review_answer"), {"sending": "1", "answer": "agreed"}).status_code == 302
    page = text(head.get(of(sent)))
    assert "Mornings at the gate" in page
    for private in (
        SECRET,
        "Early help, one day",
        "Two groups a term",
        "lunch club",
        sent.people["other_head"].name,
        sent.beech.name,
    ):
        assert private not in page
    answer = head.post(of(sent, "review_answer"), {"sending": "1", "answer": "not_agreed", "words": ""})
    assert answer.status_code == 422
    said = {"sending": "1", "answer": "not_agreed", "words": "Not the gate"}
    assert head.post(of(sent, "review_answer"), said).status_code == 302
    manager = text(client_for(sent, "manager").get(of(sent)))
    assert "Somebody does not agree" in manager
    assert "Not the gate" in manager


def test_words_that_somebody_does_not_agree_to_are_filled_in_to_be_changed(sent, client_for):
    says(sent, sent.review, "head", agreed=False, words="Not the gate")
    manager = client_for(sent, "manager")
    assert "Mornings at the gate" in text(manager.get(of(sent, "review_meeting")))
    manager.post(of(sent, "review_meeting"), {"h-results": "Changed", "press": "on"})
    assert manager.post(of(sent, "review_two"), TWO | {"press": "share"}).status_code == 302
    assert fresh(sent).sent_times == 2


def finish(sent) -> None:
    for who in ("worker", "manager", "head", "other_head"):
        says(sent, sent.review, who)


def test_what_is_final_has_copies_a_comment_and_the_workers_appeal(sent, client_for):
    finish(sent)
    worker = client_for(sent, "worker")
    assert "Council copy (PDF)" in text(worker.get(of(sent)))
    assert worker.post(of(sent, "review_comment"), {"text": "Well", "audience": "two"}).status_code == 302
    assert worker.post(of(sent, "review_appeal"), {"text": "I do not accept it"}).status_code == 302
    appeal = sent.review.appeals.get()
    senior = client_for(sent, "senior")
    page = senior.get(path("appeal", appeal.public_id))
    assert "I do not accept it" in text(page)
    assert SECRET not in text(page)
    assert senior.get(of(sent)).status_code == 404
    assert senior.post(path("appeal", appeal.public_id), {"reply": "We meet on Monday"}).status_code == 302
    assert "We meet on Monday" in text(worker.get(path("appeal", appeal.public_id)))
    assert client_for(sent, "manager").post(path("appeal", appeal.public_id), {"reply": "x"}).status_code == 403


def test_a_manager_who_comes_later_takes_it_over_and_goes_on(county, client_for):
    LineManagement.objects.filter(person=county.people["worker"]).update(ends_on=HELD_ON - timedelta(days=1))
    LineManagement.objects.create(
        person=county.people["worker"], manager=county.people["other_manager"], starts_on=HELD_ON
    )
    other = client_for(county, "other_manager")
    assert "Take it over" in text(other.get(of(county)))
    assert other.get(of(county, "review_meeting")).status_code == 403
    assert other.post(of(county, "review_take_over")).status_code == 302
    assert other.get(of(county, "review_meeting")).status_code == 200


def test_my_review_and_my_year_without_a_review_says_what_comes(county, client_for):
    page = text(client_for(county, "other_worker").get(path("my_review")))
    assert "No review has begun" in page


def test_the_year_shows_time_in_school_for_the_worker_and_the_manager_alike(county, client_for):
    for who, name in (("worker", "my_review"), ("manager", "review")):
        page = text(client_for(county, who).get(path(name) if name == "my_review" else of(county)))
        assert "Time in school against what was agreed" in page
        assert county.oakfield.name in page


def test_a_scheme_changed_in_mid_year_leaves_the_boxes_of_a_running_review(county, client_for):
    Scheme.objects.get().change(
        "New", replace(COUNTY, headings=COUNTY.headings[1:]), by=county.as_("admin", JUNE), at=IN_JUNE
    )
    assert "What was achieved this year" in text(client_for(county, "worker").get(of(county, "review_mine")))


def test_the_link_shows_no_word_before_the_mailbox_is_proved_and_then_its_own_schools(sent, client):
    link, token = Link.make(purpose="headpart.agree", subject=sent.part, person=sent.people["head"], at=HELD)
    address = path("link", token)
    page = text(client.get(address))
    assert "six-figure code" in page
    assert "Mornings at the gate" not in page
    assert link.answered_at is None


def test_the_pages_ask_as_much_of_two_reviews_as_of_many(county, client_for, queries):
    manager = client_for(county, "manager")
    manager.get(path("reviews"))
    with queries() as few:
        manager.get(path("reviews"))
    for key in ("other_worker", "peer_a", "peer_b"):
        if key not in county.people:
            continue
        LineManagement.objects.create(
            person=county.people[key], manager=county.people["manager"], starts_on=date(2024, 9, 1)
        )
        begin_review(
            county.people[key], "yearly", manager=county.people["manager"], by=county.as_("manager", JUNE), at=IN_JUNE
        )
    with queries() as many:
        manager.get(path("reviews"))
    assert len(few) == len(many) <= 12
    for name in ("review", "review_two", "review_meeting"):
        with queries() as seen:
            manager.get(of(county, name))
        assert len(seen) <= 20, "\n".join(each[:150] for each in seen)
    worker = client_for(county, "worker")
    with queries() as seen:
        worker.get(path("my_review"))
    assert len(seen) <= 20


def test_the_page_of_what_is_final_stays_within_its_queries(sent, client_for, queries):
    finish(sent)
    for who in ("worker", "manager", "head"):
        client = client_for(sent, who)
        with queries() as seen:
            assert client.get(of(sent)).status_code == 200
        assert len(seen) <= 20


def test_a_scheme_for_another_employer_is_not_put_over_the_councils_people(fenshire):
    with fenshire.inside():
        make_scheme(fenshire, employer="Fen Health Trust")
        assert not list(Scheme.objects.for_work("", fenshire.post.profession))


@pytest.mark.parametrize("who", ["worker", "head", "manager"])
def test_agreed_on_an_old_page_is_not_agreed_to_words_that_were_never_seen(sent, client_for, who):
    reader = client_for(sent, who)
    assert 'name="sending" value="1"' in text(reader.get(of(sent)))
    says(sent, sent.review, "other_head", agreed=False, words="Not so")
    held(sent, fresh(sent), shared={"h-results": "She did very little"})
    answer = reader.post(of(sent, "review_answer"), {"sending": "1", "answer": "agreed", "words": "And the club"})
    page = text(answer)
    assert answer.status_code == 409
    assert "The words were changed since you opened this page" in page
    assert "She did very little" in page, "They are there to be read again."
    assert "And the club" in page, "What was typed stays."
    assert not fresh(sent).people.exclude(answer="").exists()
    assert 'name="sending" value="2"' in page
    assert reader.post(of(sent, "review_answer"), {"sending": "2", "answer": "agreed"}).status_code == 302
