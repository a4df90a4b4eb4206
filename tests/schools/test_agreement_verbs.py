"""The agreement's verbs: who may, in which order, what falls and what holds, and what nobody can undo."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from schools.actions import agreement_mail, agreements, changes, who_pays
from schools.actions.placements import Days, put_in_school
from schools.models import Agreement, Placement, Signature
from schools.permissions import AgreementPolicy, sees_cost
from teams.foundation import links, mail
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.models import Employment, PayRate, Person
from tests.factories.agreements import FIVE_DAYS, OWN_LINES, fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, YEAR_ENDS, YEAR_STARTS, add_person
from tests.told import story

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=20)
BOTH = ["way", "cost"]
WHO = {"school": "head", "worker": "worker", "council": "manager"}


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


@story
def on_offer(fenshire):
    with fenshire.inside():
        return offered(make_agreement(fenshire), fenshire)


@story
def active(fenshire, on_offer):
    with fenshire.inside():
        return signed(on_offer, fenshire)


def sign(agreement, county, party, parts=None, *, name=None, at=NOW):
    name = name or WHO[party]
    agreements.sign(
        fresh(agreement),
        party=party,
        parts=parts or (["way"] if party == "worker" else BOTH),
        person=county.people[name],
        how="account",
        by=county.as_(name),
        at=at,
    )
    return fresh(agreement)


def varied(agreement, county, *, percent=None, lines=None):
    """Changed, and sent to sign again."""
    agreement = fresh(agreement)
    manager = county.as_("manager")
    agreement.revise(by=manager, at=LATER)
    if lines is not None:
        agreement.write(lines, by=manager, at=LATER)
    if percent is not None:
        new = [(county.fund, Decimal(100) - percent), (county.oakfield, percent)]
        who_pays.say_who_pays(fresh(agreement), new, from_day=date(2027, 1, 1), by=manager, at=LATER)
    agreements.offer(fresh(agreement), authority=county.authority, by=manager, at=LATER)
    return fresh(agreement)


# Signing


@pytest.mark.parametrize("order", permutations(("school", "worker", "council")), ids="-".join)
def test_the_three_sign_in_any_order_and_the_last_one_completes(county, on_offer, order):
    for number, party in enumerate(order):
        agreement = sign(on_offer, county, party)
        assert agreement.is_active == (number == 2)
    assert agreement.status == Agreement.Status.ACTIVE
    assert agreement.in_force == agreement.latest
    assert agreement.waits_for() == []


def test_each_signature_holds_name_job_address_way_and_the_digest_that_was_read(county, on_offer):
    sign(on_offer, county, "school")
    way = Signature.objects.get(party="school", part="way")
    assert (way.name, way.job, way.address, way.how) == (
        "Hetty Fenshire",
        "Headteacher",
        "head@fenshire.example",
        "account",
    )
    assert way.digest == on_offer.latest.way_digest
    assert Signature.objects.get(party="school", part="cost").digest == on_offer.latest.cost_digest


def test_the_worker_never_signs_the_money(county, on_offer):
    with pytest.raises(Refusal):
        sign(on_offer, county, "worker", ["cost"])
    assert sign(on_offer, county, "worker", BOTH).signed() == {("worker", "way")}


def test_signing_twice_is_refused_with_thanks(county, on_offer):
    sign(on_offer, county, "worker")
    with pytest.raises(Refusal, match="signed this already"):
        sign(on_offer, county, "worker")
    assert Signature.objects.count() == 1


def test_the_same_mailbox_cannot_sign_for_two_parties(county, on_offer):
    sign(on_offer, county, "worker")
    Person.objects.filter(pk=county.people["worker"].pk).update(email="elsewhere@fenshire.example")
    Person.objects.filter(pk=county.people["head"].pk).update(email="WORKER@fenshire.example")
    county.people["head"].refresh_from_db()
    with pytest.raises(Refusal, match="three different people"):
        sign(on_offer, county, "school")


def test_the_same_person_cannot_sign_for_two_parties(county, on_offer):
    sign(on_offer, county, "council", name="senior")
    county.oakfield.contacts.filter(kind="head").update(person=county.people["senior"])
    with pytest.raises(Refusal, match="three different people"):
        agreements.sign(
            fresh(on_offer), party="school", parts=BOTH, person=county.people["senior"], how="link",
            by=county.clock, at=NOW,
        )  # fmt: skip


def test_who_signed_an_earlier_text_for_another_party_may_sign_this_one(county, active):
    """The worker of the first version has become the team's manager since."""
    agreement = varied(active, county, percent=Decimal(45), lines={"focus": "Reading", "room": "", "other": ""})
    Employment.objects.filter(person=county.people["worker"]).update(person=county.people["other_worker"])
    Placement.objects.update(manager=county.people["worker"])
    county.roles["worker"] = "team_manager"
    assert ("council", "way") in sign(agreement, county, "council", name="worker").signed()


