"""What would harm somebody on a review's way round: a silence that is none, a school that nobody tells the manager of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from performance import tasks
from performance.actions import agreeing, head_parts
from performance.models import HeadPart, Review, ReviewCopy
from performance.models.meetings import Time
from reports.needs import together
from schools.models import SchoolContact
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.models import Attendee, Occasion, Person
from tests.factories.authorities import NOW
from tests.factories.reviews import IN_JUNE, JUNE
from tests.factories.visits import text
from tests.performance.stories import HELD, HELD_ON, follow, held, mailed, may_stand, says
from tests.performance.test_review_meeting import DAY, TWO, coming, fresh, plan

pytestmark = pytest.mark.django_db


def answers(county, who: str, school: str) -> None:
    review = fresh(county)
    row = next(each for each in review.people.all() if each.placement and each.placement.school == county.rows[school])
    by = county.as_(who, HELD_ON)
    agreeing.answer(review, row, sending=1, agreed=True, words="", how="account", by=by, at=HELD)


def heads_beech(county, who: str) -> None:
    """Somebody else heads Beech from now on."""
    heads = SchoolContact.objects.filter(school=county.beech, kind="head")
    assert heads.update(person=county.people[who]) == 1


def beech_is_missing(county) -> None:
    for who in ("worker", "manager", "head"):
        says(county, county.review, who)


def lines_of(county, who: str, days: int) -> list[str]:
    on = (HELD + timedelta(days=days)).date()
    return [need.what for need in together.of_council(county.as_(who, on)) if need.kind == "To ring"]


class TestOneHeadOfTwoSchools:
    @pytest.fixture
    def both(self, county):
        heads_beech(county, "head")
        held(county, county.review)
        says(county, county.review, "worker")
        says(county, county.review, "manager")
        answers(county, "head", "oakfield")
        return county

    def beech_mail(self, county):
        return Notice.objects.filter(kind="review_to_agree", subject_id=county.silent.public_id)

    def test_is_not_silent_for_the_school_whose_mail_still_waits(self, both):
        mailed()
        self.beech_mail(both).update(state=Notice.State.WAITING, sent_at=None)
        assert follow(both, 20) == ""
        assert fresh(both).status == Review.Status.TO_AGREE

    def test_is_reminded_of_each_school(self, both):
        mailed()
        assert follow(both, 9) == "reminded"
        mailed(at=HELD + timedelta(days=9))
        assert self.beech_mail(both).count() == 2
        assert follow(both, 16) == "final"


class TestAnotherHeadMeanwhile:
    def test_is_asked_and_the_silence_of_the_one_before_is_not_hers(self, sent):
        beech_is_missing(sent)
        mailed()
        heads_beech(sent, "head")
        assert follow(sent, 20) == "asked"
        assert fresh(sent).status == Review.Status.TO_AGREE

    def test_a_school_without_a_head_any_more_is_not_silent(self, sent):
        beech_is_missing(sent)
        mailed()
        SchoolContact.objects.filter(school=sent.beech, kind="head").update(ends_on=HELD_ON)
        assert follow(sent, 20) == ""
        assert fresh(sent).status == Review.Status.TO_AGREE
        assert lines_of(sent, "manager", 20)


class TestASchoolThatNoMailReaches:
    @pytest.fixture
    def lost(self, sent):
        Person.objects.filter(pk=sent.people["other_head"].pk).update(email="")
        Notice.objects.filter(person=sent.people["other_head"], kind="review_to_agree").delete()
        beech_is_missing(sent)
        mailed()
        return sent

    def test_is_a_line_for_who_leads_it_and_for_nobody_else(self, lost):
        name = lost.people["other_head"].name
        assert [name in each for each in lines_of(lost, "manager", 1)] == [True]
        for who in ("worker", "other_manager", "senior"):
            assert not lines_of(lost, who, 1), who

    def test_the_page_says_what_to_do(self, lost, client_for, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: HELD + timedelta(days=1))
        page = f"/fenshire/reviews/{lost.review.public_id}/"
        shown = text(client_for(lost, "manager").get(page))
        assert f"We have no e-mail address for {lost.people['other_head'].name}" in shown
        assert "Let it stand" not in shown
        assert "no e-mail address" not in text(client_for(lost, "worker").get(page))

    def test_after_ten_school_days_it_can_become_final_as_not_reached_and_never_as_silent(self, lost):
        by = lost.as_("manager", HELD_ON)
        with pytest.raises(Refusal):
            agreeing.let_stand(fresh(lost), by=by, at=HELD + timedelta(days=5))
        assert follow(lost, 20) == "", "Time alone seals nothing."
        agreeing.let_stand(fresh(lost), by=by, at=HELD + timedelta(days=20))
        assert fresh(lost).get_final_because_display() == "School was not reached"
        copies = {copy.placement_id: copy.snapshot for copy in ReviewCopy.objects.filter(review=lost.review)}
        assert copies[lost.at_beech.pk]["final_because"] == "School was not reached"
        assert copies[lost.placement.pk]["final_because"] == "All have agreed"
        assert "not reached" not in str(copies[lost.placement.pk])

    def test_a_worker_who_has_not_answered_is_waited_for_all_the_same(self, sent):
        Person.objects.filter(pk=sent.people["other_head"].pk).update(email="")
        Notice.objects.filter(person=sent.people["other_head"], kind="review_to_agree").delete()
        for who in ("manager", "head"):
            says(sent, sent.review, who)
        mailed()
        assert not may_stand(fresh(sent), HELD + timedelta(days=90))


class TestAHeadWhoComes:
    @pytest.fixture
    def meeting(self, county):
        """Oakfield's head comes, at two."""
        plan(county)
        return county

    def test_has_it_no_more_when_she_heads_the_school_no_longer(self, meeting, monkeypatch):
        assert "school" in coming(fresh(meeting)).values()
        SchoolContact.objects.filter(person=meeting.people["head"]).update(ends_on=JUNE)
        plan(meeting, Time(TWO.starts_at + timedelta(hours=1), TWO.ends_at + timedelta(hours=1), "Wanda’s kitchen"))
        assert "school" in coming(fresh(meeting)).values(), "Until the evening of her last day."
        monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE + timedelta(days=1))
        tasks.follow_up()
        assert set(coming(fresh(meeting)).values()) == {"manager", "worker"}
        assert not head_parts.coming(fresh(meeting), today=JUNE + timedelta(days=1))

    def test_is_named_to_be_rung_when_asking_another_school_moves_it(self, meeting, client_for, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
        HeadPart.objects.filter(pk=meeting.silent.pk).delete()
        page = f"/fenshire/reviews/{meeting.review.public_id}/schools/"
        day = {"read_on_day": "15", "read_on_month": "6", "read_on_year": "2027"}
        shown = text(client_for(meeting, "manager").post(page, DAY | day | {"time": "16:00"}, follow=True))
        assert "Please ring: no mail says that it is at another time." in shown

    def test_is_named_to_be_rung_when_the_review_ends(self, meeting, client_for, monkeypatch):
        monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
        page = f"/fenshire/reviews/{meeting.review.public_id}/end/"
        shown = text(client_for(meeting, "manager").post(page, {"because": "By mistake"}, follow=True))
        assert f"{meeting.people['head'].name}, {meeting.oakfield.name}, " in shown
        assert "Please ring" in shown


def test_a_worker_who_has_left_is_a_line_for_who_leads_the_review(county):
    Person.objects.filter(pk=county.people["worker"].pk).update(left_at=NOW)
    found = [need for need in together.of_council(county.as_("manager", JUNE)) if need.page == "review"]
    assert [need.what for need in found] == [f"End the yearly review of {county.people['worker'].name}"] or found


class TestAMeetingThatWasHeld:
    @pytest.fixture
    def over(self, county):
        """The meeting at two has been, and its words are out."""
        review = plan(county)
        held(county, review)
        return county

    def test_is_not_told_anew_by_who_takes_the_review_over(self, over):
        before = coming(fresh(over))
        over.people["worker"].managed_by.update(manager=over.people["other_manager"])
        later = HELD + timedelta(days=3)
        by = over.as_("other_manager", later.date())
        agreeing.take_over(fresh(over), over.people["other_manager"], by=by, at=later)
        assert coming(fresh(over)) == before

    def test_is_not_called_off_when_the_review_ends(self, over):
        occasion = fresh(over).occasion
        agreeing.abandon(fresh(over), "Left", by=over.as_("manager", HELD_ON), at=HELD)
        occasion.refresh_from_db()
        assert occasion.called_off_at is None


def test_who_takes_over_is_told_that_she_has_something_else_at_the_time(county, client_for, monkeypatch):
    plan(county)
    occasion = Occasion.objects.create(kind="peer", title="Set", starts_at=TWO.starts_at, ends_at=TWO.ends_at)
    Attendee.objects.create(occasion=occasion, person=county.people["other_manager"], part="manager")
    county.people["worker"].managed_by.update(manager=county.people["other_manager"])
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    page = f"/fenshire/reviews/{county.review.public_id}/"
    shown = text(client_for(county, "other_manager").post(page + "take-over/", follow=True))
    assert "has something else then" in shown


def test_an_hour_that_the_clocks_leave_out_is_no_error(county, client_for, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)
    day = {"meeting_on_day": "26", "meeting_on_month": "3", "meeting_on_year": "2028", "time": "1:30am", "place": ""}
    answer = client_for(county, "manager").post(f"/fenshire/reviews/{county.review.public_id}/plan/", day)
    assert answer.status_code in (302, 422)


def test_the_page_asks_as_much_of_one_silent_school_as_of_many(sent, client_for, queries, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: HELD + timedelta(days=30))
    says(sent, sent.review, "manager")
    says(sent, sent.review, "worker")
    client, page = client_for(sent, "manager"), f"/fenshire/reviews/{sent.review.public_id}/"
    client.get(page)
    with queries() as two:
        client.get(page)
    says(sent, sent.review, "head")
    with queries() as one:
        client.get(page)
    assert len(one) == len(two) <= 20
