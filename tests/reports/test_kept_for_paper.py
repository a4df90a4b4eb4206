"""The list of what was kept for paper, and that a sheet is somebody's only while her rights of today reach what it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from reports.models import PrintedFigure, Sheet
from reports.permissions import counts_over
from schools.models import Placement
from teams.foundation.access import Role
from teams.foundation.lookup import principal_of
from teams.models import Cover, Employment, LineManagement, Membership
from tests.factories.authorities import NOW, TODAY, County, add_person
from tests.factories.visits import text
from tests.reports.stories import active, add_terms, grow
from tests.reports.test_numbers_on_packs import text_of
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
LIST = "/fenshire/figures/sheets/"
YESTERDAY = TODAY - timedelta(days=1)
WEEK = timedelta(days=7)


@story
def county(fenshire, moorland):
    add_terms(fenshire)
    active(fenshire)
    grow(fenshire, 2)
    active(moorland)
    return fenshire


def keep(county: County, client: Any, path: str = "figures/keep/") -> Sheet:
    assert client.post(f"/fenshire/{path}").status_code == 302
    with county.inside():
        return Sheet.objects.latest("pk")


def hold(county: County, who: str, role: Role, team: Any = None) -> None:
    with county.inside():
        Membership.objects.create(
            user=county.users[who], person=county.people[who], role=role, team=team, starts_on=date(2025, 9, 1)
        )


def lay_down(county: County, who: str, **which: Any) -> None:
    with county.inside():
        Membership.objects.filter(person=county.people[who], **which).update(ends_on=YESTERDAY)


def move(county: County, who: str) -> None:
    """To the other team, from today on."""
    lay_down(county, who)
    hold(county, who, Role.TEAM_MANAGER, county.other_team)


def give(county: County, worker: str, to: str, *, since: date = TODAY) -> None:
    """Who managed this worker does no more, and this one does."""
    person = county.people[worker]
    LineManagement.objects.filter(person=person, starts_on=since).delete()
    LineManagement.objects.filter(person=person, ends_on=None).update(ends_on=since - timedelta(days=1))
    LineManagement.objects.create(person=person, manager=county.people[to], starts_on=since)


def ways(county: County, client: Any, sheet: Sheet) -> dict[str, int]:
    """What each way to it answers; in search, whether the number is found."""
    with county.inside():
        number = sheet.figures.first().number
    listed = text(client.get(LIST))
    return {
        "page": client.get(f"{LIST}{sheet.public_id}/").status_code,
        "paper": client.get(f"{LIST}{sheet.public_id}/paper/").status_code,
        "figure": client.get(f"/fenshire/figures/printed/{number}/").status_code,
        "search": 200
        if f"Figure {number}" in text(client.get("/fenshire/search/", {"q": f"Figure {number}"}))
        else 404,
        "list": 200 if f" from {number} to " in listed or f"Figure {number} " in listed else 404,
    }


OPEN, CLOSED = {200}, {404}


@pytest.fixture
def other_team(county):
    with county.inside():
        county.rows["other_team"] = Membership.objects.get(person=county.people["other_manager"]).team


@pytest.mark.usefixtures("other_team")
class TestRightsOfToday:
    def test_a_manager_who_moved_reads_no_more_what_she_kept_in_her_old_team(self, county, client_for):
        client = client_for(county, "manager")
        sheet = keep(county, client)
        assert set(ways(county, client, sheet).values()) == OPEN
        move(county, "manager")
        client = client_for(county, "manager")
        assert set(ways(county, client, sheet).values()) == CLOSED
        of_now = keep(county, client)
        assert set(ways(county, client, of_now).values()) == OPEN
        for path in ("", "paper/"):
            hers = client.get(f"{LIST}{sheet.public_id}/{path}").content
            unknown = client.get(f"{LIST}00000000-0000-4000-8000-000000000000/{path}").content
            assert text_of(hers) == text_of(unknown)
        nothing = text(client.get("/fenshire/search/", {"q": "Figure 99999"}))
        with county.inside():
            number = sheet.figures.first().number
        assert text(client.get("/fenshire/search/", {"q": f"Figure {number}"})).replace(
            str(number), "N"
        ) == nothing.replace("99999", "N")

    def test_back_in_the_team_she_reads_it_again(self, county, client_for):
        sheet = keep(county, client_for(county, "manager"))
        move(county, "manager")
        assert set(ways(county, client_for(county, "manager"), sheet).values()) == CLOSED
        with county.inside():
            Membership.objects.create(
                user=county.users["manager"], person=county.people["manager"], role=Role.TEAM_MANAGER,
                team=county.team, starts_on=YESTERDAY,
            )  # fmt: skip
        assert set(ways(county, client_for(county, "manager"), sheet).values()) == OPEN

    def test_one_more_team_takes_nothing_away(self, county, client_for):
        sheet = keep(county, client_for(county, "manager"))
        hold(county, "manager", Role.TEAM_MANAGER, county.other_team)
        assert set(ways(county, client_for(county, "manager"), sheet).values()) == OPEN

    def test_who_is_a_practitioner_there_now_counts_fewer_people_and_reads_it_no_more(self, county, client_for):
        sheet = keep(county, client_for(county, "manager"))
        lay_down(county, "manager")
        hold(county, "manager", Role.SENIOR_PRACTITIONER, county.team)
        assert set(ways(county, client_for(county, "manager"), sheet).values()) == CLOSED

    @pytest.mark.parametrize("role", [Role.SENIOR_MANAGER, Role.FINANCE_READER])
    def test_who_counted_the_county_and_manages_a_team_now_reads_it_no_more(self, county, client_for, role):
        who = "senior" if role == Role.SENIOR_MANAGER else "finance"
        sheet, page = keep(county, client_for(county, who)), keep(county, client_for(county, who), "county/keep/")
        lay_down(county, who)
        hold(county, who, Role.TEAM_MANAGER, county.team)
        for each in (sheet, page):
            assert set(ways(county, client_for(county, who), each).values()) == CLOSED

    def test_who_reads_money_no_more_reads_no_sheet_on_which_it_was_counted(self, county, client_for):
        hold(county, "manager", Role.FINANCE_READER)
        mixed = keep(county, client_for(county, "manager"))
        assert set(ways(county, client_for(county, "manager"), mixed).values()) == OPEN
        for who in ("senior", "auditor", "finance"):
            assert set(ways(county, client_for(county, who), mixed).values()) == CLOSED, "her own team stands on it"
        lay_down(county, "manager", role=Role.FINANCE_READER)
        assert set(ways(county, client_for(county, "manager"), mixed).values()) == CLOSED

    def test_the_countys_page_of_a_manager_who_reads_money_is_hers_alone(self, county, client_for):
        """Her own team's figures stand on it, with nothing hidden that is small."""
        hold(county, "manager", Role.FINANCE_READER)
        page = keep(county, client_for(county, "manager"), "county/keep/")
        with county.inside():
            assert any("as far as you manage it" in row.kept["where"] for row in page.figures.all())
        assert set(ways(county, client_for(county, "manager"), page).values()) == OPEN
        for who in ("senior", "auditor", "finance"):
            assert set(ways(county, client_for(county, who), page).values()) == CLOSED, who

    def test_what_was_kept_while_covering_is_read_while_covering(self, county):
        with county.inside():
            her = replace(county.as_("manager"), hats=frozenset({(Role.TEAM_MANAGER, county.team.pk)}))
            covering = replace(her, covers=frozenset({county.people["other_manager"].pk}))
            sheet = Sheet.keep(
                [], title="Figures", where="Here", on=TODAY, of_county=False, by=covering, at=NOW
            )  # fmt: skip
            assert Sheet.objects.visible_to(covering).filter(pk=sheet.pk).exists()
            assert not Sheet.objects.visible_to(her).filter(pk=sheet.pk).exists()

    def test_a_sheet_of_which_nobody_knows_over_whom_it_counts_is_nobodys(self, county, client_for):
        with county.inside():
            sheet = Sheet.objects.create(
                title="Figures", where="Here", on=TODAY, made_by=county.people["manager"], made_at=NOW
            )
        assert client_for(county, "manager").get(f"{LIST}{sheet.public_id}/").status_code == 404


