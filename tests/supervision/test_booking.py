"""Booking the month (journeys M1, H2). The county's day is 8 September 2026."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from itertools import combinations

import pytest
from django.core import mail as outbox
from django.utils import timezone

from schools.models import SchoolDay
from supervision.actions import bookings, months
from supervision.actions.busy import where_of
from supervision.models import CalledOff, Slot, Visit
from supervision.rules.slots import drive
from teams.foundation import mail
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.words import clock as on_the_clock
from teams.models import Attendee, AuditEvent, Notice, Occasion
from tests.factories.authorities import LONDON, NOW, TODAY
from tests.supervision.crew import SEPTEMBER
from tests.supervision.offers import post, visit_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
OFFER = "supervision/2026/9/offer/"


@pytest.fixture
def link(offered):
    with offered.inside():
        _, token = Link.make(purpose="visit.choose", subject=offered.visit, person=offered.visit.school_person, at=NOW)
    return f"/{offered.authority.slug}/l/{token}/"


def look(client, county, path="supervision/"):
    return client.get(f"/{county.authority.slug}/{path}").content.decode()


def test_one_press_offers_three_times_to_each_school_and_says_the_miles(eight_workers, client_for):
    manager = client_for(eight_workers, "manager")
    page = look(manager, eight_workers)
    assert "About " in page
    assert " instead of " in page
    assert "4 schools get three times by e-mail" in page
    done = post(manager, eight_workers, OFFER)
    assert "Three times are offered to 4 schools." in done
    assert "No answer yet" in done
    assert "Every school has been asked already." in post(manager, eight_workers, OFFER)
    with eight_workers.inside():
        slots = Slot.objects.standing()
        assert slots.count() == 12
        assert slots.values("starts_at").distinct().count() == 12, "one time is offered to two schools"
        assert Notice.objects.filter(kind="visit_choose").count() == 4
        assert all(timezone.localtime(slot.starts_at).hour in (9, 10, 11, 13, 14) for slot in slots)


def test_the_mail_says_who_comes_and_how_long_and_nothing_of_the_worker(offered, mailoutbox):
    with offered.inside():
        notice = Notice.objects.filter(subject_id=offered.visit.public_id).get()
        claimed = mail.claim(notice.pk, at=NOW)
        assert claimed is not None
        mail.deliver(*claimed)
    sent = outbox.outbox[-1]
    assert sent.subject == "Three times for Mira Fenshire’s visit"
    assert "you are needed for the first 20" in sent.body
    assert offered.visit.worker.name not in sent.body + sent.subject


def test_two_taps_choose_a_time_and_all_three_have_it(offered, link, client, client_for):
    first = client.get(link).content.decode()
    assert "Which time suits you?" in first
    with offered.inside():
        assert not Occasion.objects.exists(), "looking changed something"
        slot = offered.visit.slots.standing()[1]
    head = offered.visit.school_person
    said = {"time": slot.public_id.hex, "who": head.public_id.hex}
    done = client.post(link, said).content.decode()
    assert "Thank you:" in done
    file = client.get(link + "?calendar=1")
    assert file["Content-Type"].startswith("text/calendar")
    text = file.content.decode()
    assert "SUMMARY:Meeting with Mira Fenshire" in text
    assert offered.visit.worker.name not in text
    with offered.inside():
        visit = Visit.objects.get(pk=offered.visit.pk)
        assert (visit.status, visit.occasion.starts_at) == ("agreed", slot.starts_at)
        people = set(Attendee.objects.filter(occasion=visit.occasion).values_list("person", flat=True))
        assert people == {visit.worker_id, visit.manager_id, head.pk}
        assert Slot.objects.standing().filter(visit=visit).count() == 1
        assert AuditEvent.objects.filter(verb="visit.choose").count() == 1
    assert "This link has done its work: You chose" in client.post(link, said).content.decode()  # pressed twice
    assert "comes for the school" in look(client_for(offered, "manager"), offered)


def test_a_link_that_is_over_tells_what_was_answered_and_nothing_more(offered, link, client, clock):
    with offered.inside():
        slot = offered.visit.slots.standing()[0]
    client.post(link, {"time": slot.public_id.hex, "who": offered.visit.school_person.public_id.hex})
    assert "comes for the school" in client.get(link).content.decode()
    clock.now = NOW + timedelta(days=20)
    page = client.get(link).content.decode()
    assert "This link has done its work" in page
    assert "comes for the school" not in page
    assert client.get(link + "?calendar=1")["Content-Type"].startswith("text/html")


def test_none_of_these_wants_two_that_do_and_the_manager_reads_them(offered, link, client, client_for):
    head = offered.visit.school_person.public_id.hex
    empty = client.post(link, {"time": "none", "who": head})
    assert empty.status_code == 422
    assert "Enter two times that would suit you" in empty.content.decode()
    done = client.post(link, {"time": "none", "who": head, "other_times": "Friday at 9, or 24 September"})
    assert "Thank you" in done.content.decode()
    manager = client_for(offered, "manager")
    assert "What would: Friday at 9, or 24 September" in look(manager, offered)
    again = post(manager, offered, visit_path(offered, "again"))
    assert "Three times are offered to 1 school." in again
    assert "This link has done its work" in client.get(link).content.decode()


def test_a_link_of_last_year_and_of_somebody_who_left_the_school_say_the_way_on(offered, link, client, clock):
    clock.now = NOW + timedelta(days=400)
    old = client.post(link, {"time": "none", "other_times": "Any day"})
    assert "This link no longer works" in old.content.decode()
    assert "Ask for a new link" in old.content.decode()
    assert "Reply to the mail or ring Mira Fenshire" in old.content.decode()
    clock.now = NOW
    with offered.inside():
        offered.visit.school_person.school_contacts.update(ends_on=TODAY - timedelta(days=1))
    assert client.get(link).status_code == 404
    assert client.post(link, {"press": "new_link"}).status_code == 404
    with offered.inside():
        assert Visit.objects.get(pk=offered.visit.pk).status == "offered"
        assert not Notice.objects.filter(kind="visit_new_link").exists()


def test_an_old_link_sends_a_new_one_to_its_mailbox_three_times_an_hour(offered, link, client, clock):
    """To the times that wait for this head now; the page says the same where nothing does, and then no mail goes."""
    clock.now = NOW + timedelta(days=20)
    answers = [client.post(link, {"press": "new_link"}) for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 409]
    assert "We have sent three new links in an hour" in answers[3].content.decode()
    now = Visit.objects.filter(pk=offered.visit.pk)
    with offered.inside():
        visit = now.get()
        later = Visit.objects.exclude(pk=visit.pk).order_by("pk")[0]
        first, *_ = notices = list(Notice.objects.filter(kind="visit_new_link").order_by("pk"))
        assert {(each.person_id, each.subject_id) for each in notices} == {(visit.school_person_id, visit.public_id)}
        sent, token = mail.claim(first.pk, at=clock.now)
        mail.deliver(sent, token)
        assert outbox.outbox[-1].to == [visit.school_person.email]
        assert "You asked for a new link to Mira Fenshire’s visit to School" in outbox.outbox[-1].body
        assert Link.objects.filter(subject_id=visit.public_id, voided_at=None).count() == 1
    assert f"/l/{token}/" in outbox.outbox[-1].body
    with offered.inside():
        now.update(status="left_out")
    clock.now += timedelta(hours=2)
    nothing = client.post(link, {"press": "new_link"}).content.decode()
    assert without_forgery_token(nothing) == without_forgery_token(answers[0].content.decode())
    with offered.inside():
        empty = Notice.objects.filter(kind="visit_new_link").latest("pk")
        assert mail.claim(empty.pk, at=clock.now) is None
        assert Notice.objects.get(pk=empty.pk).state == "not_needed"
        Visit.objects.filter(pk=later.pk).update(
            placement=visit.placement_id, school_person=visit.school_person_id, month=date(2026, 10, 1)
        )
    client.post(link, {"press": "new_link"})
    with offered.inside():
        assert Notice.objects.filter(kind="visit_new_link").latest("pk").subject_id == later.public_id


def without_forgery_token(page):
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", page)


def test_a_school_that_closes_that_day_cannot_be_chosen_for_it(offered, link, client):
    with offered.inside():
        slot = offered.visit.slots.standing()[0]
        day = timezone.localdate(slot.starts_at)
        SchoolDay.objects.create(school=offered.visit.school, kind="closed", starts_on=day, ends_on=day, words="INSET")
    said = {"time": slot.public_id.hex, "who": offered.visit.school_person.public_id.hex}
    refused = client.post(link, said)
    assert refused.status_code == 422
    assert "a day on which the school is closed (INSET). The next school day is" in refused.content.decode()


def test_cancelled_with_whose_side_it_was_and_offered_again_in_two_taps(offered, client_for, clock):
    manager = client_for(offered, "manager")
    with offered.inside():
        starts = datetime(2026, 9, 16, 10, 0, tzinfo=LONDON)
        bookings.agree(offered.visit, starts, by=offered.as_("manager"), at=NOW)
    page = look(manager, offered, visit_path(offered, "call-off"))
    assert "Whose side was it?" in page
    clock.now = NOW + timedelta(days=7)
    manager = client_for(offered, "manager")
    done = post(manager, offered, visit_path(offered, "call-off"), {"side": "school"})
    assert "Noted. Other times are offered to School 00." in done
    assert "Every school has been asked already." not in done
    with offered.inside():
        visit = Visit.objects.get(pk=offered.visit.pk)
        assert (visit.status, visit.occasion) == ("offered", None)
        called_off = CalledOff.objects.get()
        assert (called_off.side, called_off.was_at) == ("school", starts)
        assert called_off.occasion.called_off_at is not None
        october = months.look(offered.people["manager"], date(2026, 10, 1), today=date(2026, 10, 1))
        line = next(line for line in october.in_school if line.worker == visit.worker)
        assert line.why.startswith("Offered again because School 00 cancelled on 16 September; that does not count as")
    assert post(manager, offered, visit_path(offered, "call-off"), {"side": "nobody"}, 422)


def test_silent_after_three_school_days_means_ring_them(offered, client_for, clock):
    clock.now = datetime(2026, 9, 10, 9, 0, tzinfo=LONDON)
    assert "Ring them" not in look(client_for(offered, "manager"), offered)
    clock.now = datetime(2026, 9, 11, 9, 0, tzinfo=LONDON)
    page = look(client_for(offered, "manager"), offered)
    assert page.count("Ring them") == 4
    assert "Head 00, 01632 960000" in page


def test_the_worker_sees_at_once_which_times_are_offered(offered, client_for):
    with offered.inside():
        offered.people["worker"].employments.update(person=offered.visit.worker)
        Visit.objects.filter(pk=offered.visit.pk).update(worker=offered.people["worker"])
    page = look(client_for(offered, "worker"), offered, "supervision/mine/")
    assert "Offered to the school, which may choose one: " in page
    assert "September at 10am" in page


@pytest.mark.parametrize(
    ("day", "time", "says"),
    [
        ((13, 9), "10:00", "is a Sunday. The next school day is 14 September 2026."),
        ((28, 10), "10:00", "is half-term. The next school day is 2 November 2026."),
        ((16, 9), "16:30", "is not at School 00 then. Choose a time within the agreed days."),
        ((16, 9), "soon", "Enter a time of day, like 10:00"),
    ],
)
def test_a_time_agreed_by_telephone_is_refused_with_the_way_on_and_stays_in_its_boxes(
    offered, client_for, day, time, says
):
    said = {"day_day": day[0], "day_month": day[1], "day_year": 2026, "time": time}
    page = post(client_for(offered, "manager"), offered, visit_path(offered, "agreed"), said, 422)
    assert says in page
    assert f'value="{time}"' in page


def test_a_time_agreed_by_telephone_takes_the_offer_back(offered, client_for, link, client):
    said = {"day_day": 16, "day_month": 9, "day_year": 2026, "time": "9.15"}
    assert "is agreed." in post(client_for(offered, "manager"), offered, visit_path(offered, "agreed"), said)
    assert "A time is agreed: Wednesday 16 September at 9:15am" in client.get(link).content.decode()


def test_the_offers_of_a_month_leave_room_for_what_is_agreed_and_for_the_drives_between(eight_workers):
    """All four schools are in one day's reach, and the manager has something else at noon of every day."""
    county = eight_workers
    manager, by = county.people["manager"], county.as_("manager")
    with county.inside():
        for day in range(10, 31):
            noon = datetime(2026, 9, day, 11, 30, tzinfo=LONDON)
            occasion = Occasion.objects.create(kind="else", title="Else", starts_at=noon, ends_at=noon.replace(hour=14))
            Attendee.objects.create(occasion=occasion, person=manager, part="manager")
        assert bookings.offer_month(manager, SEPTEMBER, by=by, at=NOW, today=TODAY).offered == 4
        slots = [(each, where_of(each.visit)) for each in Slot.objects.standing().select_related("visit")]
    assert {timezone.localtime(slot.starts_at).hour for slot, _ in slots} <= {9, 10, 14}, "11 and 13:30 are taken"
    for (one, here), (other, there) in combinations(slots, 2):
        if one.visit_id != other.visit_id:
            gap = max(one.starts_at - other.ends_at, other.starts_at - one.ends_at)
            assert gap >= drive(here, there)


