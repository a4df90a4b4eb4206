"""Journey A1: the administrator's first hour, without JavaScript."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from schools.actions.wording import start_wording
from schools.models import Clause
from schools.models.wording import Part
from teams.foundation import mail
from teams.foundation.audit import AuditEvent
from teams.foundation.drafts import Draft
from teams.models import Area, Authority, Membership, PayRate, Person, Team, Term, User
from teams.rules.calendar import school_year_of
from teams.rules.colour import NEEDED, contrast_with_white, darkened
from teams.rules.terms import offered_terms

pytestmark = pytest.mark.django_db
YEAR = school_year_of(timezone.localdate())
NAME = {
    "live_line": "on",
    "name": "Fenshire County Council",
    "service_name": "Pupil Support",
    "telephone": "01632 960000",
    "la_code": "999",
    "colour": "#1d70b8",
    "manager_limit": "40,000.00",
    "whole_time_hours": "37",
    "term_time_weeks": "39",
    "term_time_days_off": "34",
}
PEOPLE = (
    "Name,E-mail,Role,Job,Team,Manager's e-mail\n"
    "Bea Marrow,bea@fenshire.example,Senior manager,Head of service,,\n"
    "Cai Quill,cai@fenshire.example,Team manager,Team manager,East 1 team Fenshire,bea@fenshire.example\n"
    "Dot Osk,dot@fenshire.example,Worker,Support worker,East 1 team Fenshire,dot@fenshire.example\n"
    "Eli Tarn,eli@fenshire.example,Emperor,,,\n"
)
PAGES = (
    "set-up/",
    "set-up/name/",
    "set-up/terms/",
    f"set-up/terms/{YEAR}/",
    "set-up/areas-and-teams/",
    "set-up/pay/",
    "set-up/doors/",
    "set-up/remove/",
    "set-up/wording/",
    "people/",
    "people/?at=schools",
    "people/add/",
    "people/list/",
)


@pytest.fixture
def admin(fenshire, client_for):
    """The administrator of a county whose doors are still shut."""
    fenshire.authority.refresh_from_db()
    with fenshire.inside():
        fenshire.authority.doors_opened_at = None
        fenshire.authority.save()
    return client_for(fenshire, "admin")


def get(admin, path, **query):
    return admin.get(f"/fenshire/{path}", query)


def post(admin, path, **data):
    return admin.post(f"/fenshire/{path}", data)


def words(answer):
    """The page as one line of text, as far as tests care."""
    return " ".join(answer.content.decode().replace("&#39;", "'").split())


class TestWhoMayComeIn:
    @pytest.mark.parametrize("path", [path for path in PAGES if "wording" not in path])
    def test_administrators_and_nobody_else(self, fenshire, client_for, admin, path):
        assert admin.get(f"/fenshire/{path}").status_code == 200
        for name in ("manager", "senior", "worker", "finance", "auditor", "head", "lead"):
            assert client_for(fenshire, name).get(f"/fenshire/{path}").status_code == 403, name
        with fenshire.inside():
            assert AuditEvent.objects.filter(denied=True, verb__startswith="page.").count() == 7

    def test_another_authoritys_administrator_finds_nothing(self, fenshire, moorland, client_for):
        for path in PAGES:
            assert client_for(moorland, "admin").get(f"/fenshire/{path}").status_code == 404

    def test_a_press_by_somebody_else_changes_nothing(self, fenshire, client_for):
        for name in ("manager", "senior"):
            for path in ("set-up/name/", "set-up/doors/", "set-up/remove/", "people/add/", "people/list/"):
                assert client_for(fenshire, name).post(f"/fenshire/{path}", NAME).status_code == 403
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.closed_at is None


class TestSteps:
    def test_they_say_how_far_the_county_is(self, fenshire, admin):
        page = words(get(admin, "set-up/"))
        assert "<strong>6 of 9</strong> steps done; 1 step is still needed" in page
        for title in ("Name and colour", "Terms", "Areas and teams", "People", "Schools", "School contacts"):
            assert title in page
        assert "Nothing is mailed to anybody before you open the doors" in page
        assert "2 open schools" in page
        assert "3 contacts" in page

    def test_every_step_leads_to_a_page(self, admin):
        page = get(admin, "set-up/").content.decode()
        for path in ("set-up/name/", "set-up/terms/", "set-up/areas-and-teams/", "people/list/", "set-up/wording/"):
            assert f'href="/fenshire/{path}"' in page

    def test_the_demo_can_be_removed_from_here_and_a_real_county_cannot(self, fenshire, admin):
        assert "Remove the demo county" not in words(get(admin, "set-up/"))
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
        assert "Remove the demo county" in words(get(admin, "set-up/"))

    def test_it_takes_as_many_queries_at_two_sizes(self, fenshire, admin, queries):
        with queries() as few:
            get(admin, "set-up/")
        with fenshire.inside():
            Team.objects.bulk_create(Team(name=f"Team {number}") for number in range(60))
        with queries() as many:
            get(admin, "set-up/")
        assert len(few) == len(many) <= 12


class TestName:
    def test_it_shows_what_stands_and_keeps_what_is_typed(self, fenshire, admin):
        assert 'value="40,000.00"' in words(get(admin, "set-up/name/"))
        answer = post(admin, "set-up/name/", **NAME | {"telephone": "01632 960111", "manager_limit": "£35,500"})
        assert answer.status_code == 302
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.telephone == "01632 960111"
        assert fenshire.authority.manager_limit == Decimal("35500.00")
        with fenshire.inside():
            event = AuditEvent.objects.get(verb="authority.set_up")
            assert event.changed == ["manager_limit", "telephone"]
        switched_off = NAME | {"telephone": "01632 960111", "manager_limit": "£35,500"}
        del switched_off["live_line"]
        assert post(admin, "set-up/name/", **switched_off).status_code == 302
        fenshire.authority.refresh_from_db()
        assert not fenshire.authority.live_line, "a school does not see where its worker is now"

    def test_a_colour_on_which_nobody_can_read_is_refused_with_one_that_works(self, fenshire, admin):
        answer = post(admin, "set-up/name/", **NAME | {"colour": "#ffdd00", "telephone": "01632 960222"})
        assert answer.status_code == 422
        page = words(answer)
        assert "White words cannot be read on #ffdd00: they stand out 1.3 to 1, and 4.5 to 1 is needed." in page
        assert darkened("#ffdd00") in page
        assert 'value="01632 960222"' in page

    @pytest.mark.parametrize(
        ("field", "typed", "says"),
        [
            ("telephone", "", "Enter the telephone number"),
            ("colour", "blue", "Colour must be # and six figures"),
            ("la_code", "9190", "must have 3 figures, like 919"),
            ("manager_limit", "lots", "must be in pounds"),
            ("term_time_weeks", "50", "50 weeks of work and 34 days off do not fit into a year"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_box(self, admin, field, typed, says):
        answer = post(admin, "set-up/name/", **NAME | {field: typed})
        assert answer.status_code == 422
        assert says in words(answer)
        assert f'href="#id_{field}"' in words(answer)

    def test_contrast_is_that_of_the_guidelines(self):
        assert contrast_with_white("#ffffff") == Decimal("1.0")
        assert contrast_with_white("#000000") == Decimal("21.0")
        assert contrast_with_white("#767676") == Decimal("4.5")
        for colour in ("#ffdd00", "#00ff00", "#ffffff", "#1d70b8"):
            assert contrast_with_white(darkened(colour)) >= NEEDED
        assert darkened("#1d70b8") == "#1d70b8"


def typed_terms(**other):
    """The boxes of a school year as they are offered."""
    boxes = {}
    for term in offered_terms(YEAR):
        for name in ("starts_on", "half_term_starts_on", "half_term_ends_on", "ends_on"):
            day = getattr(term, name)
            for box in ("day", "month", "year"):
                boxes[f"{term.season}_{name}_{box}"] = str(getattr(day, box))
    return boxes | other


class TestTerms:
    def test_a_year_that_is_not_there_is_offered_with_its_bank_holidays(self, admin):
        assert "Not there yet" in words(get(admin, "set-up/terms/"))
        page = words(get(admin, f"set-up/terms/{YEAR}/"))
        assert "These dates follow the usual pattern" in page
        assert "Good Friday" in page
        assert "Christmas Day" in page
        assert f'name="autumn_starts_on_year" type="text" value="{YEAR}"' in page

    def test_saving_keeps_the_three_terms_once(self, fenshire, admin):
        for _ in range(2):
            assert post(admin, f"set-up/terms/{YEAR}/", **typed_terms()).status_code == 302
        with fenshire.inside():
            assert list(Term.objects.values_list("season", flat=True)) == ["autumn", "spring", "summer"]
        assert "Autumn" in words(get(admin, "set-up/terms/"))
        assert "<strong>7 of 9</strong>" in words(get(admin, "set-up/"))

    def test_dates_that_do_not_fit_are_said_beside_their_box_and_stay_typed(self, fenshire, admin):
        wrong = typed_terms(autumn_ends_on_day="1", autumn_ends_on_month="8", autumn_ends_on_year=str(YEAR))
        answer = post(admin, f"set-up/terms/{YEAR}/", **wrong)
        assert answer.status_code == 422
        page = words(answer)
        assert "The autumn term ends before it starts" in page
        assert 'href="#id_autumn_' in page
        assert 'name="autumn_ends_on_month" type="text" value="8"' in page
        with fenshire.inside():
            assert not Term.objects.exists()

    @pytest.mark.parametrize(
        ("boxes", "says", "box"),
        [
            ({"spring_starts_on_day": "31", "spring_starts_on_month": "2"}, "must be a real date", "spring_starts_on"),
            ({"summer_ends_on_day": ""}, "must include a day", "summer_ends_on"),
            ({"autumn_half_term_starts_on_month": "9", "autumn_half_term_starts_on_day": "1"}, "is not inside the term",
             "autumn_half_term_starts_on"),
            ({"spring_starts_on_month": "12", "spring_starts_on_day": "1", "spring_starts_on_year": str(YEAR)},
             "starts before the autumn term ends", "spring_starts_on"),
            ({"summer_ends_on_month": "9", "summer_ends_on_day": "1"}, "is not in the school year", "summer_ends_on"),
        ],
    )  # fmt: skip
    def test_each_mistake_leads_to_its_box(self, admin, boxes, says, box):
        page = words(post(admin, f"set-up/terms/{YEAR}/", **typed_terms(**boxes)))
        assert says in page
        assert f'href="#id_{box}' in page

    def test_years_far_away_are_not_there(self, admin):
        assert get(admin, "set-up/terms/1990/").status_code == 404


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


class TestPayRates:
    def test_a_scale_is_typed_or_pasted_and_kept_once(self, fenshire, admin):
        typed = "L6, 14, 1 April 2026, 28,500.00, 25\nL7\t20\t01/04/2026\t£31400\t25.5 %"
        for _ in range(2):
            assert post(admin, "set-up/pay/", rates=typed).status_code == 302
        with fenshire.inside():
            rates = PayRate.objects.filter(starts_on=date(2026, 4, 1)).order_by("grade")
            assert [(rate.grade, rate.salary, rate.on_costs_percent) for rate in rates] == [
                ("L6", Decimal("28500.00"), Decimal("25.00")),
                ("L7", Decimal("31400.00"), Decimal("25.50")),
            ]
            assert AuditEvent.objects.filter(verb="pay.keep").count() == 1
        assert "£28,500.00" in words(get(admin, "set-up/pay/"))

    @pytest.mark.parametrize(
        "line", ["L6 14 28500", "L6, 14, soon, 28500, 25", "L6, 14, 1 April 2026, 0, 25", "L6, x, 1/4/26, 1, 1"]
    )
    def test_a_line_that_is_no_rate_is_shown_and_nothing_is_kept(self, fenshire, admin, line):
        answer = post(admin, "set-up/pay/", rates=f"L7, 20, 1 April 2026, 31400, 25\n{line}")
        assert answer.status_code == 422
        assert f"“{line}” is not a rate" in words(answer)
        with fenshire.inside():
            assert PayRate.objects.count() == 1

    def test_posts_without_a_rate_are_named(self, fenshire, admin):
        with fenshire.inside():
            PayRate.objects.all().delete()
        assert "No rate for grade L6 point 14" in words(get(admin, "set-up/"))
        assert "grade L6 point 14" in words(get(admin, "set-up/pay/"))


class TestDoors:
    def ready(self, fenshire, admin):
        post(admin, f"set-up/terms/{YEAR}/", **typed_terms())

    def test_they_stay_shut_while_a_needed_step_is_missing(self, fenshire, admin):
        assert "Finish what is still needed first" in words(get(admin, "set-up/doors/"))
        answer = post(admin, "set-up/doors/")
        assert answer.status_code == 422
        assert "Finish “Terms” first" in words(answer)
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.doors_opened_at is None

    def test_the_page_says_exactly_which_mails_will_go(self, fenshire, admin):
        self.ready(fenshire, admin)
        assert "no mail goes: nothing waits to be sent" in words(get(admin, "set-up/doors/"))
        with fenshire.inside():
            mail.write(
                "agreement_to_sign", to=fenshire.people["head"], matter="x", at=timezone.now(),
                words={"year": "2026/27"}, to_school=True,
            )  # fmt: skip
        page = words(get(admin, "set-up/doors/")).replace("<wbr>", "")
        assert "1 mail goes" in page
        assert "Hetty Fenshire" in page
        assert "head@fenshire.example" in page
        assert "Your service agreement for 2026/27 is ready" in page

    def test_one_press_opens_them_and_nothing_was_mailed_before(self, fenshire, admin):
        self.ready(fenshire, admin)
        with fenshire.inside():
            notice = mail.write(
                "agreement_to_sign", to=fenshire.people["head"], matter="x", at=timezone.now(),
                words={"year": "2026/27"}, asked_for=True,
            )  # fmt: skip
            assert mail.claim(notice.pk, at=timezone.now()) is None
        assert outbox.outbox == []
        assert post(admin, "set-up/doors/").status_code == 302
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.mails_may_go
        assert "The doors have been open since" in words(get(admin, "set-up/"))
        assert "There is nothing to do here" in words(get(admin, "set-up/doors/"))
        assert post(admin, "set-up/doors/").status_code == 422


class TestRemovingTheDemo:
    def test_one_confirmed_press_ends_every_access(self, fenshire, admin, client_for):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
        assert "This cannot be undone from a page" in words(get(admin, "set-up/remove/"))
        assert get(admin, "set-up/").status_code == 200
        assert post(admin, "set-up/remove/").url == "/"
        assert get(admin, "set-up/").status_code == 404
        assert client_for(fenshire, "manager").get("/fenshire/people/").status_code == 404
        fenshire.authority.refresh_from_db()
        assert fenshire.authority.closed_at is not None
        with fenshire.inside():
            assert not Membership.objects.filter(ends_on=None).exists()
            assert AuditEvent.objects.filter(verb="authority.close").count() == 1

    def test_somebody_who_was_to_start_later_keeps_nobody_from_it(self, fenshire, admin):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
            Membership.objects.filter(person=fenshire.people["worker"]).update(starts_on=date(2099, 1, 1))
        assert post(admin, "set-up/remove/").status_code == 302

    def test_a_role_that_was_to_end_later_ends_too(self, fenshire, admin):
        with fenshire.inside():
            Authority.objects.filter(pk=fenshire.authority.pk).update(is_demo=True)
            Membership.objects.filter(person=fenshire.people["worker"]).update(ends_on=date(2099, 1, 1))
        assert post(admin, "set-up/remove/").status_code == 302
        with fenshire.inside():
            assert not Membership.objects.on(timezone.localdate() + timedelta(days=1)).exists()

    def test_a_county_that_is_no_demo_stays(self, fenshire, admin):
        assert "It cannot be removed here" in words(get(admin, "set-up/remove/"))
        assert post(admin, "set-up/remove/").status_code == 422
        assert get(admin, "set-up/").status_code == 200
