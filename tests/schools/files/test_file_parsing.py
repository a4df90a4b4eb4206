"""From a file to rows: every trap of the real files, on schools that do not exist."""

import random
import tracemalloc
from datetime import date
from decimal import Decimal

import pytest

from schools.files import Figure, FiguresRow, Head, Link, LinkRow, Marked, SchoolRow, Unreadable, leads_on, parse
from tests.schools.files import made_up
from tests.schools.files.made_up import cells, file_of, written


def figures(**numbers):
    return {name: Figure(Decimal(number)) for name, number in numbers.items()}


def schools_of(source, **how):
    return [row for row in parse(source, **how) if isinstance(row, SchoolRow)]


def test_a_line_of_the_register_gives_a_school_and_its_figures():
    reading = parse(file_of(made_up.GIAS))
    school, counted = reading
    assert (reading.kind.code, reading.encoding, reading.rows) == ("gias_search", "utf-8", 1)
    assert reading.kind.is_register
    assert school == SchoolRow(
        urn=190001,
        la_code="998",
        la_name="Hollinshire",
        establishment_number="0021",
        laestab="9980021",
        name="Beech Lane Primary School",
        type="Community school",
        type_group="Local authority maintained schools",
        phase="Primary",
        status="open",
        opened_on=date(1974, 9, 1),
        low_age=3,
        high_age=11,
        gender="Mixed",
        street="Beech Lane",
        locality="Upper Hollin",
        town="Hollinford",
        county="Hollinshire",
        postcode="ZZ1 2AB",
        easting=400100,
        northing=200200,
        capacity=210,
        pupils=Figure(Decimal(198)),
        free_meals_percent=Figure(Decimal("21.7")),
        ukprn="10090001",
        uprn="100099000001",
        gss_la_code="E99000998",
        head=Head("Ms", "Quilla", "Fernsby", "Headteacher"),
        line=2,
    )
    assert counted == FiguresRow(
        190001,
        "gias",
        2021,
        figures(number_on_roll=198, girls=97, boys=101, free_meals=43, free_meals_percent="21.7"),
        counted.definitions,
        "998",
        2,
    )
    assert set(counted.definitions) == {"free_meals", "free_meals_percent"}


def test_nothing_of_a_person_but_the_head_is_read():
    (school, _) = parse(file_of(made_up.GIAS))
    assert "01632960001" not in repr(school)


def test_a_closed_school_has_no_head_and_says_who_took_its_place():
    closed = cells(made_up.GIAS, EstablishmentStatus__name="Closed", CloseDate="31/08/2021", CensusDate="")
    closed[list(made_up.GIAS).index("NumberOfPupils")] = ""
    (school, _) = parse(
        file_of(made_up.GIAS, [*closed[:-1], "190008 Predecessor", "190009 Successor", "190010 Successor"])
    )
    assert (school.status, school.closed_on, school.head) == ("closed", date(2021, 8, 31), None)
    assert school.pupils == Marked("", "The file gives no figure")
    assert school.links == (Link("Predecessor", 190008), Link("Successor", 190009), Link("Successor", 190010))
    assert [link.urn for link in school.links if leads_on(link.type)] == [190009, 190010]


def test_a_school_of_which_the_register_has_no_figures_gives_no_row_of_figures():
    empty = dict.fromkeys(("NumberOfPupils", "NumberOfBoys", "NumberOfGirls", "PercentageFSM", "FSM", "CensusDate"), "")
    reading = parse(file_of({**made_up.GIAS, **empty}))
    assert [type(row) for row in reading] == [SchoolRow]
    assert reading.rows == 1


def test_the_full_file_trusts_the_code_of_a_status():
    full = made_up.KINDS["gias_full"]
    reading = parse(file_of(full, cells(full, EstablishmentStatus__code="3")))
    assert reading.kind.code == "gias_full"
    assert next(iter(reading)).status == "closing"


def test_cells_beyond_the_headings_that_are_no_links_make_a_row_unreadable():
    school = cells(made_up.GIAS)
    rows = list(parse(file_of(made_up.GIAS, [*school, "", ""], [*school, "Hollinford"], school)))
    assert [type(row) for row in rows] == [SchoolRow, FiguresRow, Unreadable, SchoolRow, FiguresRow]
    assert rows[2].reason == "The row has 42 cells under 41 headings, and Linked establishments cannot be read."
    (unreadable,) = parse(file_of(made_up.GIAS, cells(made_up.GIAS, Linked_establishments="Hollinford")))
    assert (
        unreadable.reason == 'Linked establishments says "Hollinford", which is not a link like "115961 Predecessor".'
    )
    census = cells(made_up.CENSUS)
    rows = list(parse(file_of(made_up.CENSUS, [*census, " "], [*census, "1"])))
    assert rows[1] == Unreadable(3, "The row has 14 cells under 13 headings.", ("190001", "998"))


