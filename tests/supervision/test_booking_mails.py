"""What a school is told of a time that was agreed by telephone, or that the council calls off. It is 8 September 2026."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail as outbox

from supervision.actions import bookings
from supervision.models import Visit
from teams.foundation import mail
from teams.models import Notice
from tests.factories.authorities import LONDON, NOW
from tests.supervision.offers import post, visit_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def told(kind):
    return Notice.objects.filter(kind=kind)


def test_what_was_agreed_by_telephone_goes_to_the_school_without_its_day_and_only_as_it_stands(offered, client):
    visit, by = offered.visit, offered.as_("manager")
    with offered.inside():
        bookings.agree(visit, datetime(2026, 9, 16, 10, 0, tzinfo=LONDON), by=by, at=NOW)
        bookings.agree(visit, datetime(2026, 9, 17, 10, 0, tzinfo=LONDON), by=by, at=NOW)
        first, second = told("visit_agreed").order_by("pk")
        assert mail.claim(first.pk, at=NOW) is None, "the time has moved since: one mail says so"
        sent, token = mail.claim(second.pk, at=NOW)
        mail.deliver(sent, token)
    letter = outbox.outbox[-1]
    assert (letter.to, letter.subject) == ([visit.school_person.email], "The time of Mira Fenshire’s visit")
    assert not re.search("September|10:00|10am", letter.body.replace("22 September", ""))
    assert visit.worker.name not in letter.body
    page = client.get(f"/{offered.authority.slug}/l/{token}/").content.decode()
    assert "A time is agreed: Thursday 17 September at 10am" in page
    assert "Put it in your calendar" in page


def test_agreed_is_agreed_where_no_mail_can_go(offered, client_for):
    with offered.inside():
        offered.visit.school_person.__class__.objects.filter(pk=offered.visit.school_person_id).update(email="")
    said = {"day_day": 16, "day_month": 9, "day_year": 2026, "time": "10:00"}
    page = post(client_for(offered, "manager"), offered, visit_path(offered, "agreed"), said)
    assert "is agreed." in page
    assert "We have no e-mail address for Head 00. Add one first." in page


@pytest.mark.parametrize(("side", "day", "kinds"), [
    ("manager", 16, {"visit_choose_again"}), ("worker", 29, {"visit_called_off"}), ("school", 29, set()),
])  # fmt: skip
def test_what_the_councils_side_calls_off_the_school_hears_by_one_mail(offered, clock, side, day, kinds):
    """With other times where there are any; on the 28th there are none left in the month."""
    visit, by, manager = offered.visit, offered.as_("manager"), offered.people["manager"]
    with offered.inside():
        bookings.agree(visit, datetime(2026, 9, day, 10, 0, tzinfo=LONDON), by=by, at=NOW)
        known = set(Notice.objects.values_list("pk", flat=True))
        now = datetime(2026, 9, day - 1, 9, 30, tzinfo=LONDON)
        visit = Visit.objects.for_page().get(pk=visit.pk)
        done = bookings.call_off(manager, visit, side, by=by, at=now, today=now.date())
        new = Notice.objects.exclude(pk__in=known).order_by("pk")
        assert {notice.kind for notice in new} == kinds
        assert not any("Please ring" in words for words in done.refused)
        for notice in new:
            mail.deliver(*mail.claim(notice.pk, at=now))
            assert "Three times" not in outbox.outbox[-1].subject
            assert re.search("could not be kept|cannot be at the time", outbox.outbox[-1].body)
            assert visit.worker.name not in outbox.outbox[-1].body


def test_who_calls_off_at_night_for_the_morning_is_told_to_ring(offered):
    """Mails to a school wait for seven o'clock; at eight this one would be an hour late."""
    visit, by, manager = offered.visit, offered.as_("manager"), offered.people["manager"]
    night = datetime(2026, 9, 15, 20, 0, tzinfo=LONDON)
    with offered.inside():
        visit.agree(night + timedelta(hours=10), night + timedelta(hours=11), place="", by=by, at=NOW)
        visit = Visit.objects.for_page().get(pk=visit.pk)
        done = bookings.call_off(manager, visit, "manager", by=by, at=night, today=night.date())
    assert (
        "Please ring them: no mail of ours comes before the time that was agreed (Head 00, 01632 960000)."
        in done.refused
    )
