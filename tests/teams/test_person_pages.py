"""One person for administrators: words, address, roles, manager; what is refused, and what stays typed."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from teams.actions import addresses, invitations, memberships, people
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.lookup import principal_of
from teams.foundation.mail import Notice
from teams.models import AuditEvent, LineManagement, Membership, Person, User
from tests.api.asking import program_of
from tests.factories.authorities import NOW, PASSWORD, TODAY, add_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIVE = timezone.localdate()


@pytest.fixture
def inside(fenshire):
    with fenshire.inside():
        yield fenshire


@pytest.fixture
def admin(fenshire, client_for):
    return client_for(fenshire, "admin")


def text(response):
    main = response.content.decode().split("<main")[1].replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def page(county, name, key="worker"):
    return f"/{county.authority.slug}/people/{county.people[key].public_id}/{name}"


def day(name, value):
    return {f"{name}_day": value.day, f"{name}_month": value.month, f"{name}_year": value.year}


def roles(person, on=TODAY):
    return set(Membership.objects.on(on).filter(person=person).values_list("role", flat=True))


def test_the_page_says_who_it_is_and_what_was_sent(fenshire, admin, queries):
    with fenshire.inside():
        Notice.objects.create(
            kind="address_changed", person=fenshire.people["worker"], address="old@fenshire.example", matter="x",
            made_at=NOW, due_at=NOW, state="failed", problem="The mailbox is full.",
        )  # fmt: skip
    with queries() as seen:
        said = text(admin.get(page(fenshire, "")))
    assert len(seen) <= 20
    for words in ("Wanda Fenshire", "Can sign in, and has not yet", "Managed by Mira Fenshire", "PSW 1 Fenshire",
                  "Your e-mail address at Fenshire County Council was changed", "Came back", "The mailbox is full."):  # fmt: skip
        assert words in said
    with fenshire.inside():
        for number in range(15):
            Notice.objects.create(
                kind="code", person=fenshire.people["worker"], matter=str(number), words={"code": "123456"},
                made_at=NOW, due_at=NOW,
            )  # fmt: skip
            colleague = add_person(fenshire, f"more{number}", f"More {number}", Role.WORKER, "Worker")
            LineManagement.objects.create(person=colleague, manager=fenshire.people["worker"], starts_on=TODAY)
    with queries() as more:
        admin.get(page(fenshire, ""))
    assert len(more) == len(seen), "as many queries at any size"


def test_a_role_from_a_day_on_ends_the_old_one_the_day_before(inside):
    worker = inside.people["worker"]
    (held,) = memberships.council_roles_of(worker, on=TODAY)
    first = TODAY + 10 * DAY
    memberships.give_role(
        worker, role=Role.SENIOR_PRACTITIONER, team=inside.team, starts_on=first, instead_of=held,
        by=inside.as_("admin"), at=NOW,
    )  # fmt: skip
    assert roles(worker, first - DAY) == {Role.WORKER}
    assert roles(worker, first) == {Role.SENIOR_PRACTITIONER}
    event = AuditEvent.objects.get(verb="membership.change")
    assert (event.reason, event.subject_ids) == ("senior_practitioner", [worker.public_id])


def test_a_role_before_the_first_day_is_refused_and_the_words_stay(fenshire, admin):
    with fenshire.inside():
        (held,) = memberships.council_roles_of(fenshire.people["worker"], on=LIVE)
    said = {"instead_of": held.pk, "role": "team_manager"} | day("starts_on", date(2020, 1, 1))
    answer = admin.post(page(fenshire, "role/"), said)
    assert answer.status_code == 422
    assert "has been worker only since 1 September 2024" in text(answer)
    assert 'value="2020"' in answer.content.decode()
    assert re.search(r'value="team_manager" selected', answer.content.decode())


def test_the_last_administrator_stays_and_nobody_ends_their_own_role(inside):
    ada = inside.people["admin"]
    (held,) = memberships.council_roles_of(ada, on=TODAY)
    with pytest.raises(Refusal, match="cannot end your own access"):
        memberships.end_role(held, on=TODAY, by=inside.as_("admin"), at=NOW)
    with pytest.raises(Refusal, match="the only administrator. Make a colleague administrator first"):
        memberships.end_role(held, on=TODAY, by=inside.clock, at=NOW)
    second = add_person(inside, "second", "Sol", Role.ADMINISTRATOR, "Clerk")
    (theirs,) = memberships.council_roles_of(second, on=TODAY)
    memberships.end_role(theirs, on=TODAY, by=inside.as_("admin"), at=NOW)
    assert roles(second, TODAY + DAY) == set()


def test_two_who_manage_each_other_are_refused(inside):
    with pytest.raises(Refusal, match="Mira Fenshire manages Wanda Fenshire, so it cannot be the other way round"):
        memberships.set_manager(
            inside.people["manager"], inside.people["worker"], starts_on=TODAY, by=inside.as_("admin"), at=NOW
        )
    memberships.set_manager(
        inside.people["worker"], inside.people["other_manager"], starts_on=TODAY, by=inside.as_("admin"), at=NOW
    )
    lines = LineManagement.objects.filter(person=inside.people["worker"]).order_by("starts_on")
    assert [(line.manager.name, line.ends_on) for line in lines] == [
        ("Mira Fenshire", TODAY - DAY), ("Otto Fenshire", None),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["manager", "senior", "worker"])
def test_only_administrators_change_roles_and_addresses(inside, who):
    with pytest.raises(NotAllowed):
        addresses.change_address(inside.people["finance"], "x@y.example", by=inside.as_(who), at=NOW)
    with pytest.raises(NotAllowed):
        memberships.give_role(
            inside.people["finance"], role=Role.ADMINISTRATOR, starts_on=TODAY, by=inside.as_(who), at=NOW
        )


def test_a_new_address_moves_the_sign_in_tells_the_old_mailbox_and_waits_for_a_second_person(inside, client_for):
    worker, user = inside.people["worker"], inside.users["worker"]
    signed_in = Client()
    signed_in.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert signed_in.get("/fenshire/home/").status_code == 200
    link, _ = Link.make(purpose="agreement.sign", subject=inside.oakfield, person=worker, at=NOW)
    addresses.change_address(worker, "Wanda.New@fenshire.example", by=inside.as_("admin"), at=timezone.now())
    user.refresh_from_db()
    assert user.email == "wanda.new@fenshire.example"
    assert not User.objects.filter(email="worker@fenshire.example").exists(), "the old mailbox opens nothing"
    assert signed_in.get("/fenshire/home/").status_code == 302, "signed out at once"
    link.refresh_from_db()
    assert link.voided_at is not None
    (told,) = Notice.objects.filter(person=worker)
    assert (told.address, told.state) == ("worker@fenshire.example", "waiting")
    assert principal_of(user) is None, "not before a second person, or a day"
    inside.users["worker"] = user
    waits = client_for(inside, "worker").get("/fenshire/home/")
    assert waits.status_code == 403
    assert "Your new address is being checked" in waits.content.decode()
    with pytest.raises(Refusal, match="You changed the address of Wanda Fenshire yourself"):
        worker.vouch_for_address(by=inside.as_("admin"), at=timezone.now())
    worker.vouch_for_address(by=inside.as_("senior"), at=timezone.now())
    assert principal_of(user) is not None


def test_an_address_put_right_ends_what_was_set_up_through_the_wrong_one(inside):
    """The invitation went to a namesake, who chose a password, came in by his own council account and made a token."""
    worker, user = inside.people["worker"], inside.users["worker"]
    SocialAccount.objects.create(user=user, provider="fenshire", uid="of the namesake")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    program = program_of(inside, "worker")
    assert program.get("schools/").status_code == 200
    addresses.change_address(worker, "wanda.new@fenshire.example", by=inside.as_("admin"), at=timezone.now())
    worker.refresh_from_db()
    worker.vouch_for_address(by=inside.as_("senior"), at=timezone.now())
    assert principal_of(user) is not None
    assert program.get("schools/").status_code == 401
    user.refresh_from_db()
    assert not user.has_usable_password()
    assert not SocialAccount.objects.filter(user=user).exists()
    assert not Authenticator.objects.filter(user=user).exists()
    assert invitations.why_not(worker, on=LIVE) is None, "who is meant is invited and links their own"


def test_who_comes_back_with_an_account_closed_for_good_can_link_their_council_account_again(inside):
    user = inside.users["worker"]
    SocialAccount.objects.create(user=user, provider="fenshire", uid="of wanda")
    user.give_up_address()
    assert not SocialAccount.objects.exists(), "else it is another person's way in for ever"


def test_an_address_changed_in_one_authority_opens_no_other(fenshire, moorland):
    """Else an administrator of one could put her own mailbox in somebody's place, and come into the other."""
    user = fenshire.users["worker"]
    with moorland.inside():
        there = Person.objects.create(name="Wanda there", email=user.email, user=user)
        Membership.objects.create(user=user, person=there, role=Role.WORKER, starts_on=date(2024, 9, 1))
    with fenshire.inside():
        worker = fenshire.people["worker"]
        addresses.change_address(worker, "taken@over.example", by=fenshire.as_("admin"), at=NOW)
        worker.refresh_from_db()
        assert (worker.user.email, worker.user.pk != user.pk) == ("taken@over.example", True)
        assert set(Membership.objects.on(TODAY).filter(person=worker).values_list("user", flat=True)) == {
            worker.user.pk
        }
    user.refresh_from_db()
    assert (user.email, user.is_active) == ("worker@fenshire.example", True)
    with moorland.inside():
        assert principal_of(user) is not None


