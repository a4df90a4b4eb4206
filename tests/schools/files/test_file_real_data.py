"""The government's own files. What is asserted was counted in them by line counts, grep and a bare csv read."""

import csv
import warnings
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schools.files import Figure, FiguresRow, LinkRow, Marked, NotSuchAFile, SchoolRow, leads_on, parse

BASE_DIR = Path(__file__).resolve().parents[3]
DATA = BASE_DIR.parent / "shared" / "data"

pytestmark = pytest.mark.realdata


@pytest.fixture(autouse=True)
def _data_or_a_loud_skip():
    if not DATA.is_dir():
        warnings.warn(f"The government's files are not at {DATA}: nothing is tested on real data.", stacklevel=1)
        pytest.skip("shared/data is not there")


def bare(name, delimiter=","):
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def of(kind, rows):
    return [row for row in rows if isinstance(row, kind)]


@pytest.mark.parametrize(
    ("name", "kind", "encoding", "rows", "schools", "figures", "links", "summary"),
    [
        ("gias/gias_hampshire_surrey_20220420.csv", "gias_search", "utf-8", 1096, 1096, 800, 0, 0),
        ("gias/gias_synthetic_60rows_current_header.csv", "gias_full", "utf-8", 60, 60, 60, 0, 0),
        ("gias/gias_links_synthetic.csv", "gias_links", "utf-8", 60, 0, 0, 60, 0),
        ("gias/edubase_hertfordshire_20161117.tsv", "edubase", "utf-8", 881, 881, 0, 0, 0),
        ("gias/sen_school_level_synthetic_60rows.csv", "ees_sen", "utf-8 with BOM", 60, 0, 60, 0, 0),
        ("gias/spc_census_pupils_synthetic_60rows.csv", "ees_pupils", "utf-8", 60, 0, 60, 0, 0),
        ("perf/england_abs_2018-19.csv", "absence", "utf-8 with BOM", 21_214, 0, 21_214, 0, 3),
        ("perf/england_census_2019.csv", "census", "utf-8 with BOM", 23_939, 0, 23_939, 0, 3),
        ("derived/england_schools_2019_joined.csv", "joined", "utf-8", 23_939, 23_939, 23_939, 0, 0),
        ("derived/la_919_schools_2019_joined.csv", "joined", "utf-8", 585, 585, 585, 0, 0),
        ("derived/la_821_schools_2019_joined.csv", "joined", "utf-8", 76, 76, 76, 0, 0),
    ],
)
def test_every_row_of_every_file_is_read(name, kind, encoding, rows, schools, figures, links, summary):
    reading = parse(DATA / name)
    found = Counter(type(row) for row in reading)
    assert (reading.kind.code, reading.encoding) == (kind, encoding)
    assert found == Counter({SchoolRow: schools, FiguresRow: figures, LinkRow: links}) + Counter()
    assert (reading.rows, reading.summary, reading.unreadable, reading.skipped) == (rows, summary, 0, 0)
    assert reading.rows + reading.summary == (DATA / name).read_bytes().count(b"\n") - 1


def test_no_file_of_the_folder_is_forgotten():
    tried = 11
    assert sum(1 for folder in ("gias", "perf", "derived") for _ in (DATA / folder).glob("*.[ct]sv")) == tried


def test_reference_lists_are_refused():
    for path in sorted((DATA / "ref").iterdir()):
        with pytest.raises(NotSuchAFile, match="We do not know this file"):
            parse(path)
    with pytest.raises(NotSuchAFile):
        parse(DATA / "gias" / "GIAS_COLUMNS_CURRENT_140.txt")


def test_surrey_has_301_open_schools_with_coordinates_and_two_are_proposed_to_close():
    reading = parse(DATA / "gias/gias_hampshire_surrey_20220420.csv", la="936")
    schools = of(SchoolRow, reading)
    assert (reading.rows, reading.skipped) == (576, 520)
    here = [school for school in schools if school.status in ("open", "closing") and school.easting and school.northing]
    assert Counter((school.status, school.phase) for school in here) == {
        ("open", "Primary"): 297,
        ("closing", "Primary"): 2,
        ("open", "All-through"): 2,
    }
    assert {school.urn for school in here if school.status == "closing"} == {124967, 130397}


def test_the_ragged_rows_keep_all_their_links():
    schools = of(SchoolRow, parse(DATA / "gias/gias_hampshire_surrey_20220420.csv"))
    by_urn = {school.urn: school for school in schools}
    assert Counter(school.status for school in schools) == {"open": 726, "closed": 368, "closing": 2}
    assert sum(not school.links for school in schools) == 594
    assert sum(len(school.links) for school in schools) == 596
    assert Counter(len(school.links) for school in schools if len(school.links) > 1) == {2: 45, 3: 23, 4: 1}
    assert [link.urn for link in by_urn[125131].links if leads_on(link.type)] == [142380]
    assert [link.urn for link in by_urn[125131].links] == [130037, 130052, 130043, 142380]
    closed_on = {school.urn for school in schools if school.closed_on}
    assert closed_on == {school.urn for school in schools if school.status != "open"}
    assert by_urn[125131].laestab[:3] == "936"


