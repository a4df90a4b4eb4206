"""A list of school contacts as counties keep it: headings or none, and schools as people name them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schools.rules.contacts import SchoolKey, Schools, as_text, read, same_person
from teams.foundation.errors import Refusal

SCHOOLS = Schools(
    [
        SchoolKey(1, "900100", "9992000", "Oakfield Primary School", "Fenton", True),
        SchoolKey(2, "900101", "9992001", "St Mary's CofE Primary School", "Fenton", True),
        SchoolKey(3, "900102", "9992002", "St Mary's CofE Primary School", "Marsham", True),
        SchoolKey(4, "900103", "9992003", "Beech Lane School", "Fenton", False),
        SchoolKey(5, "900104", "9992004", "Beech Lane Academy", "Fenton", True),
        SchoolKey(6, "900105", "9992000", "Oakfield Infant School", "Fenton", False),
        SchoolKey(7, "900106", "", "Willow Bank School", "", True),
    ]
)


def school_of(text: str) -> SchoolKey | None:
    return SCHOOLS.find(read(f"{text}\tAnna Brown\tHeadteacher\tanna@school.example").rows[0]).school


def test_headings_may_stand_in_any_order_and_be_called_many_things():
    said = read(
        "E-mail Address;Contact Name;URN;Job Title;Phone\nAnna@School.example;Anna  Brown;900100;Head;01632 960001"
    )
    [row] = said.rows
    assert (row.email, row.name, row.numbers, row.kind, row.telephone) == (
        "anna@school.example", "Anna Brown", ("900100",), "head", "01632 960001",
    )  # fmt: skip
    assert SCHOOLS.find(row).school.id == 1
    assert said.headings[0] == "E-mail Address"


def test_first_and_last_name_make_a_name():
    assert read("School,Forename,Surname,Email\nOakfield,Anna,Brown,a@b.example").rows[0].name == "Anna Brown"


def test_without_headings_it_is_school_name_job_and_the_address_is_the_one_with_an_at():
    [row] = read("a@b.example,Oakfield Primary School,Anna Brown,SENCO").rows
    assert (row.school, row.name, row.kind, row.email) == (
        "Oakfield Primary School",
        "Anna Brown",
        "lead",
        "a@b.example",
    )


@pytest.mark.parametrize(
    ("written", "id_"),
    [
        ("900100", 1),
        ("URN 900100", 1),
        ("9992000", 1),  # used twice: the open school has it
        ("999/2001", 2),
        ("Oakfield Primary School", 1),
        ("OAKFIELD PRIMARY SCHOOL", 1),
        ("The Oakfield Primary  School", 1),
        ("Willow Bank School.", 7),
        ("St. Mary's Church of England Primary School", None),  # there are two
        ("Oakfield", None),
        ("Beech Lane School", None),  # closed
        ("900103", None),
        ("Nowhere", None),
        ("123456", None),
    ],
)
def test_a_school_is_found_by_its_numbers_or_its_name(written, id_):
    found = school_of(written)
    assert (found.id if found else None) == id_


@pytest.mark.parametrize(
    ("written", "ids", "doubt"),
    [
        ("Saint Marys C of E Primary School", [2, 3], "2 schools are called"),
        ("Oakfield", [1], "No school here is called “Oakfield”."),
        ("Oakfeild Primary School", [1], "No school here is called"),
        ("900103", [5], "Beech Lane School is closed."),
        ("Nowhere at all", [], "No school here is called “Nowhere at all”."),
    ],
)
def test_a_doubt_comes_with_suggestions(written, ids, doubt):
    match = SCHOOLS.find(read(f"{written}\tAnna Brown\tHead\ta@b.example").rows[0])
    assert match.school is None
    assert [school.id for school in match.suggestions][: len(ids)] == ids
    assert match.doubt.startswith(doubt)
    assert all(school.is_open for school in match.suggestions)


@pytest.mark.parametrize(
    ("job", "kind"),
    [("Headteacher", "head"), ("Acting Head", "head"), ("Deputy Head", "lead"), ("Chair of Governors", "chair"),
     ("School Business Manager", "business"), ("DSL", "safety"), ("Designated Safeguarding Lead", "safety"), ("Caretaker", ""), ("", ""), ("Head of Maths", "")],
)  # fmt: skip
def test_a_job_is_never_guessed(job, kind):
    assert read(f"School,Name,Job,Email\nOakfield,Anna,{job},a@b.example").rows[0].kind == kind


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (",Anna,Head,a@b.example", "There is no school."),
        ("Oakfield,,Head,a@b.example", "There is no name."),
        ("Oakfield,Anna,Head,", "There is no e-mail address."),
        ("Oakfield,Anna,Head,anna at b", "“anna at b” is not an e-mail address."),
        (f"Oakfield,{'x' * 121},Head,a@b.example", "The name is longer than 120 characters."),
    ],
)
def test_a_wrong_line_is_kept_with_its_reason_and_costs_no_other(cells, reason):
    said = read(f"School,Name,Job,Email\n{cells}\nOakfield,Una,Head,u@b.example")
    assert [(wrong.line, wrong.reason) for wrong in said.wrong] == [(2, reason)]
    assert [row.name for row in said.rows] == ["Una"]


def test_lines_that_stay_behind_can_be_pasted_again():
    said = read('School,Name,Job,Email\n"Oakfield, Fenton",,Head,\nOakfield,Una,Head,u@b.example')
    again = read(as_text(said.headings, [wrong.cells for wrong in said.wrong]))
    assert [wrong.cells for wrong in again.wrong] == [("Oakfield, Fenton", "", "Head", "")]
    assert again.headings == said.headings


@pytest.mark.parametrize("text", ["", "\n \n", "School,Name,Job,Email\n"])
def test_nothing_is_refused_in_a_sentence(text):
    with pytest.raises(Refusal):
        read(text)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Hetty Brown", "Mrs H Brown", True),
        ("Dr. Hetty Brown", "hetty  brown", True),
        ("Hetty Brown", "Anna Brown", False),
        ("Hetty Brown", "Hetty Green", False),
        ("", "Hetty Brown", False),
    ],
)
def test_one_person_may_be_written_in_two_ways(one, other, same):
    assert same_person(one, other) is same


@given(st.text(max_size=300))
def test_anything_can_be_pasted(text):
    try:
        said = read(text)
    except Refusal:
        return
    for row in said.rows:
        SCHOOLS.find(row)
    as_text(said.headings, [row.cells for row in said.rows])