def test_a_spreadsheet_may_leave_out_the_last_cells_but_not_half_a_row():
    joined = cells(made_up.JOINED)
    school, counted, unreadable = parse(file_of(made_up.JOINED, joined[:-2], joined[:8]))
    assert counted.values["absence_percent"] == Marked("", "The file gives no figure")
    assert unreadable == Unreadable(3, "The row has 8 cells under 21 headings.", ("190001", "998"))


def test_the_joined_file_gives_a_school_and_figures_and_may_leave_out_the_name():
    reading = parse(
        file_of(made_up.JOINED, cells(made_up.JOINED, SCHNAME="", LOW_AGE="", NUMFSM="NA", PPERSABS10="SUPP"))
    )
    school, counted = reading
    assert not reading.kind.is_register
    assert (school.name, school.low_age, school.status) == (None, None, None)
    assert (school.laestab, school.type, school.phase) == ("9980021", "State-funded primary", "Primary")
    assert counted.year is None
    assert counted.source == "joined"
    assert counted.values["free_meals"].mark == "NA"
    assert counted.values["persistent_absence_percent"].mark == "SUPP"
    assert counted.values["absence_percent"] == Figure(Decimal("4.6"))
    assert "name" in reading.school_fields
    assert "status" not in reading.school_fields
    assert "severe_absence_percent" not in reading.figure_columns


def test_the_old_register_has_tabs_and_a_school_with_an_end_is_closed():
    rows = [cells(made_up.EDUBASE), cells(made_up.EDUBASE, school_eng="190002", end_date="2007-08-31")]
    reading = parse(file_of(made_up.EDUBASE, *rows, delimiter="\t"))
    here, gone = reading
    assert (here.status, gone.status, gone.closed_on) == ("open", "closed", date(2007, 8, 31))
    assert (here.phase, here.type_group, here.gender) == ("Primary", "Local authority maintained schools", "Mixed")
    assert here.head is None
    assert reading.kind.source == "edubase"


def test_the_lines_for_the_nation_are_counted_and_are_neither_schools_nor_unreadable():
    national = cells(made_up.CENSUS, URN="NAT", LA="", ESTAB="PRI")
    reading = parse(file_of(made_up.CENSUS, cells(made_up.CENSUS), national))
    (row,) = reading
    assert row.values["number_on_roll"] == Figure(Decimal(198))
    assert (reading.rows, reading.summary, reading.unreadable) == (1, 1, 0)
    reading = parse(file_of(made_up.ABSENCE, cells(made_up.ABSENCE), ["NAT", "PRI", "", "4", "8.2"]), la="998")
    assert [row.source for row in reading] == ["absence"]
    assert (reading.rows, reading.summary, reading.skipped) == (1, 1, 0)


def test_figures_of_explore_education_statistics_say_their_year():
    national = cells(made_up.EES_PUPILS, geographic_level="National", URN="", old_la_code="z")
    reading = parse(file_of(made_up.EES_PUPILS, national, cells(made_up.EES_PUPILS)))
    (row,) = reading
    assert (row.source, row.year, reading.summary) == ("ees_pupils", 2022, 1)
    assert row.values == figures(
        number_on_roll=198, girls=97, boys=101, free_meals=43, free_meals_percent="21.7", english_additional=16
    )
    (row,) = parse(file_of(made_up.EES_SEN, cells(made_up.EES_SEN, EHC_plan="c")))
    assert (row.source, row.values["sen_support"], row.values["ehc_plans"].mark) == (
        "ees_sen",
        Figure(Decimal(25)),
        "c",
    )


def test_absence_of_a_part_of_the_year_says_so_in_its_definitions():
    whole, autumn = parse(
        file_of(
            made_up.EES_ABSENCE,
            cells(made_up.EES_ABSENCE),
            cells(made_up.EES_ABSENCE, time_identifier="Autumn term", enrolments="x"),
        )
    )
    assert whole.values["severe_absence_percent"].mark == "c"
    assert whole.values["absence_percent"] == Figure(Decimal("6.8182"))
    assert whole.definitions["absence_percent"] == "Sessions missed, of all possible sessions"
    assert autumn.definitions["absence_percent"] == "Sessions missed, of all possible sessions, Autumn term"
    assert autumn.values["enrolments"].mark == "x"


def test_links_have_a_file_of_their_own():
    reading = parse(file_of(made_up.GIAS_LINKS, cells(made_up.GIAS_LINKS), cells(made_up.GIAS_LINKS, LinkURN="none")))
    link, unreadable = reading
    assert link == LinkRow(190003, 190009, "Successor - amalgamated", "Mill Road Academy", date(2021, 9, 1), 2)
    assert link.leads_on
    assert unreadable.reason == 'LinkURN is "none", which is not a number of six digits.'


