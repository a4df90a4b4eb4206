"""One cell, one value: a withheld figure keeps its mark, a code its zeros, a date its day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.files import Figure, Link, Marked, leads_on, register, values
from schools.files.values import MARKS, Unfit


@pytest.mark.parametrize("mark", ["SUPP", "NA", "NE", "LOWCOV", "x", "z", "c", "u", "low", ""])
@pytest.mark.parametrize("read", [values.figure, values.count, values.percentage])
def test_a_mark_stays_a_mark_with_its_meaning_and_is_never_0(mark, read):
    found = read(f" {mark} ")
    assert isinstance(found, Marked)
    assert found.mark == mark
    assert found.meaning
    assert found == read(mark.swapcase())
    assert found != Figure(Decimal(0))


def test_every_mark_means_something_else_than_0():
    assert len(MARKS) == 10
    assert not any(marked.mark == "0" for marked in MARKS.values())


@pytest.mark.parametrize(
    ("cell", "number"),
    [("0", "0"), ("285", "285"), (" 16.2 ", "16.2"), ("1,046", "1046"), ("6.81818", "6.8182"), ("0.00005", "0.0001")],
)
def test_a_number_is_an_exact_decimal(cell, number):
    assert values.figure(cell) == Figure(Decimal(number))


@pytest.mark.parametrize(
    "cell", ["-1", "1e5", "NaN", "inf", "1_000", "١٢", "5.00E+06", "12 %", "1,00", ".", "abc", "9" * 8, "1" * 100]
)
def test_what_is_neither_number_nor_mark_is_refused(cell):
    with pytest.raises(Unfit):
        values.figure(cell)


def test_counts_are_whole_and_percentages_at_most_100():
    assert values.count("285.0") == Figure(Decimal(285))
    assert values.percentage("13.4%") == values.percentage("13.4") == Figure(Decimal("13.4"))
    with pytest.raises(Unfit, match='is "285.5", which is not a whole number'):
        values.count("285.5")
    with pytest.raises(Unfit, match="more than 100"):
        values.percentage("100.1")


@settings(deadline=None)
@given(st.decimals(0, 100, places=4))
def test_no_published_percentage_is_changed_by_reading(number):
    assert values.percentage(format(number, "f")) == Figure(number)


@pytest.mark.parametrize("cell", ["190001", " 190001\t", "190001\xa0"])
def test_a_urn_is_six_digits(cell):
    assert values.urn(cell) == 190001


@pytest.mark.parametrize("cell", ["", "19000", "1900011", "090001", "190001.0", "19OOO1", "²²²²²²", "١٩٠٠٠١", "URN"])
def test_what_is_not_a_urn_is_refused(cell):
    with pytest.raises(Unfit):
        values.urn(cell)


def test_codes_keep_their_zeros():
    assert values.la_code(" 001 ") == "001"
    assert values.establishment_number("0021") == values.establishment_number("21") == "0021"
    assert values.establishment_number("") == ""
    assert values.laestab("998", "21") == "9980021"
    assert values.laestab("998", "") == ""
    for cell in ("98", "9981", "99a", ""):
        with pytest.raises(Unfit):
            values.la_code(cell)
    with pytest.raises(Unfit):
        values.establishment_number("12345")


def test_references_that_a_spreadsheet_has_spoiled_are_left_out():
    assert values.reference("10090001") == "10090001"
    assert [values.reference(cell) for cell in ("5.00E+06", "0", "", "1" * 13)] == [""] * 4
    assert values.gss_code(" e99000998 ") == "E99000998"
    assert values.gss_code("X999999") == ""


@pytest.mark.parametrize("cell", ["31-08-2016", "31/08/2016", "2016-08-31", " 31-8-2016 "])
def test_a_day_is_read_in_every_style(cell):
    assert values.day(cell) == date(2016, 8, 31)


def test_a_year_alone_is_its_first_day_and_nothing_is_no_day():
    assert values.day("1962") == date(1962, 1, 1)
    assert values.day("") is None
    for cell in ("31-02-2016", "08-31-2016", "31-08-16", "yesterday", "0000", "1" * 60):
        with pytest.raises(Unfit):
            values.day(cell)


def test_a_school_year_is_named_by_the_year_in_which_it_starts():
    assert {values.school_year(cell) for cell in ("202223", "2022/23", "2022-23", "2022/2023", " 202223 ")} == {2022}
    assert values.school_year("209900") == 2099
    for cell in ("202224", "2022", "Autumn", ""):
        with pytest.raises(Unfit):
            values.school_year(cell)
    assert values.school_year_of_day("20-01-2022") == 2021
    assert values.school_year_of_day("06-10-2022") == 2022
    assert values.school_year_of_day("") is None


def test_ages_places_and_metres():
    assert (values.age("0"), values.age("11"), values.age("")) == (0, 11, None)
    assert (values.places("210"), values.places("")) == (210, None)
    assert (values.metres("400100"), values.metres("0"), values.metres("")) == (400100, None, None)
    for read, cell in ((values.age, "120"), (values.places, "-1"), (values.metres, "12.5"), (values.metres, "9999999")):
        with pytest.raises(Unfit):
            read(cell)


def test_text_is_one_line_without_hard_spaces_and_invisible_characters():
    assert values.text(" Chelford \xa0 Hospital\r\n School\u200b ") == "Chelford Hospital School"
    with pytest.raises(Unfit, match="longer than 200"):
        values.text("x" * 201)
    assert values.applicable("Does not apply") == values.applicable("None") == ""
    assert values.both("Upper Hollin", " ") == "Upper Hollin"
    assert values.both("Upper Hollin", "Ewe") == "Upper Hollin, Ewe"


def test_a_postcode_is_normal_where_it_is_one():
    assert values.postcode("zz12ab") == values.postcode(" zz1  2ab ") == "ZZ1 2AB"
    assert values.postcode("bfpo 57") == "BFPO 57"
    assert values.postcode("") == ""
    with pytest.raises(Unfit):
        values.postcode("care of the caretaker")


def test_a_status_is_one_of_ours_and_the_code_decides():
    assert [register.status(code, "Open") for code in ("1", "2", "3", "4", "")] == [
        "open",
        "closed",
        "closing",
        "opening",
        "open",
    ]
    assert register.status_by_name("Open, but proposed to close") == "closing"
    assert register.status_by_name("proposed to open") == "opening"
    for code, name in (("9", "Open"), ("", "Lost"), ("", "")):
        with pytest.raises(Unfit):
            register.status(code, name)
    assert register.status_by_end("2007-08-31") == "closed"


def test_links_are_read_from_one_cell_or_from_many():
    assert register.links("Does not have links") == register.links("") == ()
    assert register.links("190009 Successor - amalgamated") == (Link("Successor - amalgamated", 190009),)
    assert register.links("190008 Predecessor", "190009 Successor", "") == register.links(
        "190008 Predecessor, 190009 Successor"
    )
    for cell in ("Predecessor", "19000 Predecessor", "190008", "1900081 Predecessor", "090008 Predecessor"):
        with pytest.raises(Unfit):
            register.links(cell)


def test_only_a_successor_leads_on():
    leading = ["Successor", "Successor - amalgamated", "Successor - merged", "successor - Split School"]
    assert all(map(leads_on, leading))
    assert not any(map(leads_on, ["Predecessor", "Merged - change in age range", "Sixth Form Centre Link", ""]))


def test_the_old_register_is_read_in_the_words_of_the_new():
    assert register.edubase_phase("PRI") == register.census_phase("State-funded primary") == "Primary"
    assert register.edubase_phase("") == register.census_phase("Pupil referral unit") == ""
    assert register.edubase_religion("C67;C1") == "Roman Catholic"
    assert register.edubase_type("school-type:11") == "Other independent school"
    assert register.edubase_group("academy-school:190001") == "Academies"
    assert register.edubase_gender("G") == "Girls"
