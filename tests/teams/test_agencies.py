"""People of other agencies: kept by the team's manager; no account, no role, and nothing of anybody's is opened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail as outbox
from django.test import Client

from schools.actions import contacts
from schools.models import SchoolContact
from teams.actions import agencies
from teams.actions.leaving import leave
from teams.foundation import mail
from teams.foundation.access import COUNCIL_ROLES, NOTHING, Principal, Role, policy_of
from teams.foundation.carriers import Failure, Trouble
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link, principal_of
from teams.models import AgencyPerson, AuditEvent, Membership, Person, Team, User
from tests.factories.agencies import NURSE, several, works_with
from tests.factories.authorities import NOW, TODAY
from tests.factories.visits import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PAGE = "/fenshire/other-agencies/"


@pytest.fixture
def clock(monkeypatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


@pytest.fixture
def county(fenshire):
    with fenshire.inside():
        fenshire.rows["elsewhere"] = Team.objects.exclude(pk=fenshire.team.pk).get()
        yield fenshire


def link_of(person: Person, purpose: str = "pulse.answer") -> Principal:
    link, _ = Link.make(purpose=purpose, subject=person, person=person, at=NOW)
    return principal_of(link, today=TODAY)


class TestNoWayIn:
    def test_being_added_makes_no_account_and_no_role_and_touches_none(self, county):
        before = User.objects.count(), Membership.objects.count()
        added = works_with(county, county.team)
        assert (User.objects.count(), Membership.objects.count()) == before
        assert added.person.user is None
        assert [event.verb for event in AuditEvent.objects.order_by("pk")][-2:] == ["person.add", "agencyperson.add"]

    def test_a_code_to_sign_in_is_sent_to_nobody_of_another_agency(self, county):
        added = works_with(county, county.team)
        outbox.outbox = []
        Client().post("/accounts/login/code/", {"email": added.person.email})
        assert not any("code" in letter.subject.lower() for letter in outbox.outbox)
        assert not User.objects.filter(email=added.person.email).exists()

    def test_their_link_reads_no_row_of_anything_but_their_own_name(self, county):
        added = works_with(county, county.team)
        reader = link_of(added.person)
        seen = {
            model._meta.label
            for model in apps.get_models()
            if hasattr(model._default_manager.all(), "visible_to")
            and policy_of(model).rows(reader) != NOTHING
            and model.objects.visible_to(reader).exists()
        }
        assert seen <= {"teams.Person"}, seen
        assert list(Person.objects.visible_to(reader)) == [added.person]


class TestAPersonOfAnotherAuthority:
    """The same address, in two authorities: two people, and neither's account is found, opened or told of."""

    @pytest.fixture
    def added(self, fenshire, moorland):
        with fenshire.inside():
            return works_with(fenshire, fenshire.team, email=moorland.people["head"].email)

    def test_is_neither_found_nor_changed(self, added, fenshire, moorland):
        assert added.person.user is None
        assert added.person.pk != moorland.people["head"].pk
        with fenshire.inside():
            assert not Membership.objects.filter(person=added.person_id).exists()
        with moorland.inside():
            assert Membership.objects.get(person=moorland.people["head"]).ends_on is None
            assert not AgencyPerson.objects.exists(), "the other authority's list is empty"

    def test_opens_nothing_here_by_the_account_there(self, added, moorland, client_for):
        client = client_for(moorland, "head")
        for address in ("home/", "how-the-team-works/", "other-agencies/", "people/"):
            assert client.get(f"/fenshire/{address}").status_code == 404, address


