"""A review goes round: nothing that was not read is used, no school reads another's, silence of the council holds it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from casework.actions import young_people
from casework.models import YoungPerson
from performance.actions import agreeing, evidence, meetings
from performance.actions.beginning import begin_review
from performance.actions.rounds import open_round
from performance.models import Appeal, Feedback, HeadPart, Objective, Review, ReviewCopy, ReviewPart, ReviewPerson, Wave
from teams.actions.terms import keep_terms
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.mail import Notice
from teams.models import AuditEvent, Employment, LineManagement, Person, Term
from teams.questionnaires.newest import newest, start_questionnaires
from teams.rules.terms import offered_terms
from tests.factories.authorities import NOW, TODAY, add_person
from tests.factories.reviews import IN_JUNE, JUNE, make_review
from tests.performance.stories import HELD, HELD_ON, SECRET, follow, give_part, held, mailed, may_stand, read_all, says

pytestmark = pytest.mark.django_db
LATER = date(2027, 7, 20)


def fresh(review: Review) -> Review:
    return Review.objects.for_page().get(pk=review.pk)


def copies(review: Review) -> dict[str, dict]:
    return {
        each.placement.school.name.split()[0] if each.placement else "council": each.snapshot
        for each in ReviewCopy.objects.filter(review=review).select_related("placement__school").order_by("edition")
    }


def all_agree(county, review: Review) -> None:
    for who in ("worker", "manager", "head", "other_head"):
        says(county, review, who)


def test_what_the_worker_has_not_read_is_not_used_and_is_named_as_such(county):
    review = held(county, county.review)
    all_agree(county, review)
    council = copies(review)["council"]
    assert council["evidence"] == []
    assert council["not_used"] == [f"{county.people['head'].name}, {county.oakfield.name}"]
    assert "breakfast club" not in json.dumps(copies(review))


def test_what_the_worker_has_read_is_in_the_councils_copy_and_in_its_own_schools_alone(sent):
    all_agree(sent, sent.review)
    found = copies(sent.review)
    assert "breakfast club" in json.dumps(found["council"])
    assert "breakfast club" in json.dumps(found["Oakfield"])
    assert "breakfast club" not in json.dumps(found["Beech"])


def test_the_worker_reads_a_heads_part_from_the_day_that_the_head_was_told(county):
    early, on_the_day = county.as_("worker", date(2027, 6, 14)), county.as_("worker", date(2027, 6, 15))
    assert not evidence.gather(county.review, early).unread
    assert [each.subject for each in evidence.gather(county.review, on_the_day).unread] == [county.part]


def test_only_what_was_shown_is_read_not_what_came_meanwhile(county):
    by = county.as_("worker", HELD_ON)
    shown = {str(each.public_id) for each in evidence.gather(county.review, by).unread}
    give_part(county, HeadPart.objects.get(pk=county.silent.pk), "other_head")
    assert evidence.read(county.review, shown, by=by, at=HELD) == 1
    assert [each.subject for each in evidence.gather(county.review, by).unread] == [county.silent]


def test_it_is_final_when_the_last_of_all_agrees(sent):
    for who in ("worker", "head", "other_head"):
        assert not says(sent, sent.review, who)
    assert says(sent, sent.review, "manager")
    assert fresh(sent.review).final_because == Review.Because.ALL_ANSWERED


def test_no_schools_copy_holds_a_private_word_or_a_word_of_another_school(sent):
    says(sent, sent.review, "worker", agreed=False, words=f"No: {SECRET}")
    for who in ("manager", "head", "other_head"):
        says(sent, sent.review, who, words=f"Words of {who}")
    agreeing.let_stand(fresh(sent.review), by=sent.as_("manager", HELD_ON), at=HELD)
    found = copies(sent.review)
    for school, other in (("Oakfield", "other_head"), ("Beech", "head")):
        text = json.dumps(found[school])
        assert SECRET not in text
        assert "Early help, one day" not in text
        assert f"Words of {other}" not in text
        assert sent.people[other].name not in text
        assert sent.rows[{"Oakfield": "beech", "Beech": "oakfield"}[school]].name not in text
        assert "All of what was agreed" in text
    assert SECRET in json.dumps(found["council"])


def test_not_agreed_asks_for_words(sent):
    with pytest.raises(Refusal) as refused:
        says(sent, sent.review, "worker", agreed=False, words="  ")
    assert refused.value.field == "words"


def test_changed_words_ask_everybody_anew_and_keep_what_was_said_of_the_old_ones(sent):
    says(sent, sent.review, "worker")
    says(sent, sent.review, "head", agreed=False, words="The gate was Mr Hill's idea")
    review = held(sent, fresh(sent.review), shared={"h-results": "All of it, with Mr Hill"})
    assert not any(row.has_answered for row in review.people.all())
    assert {each.words for each in review.said_before.all()} == {"", "The gate was Mr Hill's idea"}
    assert ReviewPart.objects.get(review=review, kind="shared").words["headings"] == {
        "results": "All of it, with Mr Hill"
    }
    all_agree(sent, review)
    found = copies(review)
    assert "Mr Hill's idea" in json.dumps(found["council"]["said_before"])
    assert "Mr Hill's idea" in json.dumps(found["Oakfield"]["said_before"])
    assert found["Beech"]["said_before"] == []


def test_words_to_which_nobody_objects_are_not_changed(sent):
    says(sent, sent.review, "worker")
    with pytest.raises(Refusal, match="Everybody who has answered agrees"):
        held(sent, fresh(sent.review))


def test_two_managers_must_both_agree(county):
    by = county.as_("manager", JUNE)
    county.review.plan_meeting(date(2027, 6, 22), county.people["other_manager"], by=by, at=IN_JUNE)
    review = held(county, fresh(county.review))
    for who in ("worker", "head", "other_head", "manager"):
        assert not says(county, review, who)
    says(county, review, "other_manager", agreed=False, words="Not so")
    with pytest.raises(Refusal, match="every manager agrees"):
        agreeing.let_stand(fresh(review), by=county.as_("manager", HELD_ON), at=HELD)
    with pytest.raises(Refusal, match="nobody is left out"):
        fresh(review).plan_meeting(None, None, by=county.as_("manager", HELD_ON), at=HELD)


def test_words_can_stand_beside_it_once_all_have_answered_and_the_managers_agree(sent):
    says(sent, sent.review, "worker", agreed=False, words="I see it differently")
    says(sent, sent.review, "manager")
    says(sent, sent.review, "head")
    with pytest.raises(Refusal, match="everybody has answered"):
        agreeing.let_stand(fresh(sent.review), by=sent.as_("manager", HELD_ON), at=HELD)
    says(sent, sent.review, "other_head")
    with pytest.raises(NotAllowed):
        agreeing.let_stand(fresh(sent.review), by=sent.as_("worker", HELD_ON), at=HELD)
    agreeing.let_stand(fresh(sent.review), by=sent.as_("manager", HELD_ON), at=HELD)
    assert fresh(sent.review).final_because == Review.Because.WORDS_BESIDE
    assert copies(sent.review)["Oakfield"]["final_because"] == "Not all have agreed"


def test_a_silent_school_is_reminded_once_and_then_it_is_final_without_it(sent):
    for who in ("worker", "manager", "head"):
        says(sent, sent.review, who)
    mailed()
    assert follow(sent, 3) == ""
    assert follow(sent, 9) == "reminded"
    mailed(at=HELD + timedelta(days=9))
    assert follow(sent, 9) == ""
    assert follow(sent, 16) == "final"
    found = copies(sent.review)
    assert found["Beech"]["final_because"] == "School did not answer"
    assert found["Oakfield"]["final_because"] == "All have agreed"


@pytest.mark.parametrize("silent", ["worker", "manager"])
def test_the_silence_of_worker_or_manager_never_makes_it_final(sent, silent):
    for who in {"worker", "manager", "head", "other_head"} - {silent}:
        says(sent, sent.review, who)
    mailed()
    for days in (9, 16, 40):
        assert follow(sent, days) != "final"
    assert fresh(sent.review).status == Review.Status.TO_AGREE


def test_a_school_that_does_not_agree_is_not_passed_over_by_time(sent):
    for who in ("worker", "manager"):
        says(sent, sent.review, who)
    says(sent, sent.review, "head", agreed=False, words="No")
    mailed()
    assert follow(sent, 40) != "final"


def test_the_objectives_of_the_year_begin_when_it_is_final_and_the_last_ones_are_settled(sent):
    assert not Objective.objects.exists()
    all_agree(sent, sent.review)
    first = Objective.objects.get()
    assert (first.text, first.by_when, first.set_in_id) == ("Two groups a term", date(2027, 12, 17), sent.review.pk)
    later = make_review(sent, stage="mid_year")
    assert list(meetings.last_objectives(later)) == [first.public_id.hex]
    key = first.public_id.hex
    review = held(sent, later, two={"h-career": "x", f"last-{key}-became": "partly", f"last-{key}-words": "One group"})
    for who in ("worker", "manager"):
        says(sent, review, who)
    first.refresh_from_db()
    assert (first.status, first.outcome, first.settled_in_id) == ("partly", "One group", review.pk)


def test_schools_are_asked_by_link_and_the_council_on_its_own_pages(sent):
    asked = {notice.person_id: notice for notice in Notice.objects.filter(kind__startswith="review_")}
    assert set(asked) == {sent.people[who].pk for who in ("worker", "head", "other_head")}, "She who sends it knows."
    assert asked[sent.people["head"].pk].purpose == "headpart.agree"
    assert asked[sent.people["head"].pk].subject_id == sent.part.public_id
    assert asked[sent.people["worker"].pk].kind == "review_ready"


def test_a_school_that_gave_no_part_is_held_without_it_and_agrees_all_the_same(sent):
    assert HeadPart.objects.get(pk=sent.silent.pk).status == HeadPart.Status.WITHOUT
    assert {row.placement_id for row in sent.review.people.all() if row.part == "school"} == {
        sent.placement.pk, sent.at_beech.pk,
    }  # fmt: skip


def test_who_manages_the_worker_today_takes_a_review_over_from_who_has_left(sent):
    says(sent, sent.review, "manager")
    LineManagement.objects.filter(person=sent.people["worker"]).update(ends_on=HELD_ON)
    LineManagement.objects.create(
        person=sent.people["worker"], manager=sent.people["other_manager"], starts_on=HELD_ON + timedelta(days=1)
    )
    by = sent.as_("other_manager", LATER)
    fresh(sent.review).take_over(sent.people["other_manager"], by=by, at=HELD)
    review = fresh(sent.review)
    assert review.manager == sent.people["other_manager"]
    managers = [row for row in review.people.all() if row.part == "manager"]
    assert [(row.person_id, row.answer) for row in managers] == [(by.person_id, "")], "She says for herself."
    assert [each.person_id for each in review.said_before.all()] == [sent.people["manager"].pk]


def test_nobody_takes_over_the_review_of_somebody_whom_she_does_not_manage(sent):
    with pytest.raises(NotAllowed):
        fresh(sent.review).take_over(sent.people["other_manager"], by=sent.as_("other_manager", HELD_ON), at=HELD)


def test_a_second_press_sends_nothing_twice(county):
    first, second = fresh(county.review), fresh(county.review)
    held(county, first)
    with pytest.raises(Refusal, match="sent to be agreed already"):
        held(county, second)
    assert Review.objects.get(pk=first.pk).sent_times == 1
    assert Notice.objects.filter(kind="review_to_agree").count() == 2


def test_an_answer_stands_once(sent):
    says(sent, sent.review, "worker")
    with pytest.raises(Refusal, match="answered already"):
        says(sent, sent.review, "worker", agreed=False, words="No")


def test_comments_stand_on_top_in_an_edition_of_whose_readers_read_them(sent):
    all_agree(sent, sent.review)
    by = sent.as_("worker", HELD_ON)
    agreeing.write_comment(fresh(sent.review), "Between us", "two", by=by, at=HELD)
    assert ReviewCopy.objects.filter(copy="school").count() == 2, "No school's copy changes."
    agreeing.write_comment(fresh(sent.review), "For all", "shared", by=by, at=HELD)
    assert ReviewCopy.objects.filter(copy="school", edition=2).count() == 2
    found = copies(sent.review)
    assert [each["text"] for each in found["council"]["comments"]] == ["Between us", "For all"]
    assert [each["text"] for each in found["Oakfield"]["comments"]] == ["For all"]


def test_an_appeal_stands_on_top_of_what_is_final_and_a_senior_manager_answers(sent):
    by = sent.as_("worker", HELD_ON)
    with pytest.raises(Refusal, match="not final yet"):
        Appeal.write(fresh(sent.review), "Not so", by=by, at=HELD)
    all_agree(sent, sent.review)
    appeal = Appeal.write(fresh(sent.review), "Not so", by=by, at=HELD)
    with pytest.raises(NotAllowed):
        appeal.answer("It stands", person=sent.people["manager"], by=sent.as_("manager", HELD_ON), at=HELD)
    appeal.answer("We meet", person=sent.people["senior"], by=sent.as_("senior", HELD_ON), at=HELD)
    assert fresh(sent.review).status == Review.Status.FINAL


def test_a_worker_who_manages_others_leads_no_review_of_her_own(county):
    add_person(county, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
    petra = county.people["practitioner"]
    LineManagement.objects.create(person=petra, manager=county.people["manager"], starts_on=date(2024, 9, 1))
    Employment.objects.filter(post=county.other_post).update(person=petra)
    by = county.as_("practitioner", JUNE)
    with pytest.raises(NotAllowed):
        begin_review(petra, "yearly", manager=petra, by=by, at=IN_JUNE)


def test_every_step_leaves_its_event(sent):
    all_agree(sent, sent.review)
    verbs = set(AuditEvent.objects.filter(verb__startswith="review.").values_list("verb", flat=True))
    assert {"review.begin", "review.read", "review.finish", "review.answer", "review.seal"} <= verbs


def test_reading_is_the_workers_own_press(county):
    with pytest.raises(NotAllowed):
        county.review.read("head_part", [county.part], by=county.as_("manager", HELD_ON), at=HELD)
    read_all(county, county.review)
    assert not evidence.gather(county.review, county.as_("manager", HELD_ON)).unread


def test_who_answers_is_who_was_asked(sent):
    review = fresh(sent.review)
    row = next(each for each in review.people.all() if each.person_id == sent.people["worker"].pk)
    assert Person.objects.filter(pk=row.person_id).exists()
    with pytest.raises(NotAllowed):
        agreeing.answer(
            review, row, sending=1, agreed=True, words="", how="account", by=sent.as_("other_worker", HELD_ON), at=HELD
        )
    assert ReviewPerson.objects.get(pk=row.pk).answer == ""


def test_what_a_young_person_said_with_a_name_is_used_once_read_and_goes_into_no_copy(county):
    keep_terms(2026, offered_terms(2026), by=county.clock, at=HELD)
    start_questionnaires(by=county.clock, at=HELD)
    term = Term.objects.get(school_year=2026, season="summer")
    wave = open_round(Wave.Kind.YOUNG, term, by=county.clock, at=HELD)
    young = young_people.start(
        initials="J. B.", school=county.oakfield, worker=county.people["worker"], need="Mornings",
        starts_on=date(2026, 9, 8), by=county.as_("worker"), at=NOW,
    )  # fmt: skip
    said = {"side": "young", "worker": county.people["worker"], "school": county.oakfield, "answers": {"heard": "yes"}}
    for words, day in (("She waits for me", HELD_ON), ("Long ago", date(2026, 7, 1))):
        Feedback.objects.create(wave=wave, young_person=young, words=words, said_on=day, **said)
    found = evidence.gather(county.review, county.as_("worker", HELD_ON)).unread
    assert "She waits for me" in str([each.lines for each in found])
    assert "Long ago" not in str([each.lines for each in found]), "Of this year alone."
    read_all(county, county.review)
    review = held(county, county.review)
    all_agree(county, review)
    kept = copies(review)
    assert "said with their name: 1" in json.dumps(kept["council"])
    assert "said with their name" not in json.dumps([kept["Oakfield"], kept["Beech"]])
    assert "She waits for me" not in json.dumps(kept)
    assert "J. B." not in json.dumps(kept)


def test_a_worker_who_has_left_is_not_waited_for_and_her_silence_is_written_down(sent):
    for who in ("manager", "head", "other_head"):
        says(sent, sent.review, who)
    with pytest.raises(Refusal, match="everybody has answered"):
        agreeing.let_stand(fresh(sent.review), by=sent.as_("manager", HELD_ON), at=HELD)
    Person.objects.filter(pk=sent.people["worker"].pk).update(left_at=HELD)
    assert may_stand(fresh(sent.review), HELD)
    agreeing.let_stand(fresh(sent.review), by=sent.as_("manager", HELD_ON), at=HELD)
    people = {each["part"]: each["answer"] for each in copies(sent.review)["council"]["people"]}
    assert people["Worker"] == ""
    assert copies(sent.review)["council"]["final_because"].startswith("Not all have agreed")
    assert copies(sent.review)["Oakfield"]["final_because"] == "Not all have agreed"


def test_what_a_young_person_said_with_a_name_is_in_no_sealed_copy(in_review):
    county = in_review
    with county.inside():
        young = YoungPerson.objects.create(
            initials="J.S.", school=county.oakfield, worker=county.people["worker"], need="Mornings", starts_on=TODAY
        )
        wave = Wave.objects.create(
            kind="young-person", questionnaire=newest("young-person", by=county.clock, at=NOW), school_year=2026,
            season="summer", opens_on=date(2027, 4, 15), closes_on=date(2027, 7, 20),
        )  # fmt: skip
        Feedback.objects.create(
            wave=wave, young_person=young, side="young", worker=county.people["worker"], school=county.oakfield,
            answers={"heard": "yes"}, words="I like the blue room", said_on=date(2027, 6, 2),
        )  # fmt: skip
        review = Review.objects.for_page().get(pk=county.review.pk)
        read_all(county, review)
        review = held(county, review)
        for who in ("worker", "head", "other_head", "manager"):
            says(county, review, who)
        kept = [str(each.snapshot) for each in ReviewCopy.objects.filter(review=review)]
        assert len(kept) == 3
        assert not any("blue room" in each or "J.S." in each for each in kept)
        told = ReviewCopy.objects.get(review=review, copy="council").snapshot["evidence"]
        assert {
            "title": "What young people and parents said with their name: 1",
            "lines": [["Said on", "2 June 2027"]],
        } in told
