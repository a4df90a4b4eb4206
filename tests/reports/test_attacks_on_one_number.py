"""One thing, one number: wherever a figure stands, it is the same, and what is called the same is the same."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from html import unescape

import pytest

from reports.actions import readings
from reports.actions.need_briefing import snapshot_of
from reports.actions.pack_figures import counted
from reports.measures.figure import Figure, figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE, MEASURES
from reports.models import PrintedFigure, Sheet
from schools.actions import need as need_actions
from schools.actions import need_areas
from schools.actions.ahead import Ahead
from schools.models import FundingStream, Placement
from supervision.actions.health import Health
from supervision.rules.health import BY_CODE as OF_HEALTH
from teams.actions.places import remove_place
from teams.foundation.errors import Refusal
from teams.models import Area, Team
from tests.factories.authorities import NOW, TODAY, County
from tests.reports.pack_stories import begun
from tests.reports.stories import active, add_terms, grow
from tests.schools.test_need import figures, placed, school
from tests.told import story

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def text(response) -> str:
    assert response.status_code == 200, response.status_code
    return plain(unescape(re.sub(r"<[^>]*>", " ", response.content.decode())))


def plain(words: str) -> str:
    return re.sub(r"\s+", " ", words)


def reader(county: County, who: str = "senior") -> Reader:
    return Reader(county.as_(who), county.authority, TODAY)


@story
def county(fenshire):
    """Two areas, a team in each, ten schools of falling need, workers in some, a fund that ends, one cannot go on."""
    add_terms(fenshire, 2025, 2026, 2027, 2028)
    active(fenshire)
    grow(fenshire, 6)
    grow(fenshire, 2, state="offered", start=20)
    with fenshire.inside():
        west = Area.objects.create(name="West 9")
        Team.objects.filter(pk=fenshire.other_post.team_id).update(area=west)
        rows = [
            school(n, area=west if n % 2 else fenshire.area, easting=500000 + 900 * n, northing=200000)
            for n in range(10)
        ]
        for number, row in enumerate(rows):
            figures(row, year=2025, absence=90 - number, free_meals=50 - number, sen_support=20 - number, plans=4)
        school(30, area=west, phase="Nursery")
        placed(fenshire, rows[0], post=fenshire.other_post, hours="30.00", activated_at=NOW)
        FundingStream.objects.update(ends_on=date(2027, 3, 31))
        fenshire.rows["west"] = west
    return fenshire


class TestEverywhereTheSame:
    @pytest.mark.parametrize("who", ["senior", "finance", "manager"])
    def test_page_list_file_program_sheet_and_pack(self, county, client_for, who):
        client = client_for(county, who)
        mine = [each for each in MEASURES if each.may_be_read_by(county.as_(who))]
        with county.inside():
            places = [None, *reader(county, who).grain.places]
        for place in places:
            asked = {"place": str(place.public_id)} if place else {}
            with county.inside():
                told = {each.code: figure_of(each, reader(county, who).at(place)) for each in mine}
            listed = text(client.get("/fenshire/figures/", asked))
            program = {each["code"]: each for each in client.get("/fenshire/api/v1/measures/", asked).json()}
            file = client.get("/fenshire/api/v1/measures/", {"format": "csv"} | asked).content.decode("utf-8-sig")
            lines: dict[str, list[list[str]]] = {}
            for line in csv.reader(io.StringIO(file)):
                lines.setdefault(line[0], []).append(line)
            assert (
                client.post("/fenshire/figures/keep/", QUERY_STRING="place=" + asked.get("place", "")).status_code
                == 302
            )
            with county.inside():
                sheet = Sheet.objects.latest("pk")
                kept = {row.code: Figure.kept(row.kept) for row in PrintedFigure.objects.filter(sheet=sheet)}
            for code, figure in told.items():
                where = (who, place and place.name, code)
                assert kept[code] == figure, where
                page = text(client.get(f"/fenshire/figures/{code}/", asked))
                assert figure.text in page, where
                assert plain(figure.sentence.partition(". ")[0]) in page, where
                assert figure.text in listed, where
                assert program[code]["text"] == figure.text, where
                assert (program[code]["number"] or None) == (None if figure.number is None else str(figure.number)), (
                    where
                )
                assert len(program[code]["parts"]) == len(figure.parts) == len(lines[code]) - 1, where
                number = lines[code][0][4]
                assert number == ("" if figure.number is None else str(figure.number)), where
                for part, said, line in zip(figure.parts, program[code]["parts"], lines[code][1:], strict=True):
                    assert part.text in page, where
                    assert (said["label"], said["text"], line[1 + 1]) == (part.label, part.text, part.label), where

    def test_parts_add_up_to_the_whole_where_none_is_hidden(self, county):
        with county.inside():
            for measure in MEASURES:
                for place in (None, *reader(county).grain.places):
                    figure = figure_of(measure, reader(county).at(place))
                    if figure.parts and all(part.number is not None for part in figure.parts):
                        assert sum(part.number for part in figure.parts) == figure.number, (measure.code, place)
                        if figure.of is not None and measure.by != "fund":
                            assert sum(part.of for part in figure.parts) == figure.of, (measure.code, place)

    def test_each_area_is_told_alone_as_it_is_told_among_others(self, county):
        with county.inside():
            for measure in MEASURES:
                whole = figure_of(measure, reader(county))
                for part in whole.parts:
                    if part.place:
                        alone = figure_of(measure, reader(county).at(reader(county).grain.place(part.place)))
                        assert alone.number == part.number, (measure.code, part.label, alone.text, part.text)

    def test_the_countys_page_and_a_pack(self, county, client_for):
        page = text(client_for(county, "senior").get("/fenshire/county/"))
        with county.inside():
            pack = begun(county)
            in_pack = {each["code"]: each for each in counted(pack, county.authority, TODAY)["figures"]}
            for measure in MEASURES[:6]:
                figure = figure_of(measure, reader(county))
                assert f"{figure.text} {figure.words}" in page, measure.code
            for measure in MEASURES:
                figure = figure_of(measure, reader(county))
                assert in_pack[measure.code]["text"] == figure.text
                assert [each["text"] for each in in_pack[measure.code]["parts"]] == [each.text for each in figure.parts]

    def test_a_reading_of_today_is_the_number_of_today(self, county):
        with county.inside():
            readings.take(county.authority, today=TODAY, by=county.clock, days=[TODAY])
            tomorrow = Reader(county.as_("senior", date(2026, 9, 9)), county.authority, date(2026, 9, 9))
            past = readings.before(MEASURES, tomorrow.on(TODAY))
            assert past is not None
            for measure in MEASURES:
                now = figure_of(measure, reader(county))
                if measure.goes_back:
                    then = figure_of(measure, tomorrow.on(TODAY))
                    assert (then.number, then.of) == (now.number, now.of), measure.code


class TestTwoPages:
    def test_need_and_its_figure(self, county, client_for):
        with county.inside():
            need = need_actions.need_of(county.as_("senior"), today=TODAY)
            figure = figure_of(BY_CODE["highest-need-without-worker"], reader(county))
            briefing = snapshot_of(county.authority, by=county.as_("senior"))
            areas = need_areas.by_area(need, Area.objects.all())
        without, highest = len(need_actions.highest_without_worker(need)), sum(each.is_highest for each in need.schools)
        assert (figure.number, figure.of) == (without, highest) == (briefing["highest_without"], briefing["highest"])
        by_area = {part.label: (part.number, part.of) for part in figure.parts}
        assert by_area == {row.name: (row.highest_without, row.highest) for row in areas if row.highest}
        assert [(row["name"], row["highest_without"]) for row in briefing["areas"]] == [
            (row.name, row.highest_without) for row in areas
        ]
        page = text(client_for(county, "senior").get("/fenshire/need/"))
        assert f"{without} schools of highest need without a worker of {highest} in the highest fifth" in page

    def test_what_is_called_a_school_without_a_worker_is_counted_alike_or_called_another_thing(
        self, county, client_for
    ):
        """The county counts all open schools, need those that are ranked: each says which."""
        with county.inside():
            figure = figure_of(BY_CODE["schools-with-a-worker"], reader(county))
            need = need_actions.need_of(county.as_("senior"), today=TODAY)
        without = sum(not each.workers for each in need.schools)
        page = text(client_for(county, "senior").get("/fenshire/need/"))
        if (without, len(need.schools)) != (figure.of - figure.number, figure.of):
            assert f"{without} schools without a worker of {len(need.schools)} that are ranked" in page

    def test_money_at_risk_and_its_figure(self, county, client_for):
        with county.inside():
            figure = figure_of(BY_CODE["money-at-risk"], reader(county))
            lines = Ahead(county.as_("senior"), county.authority, TODAY).money_at_risk()
        assert figure.number == sum(line.a_year for line in lines) > 0
        assert figure.text.removesuffix(".00") in text(client_for(county, "senior").get("/fenshire/money/"))

    def test_how_supervision_goes_and_its_figures(self, county):
        with county.inside():
            health = Health(county.as_("senior"), today=TODAY)
            for code, theirs in (
                ("supervision-in-date", "in-date"), ("school-present", "school-present"), ("actions-kept", "kept"),
                ("agreed-in-the-room", "in-the-room"), ("sorted-there", "sorted"),
            ):  # fmt: skip
                figure, whole = figure_of(BY_CODE[code], reader(county)), health.rows(OF_HEALTH[theirs])[0].this
                if figure.unknown:
                    assert whole.is_hidden or not whole.of, code
                else:
                    assert (figure.number, figure.of) == (whole.number, whole.of), code

    def test_the_first_page_of_a_manager_and_her_figure(self, county, client_for):
        client = client_for(county, "manager")
        with county.inside():
            figure = figure_of(BY_CODE["supervision-in-date"], reader(county, "manager"))
        assert f"{figure.text} {figure.words}" in text(client.get("/fenshire/home/"))
        assert f"{figure.text} {figure.words}" in text(client.get("/fenshire/figures/supervision-in-date/"))


def test_the_area_of_a_row_is_the_area_of_its_school(county):
    """A team of one area works in a school of another: the school's area is what stands beside its name."""
    with county.inside():
        for code in ("supervision-in-date", "school-present", "actions-kept"):
            measure = BY_CODE[code]
            for row in measure._items(reader(county)):
                schools = Placement.objects.filter(school__name=row.school)
                assert not row.school or row.area in schools.values_list("school__area__name", flat=True)


