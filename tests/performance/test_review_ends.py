"""No review hangs for ever, and none ends by the silence of a school that was never written to."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection

from performance import tasks
from performance.actions import agreeing, overview
from performance.actions.beginning import begin_review
from performance.models import Appeal, HeadPart, Review
from reports.needs import together
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.mail import Notice
from teams.models import AuditEvent, LineManagement, Person
from tests.factories.reviews import IN_JUNE, JUNE, make_review, make_scheme
from tests.performance.stories import HELD, HELD_ON, follow, held, mailed, may_stand, says

pytestmark = pytest.mark.django_db
LATER = date(2027, 7, 20)


def fresh(review: Review) -> Review:
    return Review.objects.for_page().get(pk=review.pk)


def with_two_managers(county) -> Review:
    county.review.plan_meeting(None, county.people["other_manager"], by=county.as_("manager", JUNE), at=IN_JUNE)
    return held(county, fresh(county.review))


def managed_by_the_other_from_now_on(county) -> None:
    LineManagement.objects.filter(person=county.people["worker"]).update(ends_on=HELD_ON)
    LineManagement.objects.create(
        person=county.people["worker"], manager=county.people["other_manager"], starts_on=HELD_ON + timedelta(days=1)
    )


def test_it_is_final_when_the_second_manager_whom_alone_it_waited_for_no_longer_has_to_agree(county):
    review = with_two_managers(county)
    for who in ("worker", "head", "other_head", "manager"):
        says(county, review, who)
    assert agreeing.plan_meeting(fresh(review), None, None, by=county.as_("manager", HELD_ON), at=HELD)
    assert fresh(review).final_because == Review.Because.ALL_ANSWERED


def test_it_is_final_when_the_second_manager_who_has_agreed_takes_over_from_the_one_it_waited_for(county):
    review = with_two_managers(county)
    for who in ("worker", "head", "other_head", "other_manager"):
        says(county, review, who)
    managed_by_the_other_from_now_on(county)
    other = county.people["other_manager"]
    assert agreeing.take_over(fresh(review), other, by=county.as_("other_manager", LATER), at=HELD)
    assert fresh(review).final_because == Review.Because.ALL_ANSWERED


def test_it_is_not_final_while_somebody_else_is_missing_too(county):
    review = with_two_managers(county)
    for who in ("worker", "head", "manager"):
        says(county, review, who)
    assert not agreeing.plan_meeting(fresh(review), None, None, by=county.as_("manager", HELD_ON), at=HELD)
    assert fresh(review).status == Review.Status.TO_AGREE


def test_words_can_stand_though_a_school_has_been_silent_for_ten_school_days(sent):
    for who in ("manager", "head"):
        says(sent, sent.review, who)
    says(sent, sent.review, "worker", agreed=False, words="No")
    mailed()
    by = sent.as_("manager", LATER)
    with pytest.raises(Refusal, match="ten school days"):
        agreeing.let_stand(fresh(sent.review), by=by, at=HELD + timedelta(days=9))
    assert follow(sent, 20) != "final", "Time alone passes over nobody who does not agree."
    agreeing.let_stand(fresh(sent.review), by=by, at=HELD + timedelta(days=20))
    assert fresh(sent.review).final_because == Review.Because.WORDS_BESIDE


def test_words_do_not_stand_without_the_answer_of_worker_or_manager_however_long_it_takes(sent):
    for who in ("manager", "other_head"):
        says(sent, sent.review, who)
    says(sent, sent.review, "head", agreed=False, words="No")
    mailed()
    assert not may_stand(fresh(sent.review), HELD + timedelta(days=90))


def all_but_beech(county) -> None:
    for who in ("worker", "manager", "head"):
        says(county, county.review, who)


def test_a_school_whose_address_was_new_is_asked_later_and_its_silence_counts_from_then(county):
    Person.objects.filter(pk=county.people["other_head"].pk).update(address_changed_at=HELD - timedelta(hours=1))
    held(county, county.review)
    all_but_beech(county)
    mailed()
    assert not Notice.objects.filter(person=county.people["other_head"], kind="review_to_agree").exists()
    assert follow(county, 16) == "asked"
    assert follow(county, 17) == "", "It waits to be sent, and is asked once."
    mailed(at=HELD + timedelta(days=17))
    assert follow(county, 20) == ""
    assert follow(county, 17 + 9) == "reminded"
    mailed(at=HELD + timedelta(days=26))
    assert follow(county, 17 + 16) == "final"
    assert fresh(county.review).final_because == Review.Because.SILENT


def test_a_school_without_a_mailbox_is_not_silent(county):
    Person.objects.filter(pk=county.people["other_head"].pk).update(email="")
    held(county, county.review)
    all_but_beech(county)
    mailed()
    assert {follow(county, days) for days in (1, 9, 16, 40)} == {""}


def test_a_school_whose_mails_came_back_is_not_silent(sent):
    all_but_beech(sent)
    theirs = Notice.objects.filter(person=sent.people["other_head"], kind="review_to_agree")
    for _ in range(2):
        mailed()
        theirs.update(state=Notice.State.FAILED, address=sent.people["other_head"].email)
        follow(sent, 16)
    theirs.update(state=Notice.State.FAILED, address=sent.people["other_head"].email)
    assert follow(sent, 40) == ""
    assert fresh(sent.review).status == Review.Status.TO_AGREE
    Person.objects.filter(pk=sent.people["other_head"].pk).update(email="right@beech.example")
    assert follow(sent, 41) == "asked", "The address was put right."
    mailed(at=HELD + timedelta(days=41))
    assert follow(sent, 42) == ""


def test_a_mail_that_still_waits_is_not_silence(sent):
    all_but_beech(sent)
    assert {follow(sent, days) for days in (9, 16, 40)} == {""}


def test_the_trouble_of_one_review_is_not_the_others(sent, monkeypatch):
    all_but_beech(sent)
    mailed()
    other = Review.objects.create(
        worker=sent.people["other_worker"], manager=sent.people["manager"], edition=sent.review.edition,
        stage="yearly", year=2026, starts_on=sent.review.starts_on, ends_on=sent.review.ends_on, begun_at=IN_JUNE,
        sent_at=IN_JUNE, sent_times=1, status="to_agree",
    )  # fmt: skip
    one = agreeing.follow_up

    def follow_up(review, **more):
        if review.pk == other.pk:
            raise ValueError("broken")
        return one(review, **more)

    monkeypatch.setattr(agreeing, "follow_up", follow_up)
    monkeypatch.setattr("django.utils.timezone.now", lambda: HELD + timedelta(days=20))
    tasks.follow_up()
    assert fresh(sent.review).status == Review.Status.FINAL


def test_a_review_that_was_begun_by_mistake_ends_with_its_reason_and_another_can_begin(county, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    address = f"/fenshire/reviews/{county.review.public_id}/"
    manager = client_for(county, "manager")
    assert "End this review" in manager.get(address).content.decode()
    assert manager.post(address + "end/", {"because": " "}).status_code == 422
    assert manager.post(address + "end/", {"because": "Begun for the wrong year"}).status_code == 302
    review = fresh(county.review)
    assert (review.status, review.sealed_at) == (Review.Status.ABANDONED, None)
    assert AuditEvent.objects.get(verb="review.abandon").reason == "", "Why is for its readers alone."
    for reader in (manager, client_for(county, "worker")):
        assert "Begun for the wrong year" in reader.get(address).content.decode()
    assert not HeadPart.objects.filter(review=review, status="asked").exists(), "No school is asked any more."
    assert make_review(county).status == Review.Status.PREPARING
    assert county.people["worker"].name not in "".join(
        each.worker.name for each in overview.of_manager(county.as_("manager", JUNE), JUNE).to_begin
    )


def test_what_was_ended_is_read_by_no_school_and_asked_of_nobody(sent):
    agreeing.abandon(fresh(sent.review), "The worker has left", by=sent.as_("manager", HELD_ON), at=HELD)
    assert not Review.objects.visible_to(sent.as_("head", LATER)).exists()
    assert follow(sent, 40) == ""
    with pytest.raises(Refusal):
        says(sent, sent.review, "manager")
    with pytest.raises(Refusal):
        held(sent, fresh(sent.review))


def test_only_who_leads_it_ends_a_review_and_none_that_is_final(sent):
    for who in ("worker", "other_manager"):
        with pytest.raises(NotAllowed):
            agreeing.abandon(fresh(sent.review), "No", by=sent.as_(who, HELD_ON), at=HELD)
    for who in ("worker", "manager", "head", "other_head"):
        says(sent, sent.review, who)
    with pytest.raises(Refusal, match="is final"):
        agreeing.abandon(fresh(sent.review), "No", by=sent.as_("manager", HELD_ON), at=HELD)


def test_who_led_it_before_or_manages_the_worker_today_does_not_answer_the_appeal(sent):
    says(sent, sent.review, "manager")
    managed_by_the_other_from_now_on(sent)
    agreeing.take_over(fresh(sent.review), sent.people["other_manager"], by=sent.as_("other_manager", LATER), at=HELD)
    for who in ("worker", "head", "other_head", "other_manager"):
        says(sent, sent.review, who, later=30)
    appeal = Appeal.write(fresh(sent.review), "Not so", by=sent.as_("worker", LATER), at=HELD)
    for who, may in (("manager", False), ("other_manager", False), ("senior", True)):
        reader = replace(sent.as_(who, LATER), roles=frozenset({Role.SENIOR_MANAGER}))
        assert appeal.may("answer", reader) is may, who
    LineManagement.objects.filter(manager=sent.people["other_manager"]).update(manager=sent.people["senior"])
    assert not appeal.may("answer", replace(sent.as_("senior", LATER), roles=frozenset({Role.SENIOR_MANAGER})))


def test_who_led_it_and_was_taken_over_before_saying_anything_has_the_appeal_neither_to_answer_nor_on_the_first_page(
    county,
):
    managed_by_the_other_from_now_on(county)
    agreeing.take_over(county.review, county.people["other_manager"], by=county.as_("other_manager", LATER), at=HELD)
    by = county.as_("other_manager", LATER)
    agreeing.plan_meeting(fresh(county.review), None, county.people["admin"], by=by, at=HELD)
    agreeing.plan_meeting(fresh(county.review), None, None, by=by, at=HELD)
    held(county, fresh(county.review), by="other_manager")
    for who in ("worker", "head", "other_head", "other_manager"):
        says(county, county.review, who, later=30)
    appeal = Appeal.write(fresh(county.review), "Not so", by=county.as_("worker", LATER), at=HELD)
    may = {"manager": False, "admin": False, "other_manager": False, "worker": False, "senior": True}
    for who in may:
        reader = replace(county.as_(who, LATER), roles=frozenset({Role.SENIOR_MANAGER}))
        lines = [need.of for need in together.of_council(reader) if need.page == "appeal"]
        assert (appeal.may("answer", reader), bool(lines)) == (may[who], may[who]), who
    LineManagement.objects.filter(manager=county.people["other_manager"]).update(manager=county.people["senior"])
    senior = county.as_("senior", LATER)
    assert not [need for need in together.of_council(senior) if need.page == "appeal"], "She manages the worker now."


def test_a_second_press_of_appeal_is_refused_in_a_sentence(sent):
    for who in ("worker", "manager", "head", "other_head"):
        says(sent, sent.review, who)
    review, by = fresh(sent.review), sent.as_("worker", HELD_ON)
    Appeal.write(review, "Not so", by=by, at=HELD)
    with pytest.raises(Refusal, match="appealed against this review already"):
        Appeal.write(review, "Not so", by=by, at=HELD)


@pytest.mark.django_db(transaction=True)
def test_two_presses_of_begin_at_once_begin_one_review(fenshire):
    with fenshire.inside():
        make_scheme(fenshire)
    manager, worker = fenshire.people["manager"], fenshire.people["worker"]
    refused: list[str] = []

    def press() -> None:
        try:
            with fenshire.inside():
                begin_review(worker, "yearly", manager=manager, by=fenshire.as_("manager", JUNE), at=IN_JUNE)
        except Refusal as refusal:
            refused.append(refusal.message)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    with fenshire.inside():
        assert Review.objects.filter(worker=worker).count() == 1
    assert len(refused) == 1
    assert "has begun already" in refused[0]


def test_an_appeal_that_no_senior_manager_may_answer_says_what_to_do(sent, client_for):
    for who in ("worker", "manager", "head", "other_head"):
        says(sent, sent.review, who)
    LineManagement.objects.filter(person=sent.people["worker"]).update(manager=sent.people["senior"])
    appeal = Appeal.write(fresh(sent.review), "Not so", by=sent.as_("worker", HELD_ON), at=HELD)
    address = f"/fenshire/reviews/appeals/{appeal.public_id}/"
    stuck = "No senior manager may answer it"
    for who in ("worker", "senior"):
        assert stuck in client_for(sent, who).get(address).content.decode(), who
    LineManagement.objects.filter(person=sent.people["worker"]).update(manager=sent.people["manager"])
    assert stuck not in client_for(sent, "worker").get(address).content.decode()
