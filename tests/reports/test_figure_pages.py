"""The county's page and the page behind each figure: who sees them, what they cost, and what they say."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest

from reports.measures.registry import MEASURES
from schools.models import FundingStream, School
from teams.foundation.access import Role
from teams.models import AuditEvent, Authority
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import LONDON
from tests.reports.stories import active, add_terms, grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

COUNTY = "/fenshire/county/"
CODES = [measure.code for measure in MEASURES]
SUPERVISION = {"supervision-in-date", "school-present", "agreed-in-the-room", "sorted-there", "actions-kept"}
MONEY_AND_PLACES = {
    "agreements-signed", "money-at-risk", "schools-with-a-worker", "posts-filled", "money-by-fund", "next-notice-date",
    "waiting-for-signature", "rooms-ready",
}  # fmt: skip


def main(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


@story
def county(fenshire, moorland):
    add_terms(fenshire)
    active(fenshire)
    active(moorland)
    grow(fenshire, 1, state="offered")
    return fenshire


def test_six_figures_each_opening_its_rows(county, client_for):
    html = main(client_for(county, "senior").get(COUNTY))
    for code in CODES[:6]:
        assert f"/fenshire/figures/{code}/" in html
    assert "/fenshire/supervision/health/" in html
    assert html.count('class="alongside-figure ') == 6
    assert html.index("For you to decide") < html.index("Six figures") < html.index("Area by area")
    assert "1 of 2 are signed by all three." in html
    assert "£61,065.00" in html
    assert "2 of 3 open schools" in html or "1 of 3 open schools" in html


def test_the_picture_stands_before_its_table(county, client_for):
    html = main(client_for(county, "senior").get(COUNTY))
    assert html.index("alongside-chart__bar") < html.index("The same in figures")


def _table(html: str, caption: str) -> list[list[str]]:
    """The cells of a table, row by row."""
    rows = re.findall(r"<tr.*?</tr>", html.partition(f">{caption}<")[2].partition("</table>")[0], re.DOTALL)
    cells = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


@pytest.mark.parametrize("kind", ["area", "team"])
def test_of_one_place_nothing_is_denied_that_is_counted_of_its_team(county, client_for, kind):
    """ "None drawn up" stood beside the area, and "No school" beside its team."""
    with county.inside():
        place, area, team = getattr(county, kind), county.area.name, county.team.name
        of = School.objects.filter(area=county.area, status=School.Status.OPEN).count()
    html = main(client_for(county, "senior").get(COUNTY, {"place": place.public_id}))
    rows = _table(html, "The same in figures")[1:]
    agreements, schools = ["1 of 2", "1"], [f"1 of {of}", f"{of - 1}"]
    if kind == "area":
        assert rows == [[area, *agreements, *schools]]
    else:
        assert rows == [[team, *agreements, "", ""], [area, "", "", *schools]]


def test_what_came_within_sixty_days_of_an_earlier_day_is_counted_from_that_day(county, client_for, monkeypatch):
    """In November the page about the 8th of September had what was 117 days ahead then under "Coming in 60 days"."""
    with county.inside():
        FundingStream.objects.filter(pk=county.fund.pk).update(ends_on=date(2027, 3, 31))
    now = datetime(2026, 11, 23, 9, tzinfo=LONDON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    client = client_for(county, "senior")
    (soon,) = _table(main(client.get(COUNTY)), "Notice dates")[1:]
    assert 0 < int(soon[-1]) <= 60, soon
    assert ">Notice dates<" not in main(client.get(COUNTY, {"on": "2026-09-08"}))


def test_an_empty_county_is_not_known_and_says_what_to_do(fenshire, client_for):
    html = main(client_for(fenshire, "senior").get(COUNTY))
    assert "Not known: no agreement has been drawn up for" in html
    assert "No notice date falls into the next 60 days." in html
    assert "Nothing waits for you." in html


def test_where_no_school_has_a_score_nobody_is_told_that_none_has_the_highest_need(county, client_for):
    senior = client_for(county, "senior")
    _, _, table = main(senior.get(COUNTY)).partition("Need and workers by area")
    row = table.partition("<tbody")[2].partition("</tr>")[0]
    assert row.count("Not known") == 2, "of highest need, and of these without a worker"
    areas = main(senior.get("/fenshire/need/areas/"))
    assert "without a score" in areas
    assert "of 0" not in areas


def test_an_agreement_above_the_managers_limit_is_hers_to_decide(county, client_for):
    with county.inside():
        Authority.objects.filter(pk=county.authority.pk).update(manager_limit=Decimal("30000.00"))
    html = main(client_for(county, "senior").get(COUNTY))
    assert "1 thing is for you to decide." in html
    assert "Sign for the council: Elm 001" in html


def test_finance_sees_the_money_and_decides_nothing(county, client_for):
    html = main(client_for(county, "finance").get(COUNTY))
    assert "Money and agreements" in html
    assert "For you to decide" not in html


@pytest.mark.parametrize("who", ["manager", "worker", "admin", "head", "lead", "auditor"])
def test_the_countys_page_is_for_senior_managers_and_finance(county, client_for, who):
    response = client_for(county, who).get(COUNTY)
    assert response.status_code == 403
    with county.inside():
        assert AuditEvent.objects.filter(denied=True).count() == 1


@pytest.mark.parametrize("code", CODES)
def test_each_figure_gives_its_number_definition_day_and_rows(county, client_for, code):
    with county.inside():
        FundingStream.objects.update(ends_on="2030-07-31")
    html = main(client_for(county, "senior").get(f"/fenshire/figures/{code}/"))
    for words in ("How it is counted", "Source", "Period", "Copy the figure with its definition", "Its rows", code):
        assert words in html
    assert "Moorland" not in html


def test_each_figures_audience(county, client_for):
    readers = {
        Role.SENIOR_MANAGER: set(CODES),
        Role.FINANCE_READER: MONEY_AND_PLACES,
        Role.TEAM_MANAGER: {"agreements-signed", "waiting-for-signature", "young-people-supported", *SUPERVISION},
    }
    for who, role in county.roles.items():
        client = client_for(county, who)
        for code in CODES:
            expected = 200 if code in readers.get(role, set()) else 403
            assert client.get(f"/fenshire/figures/{code}/").status_code == expected, (who, code)
    assert client_for(county, "senior").get("/fenshire/figures/nothing/").status_code == 404


def test_a_managers_rows_are_her_own(county, client_for):
    with county.inside():
        offered(make_agreement(county, post="other_post", school="beech"), county)
    mine = main(client_for(county, "manager").get("/fenshire/figures/agreements-signed/"))
    assert "Oakfield" in mine
    assert "Beech" not in mine
    assert "Beech" in main(client_for(county, "senior").get("/fenshire/figures/agreements-signed/"))


def test_fifty_rows_a_page(county, client_for):
    from schools.models import School

    with county.inside():
        School.objects.bulk_create(
            School(urn=f"{800000 + number}", name=f"Many {number:03d}", status="open") for number in range(60)
        )
    client = client_for(county, "senior")
    first = main(client.get("/fenshire/figures/schools-with-a-worker/"))
    assert "63 rows, page 1 of 2" in first
    assert first.count('role="rowheader"') == 50
    assert main(client.get("/fenshire/figures/schools-with-a-worker/?page=2")).count('role="rowheader"') == 13
    assert client.get("/fenshire/figures/schools-with-a-worker/?page=nonsense").status_code == 200


def test_the_countys_page_asks_no_more_of_a_large_county(county, client_for, queries):
    client = client_for(county, "senior")
    client.get(COUNTY)
    with queries() as small:
        client.get(COUNTY)
    grow(county, 6, start=10)
    with queries() as large:
        client.get(COUNTY)
    assert len(small) <= 20, "\n".join(small)
    assert len(large) == len(small), "\n".join(large)


def test_no_figure_asks_more_of_a_large_county(county, client_for, queries):
    client = client_for(county, "senior")

    def asked(code: str) -> list[str]:
        with queries() as seen:
            client.get(f"/fenshire/figures/{code}/")
        return seen

    for code in CODES:
        asked(code)
    small = {code: asked(code) for code in CODES}
    grow(county, 4, start=10)
    grow(county, 2, start=20, state="offered")
    for code in CODES:
        large = asked(code)
        assert len(small[code]) <= 20, f"{code}:\n" + "\n".join(small[code])
        assert len(large) == len(small[code]), f"{code}:\n" + "\n".join(large)