def test_an_address_that_changed_hands_does_not_open_the_old_account(inside):
    """Wanda leaves; months later the council gives her mailbox to Will."""
    old = inside.users["worker"]
    Membership.objects.filter(person=inside.people["worker"]).update(ends_on=TODAY - DAY)
    with pytest.raises(Refusal, match="is the address of Hetty"):
        people.add_person(
            name="Will New",
            email="head@fenshire.example",
            role=Role.WORKER,
            starts_on=TODAY,
            by=inside.as_("admin"),
            at=NOW,
        )
    will = people.add_person(
        name="Will New", email="worker@fenshire.example", role=Role.WORKER, starts_on=TODAY, by=inside.as_("admin"), at=NOW
    )  # fmt: skip
    assert will.pk != inside.people["worker"].pk
    assert will.user_id != old.pk
    old.refresh_from_db()
    assert (old.is_active, old.has_usable_password(), "worker@" in old.email) == (False, False, False)
    inside.people["worker"].refresh_from_db()
    assert (inside.people["worker"].name, inside.people["worker"].email) == ("Wanda Fenshire", "")


def test_somebody_who_comes_back_is_the_same_person(inside):
    wanda = inside.people["worker"]
    Membership.objects.filter(person=wanda).update(ends_on=TODAY - DAY)
    back = people.add_person(
        name="wanda  FENSHIRE", email=wanda.email, role=Role.WORKER, starts_on=TODAY, by=inside.as_("admin"), at=NOW
    )
    assert (back.pk, back.user_id) == (wanda.pk, inside.users["worker"].pk)


