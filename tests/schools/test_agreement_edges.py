"""Where an agreement could go wrong at its edges: arrears, dates before its time, two who press at once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from schools.actions import agreements, changes, who_pays
from schools.actions.agreement_mail import FINAL
from schools.actions.placements import Days, put_in_school
from schools.models import Agreement, Placement, Signature
from schools.views.agreement_facts import share_of
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import Refusal
from teams.foundation.mail import Notice
from teams.models import PayRate
from tests.factories.agreements import FIVE_DAYS, OWN_LINES, fresh, make_agreement, offered, signed
from tests.factories.authorities import NOW, TODAY, YEAR_STARTS
from tests.told import story

pytestmark = pytest.mark.django_db

DECEMBER, MARCH = NOW.replace(month=12, day=10), NOW.replace(year=2027, month=3, day=10)


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        yield fenshire


@story
def active(fenshire):
    with fenshire.inside():
        return signed(offered(make_agreement(fenshire), fenshire), fenshire)


def sent_again(agreement, county, *, at, lines=None):
    manager = county.as_("manager", at.date())
    agreement = fresh(agreement)
    agreement.revise(by=manager, at=at)
    if lines is not None:
        agreement.write(lines, by=manager, at=at)
    agreements.offer(fresh(agreement), authority=county.authority, by=manager, at=at)
    return fresh(agreement)


def amounts(version) -> list[Decimal]:
    return [Decimal(month["amount"]) for month in version.cost_sheet["months"]]


def test_a_price_that_cannot_be_repeated_says_why(county, active):
    """41 % of the cost on the first day is not what twelve months come to when pay rises in December."""
    sheet, period = active.in_force.cost_sheet, active.in_force.way["period"]
    assert share_of(sheet, period)["is_plain"]
    award(county, from_day=date(2026, 12, 1))
    assert not share_of(sent_again(active, county, at=NOW).latest.cost_sheet, period)["is_plain"]
    assert not share_of(sheet, period | {"starts_on": "2026-11-02"})["is_plain"]


def award(county, *, from_day):
    PayRate.objects.create(
        grade="L6", point=14, starts_on=from_day, salary=Decimal("28600.00"), on_costs_percent=Decimal("25.00")
    )


def test_a_pay_award_dated_back_leaves_charged_months_and_the_next_one_carries_the_arrears(county, active):
    """BR-07, decision 0007: what was printed for September to November has been charged."""
    award(county, from_day=YEAR_STARTS)
    before = amounts(active.in_force)
    agreement = sent_again(active, county, at=DECEMBER)
    after = amounts(agreement.latest)
    assert after[:3] == before[:3]
    new_month = after[-1]
    assert new_month > before[-1]
    arrears = 3 * (new_month - before[0])
    assert abs(after[3] - (new_month + arrears)) <= Decimal("0.05"), "December pays for itself and for three months"
    exact = Decimal("28600.00") * Decimal("1.25") * Decimal("0.41")
    assert sum(after) == agreement.latest.school_cost == exact.quantize(Decimal("0.01"))


def test_arrears_once_carried_are_not_carried_again(county, active):
    """A change of words in March leaves every printed penny, and so the signatures on the cost."""
    award(county, from_day=YEAR_STARTS)
    agreement = signed_again(sent_again(active, county, at=DECEMBER), county)
    later = sent_again(agreement, county, at=MARCH, lines=OWN_LINES | {"focus": "Reading"})
    assert amounts(later.latest) == amounts(agreement.in_force)
    assert later.signed() >= {("school", "cost"), ("council", "cost")}
    assert later.waits_for() == ["school", "worker", "council"]


def signed_again(agreement, county):
    for party, name in (("school", "head"), ("council", "manager")):
        agreements.sign(
            fresh(agreement), party=party, parts=["way", "cost"], person=county.people[name], how="account",
            by=county.as_(name, DECEMBER.date()), at=DECEMBER,
        )  # fmt: skip
    return fresh(agreement)


def test_a_post_with_more_hours_than_whole_time_is_refused_in_a_sentence(county):
    agreement = make_agreement(county)
    county.post.terms.update(hours_per_week=Decimal("40.00"))
    with pytest.raises(Refusal, match="more than the 37.00 of whole time"):
        offered(agreement, county)


@pytest.mark.parametrize("trouble", ["the head's address was put right today", "the head has left"])
def test_the_last_signature_does_not_wait_for_the_mail_with_the_final_copy(county, trouble):
    agreement = offered(make_agreement(county), county)
    sign_for(county, agreement, "school", "head", ["way", "cost"])
    sign_for(county, agreement, "worker", "worker", ["way"])
    if trouble == "the head has left":
        county.oakfield.contacts.filter(kind="head").update(ends_on=TODAY - timedelta(days=1))
    else:
        county.people["head"].change_address("hetty@new.example", by=county.as_("manager"), at=NOW)
    sign_for(county, agreement, "council", "manager", ["way", "cost"])
    assert fresh(agreement).status == Agreement.Status.ACTIVE
    assert Signature.objects.count() == 5
    told = AuditEvent.objects.filter(verb="agreement.final_copy_not_sent").exists()
    assert told != Notice.objects.filter(kind=FINAL).exists(), "a mail, or a line in the history"


def sign_for(county, agreement, party, name, parts):
    person = county.people[name]
    agreements.sign(
        fresh(agreement), party=party, parts=parts, person=person, how="account", by=county.as_(name), at=NOW
    )


def test_what_was_written_while_somebody_pressed_send_is_what_people_sign(county):
    opened = fresh(make_agreement(county))
    fresh(opened).write(OWN_LINES | {"room": "The red room"}, by=county.as_("manager"), at=NOW)
    agreements.offer(opened, authority=county.authority, by=county.as_("manager"), at=NOW)
    texts = [each["text"] for part in fresh(opened).latest.way["parts"] for each in part["own"]]
    assert "The red room" in texts


def test_of_two_answers_to_a_question_the_first_stays(county, active):
    manager, person = county.as_("manager"), county.people["manager"]
    question = active.ask("Who has the key?", person=county.people["head"], by=county.as_("head"), at=NOW)
    seen_before = active.questions.get()
    active.answer(question, "The office.", person=person, by=manager, at=NOW)
    with pytest.raises(Refusal, match="answered already") as refused:
        active.answer(seen_before, "Nobody.", person=person, by=manager, at=NOW)
    assert refused.value.field == "text"
    assert active.questions.get().answer == "The office."


@pytest.mark.parametrize("day", [date(2020, 1, 1), YEAR_STARTS - timedelta(days=1)])
def test_no_end_before_the_beginning(county, active, day):
    with pytest.raises(Refusal, match="Choose 1 September 2026 or a later day") as refused:
        changes.end(active, on=day, reason="A slip.", by=county.as_("manager"), at=NOW)
    assert refused.value.field == "on"


def test_what_has_not_begun_can_be_called_off_today(county, active):
    following = changes.renew(active, by=county.as_("manager"), at=NOW)
    following.end(on=TODAY, reason="No money.", by=county.as_("manager"), at=NOW)
    assert following.status == Agreement.Status.ENDED


def test_after_notice_the_worker_is_free_for_another_school_on_the_same_days(county, active):
    changes.end(active, on=date(2027, 7, 31), reason="Notice.", by=county.as_("manager"), at=NOW)
    days = Days(timetable=FIVE_DAYS, starts_on=date(2027, 9, 1))
    put = {"manager": county.people["manager"], "by": county.as_("manager"), "at": NOW}
    with pytest.raises(Refusal, match="On Monday this worker is at"):
        put_in_school(county.post, county.beech, Days(timetable=FIVE_DAYS, starts_on=date(2027, 7, 1)), **put)
    assert put_in_school(county.post, county.beech, days, **put).school_year == 2027


def test_shares_that_have_been_charged_stay_when_the_agreement_has_ended(county, active):
    """BR-07: not only what is active now was charged."""
    changes.end(active, on=TODAY, reason="Another worker.", by=county.as_("manager"), at=NOW)
    days = Days(timetable=FIVE_DAYS, starts_on=date(2026, 11, 2))
    following = put_in_school(
        county.post, county.beech, days, manager=county.people["manager"], by=county.as_("manager"), at=NOW
    )
    new = [(county.fund, Decimal(50)), (county.beech, Decimal(50))]
    later = NOW + timedelta(days=20)
    with pytest.raises(Refusal, match="never changed afterwards"):
        who_pays.say_who_pays(following, new, from_day=TODAY, by=county.as_("manager"), at=later)
    who_pays.say_who_pays(following, new, from_day=TODAY + timedelta(days=1), by=county.as_("manager"), at=later)


def test_nobody_pays_before_the_post_is_there(county):
    agreement = make_agreement(county)
    new = [(county.fund, Decimal(50)), (county.oakfield, Decimal(50))]
    with pytest.raises(Refusal, match="The post starts on") as refused:
        who_pays.say_who_pays(agreement, new, from_day=date(1, 1, 1), by=county.as_("manager"), at=NOW)
    assert refused.value.field == "from_day"


def test_nobody_signs_a_share_that_is_no_longer_true(county):
    """A worker of two schools: the second agreement moves the shares while the first is out to be signed."""
    first = make_agreement(county)
    Placement.objects.update(timetable=FIVE_DAYS[:3], hours_per_week=Decimal(21))
    first = offered(first, county)
    days = Days(timetable=FIVE_DAYS[3:], starts_on=YEAR_STARTS)
    put = {"manager": county.people["manager"], "by": county.as_("manager"), "at": NOW}
    second = put_in_school(county.post, county.beech, days, **put)
    new = [(county.fund, Decimal(30)), (county.oakfield, Decimal(30)), (county.beech, Decimal(40))]
    left = who_pays.say_who_pays(second, new, from_day=YEAR_STARTS, by=county.as_("manager"), at=NOW)
    assert left == [county.oakfield]
    with pytest.raises(Refusal, match="Mira Fenshire sends it again with the new shares"):
        sign_for(county, first, "school", "head", ["way", "cost"])
    sign_for(county, first, "school", "head", ["way"])

    fresh(first).revise(by=county.as_("manager"), at=NOW)
    first = offered(first, county)
    sign_for(county, first, "school", "head", ["way", "cost"])
    assert fresh(first).latest.school_cost == Decimal("10350.00")