class TestWhoseAddressItIs:
    @pytest.mark.parametrize("key", ["worker", "head", "admin", "other_head"])
    def test_a_person_of_the_council_or_of_a_school_gets_no_second_part(self, county, key):
        known = county.people[key]
        with pytest.raises(Refusal, match="is known here already") as refused:
            works_with(county, county.team, name=known.name, email=known.email.upper())
        assert refused.value.field == "email"
        assert not AgencyPerson.objects.exists()

    def test_nor_somebody_of_a_school_without_an_account_nor_who_has_left(self, county):
        lead = Person.objects.create(name="Sally Safe", email="sally@oakfield.example")
        SchoolContact.objects.create(school=county.oakfield, person=lead, kind="safety", starts_on=TODAY)
        gone = Person.objects.create(name="Guy Gone", email="guy@fenshire.example", left_at=NOW)
        for person in (lead, gone):
            with pytest.raises(Refusal, match="is known here already"):
                works_with(county, county.team, name=person.name, email=person.email)

    def test_one_person_of_two_teams_is_one_person(self, county):
        first = works_with(county, county.team)
        second = works_with(county, county.elsewhere, by="other_manager", name="nia  JONES")
        assert first.person == second.person
        with pytest.raises(Refusal, match="is the address of Nia Jones"):
            works_with(county, county.team, name="Nora Smith")
        with pytest.raises(Refusal, match="is on the list of this team already"):
            works_with(county, county.team)

    def test_ended_and_added_again_she_is_still_the_same_person(self, county):
        """Or she would be asked, and could answer, twice in a term."""
        first = works_with(county, county.team)
        first.end(by=county.as_("manager"), at=NOW)
        again = works_with(county, county.team)
        assert (again.person, again.pk != first.pk) == (first.person, True)

    def test_an_address_from_which_mail_came_back_is_not_taken_again(self, county):
        works_with(county, county.team).bounce(by=county.clock, at=NOW)
        with pytest.raises(Refusal, match="Type another address"):
            works_with(county, county.elsewhere, by="other_manager")

    def test_a_new_address_waits_a_day(self, county):
        added = agencies.add(county.team, **NURSE, by=county.as_("manager"), at=NOW)
        assert added.person.address_is_fresh(NOW)
        with pytest.raises(Refusal, match="Links wait a day"):
            mail.write(
                "pulse_agency", to=added.person, matter="x", at=NOW, words={}, purpose="pulse.answer", subject=added
            )


class TestWhoKeepsIt:
    def test_the_teams_manager_and_nobody_else(self, county):
        row = works_with(county, county.team)
        assert list(AgencyPerson.objects.visible_to(county.as_("manager"))) == [row]
        for key in county.people:
            if key != "manager":
                if key != "admin":  # keeps all people, and ends what somebody had here who is gone
                    assert not AgencyPerson.objects.visible_to(county.as_(key)).exists(), key
                    with pytest.raises(NotAllowed):
                        row.end(by=county.as_(key), at=NOW)
                with pytest.raises(NotAllowed):
                    works_with(county, county.team, by=key, email="other@nursing.example")

    def test_a_deputy_in_her_place_and_the_audit_says_so(self, county):
        deputy = replace(county.as_("senior"), covers=frozenset({county.people["manager"].pk}))
        row = works_with(county, county.team)
        assert list(AgencyPerson.objects.visible_to(deputy)) == [row]
        row.end(by=deputy, at=NOW)
        assert "covering" in AuditEvent.objects.filter(verb="agencyperson.end").get().role

    def test_under_the_hat_of_a_school_a_manager_reads_none(self, county):
        works_with(county, county.team)
        head = replace(county.as_("manager"), roles=frozenset({Role.HEADTEACHER}), school_id=county.oakfield.pk)
        assert not AgencyPerson.objects.visible_to(head).exists()

    def test_only_she_herself_says_by_her_link_that_she_is_gone(self, county):
        mine, other = works_with(county, county.team), several(county, county.team, 1)[0]
        with pytest.raises(NotAllowed):
            other.say_gone(by=link_of(mine.person), at=NOW)
        with pytest.raises(NotAllowed):
            mine.say_gone(by=county.as_("manager"), at=NOW)
        mine.say_gone(by=link_of(mine.person), at=NOW)
        assert (mine.status, mine.said_so, mine.ends_on) == ("gone", True, TODAY)
        with pytest.raises(Refusal, match="over already"):
            mine.end(by=county.as_("manager"), at=NOW)

    def test_whoever_becomes_a_colleague_is_no_person_of_another_agency_any_more(self, county):
        row = works_with(county, county.team)
        user = User.objects.create_user(row.person.email)
        for role in (Role.WORKER, Role.FINANCE_READER):
            assert role in COUNCIL_ROLES
        Membership.objects.create(user=user, person=row.person, role=Role.WORKER, starts_on=TODAY)
        assert not AgencyPerson.objects.with_us(TODAY).exists()
        assert AgencyPerson.objects.with_us(TODAY - timedelta(days=1)).exists()

    def test_it_ends_with_the_persons_access(self, county):
        row = works_with(county, county.team)
        leave(row.person, on=None, taker=None, others={}, by=county.as_("admin"), at=NOW)
        row.refresh_from_db()
        assert row.status == "gone"

    def test_a_mail_that_comes_back_marks_her_and_a_full_mailbox_does_not(self, county):
        row = works_with(county, county.team)
        for trouble, marked in ((Trouble.REFUSED, False), (Trouble.ADDRESS, True)):
            notice = mail.write("code", to=row.person, matter=trouble, at=NOW, words={"code": "1"}, asked_for=True)
            notice.address = row.person.email
            notice.save()
            mail.come_back(notice, Failure(trouble, "No such mailbox."), by=county.clock, at=NOW)
            row.refresh_from_db()
            assert (row.bounced_at is not None) is marked