@pytest.mark.usefixtures("other_team")
class TestWhomItCounts:
    """Rights say how somebody counts, and not whom: what she kept closes when somebody else has whom it counts."""

    @pytest.fixture
    def practitioner(self, county):
        with county.inside():
            add_person(county, "practitioner", "Petra Fenshire", Role.SENIOR_PRACTITIONER, "Senior practitioner")
            give(county, "worker", "practitioner", since=date(2025, 9, 1))
        return "practitioner"

    def test_a_practitioner_who_gives_a_worker_away_reads_no_more_what_she_kept(self, county, client_for, practitioner):
        sheet = keep(county, client_for(county, practitioner))
        assert set(ways(county, client_for(county, practitioner), sheet).values()) == OPEN
        with county.inside():
            give(county, "worker", "manager")
        assert set(ways(county, client_for(county, practitioner), sheet).values()) == CLOSED
        with county.inside():
            give(county, "worker", practitioner)
        assert set(ways(county, client_for(county, practitioner), sheet).values()) == OPEN, "she has her again"

    def test_a_worker_who_leaves_takes_no_paper_along(self, county, client_for, practitioner):
        sheet = keep(county, client_for(county, practitioner))
        with county.inside():
            LineManagement.objects.filter(person=county.people["worker"], ends_on=None).update(ends_on=YESTERDAY)
            Employment.objects.filter(person=county.people["worker"]).update(ends_on=YESTERDAY)
        assert set(ways(county, client_for(county, practitioner), sheet).values()) == OPEN

    def test_one_more_worker_takes_nothing_away(self, county, client_for, practitioner):
        sheet = keep(county, client_for(county, practitioner))
        with county.inside():
            give(county, "worker 1", practitioner)
        assert set(ways(county, client_for(county, practitioner), sheet).values()) == OPEN

    @pytest.mark.parametrize("deputy", ["practitioner", "other_manager"])
    def test_a_deputy_reads_no_more_what_she_counted_in_the_team_that_the_covered_manager_has_left(
        self, county, client_for, practitioner, deputy
    ):
        with county.inside():
            give(county, "worker", "manager")
            add_person(county, "successor", "Suki Fenshire", Role.TEAM_MANAGER, "Team manager", team=county.team)
            manager, whom = county.people["manager"], county.people[deputy]
            Cover.start(manager, whom, starts_on=TODAY, ends_on=TODAY + WEEK, by=county.as_("manager"), at=NOW)
        sheet = keep(county, client_for(county, deputy))
        with county.inside():
            assert any(row.kept["number"] for row in sheet.figures.all()), "the covered team was counted"
        assert set(ways(county, client_for(county, deputy), sheet).values()) == OPEN
        move(county, "manager")
        with county.inside():
            Placement.objects.filter(post__team=county.team).update(manager=county.people["successor"])
            rights = counts_over(principal_of(county.users[deputy]))
            assert set(sheet.counted_over) <= set(rights), "she covers for the same manager with the same roles"
        assert set(ways(county, client_for(county, deputy), sheet).values()) == CLOSED

    def test_a_placement_that_went_to_another_team_closes_what_counts_it(self, county, client_for):
        sheet = keep(county, client_for(county, "manager"))
        with county.inside():
            placement = Placement.objects.get(post=county.post)
            placement.manager = county.people["other_manager"]
            placement.save()
            county.post.team = county.other_team
            county.post.save()
        assert set(ways(county, client_for(county, "manager"), sheet).values()) == CLOSED

    def test_who_counts_the_county_has_everybody_whatever_changes_hands(self, county, client_for):
        sheet = keep(county, client_for(county, "senior"))
        with county.inside():
            give(county, "worker", "other_manager")
            Placement.objects.update(manager=county.people["other_manager"])
        for who in ("senior", "finance", "auditor"):
            assert client_for(county, who).get(f"{LIST}{sheet.public_id}/").status_code == 200

    def test_a_sheet_from_before_whom_it_counts_was_kept_is_nobodys(self, county, client_for):
        with county.inside():
            sheet = Sheet.objects.create(
                title="Figures", where="Here", on=TODAY, made_by=county.people["manager"], made_at=NOW,
                counted_over=[f"team_manager {county.team.pk}"],
            )  # fmt: skip
        assert client_for(county, "manager").get(f"{LIST}{sheet.public_id}/").status_code == 404