def test_a_column_without_a_heading_is_no_column_of_ours():
    source = written([["", *made_up.GIAS_LINKS], ["x", *cells(made_up.GIAS_LINKS)]])
    reading = parse(source, la="998")
    assert [row.urn for row in reading] == [190003]
    assert reading.skipped == 0


def test_a_row_that_cannot_be_read_is_reported_and_costs_nothing_else():
    rows = [
        cells(made_up.JOINED),
        cells(made_up.JOINED, URN="19000"),
        cells(made_up.JOINED, URN="190003", NOR="many"),
        cells(made_up.JOINED, URN="190004"),
    ]
    reading = parse(file_of(made_up.JOINED, *rows))
    read = list(reading)
    assert [row for row in read if isinstance(row, Unreadable)] == [
        Unreadable(
            3, 'URN is "19000", which is not a number of six digits.', ("19000", "998", "Beech Lane Primary School")
        ),
        Unreadable(
            4,
            'NOR is "many", which is neither a number nor a mark that we know.',
            ("190003", "998", "Beech Lane Primary School"),
        ),
    ]
    assert [row.urn for row in read if isinstance(row, FiguresRow)] == [190001, 190004]
    assert (reading.rows, reading.unreadable) == (4, 2)


def test_what_is_shown_of_an_unreadable_row_never_names_a_person():
    headings = ["HeadLastName", *(heading for heading in made_up.GIAS if heading != "HeadLastName")]
    row = {**made_up.GIAS, "URN": "none"}
    whole = [row[heading] for heading in headings]
    shifted = ["one more", *whole, "", "x"]
    for unreadable in parse(written([headings, whole, shifted])):
        assert isinstance(unreadable, Unreadable)
        assert "Fernsby" not in repr(unreadable)


def test_the_same_school_twice_comes_out_twice():
    assert [row.urn for row in schools_of(file_of(made_up.JOINED, *[cells(made_up.JOINED)] * 2))] == [190001, 190001]


def test_an_authority_gets_its_own_rows_and_no_one_elses_faults():
    rows = [
        cells(made_up.JOINED),
        cells(made_up.JOINED, URN="190002", LA_CODE="997"),
        cells(made_up.JOINED, URN="none", LA_CODE="997"),
        cells(made_up.JOINED, URN="190004", LA_CODE=" 998 "),
    ]
    reading = parse(file_of(made_up.JOINED, *rows), la="998")
    assert [row.urn for row in reading] == [190001, 190001, 190004, 190004]
    assert (reading.rows, reading.skipped, reading.unreadable) == (2, 2, 0)
    assert sum(1 for _ in reading) == 4
    assert (reading.rows, reading.skipped) == (2, 2)
    with pytest.raises(ValueError, match="Hollinshire"):
        parse(file_of(made_up.JOINED), la="Hollinshire")


def test_a_broken_row_counts_for_the_authority_unless_it_is_plainly_anothers():
    lines = [",".join(made_up.ABSENCE), '998,0021,"190001,4.6,9.4', '997,0021,"190002,4.6,9.4', "998,0022,190003,4,9"]
    content = "\n".join(lines).encode()
    for la, unreadable, skipped in (("998", [2], 1), (None, [2, 3], 0)):
        reading = parse(made_up.BytesIO(content), la=la)
        rows = list(reading)
        assert [row.line for row in rows if isinstance(row, Unreadable)] == unreadable
        assert [row.urn for row in rows if isinstance(row, FiguresRow)] == [190003]
        assert (reading.unreadable, reading.skipped) == (len(unreadable), skipped)


def test_order_company_and_capitals_of_the_columns_change_nothing():
    headings = list(made_up.GIAS)
    random.Random(3).shuffle(headings)
    row = [*(made_up.GIAS[heading] for heading in headings), ""]
    other = written([[*map(str.upper, headings), "Something new"], row])
    assert list(parse(other)) == list(parse(file_of(made_up.GIAS)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encoding_changes_nothing(encoding):
    row = cells(made_up.GIAS, EstablishmentName="St Wenna’s – École\xa0Sud")
    (school,) = schools_of(file_of(made_up.GIAS, row, encoding=encoding))
    assert school.name == "St Wenna’s – École Sud"


def test_a_file_with_headings_alone_has_no_rows_and_is_no_mistake():
    reading = parse(written([list(made_up.JOINED)]))
    assert list(reading) == []
    assert reading.rows == 0


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "england.csv"
    line = ",".join(cells(made_up.JOINED))
    with path.open("w") as file:
        file.write(",".join(made_up.JOINED) + "\n")
        file.writelines(f"{190001 + number}{line[6:]}\n" for number in range(12_000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in parse(path)) == 24_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
