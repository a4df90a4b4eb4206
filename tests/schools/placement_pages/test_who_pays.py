"""Putting a worker in a school: who pays what, from which fund."""

from __future__ import annotations

from datetime import date

import pytest

from schools.models import Agreement, FundingStream, Placement, Share
from teams.models import Employment, Post
from tests.factories.agreements import make_agreement, offered, signed
from tests.schools.placement_pages.page import days_address, said, words

pytestmark = pytest.mark.django_db


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
