"""Whatever is given, the answer is rows or one sentence; and where a column stands makes no difference."""

from dataclasses import replace
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from schools.files import FiguresRow, NotSuchAFile, SchoolRow, Unreadable, parse
from tests.schools.files import made_up
from tests.schools.files.made_up import cells, written

# How long one example takes says more about the machine than about the reader.
unhurried = settings(deadline=None)

HEADINGS = [",".join(row).encode() for row in made_up.KINDS.values()] + ["\t".join(made_up.EDUBASE).encode()]
# Cells that mean something to some column, so that more than the first converter is reached.
CELLS = st.sampled_from(sorted({cell for row in made_up.KINDS.values() for cell in row.values()})) | st.text(max_size=8)


def read_all(content):
    """All rows, or None where the file was refused; anything else that is raised fails the test."""
    try:
        reading = parse(BytesIO(content))
    except NotSuchAFile:
        return None
    rows = list(reading)
    assert reading.unreadable == sum(isinstance(row, Unreadable) for row in rows)
    return rows


@unhurried
@given(st.binary(max_size=400))
def test_any_bytes_are_rows_or_a_refusal(content):
    read_all(content)


@unhurried
@given(st.sampled_from(HEADINGS), st.binary(max_size=300))
def test_any_bytes_under_known_headings_are_rows_or_a_refusal(headings, content):
    read_all(headings + b"\r\n" + content)


@unhurried
@given(st.sampled_from(sorted(made_up.KINDS)), st.lists(st.lists(CELLS, min_size=3, max_size=42), max_size=3))
def test_any_cells_under_known_headings_are_rows(code, rows):
    content = written([list(made_up.KINDS[code]), *rows], encoding="utf-8").getvalue().replace(b"\0", b"")
    assert read_all(content) is not None


GIAS_ROWS = [
    [*cells(made_up.GIAS)[:-1], "190008 Predecessor", "190009 Successor"],
    cells(made_up.GIAS, URN="190002", EstablishmentStatus__name="Open, but proposed to close"),
    cells(made_up.GIAS, URN="none"),
]


@unhurried
@given(st.permutations(range(len(made_up.GIAS))), st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]))
def test_shuffling_columns_changes_nothing(order, encoding):
    headings, width = list(made_up.GIAS), len(made_up.GIAS)
    shuffled = [[*(row[index] for index in order), *row[width:]] for row in GIAS_ROWS]
    assert list(parse(written([[headings[index] for index in order], *shuffled], encoding=encoding))) == list(
        parse(written([headings, *GIAS_ROWS]))
    )


LINES = [f"{190001 + number}," + ",".join(cells(made_up.CENSUS)[1:]) for number in range(30)]
NO_LINE_BREAKS = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=40)


@unhurried
@given(st.integers(0, len(LINES)), NO_LINE_BREAKS)
def test_one_line_of_anything_costs_no_other_row(at, anything):
    """Unless it closes its quotation marks on the way, a line cannot reach into the next."""
    headings = ",".join(made_up.CENSUS)
    lines = [*LINES[:at], anything, *LINES[at:]]
    found = read_all("\n".join([headings, *lines, ""]).encode())
    expected = read_all("\n".join([headings, *LINES, ""]).encode())
    urns = [row.urn for row in found if isinstance(row, FiguresRow) and row.urn >= 190001]
    assert set(urns) >= {row.urn for row in expected}


@unhurried
@given(st.permutations(range(len(made_up.JOINED))))
def test_line_numbers_and_order_follow_the_file(order):
    headings = list(made_up.JOINED)
    rows = [cells(made_up.JOINED, URN=str(190001 + number)) for number in order]
    schools = [row for row in parse(written([headings, *rows])) if isinstance(row, SchoolRow)]
    assert [replace(row, line=0).urn for row in schools] == [190001 + number for number in order]
    assert [row.line for row in schools] == list(range(2, 2 + len(rows)))