class TestThePages:
    def test_nobody_yet_says_what_to_do_and_three_boxes_add_somebody(self, county, client_for):
        manager = client_for(county, "manager")
        assert "Nobody yet. Think of whom your team rings most" in text(manager.get(PAGE))
        empty = manager.post(f"{PAGE}add/", {"agency": "School nursing", "name": "", "email": "nia"})
        assert empty.status_code == 422
        assert 'value="School nursing"' in empty.content.decode()
        done = manager.post(f"{PAGE}add/", NURSE, follow=True)
        page = text(done)
        assert "Nia Jones is on the list and can be asked from tomorrow." in page
        assert "1 person" in page
        assert "School nursing" in page
        taken = manager.post(f"{PAGE}add/", NURSE | {"email": county.people["worker"].email})
        assert taken.status_code == 422
        assert "People of the council and of schools are asked without this list." in text(taken)
        assert 'value="Nia Jones"' in taken.content.decode()

    def test_ending_asks_once_more_and_she_stands_below(self, county, client_for):
        row = works_with(county, county.team)
        manager, address = client_for(county, "manager"), f"{PAGE}{row.public_id}/end/"
        assert "Does Nia Jones no longer work with you?" in text(manager.get(address))
        page = text(manager.post(address, follow=True))
        assert "Nobody asks Nia Jones for East 1 team Fenshire any more." in page
        assert "8 September 2026" in page.partition("No longer works with us Name")[2]
        late = manager.post(address)
        assert late.status_code == 409
        assert client_for(county, "other_manager").get(address).status_code == 404
        assert client_for(county, "senior").get(PAGE).status_code == 403

    def test_who_runs_two_teams_says_which(self, county, client_for):
        me = county.people["manager"]
        Membership.objects.create(
            user=me.user, person=me, role=Role.TEAM_MANAGER, team=county.elsewhere, starts_on=TODAY - timedelta(days=9)
        )
        manager = client_for(county, "manager")
        assert "Which team do they work with?" in text(manager.get(f"{PAGE}add/"))
        assert manager.post(f"{PAGE}add/", NURSE).status_code == 422
        assert manager.post(f"{PAGE}add/", NURSE | {"team": county.elsewhere.public_id}).status_code == 302
        assert AgencyPerson.objects.get().team == county.elsewhere

    def test_the_administrator_reads_on_her_page_what_she_is_here(self, county, client_for):
        row = works_with(county, county.team)
        page = text(client_for(county, "admin").get(f"/fenshire/people/{row.person.public_id}/"))
        assert "At another agency" in page
        assert "School nursing East 1 team Fenshire 5 September 2026" in page
        assert "No account" in page

    def test_search_finds_her_and_says_where_she_is(self, county, client_for):
        row = works_with(county, county.team)
        address = "/fenshire/search/?q=Nia"
        assert "Nia Jones School nursing" in text(client_for(county, "manager").get(address))
        for who in ("worker", "other_manager", "senior"):
            page = text(client_for(county, who).get(address))
            assert "Nia Jones At another agency" in page
            assert "School nursing" not in page
        assert "Nia" not in text(client_for(county, "head").get(address)).replace("Nia”", "")
        row.end(by=county.as_("manager"), at=NOW)
        assert "Nia Jones Not here any more" in text(client_for(county, "worker").get(address))

    def test_the_list_takes_few_queries_at_any_size(self, county, client_for, queries):
        manager, counts = client_for(county, "manager"), []
        for size in (1, 20):
            for row in several(county, county.team, size + 2)[: size // 2 + 1]:
                row.end(by=county.as_("manager"), at=NOW)
            manager.get(PAGE)
            with queries() as seen:
                assert manager.get(PAGE).status_code == 200
            counts.append(len(seen))
            for row in AgencyPerson.objects.filter(status="with_us"):
                row.end(by=county.as_("manager"), at=NOW)
        assert counts[0] == counts[1] <= 12


def test_a_contact_of_a_school_may_still_be_made_of_her(county):
    """A nurse becomes a school's safeguarding lead: the school's way in is the school's press alone."""
    row = works_with(county, county.team)
    made, _ = contacts.add(
        county.oakfield, kind="safety", name="Nia Jones", email=row.person.email, by=county.as_("manager"), at=NOW
    )
    assert made.person == row.person
    assert not Membership.objects.filter(person=row.person).exists()
