"""The meeting of a review stands at its time in the calendars of all who come (0010): planned, moved, called off."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from performance.actions import agreeing, head_parts
from performance.actions.beginning import begin_review
from performance.models import HeadPart, Review
from performance.models.meetings import Time
from performance.permissions.reviews import GIVE_LINK
from supervision.actions import busy
from teams.actions.feeds import entry
from teams.foundation import mail
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.models import Attendee, Occasion
from tests.factories.authorities import LONDON
from tests.factories.reviews import IN_JUNE, JUNE
from tests.factories.visits import text

pytestmark = [pytest.mark.django_db]
AT_TWO = datetime(2027, 6, 22, 14, 0, tzinfo=LONDON)
HOUR = timedelta(hours=1)
TWO = Time(AT_TWO, AT_TWO + HOUR, "Library")
MORNING = datetime(2027, 6, 22, 8, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def _nobody_of_a_school_comes_yet(county):
    HeadPart.objects.filter(pk=county.part.pk).update(comes=False)


def fresh(county) -> Review:
    return Review.objects.for_page().get(pk=county.review.pk)


def plan(county, time: Time | None = TWO, day: date | None = None, second: str = "", who: str = "manager") -> Review:
    second_manager = county.people[second] if second else None
    agreeing.plan_meeting(
        fresh(county), day or AT_TWO.date(), second_manager, time=time, by=county.as_(who, JUNE), at=IN_JUNE
    )
    return fresh(county)


def coming(review: Review) -> dict[str, str]:
    return {each.person.name.split()[0]: each.part for each in review.occasion.attendees.select_related("person")}


def test_a_day_alone_is_in_nobodys_calendar_and_a_time_is_in_that_of_all_who_come(county):
    assert (county.review.meeting_on, county.review.occasion, county.review.meets) == (
        AT_TWO.date(), None, "22 June 2027",
    )  # fmt: skip
    review = plan(county)
    assert review.meeting_on == AT_TWO.date()
    assert review.meets == "22 June 2027 at 2pm, Library"
    assert coming(review) == {"Mira": "manager", "Wanda": "worker"}
    found = entry(review.occasion)
    assert (found.title, found.place, found.edition) == ("Yearly review: Wanda, Mira", "Library", 0)


def test_moved_it_is_the_same_entry_and_saved_again_it_is_not_a_change(county):
    first = entry(plan(county).occasion)
    assert entry(plan(county).occasion) == first
    moved = plan(county, Time(AT_TWO + HOUR, AT_TWO + 2 * HOUR, "Hall"))
    found = entry(moved.occasion)
    assert (found.uid, found.edition, found.place, found.is_called_off) == (first.uid, 1, "Hall", False)
    assert Occasion.objects.filter(kind="review").count() == 1


def test_a_time_that_is_left_out_and_a_review_that_ends_leave_the_calendars(county):
    first = plan(county).occasion
    assert plan(county, None).occasion is None
    first.refresh_from_db()
    assert entry(first).is_called_off
    assert entry(first).edition == 1
    second = plan(county).occasion
    assert second.pk != first.pk
    agreeing.abandon(fresh(county), "Begun by mistake", by=county.as_("manager", JUNE), at=IN_JUNE)
    second.refresh_from_db()
    assert entry(second).is_called_off


def test_a_second_manager_and_who_takes_over_come_and_who_leads_it_no_longer_does_not(county):
    review = plan(county, second="other_manager")
    assert coming(review) == {"Mira": "manager", "Otto": "manager", "Wanda": "worker"}
    assert review.occasion.title == "Yearly review: Wanda, Mira, Otto"
    assert set(coming(plan(county))) == {"Mira", "Wanda"}
    before = fresh(county).occasion.edition
    county.people["worker"].managed_by.update(manager=county.people["other_manager"])
    agreeing.take_over(fresh(county), county.people["other_manager"], by=county.as_("other_manager", JUNE), at=IN_JUNE)
    assert set(coming(fresh(county))) == {"Otto", "Wanda"}
    after = fresh(county).occasion
    assert (after.title, after.edition) == ("Yearly review: Wanda, Otto", before + 1), (
        "else a calendar keeps the old name"
    )


def give(county, comes: str) -> None:
    head_parts.give(
        HeadPart.objects.for_page().get(pk=county.silent.pk),
        {"difference": "", "wishes": "", "expected": "yes", "expected_why": "", "next_year": "keep", "next_words": "",
         "school_year": 2027, "comes": comes},
        person=county.people["other_head"], by=county.as_("other_head", JUNE), at=IN_JUNE,
    )  # fmt: skip


def test_a_head_who_comes_has_it_in_her_calendar_and_one_who_does_not_has_it_not(county):
    plan(county)
    assert "Hetty" not in coming(fresh(county))
    give(county, "yes")
    heads = {name for name, part in coming(fresh(county)).items() if part == "school"}
    assert heads == {county.people["other_head"].name.split()[0]}
    assert [each.pk for each in head_parts.coming(fresh(county), today=JUNE)] == [county.silent.pk]


def test_a_head_who_said_so_before_there_was_a_time_comes_as_soon_as_there_is_one(county):
    give(county, "yes")
    assert county.people["other_head"].pk in {each.person_id for each in plan(county).occasion.attendees.all()}


def test_a_time_at_which_one_of_them_has_something_else_is_refused_by_name(county):
    occasion = Occasion.objects.create(
        kind="in_school", title="Meeting", starts_at=AT_TWO + timedelta(minutes=30), ends_at=AT_TWO + 2 * HOUR
    )
    Attendee.objects.create(occasion=occasion, person=county.people["worker"], part="worker")
    with pytest.raises(Refusal) as refused:
        plan(county)
    assert refused.value.field == "time"
    assert refused.value.message.startswith(f"{county.people['worker'].name} has something else then")
    assert fresh(county).occasion is None


def test_a_new_time_that_is_over_is_refused_and_an_old_one_is_kept(county):
    past = datetime(2027, 5, 3, 10, 0, tzinfo=LONDON)
    with pytest.raises(Refusal) as refused:
        plan(county, Time(past, past + HOUR))
    assert refused.value.field == "meeting_on"
    plan(county)
    later = AT_TWO.date() + timedelta(days=3)
    review = fresh(county)
    second = county.people["other_manager"]
    agreeing.plan_meeting(
        review, review.meeting_on, second, time=review.time, by=county.as_("manager", later), at=AT_TWO
    )
    assert fresh(county).second_manager_id == second.pk


def test_supervision_offers_no_time_at_which_the_review_meets(county):
    plan(county)
    people = [county.people["manager"].pk, county.people["worker"].pk]
    found = busy.agreed(people, AT_TWO - HOUR, AT_TWO + HOUR)
    assert {key: [(each.starts.hour, each.where) for each in rows] for key, rows in found.items()} == {
        key: [(14, None)] for key in people
    }


def test_a_second_review_of_the_worker_cannot_be_begun_at_that_time(county):
    plan(county)
    with pytest.raises(Refusal) as refused:
        begin_review(
            county.people["worker"], "mid_year", manager=county.people["manager"], meeting_on=AT_TWO.date(), time=TWO,
            by=county.as_("manager", JUNE), at=IN_JUNE,
        )  # fmt: skip
    assert refused.value.field == "time"


@pytest.fixture
def june(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: IN_JUNE)


DAY = {"meeting_on_day": "22", "meeting_on_month": "6", "meeting_on_year": "2027"}


@pytest.mark.usefixtures("june")
class TestThePage:
    def address(self, county, more: str = "plan/") -> str:
        return f"/fenshire/reviews/{county.review.public_id}/{more}"

    def test_asks_for_day_time_and_place_with_what_is_agreed_filled_in(self, county, client_for):
        client = client_for(county, "manager")
        assert client.post(self.address(county), DAY | {"time": "2pm", "place": "Library"}).status_code == 302
        page = client.get(self.address(county)).content.decode()
        assert 'value="14:00"' in page
        assert 'value="Library"' in page
        shown = text(client.get(self.address(county, "")))
        assert "The meeting is on 22 June 2027 at 2pm, Library." in shown
        assert "22 June 2027 at 2pm, Library" in text(client_for(county, "worker").get(self.address(county, "")))

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            (DAY | {"time": "half past"}, "Enter a time of day, like 14:00, or leave it empty"),
            ({"time": "14:00"}, "Enter the day as well, or leave the time empty"),
            (DAY | {"place": "Library"}, "Enter the time as well, or leave the place empty"),
        ],
    )
    def test_says_beside_the_box_what_is_missing_and_keeps_what_was_typed(self, county, client_for, typed, says):
        answer = client_for(county, "manager").post(self.address(county), typed)
        assert answer.status_code == 422
        assert says in text(answer)
        assert all(f'value="{each}"' in answer.content.decode() for each in typed.values())

    def test_says_whom_to_ring_when_it_moves(self, county, client_for):
        plan(county)
        give(county, "yes")
        client = client_for(county, "manager")
        moved = client.post(self.address(county), DAY | {"time": "15:00", "place": "Library"}, follow=True)
        assert "comes to the meeting. Please ring: no mail says that it is at another time." in text(moved)
        again = client.post(self.address(county), DAY | {"time": "15:00", "place": "Library"}, follow=True)
        assert "Please ring" not in text(again)
        ended = client.post(self.address(county, "end/"), {"because": "Begun by mistake"}, follow=True)
        assert "comes to the meeting. Please ring: no mail says that it is not held." in text(ended)

    def test_the_head_reads_the_time_before_she_says_whether_she_comes(self, county, client_for):
        plan(county)
        client, address = client_for(county, "other_head"), f"/fenshire/reviews/parts/{county.silent.public_id}/"
        assert "22 June 2027 at 2pm, Library. Both are fine." in text(client.get(address))
        give(county, "yes")
        assert "Comes: 22 June 2027 at 2pm, Library" in text(client.get(address))


@pytest.mark.usefixtures("june")
class TestACalendarElsewhere:
    @pytest.fixture
    def link(self, county, client):
        """The head's link, on a device from which she has sent her part."""
        plan(county)
        _, token = Link.make(purpose=GIVE_LINK, subject=county.silent, person=county.people["other_head"], at=IN_JUNE)
        address = f"/fenshire/l/{token}/"
        said = {"expected": "yes", "next_year": "keep", "comes": "yes", "press": "send"}
        client.post(address, said)
        code = mail.Notice.objects.filter(kind="code").latest("pk").words["code"]
        assert client.post(address, said | {"code": code}).status_code == 302
        return address

    def test_a_head_without_an_account_puts_the_meeting_into_her_own(self, link, client, county):
        assert "Put it in your calendar" in text(client.get(link))
        found = client.get(f"{link}?calendar=1")
        assert found["Content-Type"].startswith("text/calendar")
        body = found.content.decode()
        assert "SUMMARY:Yearly review: Wanda\\, Mira" in body
        assert "LOCATION:Library" in body
        assert "DTSTART:20270622T130000Z" in body

    def test_nobody_else_gets_it_with_the_link_alone(self, link, client):
        stranger = type(client)()
        assert not stranger.get(f"{link}?calendar=1")["Content-Type"].startswith("text/calendar")
        assert "Put it in your calendar" not in text(stranger.get(link))

    def test_nor_is_there_any_for_who_does_not_come_or_where_there_is_no_time(self, link, client, county):
        plan(county, None)
        assert not client.get(f"{link}?calendar=1")["Content-Type"].startswith("text/calendar")
        plan(county)
        HeadPart.objects.filter(pk=county.silent.pk).update(comes=False)
        assert not client.get(f"{link}?calendar=1")["Content-Type"].startswith("text/calendar")

    def test_signed_in_it_is_the_heads_own(self, link, client_for, county):
        address = f"/fenshire/reviews/parts/{county.silent.public_id}/?calendar=1"
        assert client_for(county, "other_head").get(address)["Content-Type"].startswith("text/calendar")
        assert not client_for(county, "manager").get(address)["Content-Type"].startswith("text/calendar")