def test_a_time_by_telephone_is_refused_where_it_overlaps_and_said_where_the_drive_is_short(
    offered, client_for, link, client
):
    manager, day = client_for(offered, "manager"), {"day_day": 17, "day_month": 9, "day_year": 2026}
    with offered.inside():
        other = Visit.objects.for_page().exclude(pk=offered.visit.pk).order_by("pk")[0]
        name = other.school.name
        bookings.agree(other, datetime(2026, 9, 17, 10, 0, tzinfo=LONDON), by=offered.as_("manager"), at=NOW)
    page = post(manager, offered, visit_path(offered, "agreed"), {**day, "time": "10:30"}, 422)
    assert "Mira Fenshire has something else then: Meeting with Mira Fenshire" in page
    page = post(manager, offered, visit_path(offered, "agreed"), {**day, "time": "10:50"})
    assert f"Mira Fenshire is at {name} until 10:45am, and the drive takes about 30 minutes." in page
    page = post(manager, offered, visit_path(offered, "agreed"), {**day, "time": "11:15"})
    assert "the drive takes about" not in page


def test_what_is_agreed_elsewhere_since_can_no_longer_be_chosen(offered, client_for, link, client):
    """The manager is told whose choice she takes; the page that was open already refuses, with the others to choose."""
    with offered.inside():
        slot, left = offered.visit.slots.standing()[:2]
        other = Visit.objects.for_page().exclude(pk=offered.visit.pk).order_by("pk")[0]
    local = timezone.localtime(slot.starts_at)
    said = {"day_day": local.day, "day_month": local.month, "day_year": 2026, "time": f"{local:%H:%M}"}
    page = post(client_for(offered, "manager"), offered, f"supervision/visits/{other.public_id}/agreed/", said)
    assert f"{on_the_clock(local)} that day was offered to {offered.visit.school.name}, and can no longer" in page
    page = client.get(link).content.decode()
    assert slot.public_id.hex not in page
    assert left.public_id.hex in page
    person = offered.visit.school_person
    with offered.inside(), pytest.raises(Refusal, match="That time has gone since"):
        bookings.choose(offered.visit, slot, person, by=offered.as_("manager"), at=NOW)
    done = client.post(link, {"time": left.public_id.hex, "who": person.public_id.hex})
    assert "Thank you:" in done.content.decode()


