"""Somebody leaves today (journey A4): access ends in one press, and what is left open waits for others."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from schools.models import Placement, SchoolContact
from schools.permissions import SIGN_LINK
from teams.actions.leaving import end_access_of_leavers, leave, name_taker, take_over
from teams.actions.memberships import council_roles_of, give_role
from teams.foundation import mail
from teams.foundation.access import Role
from teams.foundation.drafts import Draft
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.lookup import principal_of
from teams.foundation.mail import Notice
from teams.models import AuditEvent, Employment, HandOver, LineManagement, Membership, Person
from tests.factories.agreements import fresh, make_agreement, offered
from tests.factories.authorities import NOW, PASSWORD, TODAY, add_person, contact

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LIVE = timezone.localdate()


@pytest.fixture
def inside(fenshire):
    with fenshire.inside():
        yield fenshire


def gone(county, key, *, on=None, taker="other_manager", by="admin", others=None):
    return leave(
        county.people[key], on=on, taker=county.people[taker] if taker else None, others=others or {},
        by=county.as_(by), at=NOW,
    )  # fmt: skip


def signed_in(county, key):
    client = Client()
    client.post("/accounts/login/", {"login": county.users[key].email, "password": PASSWORD})
    assert client.get("/fenshire/home/").status_code == 200
    return client


def things(rows):
    return {(row.kind, row.words) for row in rows}


def text(response):
    main = response.content.decode().split("<main")[1].replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_access_ends_at_the_press_though_nobody_has_taken_anything(inside):
    agreement = offered(make_agreement(inside), inside)
    agreement.ask("May we have Tuesdays?", person=inside.people["head"], by=inside.as_("head"), at=NOW)
    mira, client = inside.people["manager"], signed_in(inside, "manager")
    link, _ = Link.make(purpose=SIGN_LINK, subject=agreement, person=mira, at=NOW)
    waits = mail.write("address_changed", to=mira, matter="x", at=NOW, words={})
    Draft.keep(person_id=mira.pk, form="people_file", about="new", words=[["words", "half"]], revision=0, at=NOW)
    waiting = gone(inside, "manager", taker=None)
    assert client.get("/fenshire/home/").status_code == 302, "signed out"
    mira.refresh_from_db()
    inside.users["manager"].refresh_from_db()
    assert (mira.left_at, mira.leaves_on, inside.users["manager"].is_active) == (NOW, TODAY, False)
    assert not Membership.objects.on(TODAY).filter(person=mira).exists()
    link.refresh_from_db()
    waits.refresh_from_db()
    assert (link.voided_at, waits.state) == (NOW, "not_needed")
    assert not Draft.objects.filter(person=mira).exists()
    assert things(waiting) == {
        ("placement", "Wanda Fenshire at Oakfield Primary School Fenshire, 1 question not answered, 1 agreement not signed"),
        ("management", "Wanda Fenshire"),
        ("mail", "Your e-mail address at Fenshire County Council was changed"),
    }  # fmt: skip
    assert {row.taker for row in waiting} == {None}, "it waits for an administrator to say who"
    verbs = set(AuditEvent.objects.filter(subject_ids__contains=[mira.public_id]).values_list("verb", flat=True))
    assert {"person.leave", "person.end_access", "membership.end"} <= verbs
    with pytest.raises(Refusal, match="Mira Fenshire left on 8 September 2026"):
        gone(inside, "manager")
    with pytest.raises(Refusal, match="Mira Fenshire has left. Write to whoever took over"):
        mail.write("address_changed", to=mira, matter="y", at=NOW, words={})


def test_who_takes_over_manages_the_placement_its_questions_and_its_replies(inside):
    agreement = offered(make_agreement(inside), inside)
    waiting = gone(inside, "manager")
    otto = inside.people["other_manager"]
    with pytest.raises(NotAllowed):
        take_over(waiting, by=inside.as_("worker"), at=NOW)
    placement = Placement.objects.get()
    with pytest.raises(NotAllowed):
        placement.hand_over(otto, by=inside.as_("admin"), at=NOW)
    assert take_over(waiting, by=inside.as_("other_manager"), at=NOW) == len(waiting)
    assert take_over(waiting, by=inside.as_("other_manager"), at=NOW) == 0, "twice takes it once"
    placement.refresh_from_db()
    assert placement.manager == otto
    assert fresh(agreement).may("answer", inside.as_("other_manager"))
    (letter,) = Notice.objects.filter(subject_id=agreement.public_id, state="waiting")
    assert (letter.words["manager"], letter.words["reply_to"]) == (otto.name, otto.email)
    (line,) = LineManagement.objects.on(TODAY).filter(person=inside.people["worker"])
    assert line.manager == otto
    assert agreement.latest.way["manager"]["name"] == "Mira Fenshire", "what was signed keeps the name"
    with pytest.raises(NotAllowed):
        placement.hand_over(inside.people["manager"], by=inside.as_("other_worker"), at=NOW)


def test_a_worker_leaves_posts_signatures_and_schools_behind(inside):
    offered(make_agreement(inside), inside)
    waiting = gone(inside, "worker", taker="manager")
    assert things(waiting) == {
        ("agreement", "Oakfield Primary School Fenshire, 2026/27"),
        ("school", "Oakfield Primary School Fenshire"),
        ("post", "PSW 1 Fenshire"),
    }
    assert Employment.objects.get(person=inside.people["worker"]).ends_on == TODAY


def test_the_last_administrator_and_oneself_stay(inside):
    with pytest.raises(Refusal, match="You cannot end your own access. Ask another administrator"):
        gone(inside, "admin")
    second = add_person(inside, "second", "Sol", Role.ADMINISTRATOR, "Clerk")
    gone(inside, "second")
    with pytest.raises(Refusal, match="the only administrator"):
        leave(inside.people["admin"], on=None, taker=None, others={}, by=inside.clock, at=NOW)
    second.refresh_from_db()
    assert second.left_at == NOW


@pytest.mark.parametrize("who", ["manager", "senior", "worker", "head"])
def test_only_an_administrator_lets_somebody_go(inside, who):
    with pytest.raises(NotAllowed):
        gone(inside, "other_worker", by=who)


def test_with_a_later_day_access_ends_by_itself(inside):
    on = TODAY + 20 * DAY
    waiting = gone(inside, "worker", on=on, taker="manager")
    worker, user = inside.people["worker"], inside.users["worker"]
    assert Membership.objects.on(on).filter(person=worker).exists()
    assert not Membership.objects.on(on + DAY).filter(person=worker).exists(), "by its date alone"
    assert end_access_of_leavers(by=inside.clock, at=NOW + 20 * DAY) == 0, "not on the last day"
    assert end_access_of_leavers(by=inside.clock, at=NOW + 21 * DAY) == 1
    assert end_access_of_leavers(by=inside.clock, at=NOW + 21 * DAY) == 0
    user.refresh_from_db()
    assert user.is_active is False
    assert HandOver.objects.still_open().count() == len(waiting), "said once, not again when the day has come"


def test_a_leaver_whose_access_cannot_be_ended_holds_up_no_other(inside, broken):
    for who in ("worker", "other_worker"):
        gone(inside, who, on=TODAY + DAY, taker="manager")
    with broken('UPDATE "teams_person"', inside.people["worker"].pk):
        assert end_access_of_leavers(by=inside.clock, at=NOW + 2 * DAY) == 1
    assert Person.objects.get(pk=inside.people["worker"].pk).left_at is None
    assert Person.objects.get(pk=inside.people["other_worker"].pk).left_at == NOW + 2 * DAY
    assert end_access_of_leavers(by=inside.clock, at=NOW + 2 * DAY) == 1, "with the next sweep"


@pytest.mark.parametrize(
    ("on", "says"),
    [(TODAY - DAY, "This day is past"), (TODAY.replace(year=2020), "This day is past")],
)
def test_a_day_that_cannot_be_is_refused(inside, on, says):
    with pytest.raises(Refusal, match=says) as refused:
        gone(inside, "worker", on=on)
    assert refused.value.field == "on"


def test_before_the_first_day_nobody_leaves(inside):
    later = add_person(inside, "later", "Lou", Role.WORKER, "Worker")
    Membership.objects.filter(person=later).update(starts_on=TODAY + 10 * DAY)
    with pytest.raises(Refusal, match="Lou begins on 18 September 2026. Type that day or a later one."):
        gone(inside, "later", on=TODAY + DAY)
    gone(inside, "later")
    assert not Membership.objects.filter(person=later).exists(), "a role that never began is not kept"


def test_who_may_take_what(inside):
    make_agreement(inside)
    with pytest.raises(Refusal, match="cannot take over “workers in schools”"):
        gone(inside, "manager", taker="admin")
    waiting = gone(inside, "manager", taker=None)
    with pytest.raises(Refusal, match="has left too"):
        name_taker(waiting, inside.people["manager"], by=inside.as_("admin"), at=NOW)
    assert name_taker(waiting, inside.people["senior"], by=inside.as_("admin"), at=NOW) == len(waiting)
    with pytest.raises(NotAllowed):
        name_taker(waiting, inside.people["other_manager"], by=inside.as_("other_manager"), at=NOW)


def test_a_leaver_of_one_authority_keeps_the_other(fenshire, moorland):
    user = fenshire.users["worker"]
    with moorland.inside():
        there = Person.objects.create(name="Wanda there", email=user.email, user=user)
        Membership.objects.create(user=user, person=there, role=Role.WORKER, starts_on=TODAY - DAY)
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    with fenshire.inside():
        gone(fenshire, "worker")
        assert principal_of(user) is None
    user.refresh_from_db()
    assert user.is_active
    with moorland.inside():
        assert principal_of(user) is not None
    assert client.get("/moorland/home/").status_code == 302, "signed out; the other authority is a new sign-in away"


def test_who_is_let_in_again_has_the_same_account(inside):
    gone(inside, "worker")
    worker = inside.people["worker"]
    give_role(worker, role=Role.WORKER, starts_on=TODAY, by=inside.as_("admin"), at=NOW)
    worker.refresh_from_db()
    inside.users["worker"].refresh_from_db()
    assert (worker.left_at, worker.leaves_on, inside.users["worker"].is_active) == (None, None, True)
    assert [held.role for held in council_roles_of(worker, on=TODAY)] == [Role.WORKER]


def test_who_also_speaks_for_a_school_does_so_no_longer(inside):
    """And the manager of the agreement hears that nobody is asked any more."""
    contact(inside, inside.beech, "worker", SchoolContact.Kind.LEAD)
    waiting = gone(inside, "worker", taker="manager")
    assert ("contact", "In-school lead of Beech Primary School Fenshire") in things(waiting)
    assert not SchoolContact.objects.current(TODAY).filter(person=inside.people["worker"]).exists()


def test_the_pages_from_the_person_to_the_managers_list(fenshire, client_for, queries):
    with fenshire.inside():
        make_agreement(fenshire)
        person = fenshire.people["manager"].public_id
        LineManagement.objects.create(
            person=fenshire.people["manager"], manager=fenshire.people["senior"], starts_on=TODAY
        )
    admin, senior = client_for(fenshire, "admin"), client_for(fenshire, "senior")
    address = f"/fenshire/people/{person}/leaves/"
    with queries() as seen:
        page = admin.get(address)
    assert len(seen) <= 20
    assert "Wanda Fenshire at Oakfield" in text(page)
    proposed = fenshire.people["senior"].pk
    assert f'value="{proposed}" selected' in page.content.decode()
    wrong = admin.post(address, {"when": "later", "on_day": "1", "on_month": "2", "on_year": "2020", "taker": proposed})
    assert wrong.status_code == 422
    assert "This day is past" in text(wrong)
    assert 'value="2020"' in wrong.content.decode()
    done = admin.post(address, {"when": "now", "taker": proposed}, follow=True)
    assert "Mira Fenshire can open nothing here any more. 2 things wait for others." in text(done)
    assert "Mira Fenshire has left: 2 things are not taken over" in text(admin.get("/fenshire/home/"))
    assert "Take over from Mira Fenshire: 2 things" in text(senior.get("/fenshire/county/"))
    with queries() as seen:
        listed = text(senior.get(f"/fenshire/people/{person}/hand-over/"))
    assert len(seen) <= 20
    assert "2 things wait for you" in listed
    taken = senior.post(f"/fenshire/people/{person}/hand-over/", {"row": "all"}, follow=True)
    assert "2 things are with you or dealt with." in text(taken)
    assert "Everything is taken over." in text(taken)
    assert admin.get(address).status_code == 302, "somebody who has left does not leave again"


def test_the_list_asks_as_much_at_any_size(fenshire, client_for, queries):
    admin = client_for(fenshire, "admin")
    address = f"/fenshire/people/{fenshire.people['manager'].public_id}/leaves/"
    counted = []
    for more in (0, 12):
        with fenshire.inside():
            for number in range(more):
                each = add_person(fenshire, f"more{number}", f"More {number}", Role.WORKER, "Worker")
                LineManagement.objects.create(person=each, manager=fenshire.people["manager"], starts_on=TODAY)
        with queries() as seen:
            assert admin.get(address).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1] <= 20, counted
