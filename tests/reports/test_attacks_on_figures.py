"""What people have tried against figures: to read what is not theirs, to learn a small number, to see two for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from casework.models import YoungPerson
from reports.actions.readings import before
from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from reports.models import Reading, Sheet
from schools.actions import agreements, changes
from schools.models import Agreement, FundingStream, School
from teams.foundation.access import Role
from teams.models import Area, Authority, Membership, PayRate, Team
from tests.factories.agreements import make_agreement, offered
from tests.factories.authorities import LONDON, TODAY, YEAR_ENDS, County
from tests.reports.stories import active, add_school, add_terms, grow
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

CHILDREN = "young-people-supported"


def text(response, status: int = 200) -> str:
    assert response.status_code == status, (response.status_code, response.content[:300])
    return response.content.decode()


def reader(county: County, who: str = "senior", *roles: Role) -> Reader:
    principal = county.as_(who)
    return Reader(replace(principal, roles=principal.roles | frozenset(roles)), county.authority, TODAY)


def supported(county: County, worker: str, count: int, school: School) -> None:
    YoungPerson.objects.bulk_create(
        YoungPerson(
            initials=f"{worker[0]}{number}", school=school, worker=county.people[worker], need="Coming to school",
            starts_on=date(2026, 8, 1),
        )
        for number in range(count)
    )  # fmt: skip


@story
def county(fenshire, moorland):
    add_terms(fenshire)
    active(fenshire)
    grow(fenshire, 2)
    active(moorland)
    return fenshire


class TestSmallNumbers:
    def test_the_words_beside_a_hidden_number_do_not_give_it_away(self, county):
        """One and six make seven: whoever is told which of the two is below six has the number."""
        with county.inside():
            north = Area.objects.create(name="North")
            supported(county, "worker", 6, county.oakfield)
            supported(county, "worker", 1, add_school(county, 50, area=north))
            figure = figure_of(BY_CODE[CHILDREN], reader(county))
            alone = [
                figure_of(BY_CODE[CHILDREN], reader(county).at(place)).text
                for place in reader(county).grain.places
                if place.name in ("North", county.area.name)
            ]
        assert figure.number == 7
        assert len({part.text for part in figure.parts}) == 1, [part.text for part in figure.parts]
        assert len(set(alone)) == 1, alone

    def test_too_few_in_all_are_fewer_than_six(self, county):
        with county.inside():
            supported(county, "worker", 3, county.oakfield)
            figure = figure_of(BY_CODE[CHILDREN], reader(county))
        assert figure.text == "Fewer than 6"


class TestTwoHats:
    @pytest.mark.parametrize("role", [Role.FINANCE_READER, Role.AUDITOR])
    def test_what_is_counted_over_ones_own_is_not_told_as_the_countys(self, county, role):
        with county.inside():
            supported(county, "worker", 3, county.oakfield)
            supported(county, "other_worker", 9, county.beech)
            for code in (CHILDREN, "supervision-in-date"):
                figure = figure_of(BY_CODE[code], reader(county, "manager", role))
                assert "as far as you manage it" in figure.where, (code, figure.where, figure.text)

    def test_finance_that_manages_a_team_counts_agreements_over_the_county(self, county):
        with county.inside():
            figure = figure_of(BY_CODE["agreements-signed"], reader(county, "manager", Role.FINANCE_READER))
            whole = figure_of(BY_CODE["agreements-signed"], reader(county))
        assert (figure.where, figure.number) == (whole.where, whole.number)

    def test_her_small_numbers_stand_on_no_sheet_that_others_read(self, county, client_for):
        with county.inside():
            Membership.objects.create(
                user=county.users["manager"], person=county.people["manager"], role=Role.FINANCE_READER,
                starts_on=TODAY,
            )  # fmt: skip
            supported(county, "worker", 3, county.oakfield)
        assert client_for(county, "manager").post("/fenshire/figures/keep/").status_code == 302
        with county.inside():
            sheet = Sheet.objects.get()
        assert client_for(county, "senior").get(f"/fenshire/figures/sheets/{sheet.public_id}/").status_code == 404

    def test_the_countys_past_does_not_stand_beside_her_own_today(self, county):
        with county.inside():
            Reading.objects.bulk_create(
                Reading(code=code, taken_on=date(2026, 9, 7), area=county.area, team=county.team, number=9, of=9)
                for code in (CHILDREN, "agreements-signed")
            )
            asks = reader(county, "manager", Role.FINANCE_READER)
            past = before([BY_CODE[CHILDREN], BY_CODE["agreements-signed"]], asks)
        assert past.keys() == {"agreements-signed"}
        assert past["agreements-signed"].line


class TestPlaces:
    def test_what_is_counted_by_area_is_not_told_as_a_teams(self, county, client_for):
        """Schools belong to areas: the figure of a team would be that of its area under another name."""
        with county.inside():
            place = reader(county).grain.place(county.team.public_id)
            told = figure_of(BY_CODE["schools-with-a-worker"], reader(county).at(place))
            area = figure_of(
                BY_CODE["schools-with-a-worker"],
                reader(county).at(reader(county).grain.place(county.area.public_id)),
            )
        assert told.where == area.where
        assert told.number == area.number

    @pytest.mark.parametrize("code", ["schools-with-a-worker", "highest-need-without-worker"])
    def test_a_team_without_an_area_has_no_schools_of_its_own_and_is_told_so(self, county, client_for, code):
        with county.inside():
            alone = Team.objects.create(name="Flying team")
        html = text(client_for(county, "senior").get(f"/fenshire/figures/{code}/", {"place": alone.public_id}))
        assert "no schools have been loaded" not in html
        assert "loads census" not in html
        assert "belongs to no area" in html

    def test_every_page_opens_for_every_place(self, county, client_for):
        with county.inside():
            Team.objects.create(name="Flying team")
            places = [each.public_id for each in reader(county).grain.places]
        client = client_for(county, "senior")
        for place in places:
            for path in ("county/", "figures/", *(f"figures/{code}/" for code in BY_CODE), "api/v1/measures/"):
                response = client.get(f"/fenshire/{path}", {"place": place})
                assert response.status_code == 200, (path, place)


class TestDays:
    @pytest.mark.parametrize("on", ["0001-01-01", "1066-10-14", "1999-12-31"])
    def test_a_day_long_before_the_county_is_refused_by_program_and_page(self, county, client_for, on):
        client = client_for(county, "senior")
        for path in ("", "agreements-signed/", "money-by-fund/"):
            assert client.get(f"/fenshire/api/v1/measures/{path}", {"on": on}).status_code == 400, path
        assert client.get("/fenshire/figures/", {"on": on}).status_code == 404

    @pytest.mark.parametrize("on", ["2000-01-01", "2004-02-29", "2024-02-29", "2026-08-31", "2026-09-01"])
    def test_each_page_opens_for_days_of_other_years(self, county, client_for, on):
        client = client_for(county, "senior")
        for path in ("county/", "figures/", *(f"figures/{code}/" for code in BY_CODE), "api/v1/measures/"):
            assert client.get(f"/fenshire/{path}", {"on": on}).status_code == 200, path


class TestWithoutRows:
    def test_an_authority_without_terms_areas_and_teams(self, db, client_for, fenshire):
        with fenshire.inside():
            School.objects.update(area=None)
            Team.objects.update(area=None)
            Area.objects.all().delete()
        for who in ("senior", "finance", "manager"):
            client = client_for(fenshire, who)
            paths = ["county/"] if who != "manager" else []
            for path in (*paths, "figures/", *(f"figures/{code}/" for code in BY_CODE), "api/v1/measures/"):
                assert client.get(f"/fenshire/{path}").status_code in (200, 403), path
            assert client.post("/fenshire/figures/keep/").status_code == 302

    def test_what_is_at_risk_is_not_known_where_no_cost_is(self, county, client_for):
        """Not known is never £0.00, on either page."""
        with county.inside():
            FundingStream.objects.update(ends_on=TODAY + timedelta(days=60))
            PayRate.objects.all().delete()
            figure = figure_of(BY_CODE["money-at-risk"], reader(county))
        assert figure.unknown, figure.text
        html = text(client_for(county, "senior").get("/fenshire/money/"))
        assert "£0.00" not in html.partition("<main")[2].partition("</main>")[0]


class TestLongNames:
    def test_a_sheet_of_a_county_and_a_place_with_the_longest_names(self, county, client_for):
        with county.inside():
            Authority.objects.filter(pk=county.authority.pk).update(name="N" * 100)
            Team.objects.filter(pk=county.team.pk).update(name="T" * 80)
        for who in ("senior", "manager"):
            client = client_for(county, who)
            assert client.post("/fenshire/figures/keep/").status_code == 302
            place = county.team.public_id
            assert client.post(f"/fenshire/figures/keep/?place={place}").status_code == 302


class TestCosts:
    """Where an authority asks again, no form of a sum of money opens without it."""

    @pytest.fixture
    def strict(self, county):
        with county.inside():
            Authority.objects.filter(pk=county.authority.pk).update(ask_again_minutes=10)
        return county

    @pytest.mark.parametrize(
        "path",
        ["county/", "figures/", "figures/money-by-fund/", "figures/money-at-risk/", "money/", "need/areas/",
         "reports/packs/"],
    )  # fmt: skip
    def test_no_page_with_a_sum_opens_on_a_stale_sign_in(self, strict, client_for, path):
        response = client_for(strict, "senior").get(f"/fenshire/{path}")
        assert response.status_code == 302, path
        assert "reauthenticate" in response["Location"]

    def test_no_file_and_no_program_gives_one(self, strict, client_for):
        client = client_for(strict, "senior")
        for asked in ({}, {"format": "csv"}):
            said = client.get("/fenshire/api/v1/measures/", asked).content.decode()
            assert "£" not in said
            assert "money-by-fund" not in said
        assert client.get("/fenshire/api/v1/measures/money-at-risk/").status_code in (401, 403)

    def test_nothing_is_kept_on_a_stale_sign_in(self, strict, client_for):
        assert client_for(strict, "senior").post("/fenshire/figures/keep/").status_code == 403
        with strict.inside():
            assert not Sheet.objects.exists()


def test_another_authoritys_person_reads_nothing_by_known_names(county, moorland, client_for):
    client = client_for(moorland, "senior")
    place = county.team.public_id
    for path in ("county/", "figures/", "figures/posts-filled/"):
        assert client.get(f"/moorland/{path}", {"place": place}).status_code == 404
        assert client.get(f"/fenshire/{path}").status_code in (302, 403, 404)
    assert client.get("/moorland/api/v1/measures/", {"place": place}).status_code == 400
    assert client.get("/fenshire/api/v1/measures/").status_code in (401, 403, 404)


def test_the_last_day_of_a_school_year_and_the_first_of_the_next_are_two_years(county, monkeypatch):
    with county.inside():
        last = Reader(county.as_("senior", YEAR_ENDS), county.authority, YEAR_ENDS)
        first = Reader(county.as_("senior", YEAR_ENDS + timedelta(days=1)), county.authority, YEAR_ENDS + timedelta(1))
        assert figure_of(BY_CODE["agreements-signed"], last).number == Decimal(3)
        assert figure_of(BY_CODE["agreements-signed"], first).unknown


def test_an_agreement_holds_on_its_last_day_also_when_that_is_looked_back_to(county, monkeypatch):
    """The 31st of August: the sweep of the night after had made the day's own number 0."""
    after = datetime(2027, 9, 1, 4, 0, tzinfo=LONDON)
    monkeypatch.setattr("django.utils.timezone.now", lambda: after)
    first = YEAR_ENDS + timedelta(days=1)
    with county.inside():
        reader = Reader(county.as_("senior", YEAR_ENDS), county.authority, YEAR_ENDS)
        on_the_day = figure_of(BY_CODE["agreements-signed"], reader)
        assert changes.close_run_out(by=county.clock, at=after) == 3
        later = Reader(county.as_("senior", first), county.authority, first)
        looked_back = figure_of(BY_CODE["agreements-signed"], later.on(YEAR_ENDS))
        assert (looked_back.number, looked_back.of) == (on_the_day.number, on_the_day.of) == (3, 3)
        assert figure_of(BY_CODE["agreements-signed"], later).unknown, "none is drawn up for the next year"