def test_the_search_export_says_the_year_of_its_figures():
    rows = of(FiguresRow, parse(DATA / "gias/gias_hampshire_surrey_20220420.csv"))
    assert Counter(row.year for row in rows) == {2020: 729, 2016: 23, 2017: 22, 2018: 17, 2019: 9}
    total = sum(int(row["NumberOfPupils"] or 0) for row in bare("gias/gias_hampshire_surrey_20220420.csv"))
    assert sum(row.values["number_on_roll"].value for row in rows) == total


def test_todays_headings_are_those_of_the_synthetic_file():
    names = (DATA / "gias/GIAS_COLUMNS_CURRENT_140.txt").read_text().splitlines()
    reading = parse(DATA / "gias/gias_synthetic_60rows_current_header.csv")
    assert [name.split("\t")[1] for name in names] == list(reading.headings)
    schools = of(SchoolRow, reading)
    assert Counter(school.status for school in schools) == {"open": 50, "closed": 10}
    assert all((school.head is None) == (school.status == "closed") for school in schools)
    assert {school.uprn for school in schools} == {""}
    assert schools[0].opened_on == date(1993, 5, 29)


def test_the_old_register_of_hertfordshire():
    schools = of(SchoolRow, parse(DATA / "gias/edubase_hertfordshire_20161117.tsv"))
    assert {school.la_code for school in schools} == {"919"}
    assert Counter(school.status for school in schools) == {"open": 596, "closed": 285}
    assert Counter(school.phase for school in schools)["Primary"] == 537
    assert Counter(school.gender for school in schools) == {"Mixed": 793, "Girls": 30, "Boys": 25, "": 33}


def test_marks_of_the_absence_file_are_never_0():
    rows = of(FiguresRow, parse(DATA / "perf/england_abs_2018-19.csv"))
    persistent = [row.values["persistent_absence_percent"] for row in rows]
    assert Counter(type(value) for value in persistent) == {Figure: 20_350, Marked: 864}
    assert {value.mark for value in persistent if isinstance(value, Marked)} == {"SUPP"}
    assert all(row.values["absence_percent"].value >= 1 for row in rows)
    assert {row.year for row in rows} == {None}


def test_marks_of_the_census_file_are_never_0():
    rows = of(FiguresRow, parse(DATA / "perf/england_census_2019.csv"))
    marked = Counter(
        name for row in rows for name, value in row.values.items() if isinstance(value, Marked) and value.mark == "NA"
    )
    assert marked == {
        "number_on_roll": 45,
        "girls": 45,
        "boys": 45,
        "ehc_plans": 49,
        "ehc_plans_percent": 54,
        "sen_support": 47,
        "sen_support_percent": 52,
        "english_additional": 1990,
        "english_additional_percent": 1990,
        "free_meals": 1980,
        "free_meals_ever_6": 2412,
        "free_meals_ever_6_percent": 2412,
    }


def test_the_joined_file_says_the_same_as_a_bare_read():
    reading = parse(DATA / "derived/england_schools_2019_joined.csv")
    rows = list(reading)
    schools, figures = of(SchoolRow, rows), of(FiguresRow, rows)
    plain = list(bare("derived/england_schools_2019_joined.csv"))
    assert [school.urn for school in schools] == [int(row["URN"]) for row in plain]
    assert [school.laestab for school in schools] == [row["LAESTAB"] for row in plain]
    assert sum(school.name is None for school in schools) == 5588
    assert len({school.la_code for school in schools}) == 152
    for name, heading in (
        ("number_on_roll", "NOR"),
        ("free_meals_ever_6_percent", "PNUMFSMEVER"),
        ("absence_percent", "PERCTOT"),
        ("persistent_absence_percent", "PPERSABS10"),
    ):
        said = [
            value.value if isinstance(value, Figure) else value.mark for value in (row.values[name] for row in figures)
        ]
        assert said == [
            row[heading] if row[heading] in ("", "NA", "SUPP") else Decimal(row[heading]) for row in plain
        ], name


@pytest.mark.parametrize(("la", "rows", "pupils"), [("919", 585, 218_340), ("821", 76, 39_943)])
def test_one_authority_of_the_joined_file_is_the_file_made_for_it(la, rows, pupils):
    england = parse(DATA / "derived/england_schools_2019_joined.csv", la=la)
    alone = parse(DATA / f"derived/la_{la}_schools_2019_joined.csv")
    by_urn = {row.urn: row.values for row in of(FiguresRow, england)}
    assert by_urn == {row.urn: row.values for row in of(FiguresRow, alone)}
    assert (england.rows, england.skipped) == (rows, 23_939 - rows)
    on_roll = [values["number_on_roll"] for values in by_urn.values()]
    assert sum(value.value for value in on_roll if isinstance(value, Figure)) == pupils
