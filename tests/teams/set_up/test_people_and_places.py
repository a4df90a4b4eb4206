"""Setting a county up: areas and teams, a list of people, one more, and the wording."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from schools.actions.wording import start_wording
from schools.models import Clause
from schools.models.wording import Part
from teams.foundation.audit import AuditEvent
from teams.foundation.drafts import Draft
from teams.models import Area, Membership, Person, Team, User
from tests.teams.set_up.page import PEOPLE, get, post, words

pytestmark = pytest.mark.django_db


class TestPlaces:
    def test_lists_become_areas_in_areas_and_teams(self, fenshire, admin):
        typed = {
            "areas": "East > East 2\nWest > West 1",
            "teams": "East 2 team, East 2\nCounty team\nWest 1 team\tWest 1",
        }
        assert post(admin, "set-up/areas-and-teams/", **typed).status_code == 302
        with fenshire.inside():
            assert Area.objects.get(name="East 2").parent.name == "East"
            assert Team.objects.get(name="West 1 team").area.name == "West 1"
            assert Team.objects.get(name="County team").area is None
        page = words(get(admin, "set-up/areas-and-teams/"))
        assert "West 1 team" in page

    def test_the_same_lists_again_add_nothing(self, fenshire, admin):
        typed = {"areas": "East > East 2", "teams": "East 2 team, East 2"}
        for _ in range(2):
            post(admin, "set-up/areas-and-teams/", **typed)
        with fenshire.inside():
            assert Area.objects.filter(name__in=["East", "East 2"]).count() == 2
            assert AuditEvent.objects.filter(verb="area.add").count() == 1

    def test_a_team_in_an_area_that_is_not_there_keeps_what_was_typed(self, fenshire, admin):
        answer = post(admin, "set-up/areas-and-teams/", areas="", teams="Far team, Far")
        assert answer.status_code == 422
        assert "There is no area “Far”" in words(answer)
        assert "Far team, Far</textarea>" in words(answer)
        with fenshire.inside():
            assert not Team.objects.filter(name="Far team").exists()

    def test_a_name_can_be_put_right(self, fenshire, admin):
        path = f"set-up/teams/{fenshire.team.public_id}/"
        assert post(admin, path, name="East One team", inside=str(fenshire.area.pk)).status_code == 302
        with fenshire.inside():
            assert Team.objects.get(pk=fenshire.team.pk).name == "East One team"

    def test_an_area_cannot_be_inside_itself(self, fenshire, admin):
        post(admin, "set-up/areas-and-teams/", areas="North > North 1 > North 1a")
        with fenshire.inside():
            north, inner = Area.objects.get(name="North"), Area.objects.get(name="North 1a")
        answer = post(admin, f"set-up/areas/{north.public_id}/", name="North", inside=str(inner.pk))
        assert answer.status_code == 422
        assert "cannot be around it" in words(answer)

    def test_what_is_in_use_is_not_removed_and_a_mistake_is(self, fenshire, admin):
        answer = post(admin, f"set-up/teams/{fenshire.team.public_id}/", press="remove")
        assert answer.status_code == 422
        assert "still has people and posts" in words(answer)
        assert "Enter the name" not in words(answer)
        post(admin, "set-up/areas-and-teams/", areas="Mistake")
        with fenshire.inside():
            mistake = Area.objects.get(name="Mistake")
        assert post(admin, f"set-up/areas/{mistake.public_id}/", press="remove").status_code == 302
        with fenshire.inside():
            assert not Area.objects.filter(name="Mistake").exists()

    def test_another_authoritys_area_is_not_there(self, fenshire, moorland, admin):
        assert get(admin, f"set-up/areas/{moorland.area.public_id}/").status_code == 404


class TestPeopleFile:
    def give(self, admin, text=PEOPLE, *, as_file=False):
        if as_file:
            return post(admin, "people/list/", file=SimpleUploadedFile("people.csv", text.encode("cp1252")))
        return post(admin, "people/list/", words=text)

    @pytest.mark.parametrize("as_file", [True, False])
    def test_nothing_is_saved_before_it_was_looked_at(self, fenshire, admin, as_file):
        answer = self.give(admin, as_file=as_file)
        assert answer.url == "/fenshire/people/list/check/"
        page = words(get(admin, "people/list/check/"))
        assert "3 people are new" in page
        assert "Manages herself or himself" in page
        assert "The role “Emperor” is not known" in page
        assert page.index("Bea Marrow, Head of service") < page.index("Cai Quill, Team manager")
        with fenshire.inside():
            assert not Person.objects.filter(email="bea@fenshire.example").exists()

    def test_teams_that_are_not_there_are_named_once_with_the_way_on(self, admin):
        rows = "Name,E-mail,Team\nPat,pat@fenshire.example,Ghost team\nSam,sam@fenshire.example,Ghost team\n"
        self.give(admin, rows)
        page = words(get(admin, "people/list/check/"))
        assert "1 team in this list is not in yours: Ghost team." in page
        assert 'href="/fenshire/set-up/areas-and-teams/">Add teams first</a>' in page
        post(admin, "set-up/areas-and-teams/", teams="Ghost team")
        assert "Add teams first" not in words(get(admin, "people/list/check/"))

    def test_saving_loads_it_once_and_the_list_is_gone(self, fenshire, admin):
        self.give(admin)
        assert post(admin, "people/list/check/", revision="1").url == "/fenshire/people/"
        with fenshire.inside():
            assert Person.objects.filter(email__in=["bea@fenshire.example", "dot@fenshire.example"]).count() == 2
            assert not Draft.objects.exists()
        assert post(admin, "people/list/check/", revision="1").url == "/fenshire/people/list/"
        assert "3 people are new" in words(get(admin, "people/"))

    def test_a_newer_list_shows_only_what_is_different(self, admin):
        self.give(admin)
        post(admin, "people/list/check/", revision="1")
        self.give(admin, PEOPLE.replace("Support worker", "Senior support worker"))
        page = words(get(admin, "people/list/check/"))
        assert "0 people are new, 1 person changes, 2 are as before" in page
        assert "Senior support worker" in page
        self.give(admin)
        assert "There is nothing to save" in words(get(admin, "people/list/check/"))

    def test_a_list_that_cannot_be_read_stays_in_its_box(self, admin):
        answer = self.give(admin, "School,URN\nOakfield,990001\n")
        assert answer.status_code == 422
        assert "We found no column for the name or the e-mail address" in words(answer)
        assert "Oakfield,990001" in words(answer)

    def test_a_workbook_is_refused_in_one_sentence(self, admin):
        file = SimpleUploadedFile("people.xlsx", b"PK\x03\x04 xl/workbook.xml")
        answer = post(admin, "people/list/", file=file)
        assert answer.status_code == 422
        assert "This is a workbook. Save it as CSV" in words(answer)

    def test_nothing_given_is_said(self, admin):
        answer = post(admin, "people/list/", words="  ")
        assert answer.status_code == 422
        assert "Select a file, or paste the rows below" in words(answer)

    def test_what_was_pasted_comes_back_after_signing_in_again(self, fenshire, admin, client_for):
        self.give(admin)
        assert "Bea Marrow,bea@fenshire.example" in words(get(client_for(fenshire, "admin"), "people/list/"))

    def test_a_list_changed_in_another_window_is_looked_at_again(self, fenshire, admin):
        self.give(admin)
        self.give(admin, PEOPLE.replace("Dot Osk", "Dora Osk"))
        answer = post(admin, "people/list/check/", revision="1")
        assert answer.status_code == 422
        assert "The list was changed in another window" in words(answer)
        with fenshire.inside():
            assert not Person.objects.filter(name="Dora Osk").exists()

    def test_the_check_page_takes_as_many_queries_for_few_as_for_many(self, admin, queries):
        def count(rows):
            self.give(admin, "Name,E-mail\n" + "".join(f"P{n},p{n}@fenshire.example\n" for n in range(rows)))
            with queries() as seen:
                get(admin, "people/list/check/")
            return len(seen)

        assert count(2) == count(200) <= 20


class TestPeople:
    def test_the_list_shows_role_team_manager_and_account(self, fenshire, admin):
        page = words(get(admin, "people/"))
        assert "Wanda Fenshire" in page
        assert "Team manager" in page
        assert "East 1 team Fenshire" in page
        assert "Mira Fenshire" in page
        assert "Not signed in yet" in page
        assert "Hetty Fenshire" not in page

    def test_people_of_schools_stand_apart(self, admin):
        page = words(get(admin, "people/", at="schools"))
        assert "Hetty Fenshire" in page
        assert "Wanda Fenshire" not in page

    def test_the_list_has_pages_of_fifty(self, fenshire, admin):
        with fenshire.inside():
            extra = Person.objects.bulk_create(Person(name=f"Zed {n:03}") for n in range(60))
            Membership.objects.bulk_create(
                Membership(user=user, person=person, role="worker", starts_on=date(2024, 9, 1))
                for person, user in zip(
                    extra,
                    User.objects.bulk_create(User(email=f"zed{n}@fenshire.example", password="!") for n in range(60)),
                    strict=True,
                )
            )
        assert "Zed 000" in words(get(admin, "people/"))
        assert "Zed 059" in words(get(admin, "people/", page="2"))
        assert "Zed 059" not in words(get(admin, "people/"))

    def test_the_list_takes_as_many_queries_at_two_sizes(self, fenshire, admin, queries):
        with queries() as few:
            get(admin, "people/")
        with fenshire.inside():
            extra = Person.objects.bulk_create(Person(name=f"Zed {n:03}") for n in range(40))
            users = User.objects.bulk_create(User(email=f"zed{n}@fenshire.example", password="!") for n in range(40))
            Membership.objects.bulk_create(
                Membership(user=user, person=person, role="worker", team=fenshire.team, starts_on=date(2024, 9, 1))
                for person, user in zip(extra, users, strict=True)
            )
        with queries() as many:
            get(admin, "people/")
        assert len(few) == len(many) <= 12

    def add(self, admin, fenshire, **other):
        typed = {
            "name": "Nia Vexl", "email": "Nia@Fenshire.example", "telephone": "", "job": "Support worker",
            "role": "worker", "team": str(fenshire.team.pk), "manager": str(fenshire.people["manager"].pk),
            "starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2026",
        } | other  # fmt: skip
        return post(admin, "people/add/", **typed)

    def test_one_more_colleague(self, fenshire, admin):
        there = self.add(admin, fenshire).url
        with fenshire.inside():
            person = Person.objects.get(email="nia@fenshire.example")
            assert there == f"/fenshire/people/{person.public_id}/", "where the invitation is sent"
            assert person.memberships.get().team == fenshire.team
            assert person.managed_by.get().manager == fenshire.people["manager"]
        assert outbox.outbox == []

    def test_an_address_that_a_colleague_has_is_refused_beside_its_box(self, fenshire, admin):
        answer = self.add(admin, fenshire, email="worker@fenshire.example")
        assert answer.status_code == 422
        assert "Wanda Fenshire has this address already" in words(answer)
        assert 'value="Nia Vexl"' in words(answer)

    def test_choices_never_show_another_authority(self, fenshire, moorland, admin):
        assert "Moorland" not in words(get(admin, "people/add/"))
        assert self.add(admin, fenshire, team=str(moorland.team.pk)).status_code == 422


class TestWording:
    def test_it_shows_every_part_and_marks_what_is_locked(self, fenshire, admin):
        assert "There is no wording yet" in words(get(admin, "set-up/wording/"))
        with fenshire.inside():
            start_wording(from_day=date(2024, 9, 1), by=fenshire.clock, at=timezone.now())
            Clause.objects.filter(part="8-change", position=4).update(is_locked=False)
        page = words(get(admin, "set-up/wording/"))
        assert "6. Support while waiting" in page
        assert "Room and practical things" in page
        of_last_part = 3  # one of its four clauses is not locked, so the others say it one by one
        assert page.count("Locked </strong>") == len(Part) - 1 + of_last_part

    def test_managers_may_read_it_and_workers_need_not(self, fenshire, client_for):
        assert client_for(fenshire, "manager").get("/fenshire/set-up/wording/").status_code == 200
        assert client_for(fenshire, "worker").get("/fenshire/set-up/wording/").status_code == 403
