"""Put a worker in a school, page by page, without scripts: what is offered, what is refused, what is kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from schools.actions.wording import start_wording
from schools.models import Agreement, FundingStream, Placement, School, Share
from teams.models import Employment, Post
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import NOW, YEAR_STARTS, contact
from tests.told import story

pytestmark = pytest.mark.django_db

NEW, DAYS = "/fenshire/placements/new/", "/fenshire/placements/new/days/"
WEEK = {f"{box}_{day}": value for day in range(5) for box, value in (("starts", "08:30"), ("ends", "15:30"))}


@story
def county(fenshire):
    with fenshire.inside():
        start_wording(from_day=YEAR_STARTS, by=fenshire.clock, at=NOW)
    return fenshire


@pytest.fixture
def manager(county, client_for):
    return client_for(county, "manager")


def words(response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&#39;", "'")


def said(county, *days: int, **more: str) -> dict[str, str]:
    """The form of days, as a browser sends it."""
    ticks = {f"day_{day}": "on" for day in days}
    first = {"starts_on_day": "7", "starts_on_month": "12", "starts_on_year": "2026"}
    return WEEK | ticks | first | {"focus": "Attendance", "lead": str(county.people["lead"].public_id)} | more


def days_address(county, school: str = "oakfield", post: str = "post") -> str:
    return f"{DAYS}?post={county.rows[post].public_id}&school={county.rows[school].public_id}"


def the_agreement(county) -> Agreement:
    with county.inside():
        return Agreement.objects.select_related("latest", "placement").get()


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


# Who pays what


@pytest.fixture
def shares(county):
    with county.inside():
        agreement = make_agreement(county)
    return f"/fenshire/agreements/{agreement.public_id}/shares/"


def lines(county, *pairs, **more: str) -> dict[str, str]:
    """Lines of (payer, per cent), the payer by the name that the county knows the row by."""
    said = {"lines": "4", "from_day_day": "1", "from_day_month": "9", "from_day_year": "2026"}
    for number, (payer, percent) in enumerate(pairs):
        row = county.rows.get(payer)
        kind = "fund" if isinstance(row, FundingStream) else "school"
        said |= {f"payer_{number}": f"{kind}:{row.public_id}" if row else payer, f"percent_{number}": percent}
    return said | more


def test_the_last_shares_are_filled_in_with_the_cost_and_its_working(county, manager, shares):
    html = words(manager.get(shares))
    assert 'value="59"' in html
    assert 'value="41"' in html
    for text in ("£14,145", "£34,500", "£4,715.00", "September 2026", "Whole-time salary a year", "On-costs of 25 %"):
        assert text in html, text


def test_shares_that_are_saved_lead_on_and_are_dated(county, manager, shares):
    response = manager.post(shares, lines(county, ("fund", "50"), ("oakfield", "50")))
    assert response.url.endswith("/lines/")
    with county.inside():
        held = {str(share.percent) for share in county.post.shares.on(date(2026, 10, 1))}
        before = {str(share.percent) for share in county.post.shares.on(date(2026, 8, 31))}
    assert held == {"50.00"}
    assert before == {"59.00", "41.00"}, "what was before stays"


def test_the_same_shares_again_write_nothing(county, manager, shares):
    with county.inside():
        rows = list(Share.objects.values())
    manager.post(shares, lines(county, ("fund", "59"), ("oakfield", "41")))
    with county.inside():
        assert list(Share.objects.values()) == rows


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (
            [("fund", "59"), ("oakfield", "40")],
            "From 1 September 2026 the shares come to 99.00 %. They must come to 100.00 %.",
        ),
        ([("fund", "59"), ("oakfield", "40.99")], "the shares come to 99.99 %"),
        ([("fund", "59"), ("fund", "41")], "County budget Fenshire is there twice"),
        ([("fund", "59"), ("", "41")], "Select who pays 41 %"),
        ([("fund", "59"), ("oakfield", "")], "Enter the share of Oakfield Primary School Fenshire"),
        ([("fund", "59"), ("oakfield", "much")], "must be a number with at most 2 decimal places"),
        ([("fund", "59"), ("beech", "41")], "The one that you chose is no longer there"),
        ([], "the shares come to 0.00 %"),
    ],
)
def test_wrong_shares_are_said_by_the_form_first(county, manager, shares, pairs, message):
    response = manager.post(shares, lines(county, *pairs))
    assert response.status_code == 422
    assert message in words(response)
    with county.inside():
        assert {str(share.percent) for share in county.post.shares.all()} == {"59.00", "41.00"}


def test_working_it_out_saves_nothing(county, manager, shares):
    response = manager.post(shares, lines(county, ("fund", "30"), ("oakfield", "70"), press="count"))
    assert "£24,150" in words(response)
    with county.inside():
        assert {str(share.percent) for share in county.post.shares.all()} == {"59.00", "41.00"}


def test_more_lines_keep_what_is_typed(county, manager, shares):
    html = words(manager.post(shares, lines(county, ("fund", "30"), ("oakfield", "30"), press="more")))
    assert html.count('name="percent_') == 6
    assert "There is a problem" not in html
    assert 'value="30"' in html


def test_a_worker_in_two_schools_has_a_line_for_each(county, manager, shares):
    with county.inside():
        Placement.objects.update(timetable=[{"weekday": 0, "starts": "08:30", "ends": "15:30"}], hours_per_week=7)
        signed(offered(Agreement.objects.get(), county), county)
    manager.post(days_address(county, "beech"), said(county, 3, 4, lead="none"))
    with county.inside():
        second = Agreement.objects.get(placement__school=county.beech)
    address = f"/fenshire/agreements/{second.public_id}/shares/"
    html = words(manager.get(address))
    assert "Oakfield Primary School Fenshire" in html
    assert "Beech Primary School Fenshire" in html
    new = lines(county, ("fund", "30"), ("oakfield", "30"), ("beech", "40"), from_day_month="12")
    page = manager.post(address, new, follow=True)
    assert "The agreement of Oakfield Primary School Fenshire says another share than it is to pay now" in words(page)


def test_what_was_signed_for_past_days_is_refused(county, manager, shares):
    with county.inside():
        agreement = signed(offered(Agreement.objects.get(), county), county)
    manager.post(f"/fenshire/agreements/{agreement.public_id}/change/")
    response = manager.post(shares, lines(county, ("fund", "50"), ("oakfield", "50")))
    assert response.status_code == 422
    assert "Choose today or a later day" in words(response)


def test_a_post_without_a_grade_says_what_is_missing(county, manager, shares):
    with county.inside():
        county.post.terms.all().delete()
    assert "has no grade and hours yet" in words(manager.get(shares))


def test_for_a_new_post_the_usual_split_is_proposed(county, client_for):
    with county.inside():
        post = Post.objects.create(
            name="PSW 3", profession=county.post.profession, team=county.post.team, starts_on=date(2026, 9, 1)
        )
        Employment.objects.create(post=post, person=county.people["other_worker"], starts_on=date(2026, 9, 1))
    county.rows["new_post"] = post
    manager = client_for(county, "manager")
    response = manager.post(days_address(county, "beech", "new_post"), said(county, 0, lead="none"), follow=True)
    html = words(response)
    assert 'value="59"' in html
    assert 'value="41"' in html
    with county.inside():
        assert not post.shares.exists(), "shown, not saved"


# Funds


def test_funds_are_kept_by_senior_managers_and_read_by_managers(county, client_for):
    senior, manager = client_for(county, "senior"), client_for(county, "manager")
    response = senior.post("/fenshire/funds/new/", {"name": "Early help grant", "ends_on_day": "31", "ends_on_month": "3", "ends_on_year": "2028"}, follow=True)  # fmt: skip
    assert "31 March 2028" in words(response)
    assert "Early help grant" in words(manager.get("/fenshire/funds/"))
    assert manager.get("/fenshire/funds/new/").status_code == 403
    assert client_for(county, "worker").get("/fenshire/funds/").status_code == 403
    twice = senior.post("/fenshire/funds/new/", {"name": "Early help grant"})
    assert twice.status_code == 422
    assert "There is a fund called Early help grant already" in words(twice)


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