def test_names_that_look_like_formulas_are_words_in_a_file(county, client_for):
    with county.inside():
        Area.objects.filter(pk=county.west.pk).update(name="=HYPERLINK(1)")
    file = client_for(county, "senior").get("/fenshire/api/v1/measures/", {"format": "csv"}).content.decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(file)) for cell in line]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def test_an_area_of_which_figures_were_kept_stays_and_the_refusal_says_why(county):
    with county.inside():
        readings.take(county.authority, today=TODAY, by=county.clock, days=[TODAY])
        from schools.models import School

        School.objects.filter(area=county.west).update(area=county.area)
        Team.objects.filter(area=county.west).update(area=county.area)
        with pytest.raises(Refusal) as refused:
            remove_place(Area.objects.get(pk=county.west.pk), by=county.as_("admin"), at=NOW)
    assert "readings" not in refused.value.message
    assert "Move them first" not in refused.value.message


def test_a_renamed_area_is_found_by_its_old_address(county, client_for):
    place = str(county.west.public_id)
    with county.inside():
        readings.take(county.authority, today=TODAY, by=county.clock, days=[date(2026, 9, 7)])
        Area.objects.filter(pk=county.west.pk).update(name="Far West")
    client = client_for(county, "senior")
    for path in ("county/", "figures/", "figures/schools-with-a-worker/"):
        assert "Far West" in text(client.get(f"/fenshire/{path}", {"place": place}))
