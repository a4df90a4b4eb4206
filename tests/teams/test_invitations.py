"""An invitation: one mail, one link, one mailbox, and the person is in by the way that they chose."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from teams.actions import invitations
from teams.foundation import mail
from teams.foundation.audit import AuditEvent
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.models import Membership
from tests.factories.authorities import County

pytestmark = pytest.mark.django_db

CHOSEN = "three words here"


@pytest.fixture
def newcomer(fenshire):
    """The worker, with a role and an account that nobody has ever opened."""
    user = fenshire.users["worker"]
    user.password = make_password(None)
    user.save()
    with fenshire.inside():
        fenshire.people["worker"].refresh_from_db()
    return fenshire.people["worker"]


def invited(county: County, who: str = "worker", **at) -> str:
    """The address of a link, as it stands in the mail."""
    with county.inside():
        person = county.people[who]
        person.refresh_from_db()
        at = at or {"at": timezone.now()}
        _, token = Link.make(purpose=invitations.INVITATION, subject=person, person=person, **at)
    return f"/{county.authority.slug}/l/{token}/"


def choose(client: Client, address: str, first: str = CHOSEN, again: str = CHOSEN):
    return client.post(address, {"press": "password", "password1": first, "password2": again})


def events(county: County, verb: str, **also) -> list[AuditEvent]:
    with county.inside():
        return list(AuditEvent.objects.filter(verb=verb, **also))


def test_the_administrator_presses_and_the_mail_goes_through_the_gate(fenshire, newcomer, client_for, mailoutbox):
    client = client_for(fenshire, "admin")
    answer = client.post(f"/fenshire/people/{newcomer.public_id}/invite/")
    assert answer.status_code == 302
    with fenshire.inside():
        notice = mail.Notice.objects.get(kind="invitation")
        claimed, token = mail.claim(notice.pk, at=timezone.now())
    mail.deliver(claimed, token)
    letter = mailoutbox[0]
    assert letter.to == [newcomer.email]
    assert re.search(rf"/fenshire/l/{re.escape(token)}/$", letter.body, re.MULTILINE)
    assert fenshire.people["admin"].name in letter.body
    assert letter.reply_to == [fenshire.people["admin"].email]
    assert [event.subject_ids for event in events(fenshire, "person.invite")] == [[newcomer.public_id]]
    again = client.post(f"/fenshire/people/{newcomer.public_id}/invite/")
    assert again.status_code == 302 or "on its way already" in again.content.decode()


def test_only_the_administrator_invites(fenshire, newcomer):
    for who in ("manager", "senior", "worker", "head", "auditor"):
        with fenshire.inside(), pytest.raises(NotAllowed):
            invitations.invite(newcomer, by=fenshire.as_(who), at=timezone.now())


def test_nobody_is_invited_without_a_role_an_address_or_one_and_the_same_mailbox(fenshire, newcomer):
    def refusal() -> str:
        with fenshire.inside():
            newcomer.refresh_from_db()
        with fenshire.inside(), pytest.raises(Refusal) as refused:
            invitations.invite(newcomer, by=fenshire.as_("admin"), at=timezone.now())
        return refused.value.code

    with fenshire.inside():
        held = Membership.objects.get(person=newcomer)
        Membership.objects.filter(pk=held.pk).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert refusal() == "no_membership"
    with fenshire.inside():
        Membership.objects.filter(pk=held.pk).update(ends_on=None)
        type(newcomer).objects.filter(pk=newcomer.pk).update(email="new@fenshire.example")
    assert refusal() == "other_address"
    with fenshire.inside():
        type(newcomer).objects.filter(pk=newcomer.pk).update(email="")
    assert refusal() == "no_address"


def test_looking_changes_nothing_and_the_press_signs_in_once(fenshire, newcomer, client):
    address = invited(fenshire)
    for _ in range(3):
        page = client.get(address)
        assert "Choose how you want to sign in" in page.content.decode()
    assert "_auth_user_id" not in client.session
    answer = choose(client, address)
    assert (answer.status_code, answer.url) == (302, "/fenshire/")
    assert client.get("/fenshire/home/").status_code == 200
    newcomer.user.refresh_from_db()
    assert newcomer.user.check_password(CHOSEN)
    assert len(events(fenshire, "invitation.accept", denied=False)) == 1

    other = Client()
    assert "This link has done its work" in other.get(address).content.decode()
    assert choose(other, address, "somebody else here", "somebody else here").status_code == 409
    assert "_auth_user_id" not in other.session
    newcomer.user.refresh_from_db()
    assert newcomer.user.check_password(CHOSEN)


def test_a_weak_or_mistyped_password_is_told_beside_its_box_and_uses_nothing_up(fenshire, newcomer, client):
    address = invited(fenshire)
    for first, again, sentence in (
        ("", "", "Enter a new password"),
        ("short", "short", "12 characters"),
        (CHOSEN, "three words there", "not the same"),
    ):
        answer = choose(client, address, first, again)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    assert choose(client, address).status_code == 302


@pytest.mark.parametrize("change", ["person", "account", "left", "old", "newer"])
def test_a_link_opens_no_more_when_the_mailbox_changed_hands_or_the_person_left(fenshire, newcomer, client, change):
    address = invited(fenshire, at=timezone.now() - timedelta(days=15 if change == "old" else 0))
    with fenshire.inside():
        if change == "person":
            newcomer.change_address("other@fenshire.example", by=fenshire.as_("admin"), at=timezone.now())
        elif change == "account":
            newcomer.user.email = "other@fenshire.example"
            newcomer.user.save()
        elif change == "left":
            Membership.objects.filter(person=newcomer).update(ends_on=timezone.localdate() - timedelta(days=1))
    if change == "newer":
        invited(fenshire)
    page = client.get(address)
    assert page.status_code == 200
    assert "password1" not in page.content.decode()
    assert choose(client, address).status_code == 409
    newcomer.user.refresh_from_db()
    assert not newcomer.user.has_usable_password()
    assert "_auth_user_id" not in client.session


def test_an_invitation_is_no_reset_of_a_password_that_was_chosen_before(fenshire, client):
    address = invited(fenshire, "manager")
    assert "password1" not in client.get(address).content.decode()
    assert choose(client, address).status_code == 409
    assert len(events(fenshire, "invitation.accept", denied=True)) == 1
    assert not fenshire.users["manager"].check_password(CHOSEN)
    with fenshire.inside():
        assert Link.objects.get(purpose=invitations.INVITATION).answered_at is None, "nothing is used up"


def test_an_old_link_sends_a_new_one_to_the_same_mailbox_a_few_times_a_day(fenshire, newcomer, client):
    address = invited(fenshire, at=timezone.now() - timedelta(days=15))
    answer = client.post(address, {"press": "new_link"})
    assert "A new link is on its way" in answer.content.decode()
    with fenshire.inside():
        assert mail.Notice.objects.get(kind="invitation").person_id == newcomer.pk
        mail.Notice.objects.update(state="sent")
    for status in (200, 200, 409):
        assert client.post(address, {"press": "new_link"}).status_code == status
        with fenshire.inside():
            mail.Notice.objects.update(state="sent")
