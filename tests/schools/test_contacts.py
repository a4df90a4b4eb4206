"""Who speaks for a school: added, confirmed, changed, ended, and what they can open afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from schools.actions import contacts, heads
from schools.actions.contacts import What
from schools.models import SchoolContact
from schools.permissions import SIGN_LINK
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.lookup import principal_of, waiting_colleague
from teams.foundation.mail import Notice
from teams.models import AuditEvent, Membership, Person, User
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import NOW, TODAY, contact

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def inside(fenshire):
    with fenshire.inside():
        yield fenshire


def add(county, school="oakfield", *, kind="head", name="Nora New", email="nora@new.example", by="manager", **said):
    return contacts.add(county.rows[school], kind=kind, name=name, email=email, by=county.as_(by), at=NOW, **said)


def head_of(school):
    return SchoolContact.objects.heads().current(TODAY).select_related("person").get(school=school)


def roles(email):
    return set(Membership.objects.on(TODAY).filter(user__email=email).values_list("role", flat=True))


def test_a_new_head_ends_the_old_ones_contact_links_mails_and_access(inside):
    agreement = offered(make_agreement(inside), inside)
    link, _ = Link.make(purpose=SIGN_LINK, subject=agreement, person=inside.people["head"], at=NOW)
    assert Notice.objects.filter(person=inside.people["head"], state="waiting").exists()
    assert roles("head@fenshire.example") == {Role.HEADTEACHER}
    new, plan = add(inside, job="Headteacher")
    assert plan.what == What.REPLACES
    assert plan.in_words == "Takes the place of Hetty Fenshire (confirmed)"
    assert head_of(inside.oakfield) == new
    assert (new.is_confirmed, new.starts_on) == (False, TODAY)
    old = SchoolContact.objects.get(person=inside.people["head"])
    assert old.ends_on == YESTERDAY
    link.refresh_from_db()
    assert link.voided_at == NOW
    assert not Notice.objects.filter(person=inside.people["head"], state="waiting").exists()
    assert roles("head@fenshire.example") == set()
    assert roles("nora@new.example") == set(), "nobody has confirmed her"
    verbs = list(AuditEvent.objects.filter(at=NOW).values_list("verb", flat=True))
    assert {"schoolcontact.end", "schoolcontact.add", "person.add", "membership.end"} <= set(verbs)


def test_access_ends_at_the_press(inside, client_for):
    client = client_for(inside, "head")
    address = f"/fenshire/schools/{inside.oakfield.public_id}/"
    assert client.get(address).status_code == 200
    contacts.end(head_of(inside.oakfield), by=inside.as_("manager"), at=NOW)
    answer = client.get(address)
    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/accounts/login/"), "the account is closed too"


def test_access_that_began_today_ends_today(inside):
    new, _ = add(inside)
    contacts.confirm(new, by=inside.as_("senior"), at=NOW)
    assert roles("nora@new.example") == {Role.HEADTEACHER}
    contacts.end(new, by=inside.as_("manager"), at=NOW)
    assert roles("nora@new.example") == set()
    assert not Membership.objects.filter(user__email="nora@new.example").exists()
    assert not SchoolContact.objects.filter(person__email="nora@new.example").exists(), "no door until midnight"


def test_a_head_of_two_schools_keeps_the_other(inside):
    contact(inside, inside.beech, "head", SchoolContact.Kind.LEAD)
    SchoolContact.objects.filter(person=inside.people["other_head"]).update(ends_on=YESTERDAY)
    SchoolContact.objects.filter(person=inside.people["head"], school=inside.beech).update(kind="head")
    theirs = offered(make_agreement(inside, post="other_post", school="beech"), inside)
    kept, _ = Link.make(purpose=SIGN_LINK, subject=theirs, person=inside.people["head"], at=NOW)
    contacts.end(head_of(inside.oakfield), by=inside.as_("manager"), at=NOW)
    assert roles("head@fenshire.example") == {Role.HEADTEACHER}
    kept.refresh_from_db()
    assert kept.voided_at is None


def test_confirming_makes_an_account_silently(inside):
    new, _ = add(inside, by="admin")
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    new.refresh_from_db()
    assert new.confirmed_at == NOW
    assert roles("nora@new.example") == {Role.HEADTEACHER}
    user = User.objects.get(email="nora@new.example")
    assert not user.has_usable_password()
    assert Person.objects.get(user=user).name == "Nora New"
    assert not Notice.objects.filter(person__user=user).exists()
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    assert Membership.objects.filter(user=user).count() == 1
    assert AuditEvent.objects.filter(verb="membership.add", at=NOW).count() == 1


def test_a_second_persons_yes_ends_the_wait_for_links_and_ones_own_does_not(inside):
    new, _ = add(inside, by="manager")
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    assert Person.objects.get(email="nora@new.example").address_is_fresh(NOW)
    contacts.confirm(new, by=inside.as_("senior"), at=NOW)
    assert not Person.objects.get(email="nora@new.example").address_is_fresh(NOW)


@pytest.mark.parametrize(("kind", "role"), [("lead", Role.IN_SCHOOL_LEAD), ("business", None), ("chair", None)])
def test_leads_can_sign_in_and_others_of_a_school_cannot(inside, kind, role):
    new, plan = add(inside, kind=kind)
    assert plan.what == What.NEW
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    assert roles("nora@new.example") == ({role} if role else set())
    assert User.objects.filter(email="nora@new.example").exists() == (role is not None)


def test_one_with_an_account_already_gets_no_second_one(inside):
    """A head in another authority: accounts are everybody's, roles each authority's own."""
    there = User.objects.create_user("nora@new.example")
    new, _ = add(inside)
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    assert Person.objects.get(email="nora@new.example").user == there


def test_the_same_again_adds_nothing(inside):
    before = SchoolContact.objects.count(), Person.objects.count(), AuditEvent.objects.count()
    old, plan = add(inside, name="Hetty Fenshire", email="HEAD@fenshire.example", job="Headteacher")
    assert plan.what == What.KNOWN
    assert old.is_confirmed
    assert (SchoolContact.objects.count(), Person.objects.count(), AuditEvent.objects.count()) == before


def test_the_same_person_at_another_address_is_to_be_confirmed_again(inside):
    agreement = offered(make_agreement(inside), inside)
    link, _ = Link.make(purpose=SIGN_LINK, subject=agreement, person=inside.people["head"], at=NOW)
    old, plan = add(inside, name="Mrs H Fenshire", email="hetty@oakfield.example")
    assert plan.what == What.ADDRESS
    person = Person.objects.get(pk=inside.people["head"].pk)
    assert (person.name, person.email, person.user) == ("Hetty Fenshire", "hetty@oakfield.example", None)
    old.refresh_from_db()
    assert (old.is_confirmed, old.ends_on) == (False, None)
    link.refresh_from_db()
    assert link.voided_at == NOW
    assert roles("head@fenshire.example") == set(), "whoever reads the old mailbox gets in no more"
    contacts.confirm(old, by=inside.as_("senior"), at=NOW)
    assert roles("hetty@oakfield.example") == {Role.HEADTEACHER}


def test_the_mailbox_of_a_post_goes_over_to_the_new_head(inside):
    account = inside.users["head"]
    new, plan = add(inside, name="Nora New", email="head@fenshire.example")
    assert plan.what == What.REPLACES
    old = Person.objects.get(pk=inside.people["head"].pk)
    assert (old.name, old.email, old.user) == ("Hetty Fenshire", "", None)
    assert (new.person.name, new.person.email, new.person.user) == ("Nora New", "head@fenshire.example", account)
    assert roles("head@fenshire.example") == set()
    contacts.confirm(new, by=inside.as_("manager"), at=NOW)
    held = Membership.objects.on(TODAY).get(user=account)
    assert held.person == new.person


def test_whoever_had_the_mailbox_of_a_post_knows_no_way_into_it_any_more(inside):
    """Hetty knows her password. It must not sign for Nora."""
    account = inside.users["head"]
    SocialAccount.objects.create(user=account, provider="fenshire", uid="of hetty")
    new, _ = add(inside, name="Nora New", email="head@fenshire.example")
    contacts.confirm(new, by=inside.as_("senior"), at=NOW)
    account.refresh_from_db()
    assert account.is_active
    assert not account.has_usable_password()
    assert not SocialAccount.objects.filter(user=account).exists()


def test_the_mailbox_of_a_head_who_was_ended_earlier_is_there_for_the_next_one(inside):
    contacts.end(head_of(inside.oakfield), by=inside.as_("manager"), at=NOW)
    new, plan = add(inside, name="Nora New", email="head@fenshire.example")
    assert plan.what == What.NEW
    assert Person.objects.get(pk=inside.people["head"].pk).email == ""
    assert new.person.email == "head@fenshire.example"
    with pytest.raises(Refusal, match="is the address of Nora New"):
        contacts.add(
            inside.beech, kind="head", name="Otto Other", email="head@fenshire.example", by=inside.as_("senior"), at=NOW
        )


def test_nobody_comes_in_as_a_head_by_an_address_that_they_typed_and_confirmed_alone(inside):
    """Else a manager could put her own mailbox in a head's place, and sign for the school."""
    at = timezone.now()
    said = {"kind": "head", "name": "Nora New", "email": "nora@new.example"}
    new, _ = contacts.add(inside.oakfield, **said, by=inside.as_("manager"), at=at)
    contacts.confirm(new, by=inside.as_("manager"), at=at)
    account = User.objects.get(email="nora@new.example")
    assert principal_of(account) is None
    assert waiting_colleague(account) == new.person
    new.person.vouch_for_address(by=inside.as_("senior"), at=at)
    assert principal_of(account).roles == {Role.HEADTEACHER}


