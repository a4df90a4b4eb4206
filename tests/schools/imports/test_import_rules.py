"""What an import counts, keeps and refuses, with small files made here."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schools.actions import imports
from schools.actions.imports import comparing, staging, statements
from schools.files.kinds import KINDS
from schools.files.values import LONGEST_TEXT, MARKS
from schools.models import Figures, FileImport, School, SchoolLink, StagedRow
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import AuditEvent
from tests.factories.authorities import NOW, TODAY
from tests.schools.imports.conftest import joined_row, register_row, written

pytestmark = pytest.mark.django_db

JOINED = "england_schools_2019_joined.csv"


def school(county, urn):
    with county.inside():
        return School.objects.get(urn=str(urn))


def test_every_row_counts_once_and_the_counts_add_up(fenshire, load):
    load(fenshire, [register_row(900500 + number) for number in range(4)])
    done = load(
        fenshire,
        [
            register_row(900500),
            register_row(900501, EstablishmentName="Renamed School"),
            register_row(900502, **{"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2025"}),
            register_row(900503, NumberOfPupils="211"),
            register_row(900504),
            register_row(900505, **{"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-1999"}),
            register_row(900506, **{"EstablishmentStatus (name)": "Asleep"}),
        ],
    )
    assert done.sentence == "7 rows: 1 new, 2 changed, 1 unchanged, 2 closed, 1 unreadable"
    assert done.complaints == [
        {
            "line": 8,
            "reason": 'EstablishmentStatus (name) is "Asleep", which is not a status that we know.',
            "about": "900506, 999, Made-up School 900506",
        }
    ]
    assert school(fenshire, 900502).closed_on == date(2025, 8, 31)
    assert school(fenshire, 900501).name == "Renamed School"


def test_the_last_row_of_a_school_counts_once(fenshire, load):
    done = load(
        fenshire, [register_row(900500, EstablishmentName="First"), register_row(900500, EstablishmentName="Last")]
    )
    assert done.sentence == "1 row: 1 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    assert done.left_out == {"repeated": 1}
    assert school(fenshire, 900500).name == "Last"


def test_what_is_ours_stays_ours(fenshire, load):
    load(fenshire, [register_row(900500)])
    before = school(fenshire, 900500)
    with fenshire.inside():
        before.set_area(fenshire.area, by=fenshire.as_("admin"), at=NOW)
    load(fenshire, [register_row(900500, EstablishmentName="Renamed School")])
    after = school(fenshire, 900500)
    assert (after.pk, after.public_id, after.area_id) == (before.pk, before.public_id, fenshire.area.pk)


def test_a_list_fills_blanks_and_a_register_has_the_last_word(fenshire, load):
    load(fenshire, [joined_row(900500, SCHNAME="")], name=JOINED)
    assert school(fenshire, 900500).name == "School 900500"
    load(fenshire, [joined_row(900500, SCHNAME="Named School")], name=JOINED)
    assert school(fenshire, 900500).name == "Named School"
    done = load(fenshire, [joined_row(900500, SCHNAME="Other Name", SCHOOLTYPE="State-funded secondary")], name=JOINED)
    assert done.changes_nothing, "a list only fills what is not known"
    load(fenshire, [register_row(900500, EstablishmentName="Registered School")])
    assert school(fenshire, 900500).name == "Registered School"
    load(fenshire, [register_row(900500, EstablishmentName="", **{"PhaseOfEducation (name)": ""})])
    known = school(fenshire, 900500)
    assert (known.name, known.phase) == ("Registered School", ""), "a register that gives no name takes none away"


def test_a_school_that_a_register_closed_is_not_opened_by_a_list(fenshire, load):
    load(fenshire, [register_row(900500, **{"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2018"})])
    load(fenshire, [joined_row(900500)], name=JOINED)
    assert school(fenshire, 900500).status == School.Status.CLOSED


def test_figures_that_change_are_a_change_of_the_row(fenshire, load):
    load(fenshire, [joined_row(900500, PPERSABS10="SUPP")], name=JOINED)
    with fenshire.inside():
        figures = Figures.objects.get()
        assert (figures.persistent_absence_percent, figures.marks) == (None, {"persistent_absence_percent": "SUPP"})
        assert "10 %" in figures.definitions["persistent_absence_percent"]
    done = load(fenshire, [joined_row(900500, PPERSABS10="0")], name=JOINED)
    assert done.sentence == "1 row: 0 new, 1 changed, 0 unchanged, 0 closed, 0 unreadable"
    with fenshire.inside():
        figures.refresh_from_db()
        assert (figures.persistent_absence_percent, figures.marks) == (Decimal(0), {})
    load(fenshire, [joined_row(900500, PPERSABS10="x")], name=JOINED)
    with fenshire.inside():
        figures.refresh_from_db()
        assert (figures.persistent_absence_percent, figures.marks) == (None, {"persistent_absence_percent": "x"})


def test_a_file_without_a_column_says_nothing_about_it(fenshire, load):
    load(fenshire, [joined_row(900500, NUMFSMEVER="NA")], name=JOINED)
    short = joined_row(900500)
    del short["NUMFSMEVER"], short["PERCTOT"]
    done = load(fenshire, [short], name=JOINED)
    assert done.changes_nothing
    with fenshire.inside():
        figures = Figures.objects.get()
        assert figures.absence_percent == Decimal("4.2")
        assert figures.marks == {"free_meals_ever_6": "NA"}


def test_figures_of_two_sources_and_years_stand_side_by_side(fenshire, load):
    load(fenshire, [joined_row(900500)], name=JOINED)
    load(fenshire, [joined_row(900500, NOR="190")], name="england_schools_2020_joined.csv")
    load(fenshire, [{"LA": "999", "ESTAB": "0500", "URN": "900500", "PERCTOT": "5.1", "PPERSABS15": "3"}], year=2012)
    with fenshire.inside():
        rows = Figures.objects.values_list("source", "year", "number_on_roll", "persistent_absence_percent")
        assert sorted(rows) == [
            ("absence", 2012, None, Decimal("3.0000")),
            ("joined", 2018, 210, Decimal("9.9000")),
            ("joined", 2019, 190, Decimal("9.9000")),
        ]
        assert "15 %" in Figures.objects.get(year=2012).definitions["persistent_absence_percent"]


def test_a_row_that_is_elsewhere_or_not_here_is_left_out_and_said(fenshire, load):
    done = load(fenshire, [joined_row(900500), joined_row(900501, LA_CODE="998")], name=JOINED, la="999")
    assert (done.rows, done.left_out) == (1, {"elsewhere": 1})
    census = [{"LA": "999", "ESTAB": "0500", "URN": urn, "NOR": "10"} for urn in ("900500", "900999", "NAT")]
    done = load(fenshire, census, name="england_census_2020.csv")
    assert done.sentence == "1 row: 1 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    assert done.left_out == {"not_here": 1, "national": 1}


@pytest.mark.parametrize(
    ("name", "source", "year"),
    [
        ("england_abs_2018-19.csv", "absence", 2018),
        ("england_census_2019.csv", "census", 2018),
        ("la_919_schools_2019_joined.csv", "joined", 2018),
        ("202223_abs.csv", "absence", 2022),
        ("abs_2018_2019.csv", "absence", 2018),
        ("folder_2001/england_abs.csv", "absence", None),
        ("england_abs_2019.csv", "absence", None),
        ("edubase_20161117.csv", "census", None),
        ("england.csv", "census", None),
    ],
)
def test_the_name_of_a_file_may_say_the_year(name, source, year):
    kind = next(kind for kind in KINDS if kind.source == source)
    assert imports.year_of_name(name, kind) == year


def test_a_year_that_nobody_says_is_asked_for(fenshire, load):
    with pytest.raises(Refusal, match="Neither it nor its name says for which school year") as refused:
        load(fenshire, [joined_row(900500)], name="schools.csv")
    assert (refused.value.field, refused.value.code) == ("year", "no_year")
    with fenshire.inside():
        assert not FileImport.objects.exists()
    assert load(fenshire, [joined_row(900500)], name="schools.csv", year=2024).new == 1


def test_todays_head_is_refreshed_and_never_listed(fenshire, load):
    head = {
        "HeadTitle (name)": "Ms",
        "HeadFirstName": "Una",
        "HeadLastName": "Exampleton",
        "HeadPreferredJobTitle": "Head",
    }
    load(fenshire, [register_row(900500, **head)])
    assert school(fenshire, 900500).head_in_register == "Ms Una Exampleton, Head"
    with fenshire.inside():
        file = written([register_row(900500, **head | {"HeadLastName": "Sampleford"})])
        checked = in_staging(fenshire, file)
        assert [line["after"] for line in checked.differences] == ["another name"]
        assert "Exampleton" not in str(checked.differences)
        imports.load(checked, by=fenshire.clock, at=NOW)
        assert not AuditEvent.objects.filter(reason__contains="ampleford").exists()
    assert school(fenshire, 900500).head_in_register == "Ms Una Sampleford, Head"
    load(fenshire, [register_row(900500, **head, **{"EstablishmentStatus (name)": "Closed"})])
    assert school(fenshire, 900500).head_in_register == ""


def in_staging(county, file, **options):
    """Read and checked, not loaded; inside the county."""
    reading, year = imports.look(file, file_name="schools.csv", la=None, year=options.get("year"))
    from schools.actions.imports.receiving import receive

    file_import = receive(
        reading, file_name="schools.csv", la=None, year=year, size=len(file.getvalue()), by=county.clock, at=NOW,
        attempts=1, lease_until=NOW + timedelta(minutes=1),
    )  # fmt: skip
    assert imports._read(file_import, file, by=county.clock, at=NOW, clock=lambda: NOW)
    return file_import


def test_checked_says_what_would_change_and_changes_nothing(fenshire, load):
    load(fenshire, [register_row(900500), register_row(900501)])
    with fenshire.inside():
        rows = [
            register_row(900500, EstablishmentName="Renamed", NumberOfPupils="9"),
            register_row(900501, **{"EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2025"}),
        ]
        checked = in_staging(fenshire, written(rows))
        assert checked.status == FileImport.Status.CHECKED
        assert checked.sentence == "2 rows: 0 new, 1 changed, 0 unchanged, 1 closed, 0 unreadable"
        lines = [tuple(line.values()) for line in checked.differences]
        assert lines == [
            ("Made-up School 900501", "Status", "Open", "Closed"),
            ("Made-up School 900501", "Closed on", "", "31 August 2025"),
            ("Made-up School 900500", "Name", "Made-up School 900500", "Renamed"),
            ("Made-up School 900500", "Pupils on roll, 2020/21", "210", "9"),
        ]
        assert School.objects.get(urn="900500").name == "Made-up School 900500"
        imports.drop(checked, by=fenshire.as_("admin"), at=NOW)
        assert not StagedRow.objects.exists()
        with pytest.raises(Refusal, match="put away"):
            imports.load(checked, by=fenshire.clock, at=NOW)
        assert School.objects.get(urn="900500").name == "Made-up School 900500"


def test_what_is_loaded_is_compared_with_what_is_there_then(fenshire, load):
    """Between the check and the press another file came: nothing is counted or written twice."""
    with fenshire.inside():
        checked = in_staging(fenshire, written([register_row(900500), register_row(900501)]))
        assert checked.new == 2
    load(fenshire, [register_row(900500)])
    with fenshire.inside():
        imports.load(checked, by=fenshire.clock, at=NOW)
        assert checked.sentence == "2 rows: 1 new, 0 changed, 1 unchanged, 0 closed, 0 unreadable"
        with pytest.raises(Refusal, match="loaded already"):
            imports.load(checked, by=fenshire.clock, at=NOW)


def test_an_error_while_loading_leaves_nothing_half(fenshire, load, monkeypatch):
    def broken(self):
        with comparing._cursor() as cursor:
            cursor.execute(statements.write_schools(), ["gias_search"])
        raise RuntimeError("in the middle")

    with fenshire.inside():
        checked = in_staging(fenshire, written([register_row(900500)]))
    monkeypatch.setattr(comparing.Comparison, "load", broken)
    with pytest.raises(RuntimeError), fenshire.inside():
        imports.load(checked, by=fenshire.clock, at=NOW)
    monkeypatch.undo()
    with fenshire.inside():
        assert not School.objects.filter(urn="900500").exists()
        checked.refresh_from_db()
        assert checked.status == FileImport.Status.CHECKED
        imports.load(checked, by=fenshire.clock, at=NOW)
        assert School.objects.filter(urn="900500").exists()


def test_whoever_was_taken_for_dead_stops_and_stages_nothing_more(fenshire, monkeypatch):
    monkeypatch.setattr(staging, "CHUNK", 1)
    copied = []

    def taken_over(file_import, chunk):
        copied.extend(chunk)
        FileImport.objects.update(attempts=7)  # somebody else has claimed it meanwhile

    monkeypatch.setattr(staging, "copy", taken_over)
    file = written([register_row(900500), register_row(900501)])
    with pytest.raises(Refusal, match="put away while it was read"), fenshire.inside():
        imports.import_file(file, by=fenshire.clock, at=NOW)
    assert len(copied) == 1


def test_one_event_says_how_much_and_names_nobody(fenshire, load):
    done = load(fenshire, [register_row(900500)])
    with fenshire.inside():
        event = AuditEvent.objects.get(verb="fileimport.apply")
        assert event.reason == done.sentence
        assert event.subject_ids == [done.public_id]
        assert event.role == "system: tests"
        assert not AuditEvent.objects.filter(verb__startswith="school.").exists()


@pytest.mark.parametrize("who", ["manager", "worker", "head", "auditor", "finance"])
def test_files_are_the_administrators(fenshire, who):
    with fenshire.inside(), pytest.raises(NotAllowed):
        imports.import_file(written([register_row(900500)]), by=fenshire.as_(who), at=NOW)
    with fenshire.inside():
        assert imports.import_file(written([register_row(900500)]), by=fenshire.as_("admin"), at=NOW).new == 1


def test_odd_letters_arrive_as_they_were_written(fenshire, load):
    odd = 'St Mary\'s \\ "N\\tew" 100% – Ysgol Glanyrafon/é, {0} %s \\.'
    load(fenshire, [register_row(900500, EstablishmentName=odd), register_row(900501)])
    assert school(fenshire, 900500).name == odd


def test_there_is_a_column_for_everything_that_a_file_can_say():
    figures = {column.field for kind in KINDS for column in kind.figures} - {"urn", "la_code"}
    assert figures == set(statements.FIGURE_COLUMNS)
    for name in statements.SCHOOL_COLUMNS:
        width = School._meta.get_field(name).max_length
        assert width is None or name in ("la_code", "laestab", "status", "postcode") or width >= LONGEST_TEXT


numbers = st.decimals(min_value=0, max_value=100, places=2, allow_nan=False).map(str)
marks = st.sampled_from([marked.mark for marked in MARKS.values()])


@given(said=st.lists(st.tuples(numbers | marks, numbers | marks), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mark_is_never_a_number_and_a_number_never_a_mark(fenshire, load, said):
    rows = [joined_row(900500 + n, PERCTOT=absence, PPERSABS10=often) for n, (absence, often) in enumerate(said)]
    load(fenshire, rows, name=JOINED)
    with fenshire.inside():
        found = {int(row.school.urn) - 900500: row for row in Figures.objects.select_related("school")}
        for number, cells in enumerate(said):
            figures = found[number]
            for name, cell in zip(("absence_percent", "persistent_absence_percent"), cells, strict=True):
                if cell in {marked.mark for marked in MARKS.values()}:
                    assert getattr(figures, name) is None
                    assert figures.marks.get(name, "") == cell
                else:
                    assert getattr(figures, name) == Decimal(cell)
                    assert name not in figures.marks


# What became of a school


def link(urn, other, kind="successor", since=None):
    return SchoolLink.objects.create(urn=str(urn), other_urn=str(other), kind=kind, words=kind.title(), since=since)


def test_a_story_goes_on_through_several_schools_and_from_either_side(fenshire):
    with fenshire.inside():
        link(900600, 900601, since=TODAY)
        link(900602, 900601, kind="predecessor")  # told only by the later school
        link(900602, 900603)
        link(900600, 900604, kind="other")  # not a step
        assert [(s.before, s.after) for s in SchoolLink.objects.steps_after("900600")] == [
            ("900600", "900601"),
            ("900601", "900602"),
            ("900602", "900603"),
        ]
        assert SchoolLink.objects.steps_after("900600")[0].since == TODAY
        assert [s.before for s in SchoolLink.objects.steps_before("900603")] == ["900602", "900601", "900600"]


def test_a_circle_in_the_links_ends(fenshire):
    with fenshire.inside():
        link(900600, 900601)
        link(900601, 900600)
        link(900601, 900601)
        assert [s.after for s in SchoolLink.objects.steps_after("900600")] == ["900601"]


def test_a_school_may_split_and_the_nearest_step_comes_first(fenshire):
    with fenshire.inside():
        link(900600, 900601)
        link(900600, 900602)
        link(900601, 900603)
        link(900602, 900603)
        assert [s.after for s in SchoolLink.objects.steps_after("900600")] == ["900601", "900602", "900603", "900603"]


def test_links_of_another_authority_lead_nowhere(fenshire, moorland):
    with moorland.inside():
        link(900600, 900601)
    with fenshire.inside():
        assert SchoolLink.objects.steps_after("900600") == []


def test_a_links_file_gives_a_day_and_a_register_does_not_take_it_away(fenshire, load):
    load(fenshire, [register_row(900500, **{"Linked establishments": "900501 Successor"})])
    links = [
        {
            "URN": "900500",
            "LinkURN": "900501",
            "LinkName": "N",
            "LinkType": "Successor",
            "LinkEstablishedDate": "01/09/2024",
        }
    ]
    assert load(fenshire, links).sentence == "1 row: 0 new, 1 changed, 0 unchanged, 0 closed, 0 unreadable"
    assert load(fenshire, [register_row(900500, **{"Linked establishments": "900501 Successor"})]).changes_nothing
    with fenshire.inside():
        assert SchoolLink.objects.get().since == date(2024, 9, 1)