def test_moorlands_people_have_no_page_here(fenshire, moorland, admin):
    address = page(moorland, "").replace("moorland", "fenshire")
    assert admin.get(address).status_code == 404
    assert Client().get(page(fenshire, "")).status_code == 302


def test_somebody_who_is_added_is_invited_next_from_their_page(fenshire, admin):
    words = {"name": "Nora Newing", "email": "nora@fenshire.example", "role": Role.WORKER} | day("starts_on", LIVE)
    there = admin.post("/fenshire/people/add/", words)["Location"]
    html = admin.get(there).content.decode()
    assert "No e-mail has gone out yet." in html
    assert "Nora Newing has not been invited yet." in html
    assert re.search(r'class="govuk-button"[^>]*>\s*Send an invitation', html), "the one main button"
    assert not re.search(r'class="govuk-button"[^>]*>\s*Change role', html)
    admin.post(f"{there}invite/")
    after = text(admin.get(there))
    assert "has been invited and has not come in yet" in after
    assert "Send the invitation again" in after


def test_only_a_second_person_is_offered_to_say_that_an_address_is_right(fenshire, admin, client_for):
    admin.post(page(fenshire, "address/"), {"email": "wanda.new@fenshire.example"})
    own = text(admin.get(page(fenshire, "")))
    assert "The address is right" not in own
    assert "a colleague says on this page that it is right" in own
    with fenshire.inside():
        add_person(fenshire, "second", "Sia Fenshire", Role.ADMINISTRATOR, "Business support officer")
    assert "The address is right" in text(client_for(fenshire, "second").get(page(fenshire, "")))