def test_two_people_without_a_mailbox_are_two_people(county, on_offer):
    Person.objects.filter(pk__in=[county.people["worker"].pk, county.people["manager"].pk]).update(email="")
    for name in ("worker", "manager"):
        county.people[name].refresh_from_db()
    sign(on_offer, county, "worker")
    agreement = sign(on_offer, county, "council")
    assert agreement.signed() == {("worker", "way"), ("council", "way"), ("council", "cost")}
    assert set(Signature.objects.values_list("address", flat=True)) == {""}


@pytest.mark.parametrize("party", ["school", "worker", "council"])
@pytest.mark.parametrize("name", ["other_manager", "other_worker", "other_head", "lead", "admin", "finance", "auditor"])
def test_nobody_else_signs_for_a_party(county, on_offer, party, name):
    with pytest.raises(NotAllowed):
        sign(on_offer, county, party, name=name)
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("party", "name"), [("school", "manager"), ("worker", "manager"), ("council", "head"), ("council", "worker")]
)
def test_who_signs_for_one_party_does_not_sign_for_another(county, on_offer, party, name):
    with pytest.raises(NotAllowed):
        sign(on_offer, county, party, name=name)


def test_nobody_signs_in_somebody_elses_name(county, on_offer):
    with pytest.raises(NotAllowed):
        agreements.sign(
            fresh(on_offer), party="council", parts=BOTH, person=county.people["senior"], how="account",
            by=county.as_("manager"), at=NOW,
        )  # fmt: skip


def test_a_text_that_is_not_on_offer_cannot_be_signed(county):
    agreement = make_agreement(county)
    with pytest.raises(Refusal, match="cannot be signed now"):
        sign(agreement, county, "worker")


def test_a_worker_who_starts_on_the_first_day_signs_before_it(county, on_offer):
    newcomer = add_person(county, "newcomer", "Nell Fenshire", "worker", "Pupil support worker")
    Employment.objects.filter(post=county.post).update(ends_on=date(2026, 9, 30))
    Employment.objects.create(post=county.post, person=newcomer, starts_on=date(2026, 10, 1))
    Agreement.objects.update(starts_on=date(2026, 10, 1))
    assert Agreement.objects.visible_to(county.as_("newcomer")).exists()
    assert sign(on_offer, county, "worker", name="newcomer").signed() == {("worker", "way")}
    with pytest.raises(NotAllowed):
        sign(on_offer, county, "worker")


# The council's limit


def test_a_team_manager_signs_up_to_the_limit_and_a_senior_manager_above_it(county, on_offer):
    county.authority.set_up(by=county.as_("admin"), at=NOW, manager_limit=Decimal("34500.00"))
    assert sign(on_offer, county, "council").signed() == {("council", "way"), ("council", "cost")}


def test_one_penny_above_the_limit_is_the_senior_managers(county, on_offer):
    county.authority.set_up(by=county.as_("admin"), at=NOW, manager_limit=Decimal("34499.99"))
    with pytest.raises(NotAllowed):
        sign(on_offer, county, "council")
    assert sign(on_offer, county, "council", name="senior").signed() == {("council", "way"), ("council", "cost")}


# BR-02


@pytest.mark.parametrize("first", ["school", "worker"])
def test_the_worker_may_start_when_school_and_worker_have_accepted_and_not_before(county, on_offer, first):
    second = {"school": "worker", "worker": "school"}[first]
    sign(on_offer, county, "council")
    sign(on_offer, county, first, ["way"])
    assert Placement.objects.get().status == Placement.Status.PLANNED
    agreement = sign(on_offer, county, second, ["way"])
    assert Placement.objects.get().status == Placement.Status.ACTIVE
    assert not agreement.is_active, "the school has not signed the cost"


@pytest.mark.parametrize("who", ["manager", "senior", "worker"])
def test_nobody_makes_a_placement_active_without_the_two(county, on_offer, who):
    sign(on_offer, county, "worker")
    with pytest.raises(Refusal, match="both accepted"):
        Placement.objects.get().activate(by=county.as_(who), at=NOW)
    assert Placement.objects.get().status == Placement.Status.PLANNED


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


# Who sees the money


@pytest.mark.parametrize(
    ("name", "view"),
    [("manager", "council"), ("senior", "council"), ("finance", "council"), ("auditor", "council"), ("head", "school"),
     ("other_head", ""), ("lead", ""), ("worker", ""), ("other_worker", ""), ("admin", "")],
)  # fmt: skip
def test_who_sees_the_money(county, on_offer, name, view):
    assert sees_cost(county.as_(name), on_offer) == view


def test_a_link_dies_with_the_role_of_head(county, on_offer):
    link, _ = Link.make(purpose="agreement.sign", subject=on_offer, person=county.people["head"], at=NOW)
    principal = links.principal_of(link, today=TODAY)
    policy = AgreementPolicy()
    assert policy.party_of(principal, on_offer) == "school"
    assert Agreement.objects.visible_to(principal).exists()
    county.oakfield.contacts.filter(kind="head").update(ends_on=TODAY - timedelta(days=1))
    assert policy.party_of(principal, fresh(on_offer)) is None
    assert not Agreement.objects.visible_to(principal).exists()


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
