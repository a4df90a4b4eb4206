"""Signing: in any order, each for one party alone, up to the council's limit, before the work begins (BR-02)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from schools.actions import agreements
from schools.models import Agreement, Placement, Signature
from schools.permissions import AgreementPolicy, sees_cost
from teams.foundation import links
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.models import Employment, Person
from tests.factories.agreements import fresh, make_agreement
from tests.factories.authorities import NOW, TODAY, add_person
from tests.schools.agreement_verbs.parties import BOTH, sign, varied

pytestmark = pytest.mark.django_db


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