@pytest.mark.parametrize(
    ("kind", "email", "whose"),
    [
        ("head", "worker@fenshire.example", "Wanda"),
        ("head", "other_head@fenshire.example", "Hugo"),
        ("chair", "head@fenshire.example", "Hetty"),
    ],
)
def test_somebody_elses_address_is_refused_and_nothing_is_half(inside, kind, email, whose):
    with pytest.raises(Refusal, match=f"is the address of {whose} Fenshire") as refused:
        add(inside, kind=kind, email=email)
    assert refused.value.field == "email"
    assert head_of(inside.oakfield).person == inside.people["head"]
    assert roles("head@fenshire.example") == {Role.HEADTEACHER}


def test_a_new_address_that_is_taken_is_refused(inside):
    with pytest.raises(Refusal, match="is the address of Wanda Fenshire"):
        add(inside, name="Hetty Fenshire", email="worker@fenshire.example")
    assert head_of(inside.oakfield).is_confirmed


def test_a_colleague_of_the_council_keeps_her_address_there(inside):
    mine = contact(inside, inside.oakfield, "manager", SchoolContact.Kind.CHAIR)
    with pytest.raises(Refusal, match="works for the council too"):
        contacts.change(mine, name="Mira", email="m@x.example", job="", telephone="", by=inside.as_("admin"), at=NOW)


