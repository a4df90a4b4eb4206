"""`manage.py import_schools`, `import_census` and `import_absence`: what they print, and what they refuse."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from schools.models import FileImport, School
from teams.models import AuditEvent
from tests.schools.imports.conftest import joined_row, register_row, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """`file(rows, name)`: the path of a CSV file with these rows."""

    def writing(rows, name="schools.csv"):
        path = tmp_path / name
        path.write_bytes(written(rows).getvalue())
        return path

    return writing


def run(command, *arguments, **options):
    out = io.StringIO()
    call_command(command, *map(str, arguments), authority="fenshire", stdout=out, **options)
    return out.getvalue().splitlines()


def test_the_last_line_is_the_counts(fenshire, file):
    rows = [register_row(900500), register_row(900501, **{"EstablishmentStatus (name)": "Closed"}), register_row(1)]
    lines = run("import_schools", file([*rows, register_row(900502, **{"LA (code)": "998"})]), la="999")
    assert lines == [
        "schools.csv is a search result of Get Information about Schools, written in utf-8.",
        'Line 4: URN is "1", which is not a number of six digits. (1, 999, Made-up School 1)',
        "Left out: 1 row that is of another authority.",
        "3 rows: 1 new, 0 changed, 0 unchanged, 1 closed, 1 unreadable",
    ]
    with fenshire.inside():
        assert AuditEvent.objects.get(verb="fileimport.apply").role == "system: import_schools"


def test_the_same_file_again_changes_nothing_and_says_so(fenshire, file):
    path = file([register_row(900500), register_row(900501)])
    run("import_schools", path)
    assert run("import_schools", path)[-1] == "2 rows: 0 new, 0 changed, 2 unchanged, 0 closed, 0 unreadable"


def test_figures_find_their_year_in_the_name_or_ask(fenshire, file):
    run("import_schools", file([joined_row(900500)], "schools_2019.csv"))
    census = [{"LA": "999", "ESTAB": "0500", "URN": "900500", "NOR": "200"}]
    absence = [{"LA": "999", "ESTAB": "0500", "URN": "900500", "PERCTOT": "4.1"}]
    one_new = "1 row: 1 new, 0 changed, 0 unchanged, 0 closed, 0 unreadable"
    assert run("import_census", file(census, "england_census_2019.csv"))[-1] == one_new
    assert run("import_absence", file(absence, "england_abs_2018-19.csv"))[-1] == one_new
    assert run("import_absence", file(absence, "absence.csv"), year=2016)[-1] == one_new
    with pytest.raises(CommandError, match="Neither it nor its name says .* Add --year 2018 for figures of 2018/19"):
        run("import_absence", file(absence, "absence.csv"))
    with pytest.raises(CommandError, match="--year 18 is no school year"):
        run("import_absence", file(absence, "absence.csv"), year=18)


@pytest.mark.parametrize(
    ("command", "rows", "says"),
    [
        (
            "import_schools",
            [{"LA": "1", "ESTAB": "2", "URN": "3", "PERCTOT": "4"}],
            "the absence file .* import_absence",
        ),
        ("import_schools", [{"LA": "1", "ESTAB": "2", "URN": "3", "NOR": "4"}], "the census file .* import_census"),
        ("import_census", [register_row(900500)], "a search result .* Load it with import_schools"),
        ("import_absence", [joined_row(900500)], "the joined England file .* Load it with import_schools"),
        ("import_schools", [{"Fruit": "apple"}], "We do not know this file"),
    ],
)
def test_a_file_that_is_something_else_gets_one_sentence(fenshire, file, command, rows, says):
    with pytest.raises(CommandError, match=says):
        run(command, file(rows, "england_2019.csv"))
    with fenshire.inside():
        assert not FileImport.objects.exists()
        assert School.objects.count() == 2


def test_what_is_not_there_gets_one_sentence(fenshire, file, tmp_path):
    with pytest.raises(CommandError, match='The file "nowhere.csv" cannot be opened'):
        run("import_schools", tmp_path / "nowhere.csv")
    with pytest.raises(CommandError, match="three figures, like 919"):
        run("import_schools", file([register_row(900500)]), la="Hertfordshire")
    with pytest.raises(CommandError, match='There is no authority "elsewhere"'):
        call_command("import_schools", str(file([register_row(900500)])), authority="elsewhere")
