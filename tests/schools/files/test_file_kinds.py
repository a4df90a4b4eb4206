"""A file is known by its headings, whatever their order, capitals and company."""

import random

import pytest

from schools.files import NotSuchAFile, kinds, parse
from schools.files.kinds import KINDS, recognise
from tests.schools.files import made_up


@pytest.mark.parametrize("code", made_up.KINDS)
def test_each_kind_is_known_by_its_headings(code):
    headings = list(made_up.KINDS[code])
    assert recognise(headings).code == code
    random.Random(7).shuffle(headings)
    loose = [f" {heading.upper()}  " for heading in headings]
    assert recognise(["\ufeff" + loose[0], "Something new", *loose[1:]]).code == code


def test_every_kind_is_tried_here():
    assert {kind.code for kind in KINDS} == set(made_up.KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_headings_that_a_kind_needs_are_enough_to_know_it(kind):
    assert recognise(kind.needs) is kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_table_reads_what_a_school_or_a_figure_cannot_do_without(kind):
    table = kind.link or kind.school or kind.figures
    fields = {column.field: column.headings for column in table}
    assert "urn" in fields
    assert set(fields["urn"]) <= set(kind.needs)
    assert kind.link or fields["la_code"] == (kind.la,)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_no_table_reads_what_we_have_no_business_with(kind):
    read = {
        heading for table in (kind.school, kind.figures, kind.link) for column in table for heading in column.headings
    }
    assert not read & {"TelephoneNum", "SchoolWebsite", "headteacher", "PropsName"}


def test_one_missing_column_is_named_with_the_kind_it_looks_like():
    headings = [heading for heading in made_up.GIAS if heading != "EstablishmentName"]
    with pytest.raises(NotSuchAFile) as refusal:
        recognise(headings)
    assert refusal.value.message == (
        "This looks like a search result of Get Information about Schools, without the column "
        '"EstablishmentName". Download it again with all its columns and with its headings in the first row.'
    )


def test_another_file_is_refused_with_what_was_found_in_it():
    with pytest.raises(NotSuchAFile) as refusal:
        recognise(["Pupil", "Date of\nbirth", "x" * 60, "\x07UPN", "Form"])
    assert refusal.value.message == (
        'We do not know this file: its first row says "Pupil", "Date of birth", "' + "x" * 40 + '…", "UPN". '
        "Choose a CSV file of schools, pupils or absence from the Department for Education."
    )


def test_a_file_whose_headings_were_cut_off_is_refused():
    with pytest.raises(NotSuchAFile):
        parse(made_up.written([made_up.cells(made_up.GIAS)]))


def test_the_definition_of_persistent_absence_follows_its_heading():
    for threshold in ("10", "15", "20"):
        headings = [heading.replace("10", threshold) for heading in made_up.ABSENCE]
        (row,) = parse(made_up.written([headings, made_up.cells(made_up.ABSENCE)]))
        assert row.definitions["persistent_absence_percent"].startswith(f"Pupils missing {threshold} % or more")


def test_a_file_with_two_thresholds_is_read_by_the_newer():
    headings = ["LA", "ESTAB", "URN", "PERCTOT", "PPERSABS20", "PPERSABS15"]
    (row,) = parse(made_up.written([headings, ["998", "0021", "190001", "4.6", "2.2", "5.5"]]))
    assert row.values["persistent_absence_percent"].value.as_tuple().digits == (5, 5)
    assert "15 %" in row.definitions["persistent_absence_percent"]


def test_headings_are_compared_without_marks_spaces_and_capitals():
    assert kinds.folded("\ufeff LA (Code)\t") == kinds.folded("la(code)")