def test_a_worker_who_left_is_refused_and_left_out(offered, client_for):
    manager = client_for(offered, "manager")
    with offered.inside():
        offered.visit.worker.end_access(by=offered.as_("admin"), at=NOW)
        with pytest.raises(Refusal, match="has left. Leave this visit out"):
            bookings.agree(Visit.objects.for_page().get(pk=offered.visit.pk), NOW, by=offered.as_("manager"), at=NOW)
    assert "is left out this month" in post(manager, offered, visit_path(offered, "leave-out"))


def test_a_pinned_day_stays_and_the_rest_is_planned_around_it(eight_workers, client_for):
    manager, county = client_for(eight_workers, "manager"), eight_workers
    path = f"supervision/2026/9/{county.placements[0].public_id}/"
    assert "Any day will do" in look(manager, county, path)
    page = post(manager, county, path, {"day": "2026-09-23"})
    assert "Wednesday 23 September" in page
    assert "You chose this day" in page
    assert "Select one of the days shown" in post(manager, county, path, {"day": "2026-09-13"}, 422)
    assert client_for(county, "other_manager").get(f"/{county.authority.slug}/{path}").status_code == 404


def test_a_school_without_a_contact_is_said_and_does_not_stop_the_others(eight_workers, client_for):
    with eight_workers.inside():
        eight_workers.placements[2].school.contacts.all().delete()
    done = post(client_for(eight_workers, "manager"), eight_workers, OFFER)
    assert "Three times are offered to 3 schools." in done
    assert "School 02: Nobody speaks for the school yet. Add a contact, or agree on a time by telephone." in done


def test_my_calendar_elsewhere_shows_meetings_and_ends_with_its_address(offered, client_for, client):
    with offered.inside():
        bookings.agree(offered.visit, datetime(2026, 9, 16, 10, 0, tzinfo=LONDON), by=offered.as_("manager"), at=NOW)
    manager, path = client_for(offered, "manager"), f"/{offered.authority.slug}/profile/calendar/"
    made = manager.post(path).content.decode()
    address = made.partition(f"/{offered.authority.slug}/calendar/")[2].partition("<")[0]
    feed = f"/{offered.authority.slug}/calendar/{address}"
    text = client.get(feed).content.decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert "DTSTART:20260916T090000Z" in text
    assert offered.visit.worker.name not in text
    manager.post(path)
    assert client.get(feed).status_code == 404, "the old address still works"
    assert client.get(feed.replace(offered.authority.slug, "nowhere")).status_code == 404


def test_the_month_asks_as_much_when_everything_is_offered(offered, client_for, queries):
    manager = client_for(offered, "manager")
    look(manager, offered)
    with queries() as seen:
        look(manager, offered)
    assert len(seen) <= 20, len(seen)
