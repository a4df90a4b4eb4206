"""Putting a worker in a school, and the mails about it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schools.actions import agreement_mail, changes, who_pays
from schools.actions.placements import Days, put_in_school
from schools.models import Placement
from teams.foundation import mail
from teams.foundation.errors import Refusal
from tests.factories.agreements import FIVE_DAYS, OWN_LINES, fresh, make_agreement, offered
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS
from tests.schools.agreement_verbs.parties import LATER, sign

pytestmark = pytest.mark.django_db


# Putting a worker in a school


def days(**changes):
    return Days(**({"timetable": FIVE_DAYS[:2], "starts_on": YEAR_STARTS} | changes))


def put(county, *, school="beech", **said):
    return put_in_school(
        county.post, county.rows[school], days(**said), manager=county.people["manager"],
        by=county.as_("manager"), at=NOW,
    )  # fmt: skip


def test_last_years_own_lines_are_filled_in(county, active):
    changes.end(active, on=TODAY, reason="Another worker.", by=county.as_("manager"), at=NOW)
    assert put(county, school="oakfield").latest.own_lines == OWN_LINES


def test_the_same_worker_twice_in_one_school_is_refused(county, on_offer):
    with pytest.raises(Refusal, match="already"):
        put(county, school="oakfield")


def test_nobody_is_in_two_places_at_once(county, on_offer):
    with pytest.raises(Refusal, match="On Monday this worker is at Oakfield"):
        put(county)


def test_a_post_has_only_so_many_hours(county, on_offer):
    evening = [{"weekday": 0, "starts": "15:30", "ends": "18:00"}]
    with pytest.raises(Refusal, match=r"37\.50 hours a week"):
        put(county, timetable=evening)


def test_no_worker_goes_to_a_closed_school(county):
    county.beech.status = "closed"
    with pytest.raises(Refusal, match="closed"):
        put(county)


def test_a_worker_shared_by_two_schools_has_one_agreement_each(county):
    """30 + 30 + 40: each prints its own line, and the rest is paid by others."""
    first = make_agreement(county)
    Placement.objects.update(timetable=FIVE_DAYS[:3], hours_per_week=Decimal(21))
    second = put(county, timetable=FIVE_DAYS[3:])
    new = [(county.fund, Decimal(30)), (county.oakfield, Decimal(30)), (county.beech, Decimal(40))]
    assert who_pays.say_who_pays(second, new, from_day=YEAR_STARTS, by=county.as_("manager"), at=NOW) == []
    first, second = offered(first, county), offered(second, county)
    assert (first.latest.school_cost, second.latest.school_cost) == (Decimal("10350.00"), Decimal("13800.00"))
    assert first.latest.whole_cost == Decimal("34500.00")
    assert "13800" not in str([first.latest.way, first.latest.cost_sheet])


def test_a_new_split_names_the_other_school_whose_agreement_must_change(county, active):
    Placement.objects.update(timetable=FIVE_DAYS[:3], hours_per_week=Decimal(21))
    second = put(county, timetable=FIVE_DAYS[3:])
    new = [(county.fund, Decimal(30)), (county.oakfield, Decimal(30)), (county.beech, Decimal(40))]
    left = who_pays.say_who_pays(second, new, from_day=date(2026, 10, 1), by=county.as_("manager"), at=LATER)
    assert left == [county.oakfield]


def test_shares_that_do_not_come_to_a_hundred_are_refused_in_a_sentence(county):
    agreement = make_agreement(county)
    new = [(county.fund, Decimal(59)), (county.oakfield, Decimal(40))]
    with pytest.raises(Refusal) as refused:
        who_pays.say_who_pays(agreement, new, from_day=YEAR_STARTS, by=county.as_("manager"), at=NOW)
    message = refused.value.message.replace("\N{NO-BREAK SPACE}", " ")
    assert message == "From 1 September 2026 the shares come to 99.00 %. They must come to 100.00 %."


# Mail


def test_one_mail_one_reminder_then_ring(county, on_offer):
    with pytest.raises(Refusal, match="has not gone yet"):
        agreement_mail.send_again(on_offer, by=county.as_("manager"), at=NOW)
    mail.Notice.objects.update(state="sent", sent_at=NOW)
    agreement_mail.send_again(on_offer, by=county.as_("manager"), at=LATER)
    mail.Notice.objects.update(state="sent", sent_at=LATER)
    with pytest.raises(Refusal, match="Please ring"):
        agreement_mail.send_again(on_offer, by=county.as_("manager"), at=LATER)


def test_nothing_is_sent_again_when_the_school_has_signed(county, on_offer):
    sign(on_offer, county, "school")
    with pytest.raises(Refusal, match="has signed"):
        agreement_mail.send_again(fresh(on_offer), by=county.as_("manager"), at=LATER)