class TestFirstPages:
    @pytest.fixture(autouse=True)
    def _day(self, county, _nobody_of_a_school_comes_yet, monkeypatch):
        HeadPart.objects.filter(pk=county.part.pk).update(comes=True)
        plan(county)
        monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)

    def test_it_stands_with_what_is_today_for_manager_worker_and_head(self, county, client_for):
        manager = text(client_for(county, "manager").get("/fenshire/home/"))
        assert f"Yearly review: {county.people['worker'].name} Library 22 June 2027 at 2pm" in manager
        assert "Today: 22 June 2027 at 2pm, Library, with Mira" in text(
            client_for(county, "worker").get("/fenshire/home/")
        )
        head = text(client_for(county, "head").get("/fenshire/home/"))
        assert "Today: 22 June 2027 at 2pm, Library, about Wanda" in head
        assert "at 2pm, Library" not in text(client_for(county, "other_head").get("/fenshire/home/"))
        assert "at 2pm, Library" not in text(client_for(county, "lead").get("/fenshire/home/"))
        assert "at 2pm, Library" not in text(client_for(county, "other_manager").get("/fenshire/home/"))

    @pytest.mark.parametrize("who", ["manager", "worker", "head"])
    def test_it_costs_no_more_than_a_first_page_may(self, county, client_for, queries, who):
        client = client_for(county, who)
        client.get("/fenshire/home/")
        with queries() as seen:
            client.get("/fenshire/home/")
        assert len(seen) <= 20

    def test_what_has_ended_is_on_none(self, county, client_for):
        agreeing.abandon(fresh(county), "By mistake", by=county.as_("manager", MORNING.date()), at=MORNING)
        for who in ("manager", "worker", "head"):
            assert "at 2pm, Library" not in text(client_for(county, who).get("/fenshire/home/"))
