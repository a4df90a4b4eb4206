"""Every file of the government that we have, loaded: the counts were counted in the files themselves."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from schools.models import Figures, FileImport, School, SchoolLink, StagedRow

pytestmark = [pytest.mark.django_db, pytest.mark.realdata]

FILES = [
    # file, the numbers new, closed; figures by year; links
    ("gias/gias_hampshire_surrey_20220420.csv", 728, 368, {2020: 729, 2016: 23, 2017: 22, 2018: 17, 2019: 9}, 596),
    ("gias/gias_synthetic_60rows_current_header.csv", 50, 10, None, 0),
    ("gias/edubase_hertfordshire_20161117.tsv", 596, 285, {}, 0),
    ("derived/la_919_schools_2019_joined.csv", 585, 0, {2018: 585}, 0),
    ("derived/la_821_schools_2019_joined.csv", 76, 0, {2018: 76}, 0),
]


@pytest.mark.parametrize(("name", "new", "closed", "figures", "links"), FILES)
def test_each_register_loads_whole_and_the_second_time_changes_nothing(
    fenshire, data, load, name, new, closed, figures, links
):
    first = load(fenshire, data / name)
    rows = new + closed
    assert first.sentence == f"{rows:,} rows: {new} new, 0 changed, 0 unchanged, {closed} closed, 0 unreadable"
    assert first.status == FileImport.Status.APPLIED
    with fenshire.inside():
        schools = School.objects.exclude(source="")
        assert schools.count() == rows
        assert schools.filter(status="closed").count() == closed
        assert SchoolLink.objects.count() == links
        if figures is not None:
            assert Counter(Figures.objects.values_list("year", flat=True)) == figures
        before = list(School.objects.order_by("pk").values()), list(Figures.objects.order_by("pk").values())
    again = load(fenshire, data / name)
    assert again.sentence == f"{rows:,} rows: 0 new, 0 changed, {rows:,} unchanged, 0 closed, 0 unreadable"
    assert again.changes_nothing
    with fenshire.inside():
        after = list(School.objects.order_by("pk").values()), list(Figures.objects.order_by("pk").values())
        assert before == after
        assert not StagedRow.objects.exists()


def test_census_and_absence_of_one_county(fenshire, data, load):
    load(fenshire, data / "derived/la_919_schools_2019_joined.csv")
    census = load(fenshire, data / "perf/england_census_2019.csv", la="919")
    assert census.sentence == "585 rows: 585 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    assert census.left_out == {"elsewhere": 23_939 - 585, "national": 3}
    absence = load(fenshire, data / "perf/england_abs_2018-19.csv")
    assert absence.new == absence.rows < 585
    assert absence.left_out == {"not_here": 21_214 - absence.rows, "national": 3}
    with fenshire.inside():
        of_census = Figures.objects.filter(source="census")
        assert set(of_census.values_list("year", flat=True)) == {2018}
        assert sum(filter(None, of_census.values_list("number_on_roll", flat=True))) == 218_340
        suppressed = Figures.objects.filter(source="absence", marks__persistent_absence_percent="SUPP")
        assert suppressed.count() == suppressed.filter(persistent_absence_percent=None).count() >= 14
    again = load(fenshire, data / "perf/england_abs_2018-19.csv")
    assert again.changes_nothing
    assert again.unchanged == absence.new


def test_no_mark_of_any_file_becomes_a_number(fenshire, data, load):
    load(fenshire, data / "derived/la_919_schools_2019_joined.csv")
    load(fenshire, data / "perf/england_census_2019.csv", la="919")
    load(fenshire, data / "perf/england_abs_2018-19.csv", la="919")
    with fenshire.inside():
        for figures in Figures.objects.all():
            for name, mark in figures.marks.items():
                assert mark in {"SUPP", "NA"}
                assert getattr(figures, name) is None
        marked = Counter(
            name for marks in Figures.objects.filter(source="census").values_list("marks", flat=True) for name in marks
        )
        plain = Counter()
        with (data / "perf/england_census_2019.csv").open(encoding="utf-8-sig") as file:
            for row in csv.DictReader(file):
                if row["LA"] == "919":
                    plain["number_on_roll"] += row["NOR"] == "NA"
                    plain["free_meals_ever_6"] += row["NUMFSMEVER"] == "NA"
                    plain["sen_support"] += row["TSENELK"] == "NA"
        assert {name: marked[name] for name in plain} == plain


def test_figures_by_school_of_the_statistics_service(fenshire, data, load):
    """Their schools are made up and in no register of ours: first they are left out, then they are found."""
    files = {
        "gias/sen_school_level_synthetic_60rows.csv": "ees_sen",
        "gias/spc_census_pupils_synthetic_60rows.csv": "ees_pupils",
    }
    for name in files:
        nobody = load(fenshire, data / name)
        assert nobody.sentence == "0 rows: 0 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
        assert nobody.left_out == {"not_here": 60}
    with (data / "gias/sen_school_level_synthetic_60rows.csv").open(encoding="utf-8-sig") as file:
        urns = {row["URN"] for row in csv.DictReader(file)}
    with fenshire.inside():
        School.objects.bulk_create(School(urn=urn, name=School.unnamed(urn)) for urn in sorted(urns))
    for name, source in files.items():
        found = load(fenshire, data / name)
        assert found.sentence == "60 rows: 60 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
        with fenshire.inside():
            assert set(Figures.objects.filter(source=source).values_list("year", flat=True)) == {2022}
        assert load(fenshire, data / name).changes_nothing


def test_the_links_file_is_narrowed_to_schools_that_are_here(fenshire, data, load):
    nobody = load(fenshire, data / "gias/gias_links_synthetic.csv")
    assert nobody.left_out == {"not_here": 60}
    with fenshire.inside():
        School.objects.create(urn="130001", name="Old School", status="closed")
        School.objects.create(urn="880001", name="New School")
    found = load(fenshire, data / "gias/gias_links_synthetic.csv")
    assert found.sentence == "1 row: 1 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    with fenshire.inside():
        [step] = SchoolLink.objects.steps_after("130001")
        assert School.objects.get(urn=step.after).name == "New School"
        assert f"{step.since:%d/%m/%Y}" == "02/01/2022"
    assert load(fenshire, data / "gias/gias_links_synthetic.csv").changes_nothing


def test_the_ragged_ends_of_rows_become_links_and_lead_on(fenshire, data, load):
    load(fenshire, data / "gias/gias_hampshire_surrey_20220420.csv", la="936")
    with fenshire.inside():
        assert SchoolLink.objects.filter(urn="125131").count() == 4
        assert [step.after for step in SchoolLink.objects.steps_after("125131")] == ["142380"]
        open_with_coordinates = School.objects.filter(status__in=School.OPEN).exclude(easting=None).exclude(source="")
        assert Counter(open_with_coordinates.values_list("status", flat=True)) == {"open": 299, "closing": 2}


def test_an_older_list_only_fills_what_the_register_does_not_know(fenshire, data, load):
    load(fenshire, data / "gias/edubase_hertfordshire_20161117.tsv")
    with fenshire.inside():
        before = {school.urn: school for school in School.objects.exclude(source="")}
    done = load(fenshire, data / "derived/la_919_schools_2019_joined.csv")
    assert done.rows == 585 == done.new + done.changed
    with fenshire.inside():
        for school in School.objects.filter(urn__in=before):
            known = before[school.urn]
            assert (school.name, school.status, school.closed_on) == (known.name, known.status, known.closed_on)
            assert school.laestab if known.laestab else True


def test_two_authorities_load_the_same_file_without_seeing_each_other(fenshire, moorland, data, load):
    ours = load(fenshire, data / "derived/la_821_schools_2019_joined.csv")
    theirs = load(moorland, data / "derived/la_821_schools_2019_joined.csv")
    assert ours.sentence == theirs.sentence == "76 rows: 76 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    with fenshire.inside():
        mine = {school.pk for school in School.objects.all()}
        assert FileImport.objects.get() == ours
        assert Figures.objects.count() == 76
    with moorland.inside():
        assert not School.objects.filter(pk__in=mine).exists()
        assert FileImport.objects.get() == theirs
        assert Figures.objects.count() == 76
