"""Putting a worker in a school: which post and school, which days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schools.models import Agreement, FundingStream, Placement, School
from teams.models import Employment, Post
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import YEAR_STARTS, contact
from tests.schools.placement_pages.page import DAYS, NEW, days_address, said, the_agreement, words
from tests.schools.test_need import figures, school

pytestmark = pytest.mark.django_db


# Post and school


def test_a_manager_sees_the_posts_of_her_own_team_and_where_each_worker_is(county, manager):
    with county.inside():
        make_agreement(county)
    html = words(manager.get(NEW))
    assert "Wanda Fenshire, pupil support worker. In Oakfield Primary School Fenshire already" in html
    assert "PSW 2" not in html, "the other team's post"


def test_an_empty_post_says_so_and_comes_first(county, manager):
    with county.inside():
        make_agreement(county)
        Post.objects.create(
            name="PSW 9", profession=county.post.profession, team=county.post.team, starts_on=date(2026, 9, 1)
        )
    html = words(manager.get(NEW))
    assert "Vacant, pupil support worker. In no school yet" in html
    assert html.index("PSW 9") < html.index("PSW 1")


def test_a_senior_manager_may_place_every_post(county, client_for):
    html = words(client_for(county, "senior").get(NEW))
    assert "PSW 1" in html
    assert "PSW 2" in html


@pytest.mark.parametrize("name", ["worker", "head", "lead", "admin", "finance", "auditor"])
def test_nobody_else_puts_workers_in_schools(county, client_for, name):
    client = client_for(county, name)
    assert client.get(NEW).status_code == 403
    assert client.get(days_address(county)).status_code == 403
    assert client.post(days_address(county), said(county, 0)).status_code == 403


@pytest.mark.parametrize("typed", ["Oakfield", "oakf", "900100", "OAKFIELD PRIMARY SCHOOL FENSHIRE"])
def test_a_school_is_found_by_name_or_number(county, manager, typed):
    response = manager.get(NEW, {"post": str(county.post.public_id), "school": typed})
    assert response.status_code == 302
    assert response.url == days_address(county)


def test_several_schools_are_shown_to_choose_from(county, manager):
    asked = {"post": str(county.post.public_id), "school": "primary"}
    response = manager.get(NEW, asked)
    assert response.status_code == 422
    assert "Select one of the schools shown" in words(response)
    chosen = manager.get(NEW, asked | {"found": str(county.beech.public_id)})
    assert chosen.url == days_address(county, "beech")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"school": "oak"}, "Select a post"),
        ({"post": "nobody", "school": ""}, "Enter part of the school's name, or its URN"),
        ({"school": "Hogsmeade"}, "No open school here is called “Hogsmeade”"),
    ],
)
def test_a_mistake_is_said_and_what_was_typed_stays(county, manager, asked, message):
    response = manager.get(NEW, asked)
    assert response.status_code == 422
    assert message in words(response)
    assert f'value="{asked["school"]}"' in words(response) or not asked["school"]


def test_closed_schools_are_not_offered(county, manager):
    with county.inside():
        School.objects.filter(pk=county.beech.pk).update(status="closed")
    assert manager.get(NEW, {"post": str(county.post.public_id), "school": "beech"}).status_code == 422


@pytest.mark.parametrize("tampered", ["?post=x&school=y", "", "?post=x"])
def test_an_address_made_up_is_not_there(county, manager, tampered):
    assert manager.get(DAYS + tampered).status_code == 404


def test_another_teams_post_is_not_there(county, manager):
    assert manager.get(days_address(county, post="other_post")).status_code == 404


# Days


def test_days_are_filled_in_and_hours_worked_out(county, manager):
    html = words(manager.get(days_address(county)))
    assert html.count('value="08:30"') == 5
    assert "35 hours a week on 5 days, breaks included" in html
    assert "Lena Fenshire, assistant head" in html


def test_days_when_the_worker_is_elsewhere_are_left_out(county, manager):
    with county.inside():
        make_agreement(county)
        Placement.objects.update(timetable=[{"weekday": 0, "starts": "08:30", "ends": "15:30"}])
    assert "28 hours a week on 4 days" in words(manager.get(days_address(county, "beech")))


def test_a_second_worker_is_said_aloud(county, client_for):
    """BR-16."""
    with county.inside():
        make_agreement(county, post="other_post", school="beech")
    html = words(client_for(county, "manager").get(days_address(county, "beech")))
    assert (
        "already has Wilf Fenshire (PSW 2 Fenshire). 1 open school here has no worker: is a second one right?" in html
    )


def test_a_second_worker_is_held_against_the_schools_of_higher_need(county, client_for):
    """BR-16: with scores, those of higher need without anybody are counted, and no others."""
    with county.inside():
        make_agreement(county, post="other_post", school="beech")
        for number, per_cent in ((1, 90), (2, 80), (3, 1)):
            figures(school(number), absence=per_cent)
        figures(county.beech, absence=40)
    html = words(client_for(county, "manager").get(days_address(county, "beech")))
    assert "2 schools of higher need have no worker, and none to come: is a second one right?" in html


def test_a_press_begins_placement_and_agreement_and_goes_to_who_pays(county, manager):
    response = manager.post(
        days_address(county), said(county, 0, 1, 3, starts_0="8.15", ends_3="3pm", room_is_ready="on")
    )
    agreement = the_agreement(county)
    assert response.url == f"/fenshire/agreements/{agreement.public_id}/shares/"
    placement = agreement.placement
    assert placement.timetable == [
        {"weekday": 0, "starts": "08:15", "ends": "15:30"},
        {"weekday": 1, "starts": "08:30", "ends": "15:30"},
        {"weekday": 3, "starts": "08:30", "ends": "15:00"},
    ]
    assert placement.hours_per_week == Decimal("20.75")
    assert (placement.starts_on, placement.room_is_ready, placement.focus) == (date(2026, 12, 7), True, "Attendance")
    assert (placement.manager_id, placement.lead_id) == (county.people["manager"].pk, county.people["lead"].pk)
    assert (agreement.school_year, agreement.starts_on, agreement.ends_on) == (
        2026,
        date(2026, 12, 7),
        date(2027, 8, 31),
    )
    assert agreement.status == Agreement.Status.NOT_FINISHED


def test_for_a_senior_manager_the_holders_own_manager_manages(county, client_for):
    client_for(county, "senior").post(days_address(county), said(county, 0))
    assert the_agreement(county).placement.manager_id == county.people["manager"].pk


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"starts_0": "25:00"}, "Monday must start at a time like 8:30"),
        ({"ends_0": "soon"}, "Monday must end at a time like 15:30"),
        ({"starts_0": "16:00"}, "Monday must end after it starts"),
        ({"starts_0": ""}, "Enter from when to when on Monday"),
        ({"starts_on_day": "31", "starts_on_month": "2"}, "must be a real date"),
        ({"starts_on_year": "2020"}, "PSW 1 Fenshire is a post from 1 September 2024"),
        ({"ends_0": "23:30", "starts_0": "01:00", "day_1": "on", "ends_1": "23:59", "starts_1": "0000"}, "has 37.00"),
    ],
)
def test_a_wrong_box_is_named_and_everything_typed_stays(county, manager, changes, message):
    response = manager.post(days_address(county), said(county, 0, **changes))
    assert response.status_code == 422
    assert message in words(response)
    assert 'value="Attendance"' in words(response)
    with county.inside():
        assert not Placement.objects.exists()


def test_no_day_at_all_is_refused(county, manager):
    response = manager.post(days_address(county), said(county))
    assert response.status_code == 422
    assert "Choose at least one day in school" in words(response)
    html = response.content.decode()
    assert '<a href="#id_day_0">Choose at least one day in school.</a>' in html
    assert 'aria-describedby="days-error"' in html


def test_the_days_on_which_the_worker_is_elsewhere_are_said(county, manager):
    with county.inside():
        make_agreement(county)
    assert "Wanda Fenshire is at Oakfield Primary School Fenshire on Monday, " in words(
        manager.get(days_address(county, "beech"))
    )
    taken = manager.post(days_address(county, "beech"), said(county, 0, lead="none"))
    assert taken.status_code == 422
    assert 'href="#id_day_0">On Monday this worker is at Oakfield' in words(taken)


def test_twice_in_one_school_is_refused_with_the_way_on(county, manager):
    with county.inside():
        make_agreement(county)
    response = manager.post(days_address(county), said(county, 0))
    assert response.status_code == 422
    assert "already. Open its agreement from the list" in words(response)


def test_days_can_be_changed_until_it_is_sent(county, manager):
    with county.inside():
        agreement = make_agreement(county)
    address = f"/fenshire/agreements/{agreement.public_id}/days/"
    assert "Wanda Fenshire at Oakfield" in words(manager.get(address))
    manager.post(address, said(county, 2, lead="none"))
    changed = the_agreement(county)
    assert changed.placement.weekdays == [2]
    assert changed.placement.lead_id is None
    assert changed.starts_on == changed.placement.starts_on == date(2026, 12, 7)
    with county.inside():
        offered(changed, county)
    response = manager.post(address, said(county, 0), follow=True)
    assert "This agreement has been sent. Change it first" in words(response)
    assert the_agreement(county).placement.weekdays == [2]


def test_a_first_day_in_another_school_year_is_refused(county, manager):
    with county.inside():
        agreement = make_agreement(county)
    address = f"/fenshire/agreements/{agreement.public_id}/days/"
    response = manager.post(address, said(county, 0, starts_on_year="2027"))
    assert response.status_code == 422
    assert "This agreement is for 2026/27. Choose a first day from 1 September 2026 to 31 August 2027" in words(
        response
    )


# Budgets


def test_the_pages_ask_as_much_of_the_database_in_a_large_county(county, client_for, queries):
    with county.inside():
        make_agreement(county)
    senior = client_for(county, "senior")
    address = f"/fenshire/agreements/{the_agreement(county).public_id}/shares/"
    asked = {}
    for size in ("small", "large"):
        for page in (NEW, days_address(county, "beech"), address):
            with queries() as seen:
                assert senior.get(page).status_code == 200
            asked.setdefault(page, []).append(len(seen))
        if size == "small":
            with county.inside():
                for number in range(30):
                    post = Post.objects.create(
                        name=f"More {number:02d}", profession=county.post.profession, team=county.post.team,
                        starts_on=date(2024, 9, 1),
                    )  # fmt: skip
                    school = School.objects.create(urn=f"91{number:04d}", name=f"School {number}", status="open")
                    FundingStream.objects.create(name=f"Fund {number}")
                    Employment.objects.create(
                        post=post, person=county.people["other_worker"], starts_on=date(2024, 9, 1)
                    )
                    contact(county, school, "other_head", "chair")
                    Placement.objects.create(
                        post=post, school=school, manager=county.people["manager"], hours_per_week=7,
                        timetable=[], starts_on=YEAR_STARTS,
                    )  # fmt: skip
    for page, (small, large) in asked.items():
        assert small == large <= 20, (page, small, large)