class TestTheList:
    def test_the_newest_first_each_with_its_numbers_its_place_and_who_kept_it(self, county, client_for):
        client = client_for(county, "senior")
        keep(county, client), keep(county, client, "figures/agreements-signed/keep/")
        with county.inside():
            first, last = (
                PrintedFigure.objects.order_by("number").first().number,
                PrintedFigure.objects.latest("number").number,
            )
        page = text(client.get(LIST))
        assert page.index("Agreements signed") < page.index("Figures Fenshire County Council, 8 September 2026")
        assert f"from {first} to {last - 1}" in page
        assert f"Figure {last}" in page
        assert county.people["senior"].name in page
        assert "2 sheets" in page

    def test_each_sees_what_she_may_read_today(self, county, client_for):
        keep(county, client_for(county, "senior"), "figures/supervision-in-date/keep/")
        keep(county, client_for(county, "manager"), "figures/young-people-supported/keep/")
        assert "Supervision in date" in text(client_for(county, "auditor").get(LIST))
        for who in ("finance", "other_manager"):
            page = text(client_for(county, who).get(LIST))
            assert "Nothing that you may read was kept yet." in page, who
        hers = text(client_for(county, "manager").get(LIST))
        assert "oung people" in hers
        assert "Supervision in date" not in hers
        assert "oung people" not in text(client_for(county, "senior").get(LIST))

    def test_what_a_reader_may_not_open_is_not_counted_for_her(self, county, client_for):
        sheet = keep(county, client_for(county, "senior"))
        page = text(client_for(county, "finance").get(LIST))
        with county.inside():
            hers = sheet.figures.exclude(
                code__in=["supervision-in-date", "school-present", "agreed-in-the-room", "sorted-there", "actions-kept",
                          "young-people-supported", "reviews-final", "highest-need-without-worker"]
            ).count()  # fmt: skip
        assert f"{hers} figures" in page

    def test_an_empty_list_says_what_to_do_next(self, county, client_for):
        page = client_for(county, "senior").get(LIST).content.decode()
        assert "Keep them to print" in page
        assert 'href="/fenshire/figures/"' in page
        assert "What senior managers and finance keep stands here." in text(client_for(county, "auditor").get(LIST))

    def test_all_figures_and_each_sheet_lead_to_it(self, county, client_for):
        client = client_for(county, "senior")
        sheet = keep(county, client)
        for path in ("/fenshire/figures/", f"{LIST}{sheet.public_id}/", "/fenshire/reports/packs/"):
            assert f'href="{LIST}"' in client.get(path).content.decode(), path

    def test_it_goes_over_pages_and_costs_the_same_at_any_size(self, county, client_for, queries):
        client = client_for(county, "senior")
        for _ in range(2):
            keep(county, client, "figures/agreements-signed/keep/")
        client.get(LIST)
        with queries() as few:
            client.get(LIST)
        for _ in range(25):
            keep(county, client, "figures/agreements-signed/keep/")
        with queries() as many:
            page = text(client.get(LIST))
        assert len(few) == len(many) <= 12, "\n".join(each[:150] for each in many)
        assert "27 sheets, page 1 of 2" in page
        assert page.count("Agreements signed") >= 25
        assert "page 2 of 2" in text(client.get(LIST, {"page": 2}))
        assert "page 2 of 2" in text(client.get(LIST, {"page": "99"}))

    def test_another_authority_has_its_own(self, county, moorland, client_for):
        keep(county, client_for(county, "senior"))
        assert "Nothing that you may read was kept yet." in text(
            client_for(moorland, "senior").get("/moorland/figures/sheets/")
        )