def test_an_agreement_that_was_withdrawn_is_looked_back_to_as_it_stood(county):
    """Drawn up and sent on 8 September, never signed by all. Withdrawn on 22 September with the last day 31 October, and
    drawn up anew on 24 September: from 22 to 24 there was none, and after that one, not two.
    """
    days = {day: date(2026, 9, day) for day in (15, 22, 23, 30)}
    by = {15: (3, 4), 22: (3, 3), 23: (3, 3), 30: (3, 4)}
    seen = {}
    with county.inside():
        first = offered(make_agreement(county, post="other_post", school="beech"), county)
    for day, when in days.items():
        at = datetime(2026, 9, day, 17, tzinfo=LONDON)
        with county.inside():
            if day == 22:
                first.end(on=date(2026, 10, 31), reason="Another worker", by=county.as_("other_manager", when), at=at)
            if day == 30:
                agreements.draw_up(
                    first.placement, school_year=2026, own_lines={}, by=county.as_("other_manager", when),
                    at=at - timedelta(days=6),
                )  # fmt: skip
            seen[day] = figure_of(
                BY_CODE["agreements-signed"], Reader(county.as_("senior", when), county.authority, when)
            )
    today = date(2026, 10, 6)
    asks = Reader(county.as_("senior", today), county.authority, today)
    with county.inside():
        then = {day: figure_of(BY_CODE["agreements-signed"], asks.on(when)) for day, when in days.items()}
    assert {day: (each.number, each.of) for day, each in then.items()} == by
    assert {day: (each.number, each.of) for day, each in seen.items()} == by, "as it was told on that day"