def test_bounced_is_unconfirmed_until_somebody_has_put_it_right(inside):
    head = head_of(inside.oakfield)
    head.bounce(by=inside.as_("manager"), at=NOW)
    assert head.state_in_words == "Mail came back"
    assert list(SchoolContact.objects.bounced()) == [head]
    contacts.confirm(head, by=inside.as_("manager"), at=NOW)
    assert head.state_in_words == "Confirmed"


def test_one_who_has_left_cannot_be_confirmed(inside):
    head = head_of(inside.oakfield)
    contacts.end(head, by=inside.as_("manager"), at=NOW)
    with pytest.raises(Refusal, match="speaks for this school no longer"):
        contacts.confirm(head, by=inside.as_("manager"), at=NOW)
    assert roles("head@fenshire.example") == set()


@pytest.mark.parametrize("who", ["worker", "finance", "auditor", "head", "lead"])
def test_contacts_are_kept_by_managers_and_administrators(inside, who):
    head = head_of(inside.oakfield)
    for act in (
        lambda: add(inside, by=who),
        lambda: contacts.confirm(head, by=inside.as_(who), at=NOW),
        lambda: contacts.end(head, by=inside.as_(who), at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert head_of(inside.oakfield).is_confirmed


def test_a_stranger_without_account_is_not_let_in_by_being_named(inside):
    add(inside)
    assert not User.objects.filter(email="nora@new.example").exists()
    client = Client()
    assert client.get(f"/fenshire/schools/{inside.oakfield.public_id}/").status_code == 302


# From an agreement's page: "wrong person?"


def test_a_head_named_anew_takes_the_agreement_back_and_the_old_ones_access(inside):
    agreement = offered(make_agreement(inside), inside)
    said = {"name": "Nora New", "job": "Headteacher", "email": "nora@new.example"}
    new = heads.take_back_to_name_head(agreement, **said, by=inside.as_("manager"), at=NOW)
    assert agreement.status == "not_finished"
    assert head_of(inside.oakfield) == new
    assert roles("head@fenshire.example") == set()
    heads.confirm_head(new, by=inside.as_("senior"), at=NOW)
    assert roles("nora@new.example") == {Role.HEADTEACHER}


def test_an_address_put_right_shuts_the_old_mailbox_out(inside):
    head = head_of(inside.oakfield)
    with pytest.raises(Refusal, match="has this address already"):
        heads.correct_address(head, "HEAD@fenshire.example", by=inside.as_("manager"), at=NOW)
    heads.correct_address(head, "hetty@oakfield.example", by=inside.as_("manager"), at=NOW)
    assert not head.is_confirmed
    assert roles("head@fenshire.example") == set()
