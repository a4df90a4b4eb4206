"""Offering, changing, saying no, ending: what stands and what falls."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from schools.actions import agreements, changes, who_pays
from schools.models import Agreement, Placement, Signature
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Employment, PayRate
from tests.factories.agreements import OWN_LINES, fresh, make_agreement, offered
from tests.factories.authorities import NOW, TODAY, YEAR_ENDS
from tests.schools.agreement_verbs.parties import LATER, sign, varied

pytestmark = pytest.mark.django_db


# Offering


def test_the_offer_waits_for_a_confirmed_head(county):
    agreement = make_agreement(county)
    county.oakfield.contacts.filter(kind="head").update(confirmed_at=None)
    with pytest.raises(Refusal) as refused:
        offered(agreement, county)
    assert refused.value.code == "not_confirmed"


def test_nothing_is_offered_for_an_empty_post(county):
    agreement = make_agreement(county)
    Employment.objects.filter(post=county.post).update(ends_on=date(2026, 8, 31))
    with pytest.raises(Refusal, match="Nobody is in the post"):
        offered(agreement, county)


def test_an_unchanged_text_is_not_sent_round_again(county, active):
    active.revise(by=county.as_("manager"), at=LATER)
    with pytest.raises(Refusal, match="exactly what all three have signed"):
        agreements.offer(fresh(active), authority=county.authority, by=county.as_("manager"), at=LATER)
    agreement = fresh(active)
    assert (agreement.status, agreement.latest.is_sealed) == (Agreement.Status.NOT_FINISHED, False)


def test_the_offer_says_that_the_head_was_rung(county):
    agreement = fresh(make_agreement(county))
    agreements.offer(agreement, authority=county.authority, by=county.as_("manager"), at=NOW, reason="Mira rang Hetty.")
    assert AuditEvent.objects.get(verb="agreement.offer").reason == "Mira rang Hetty."


# Changing


def test_a_change_of_cost_fells_the_signatures_on_cost_alone(county, active):
    agreement = varied(active, county, percent=Decimal(51))
    assert agreement.signed() == {("school", "way"), ("worker", "way"), ("council", "way")}
    assert agreement.waits_for() == ["school", "council"]
    assert agreement.latest.way_digest == active.latest.way_digest
    assert agreement.is_active, "it stays active under what was signed"
    assert agreement.in_force == active.in_force
    assert Placement.objects.get().status == Placement.Status.ACTIVE
    assert Agreement.objects.active().count() == 1

    sign(agreement, county, "school", ["cost"], at=LATER)
    agreement = sign(agreement, county, "council", at=LATER)
    assert agreement.status == Agreement.Status.ACTIVE
    assert agreement.in_force.number == 2
    assert Signature.objects.filter(part="way").count() == 3, "nobody was asked twice for the same words"


def test_a_change_of_words_fells_the_signatures_on_them_alone(county, active):
    agreement = varied(active, county, lines={"focus": "Reading", "room": "The red room", "other": ""})
    assert agreement.signed() == {("school", "cost"), ("council", "cost")}
    assert agreement.waits_for() == ["school", "worker", "council"]


def test_a_mid_year_change_leaves_the_months_before_it_as_they_were_printed(county, active):
    """BR-07: a revised schedule, to the penny, never an edit."""
    before = active.in_force.cost_sheet["months"]
    agreement = varied(active, county, percent=Decimal("41.37"))
    after = agreement.latest.cost_sheet["months"]
    assert after[:4] == before[:4]
    assert after[4:] != before[4:]
    assert agreement.latest.cost_sheet["changes"] == [{"from": "2027-01-01", "percent": "41.37"}]
    total = sum(Decimal(month["amount"]) for month in after)
    assert total == Decimal(agreement.latest.cost_sheet["total"]) == agreement.latest.school_cost


def test_a_pay_award_makes_a_new_price_from_its_day_on(county, active):
    PayRate.objects.create(
        grade="L6", point=14, starts_on=date(2027, 4, 1), salary=Decimal("28600.00"), on_costs_percent=Decimal("25.00")
    )
    agreement = varied(active, county)
    months = agreement.latest.cost_sheet["months"]
    assert months[:7] == active.in_force.cost_sheet["months"][:7]
    assert Decimal(months[7]["amount"]) > Decimal(months[6]["amount"])


def test_a_change_taken_back_leaves_what_was_signed(county, active):
    agreement = varied(active, county, percent=Decimal(51), lines={"focus": "Reading", "room": "", "other": ""})
    assert changes.take_back(agreement, by=county.as_("manager"), at=LATER)
    agreement = fresh(agreement)
    assert agreement.status == Agreement.Status.ACTIVE
    assert agreement.readable == active.in_force
    assert agreement.waits_for() == []
    assert {share.percent for share in county.post.shares.on(date(2027, 3, 1))} == {Decimal("59.00"), Decimal("41.00")}

    agreement.revise(by=county.as_("manager"), at=LATER)
    assert agreement.latest.number == 3
    assert agreement.latest.own_lines == OWN_LINES, "a new change starts from what is in force"


def test_before_the_first_signatures_there_is_nothing_to_take_back(county, on_offer):
    with pytest.raises(Refusal, match="nothing to keep"):
        changes.take_back(on_offer, by=county.as_("manager"), at=NOW)


def test_taking_back_leaves_next_years_shares(county, active):
    agreement = fresh(active)
    agreement.revise(by=county.as_("manager"), at=LATER)
    for day, percent in ((date(2027, 1, 1), 51), (date(2027, 9, 1), 55)):
        new = [(county.fund, Decimal(100 - percent)), (county.oakfield, Decimal(percent))]
        who_pays.share_out(county.post, new, from_day=day, by=county.as_("manager"), at=LATER)
    changes.take_back(fresh(agreement), by=county.as_("manager"), at=LATER)
    held = {
        day: county.post.shares.on(day).get(school=county.oakfield).percent
        for day in (date(2027, 3, 1), date(2027, 10, 1))
    }
    assert held == {date(2027, 3, 1): Decimal(41), date(2027, 10, 1): Decimal(55)}


def test_words_that_were_sent_cannot_be_written_over(county, on_offer):
    with pytest.raises(Refusal, match="Change it first"):
        on_offer.write({"focus": "Reading"}, by=county.as_("manager"), at=NOW)


def test_what_is_signed_for_days_that_are_over_is_never_changed(county, active):
    active.revise(by=county.as_("manager"), at=LATER)
    new = [(county.fund, Decimal(50)), (county.oakfield, Decimal(50))]
    with pytest.raises(Refusal, match="Choose today or a later day"):
        who_pays.say_who_pays(fresh(active), new, from_day=TODAY, by=county.as_("manager"), at=LATER)


# Saying no, asking, ending


@pytest.mark.parametrize("name", ["head", "worker", "manager"])
def test_any_of_the_three_may_say_no_with_a_reason(county, on_offer, name):
    on_offer.decline("Not before the room is ready.", by=county.as_(name), at=NOW)
    agreement = fresh(on_offer)
    assert (agreement.status, agreement.declined_because) == (
        Agreement.Status.DECLINED,
        "Not before the room is ready.",
    )
    with pytest.raises(Refusal):
        sign(agreement, county, "worker")


@pytest.mark.parametrize("name", ["other_head", "lead", "other_worker", "other_manager", "finance", "auditor", "admin"])
def test_nobody_else_may_say_no(county, on_offer, name):
    with pytest.raises(NotAllowed):
        on_offer.decline("No.", by=county.as_(name), at=NOW)


def test_after_a_no_a_new_version_goes_round(county, on_offer):
    sign(on_offer, county, "worker")
    fresh(on_offer).decline("Too dear.", by=county.as_("head"), at=NOW)
    agreement = varied(on_offer, county, percent=Decimal(31))
    assert agreement.signed() == {("worker", "way")}
    assert agreement.declined_because == ""


def test_a_change_that_is_not_agreed_leaves_the_agreement_active(county, active):
    agreement = varied(active, county, percent=Decimal(51))
    agreement.decline("We cannot.", by=county.as_("head"), at=LATER)
    assert fresh(agreement).is_active
    assert fresh(agreement).status_in_words == "Active; a change was not agreed"


def test_a_question_and_its_answer_stay(county, on_offer):
    question = on_offer.ask("Who has the key?", person=county.people["head"], by=county.as_("head"), at=NOW)
    on_offer.answer(question, "The office.", person=county.people["manager"], by=county.as_("manager"), at=LATER)
    with pytest.raises(Refusal, match="answered already"):
        on_offer.answer(question, "Nobody.", person=county.people["manager"], by=county.as_("manager"), at=LATER)
    with pytest.raises(NotAllowed):
        on_offer.ask("Me too?", person=county.people["lead"], by=county.as_("lead"), at=NOW)


def test_an_end_today_ends_the_placement_too(county, active):
    changes.end(active, on=TODAY, reason="The school closes its gate.", by=county.as_("manager"), at=NOW)
    agreement = fresh(active)
    assert (agreement.status, agreement.ended_on, agreement.is_active) == (Agreement.Status.ENDED, TODAY, False)
    assert Placement.objects.get().status == Placement.Status.ENDED
    with pytest.raises(Refusal, match="ended already"):
        changes.end(agreement, on=TODAY, reason="Again.", by=county.as_("manager"), at=NOW)


def test_notice_lets_it_hold_until_its_day(county, active):
    day = date(2026, 12, 31)
    changes.end(active, on=day, reason="No money from January.", by=county.as_("manager"), at=NOW)
    agreement = fresh(active)
    assert agreement.is_active
    assert agreement.status_in_words == "Active until 31 December 2026"
    assert Placement.objects.get().ends_on == day
    assert changes.close_run_out(by=county.clock, at=NOW.replace(month=12, day=31)) == 0
    assert changes.close_run_out(by=county.clock, at=NOW.replace(year=2027, month=1, day=1)) == 1
    assert fresh(active).status == Agreement.Status.ENDED
    assert Placement.objects.get().status == Placement.Status.ENDED


def test_no_end_after_the_end(county, active):
    with pytest.raises(Refusal, match="31 August 2027"):
        changes.end(active, on=YEAR_ENDS + timedelta(days=1), reason="Later.", by=county.as_("manager"), at=NOW)


def test_a_year_that_is_over_is_closed_and_the_next_one_goes_on(county, active):
    after = changes.renew(active, by=county.as_("manager"), at=NOW)
    assert (after.school_year, after.starts_on, after.latest.own_lines) == (2027, date(2027, 9, 1), OWN_LINES)
    with pytest.raises(Refusal, match="there already"):
        changes.renew(active, by=county.as_("manager"), at=NOW)
    assert changes.close_run_out(by=county.clock, at=NOW.replace(year=2027)) == 1
    assert fresh(active).status == Agreement.Status.ENDED
    assert Placement.objects.get().status == Placement.Status.ACTIVE


def test_only_its_manager_and_senior_managers_move_it(county, on_offer):
    for name in ("other_manager", "worker", "head", "lead", "finance", "auditor", "admin"):
        for move in (
            lambda by: on_offer.revise(by=by, at=NOW),
            lambda by: on_offer.keep(by=by, at=NOW),
            lambda by: changes.end(on_offer, on=TODAY, reason="No.", by=by, at=NOW),
            lambda by: changes.renew(on_offer, by=by, at=NOW),
        ):
            with pytest.raises(NotAllowed):
                move(county.as_(name))


def test_every_verb_leaves_one_event_and_no_word_of_it(county, active):
    verbs = list(AuditEvent.objects.filter(verb__startswith="agreement.").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["agreement.draw_up", "agreement.offer", *["agreement.sign"] * 3]
    assert not any("Behaviour" in event.reason for event in AuditEvent.objects.all())