def test_the_rows_of_an_earlier_day_say_what_stood_then(county, client_for, monkeypatch):
    """Signed on 8 September, ended since: on a day between it counted, and its row below said "Ended"."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 10, 7, 9, tzinfo=LONDON))
    with county.inside():
        offered(make_agreement(county, post="other_post", school="beech"), county)
        first = Agreement.objects.filter(in_force__isnull=False).order_by("pk")[0]
        at, when = datetime(2026, 10, 6, 17, tzinfo=LONDON), date(2026, 10, 6)
        first.end(on=date(2026, 9, 30), reason="Never begun", by=county.as_("manager", when), at=at)
    page = text(client_for(county, "senior").get("/fenshire/figures/agreements-signed/?on=2026-09-20"))
    rows = page.partition('id="rows-heading"')[2]
    assert rows.count("Signed by all three then") == 3
    assert rows.count("Not signed by all three then") == 1
    assert "Ended" not in rows
    today = text(client_for(county, "senior").get("/fenshire/figures/agreements-signed/"))
    assert "Sent to sign" in today.partition('id="rows-heading"')[2]


def test_an_agreement_that_was_withdrawn_late_was_there_until_then(county):
    """Its last day was written down as one that was over by then: until somebody wrote it, it waited for signatures."""
    with county.inside():
        first = offered(make_agreement(county, post="other_post", school="beech"), county)
        at, when = datetime(2026, 10, 6, 17, tzinfo=LONDON), date(2026, 10, 6)
        first.end(on=date(2026, 9, 10), reason="Never begun", by=county.as_("other_manager", when), at=at)
        asks = Reader(county.as_("senior", when), county.authority, when)
        then = figure_of(BY_CODE["agreements-signed"], asks.on(date(2026, 9, 20)))
        now = figure_of(BY_CODE["agreements-signed"], asks)
    assert (then.number, then.of) == (3, 4)
    assert (now.number, now.of) == (3, 3)


GARBAGE = [
    "place=%00", "place=" + "9" * 500, "on=%EF%BC%92026-01-01", "on=2026-02-30", "on=2026-W01-1", "on=-1", "page=-1",
    "page=" + "9" * 40, "q=%00", "q=" + "%F0%9F%92%A9" * 40, "area=x&phase=y&workers=z", "place=&on=&page=",
    "place=money&q=%27%22%3C", "workers=nobody&page=99",
]  # fmt: skip
PAGES = [
    "county/", "figures/", "figures/posts-filled/", "figures/young-people-supported/", "need/", "need/areas/",
    "need/weights/", "money/", "guidance/", "asked-of-us/", "ask-the-county/", "reports/packs/", "api/v1/measures/",
    "figures/printed/99999999999999999999/", "figures/printed/0/",
]  # fmt: skip


@pytest.mark.parametrize("who", ["senior", "manager", "auditor"])
def test_whatever_is_typed_into_an_address_breaks_nothing(county, client_for, who):
    client = client_for(county, who)
    for page in PAGES:
        for query in GARBAGE:
            assert client.get(f"/fenshire/{page}?{query}").status_code < 500, (page, query)


def test_a_county_without_terms_begins_a_report_of_two_months(fenshire, client_for):
    when = {"words_by_day": "15", "words_by_month": "9", "words_by_year": "2026", "about": "months-2026-09-01"}
    client = client_for(fenshire, "senior")
    assert "Two-monthly report" in text(client.get("/fenshire/reports/packs/"))
    begun = client.post("/fenshire/reports/packs/begin/", when)
    assert begun.status_code == 302
    assert "No term has begun" in text(client.get(begun["Location"]))
    for who in ("auditor", "manager"):
        assert client_for(fenshire, who).get(begun["Location"]).status_code == 200
    assert client_for(fenshire, "finance").get(begun["Location"]).status_code == 404
