"""A file is opened whatever its encoding and delimiter; what is no such file gets one clear sentence."""

import codecs
import gzip
import zipfile
from io import BytesIO, StringIO

import pytest

from schools.files import NotSuchAFile
from schools.files.reading import TextFile

ROWS = "URN,Name\r\n190001,Beech Lane\r\n190002,Mill Road\r\n"


def file_with(content):
    return TextFile(BytesIO(content if isinstance(content, bytes) else content.encode()))


def rows_of(content):
    return [(row.line, row.cells) for row in file_with(content).rows()]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Name\r\nÉcole\r\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "Name\r\nÉcole\r\n".encode(), "utf-8 with BOM"),
        ("Name\r\nÉcole\r\n".encode("cp1252"), "cp1252"),
        (b"Name\r\nEcole\r\n", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_said(content, encoding):
    file = file_with(content)
    assert (file.encoding, file.headings) == (encoding, ["Name"])
    assert [row.cells for row in file.rows()] in ([["École"]], [["Ecole"]])


def test_the_bytes_that_the_bulk_file_is_known_for_are_read_as_cp1252():
    content = b"Name\nSt Wenna\x92s \x96 \xc9cole\xa0Sud\n"
    assert rows_of(content) == [(2, ["St Wenna’s – École\xa0Sud"])]


def test_one_old_byte_far_down_a_long_file_decides_its_encoding():
    content = b"Name\n" + b"Beech Lane\n" * 60_000 + b"\xc9cole\n"
    file = file_with(content)
    assert file.encoding == "cp1252"
    assert [row.cells for row in file.rows()][-1] == ["École"]


def test_a_byte_order_mark_settles_the_encoding_and_a_byte_without_meaning_spoils_one_cell():
    file = file_with(codecs.BOM_UTF8 + b"Name,Town\nBeech \xff Lane,Hollinford\n")
    assert file.encoding == "utf-8 with BOM"
    assert [row.cells for row in file.rows()] == [["Beech \ufffd Lane", "Hollinford"]]


def test_a_utf_8_file_cut_in_the_middle_of_a_character_stays_utf_8():
    assert file_with("Name\nÉcole\nÉ".encode()[:-1]).encoding == "utf-8"
    assert file_with(b"Name\nCaf\xc9").encoding == "cp1252"


def test_bytes_that_mean_nothing_in_cp1252_do_not_stop_the_reading():
    assert rows_of(b"Name\n\x81\xc9cole\n") == [(2, ["\ufffdÉcole"])]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_way_to_end_a_line_is_read(end):
    assert rows_of(ROWS.replace("\r\n", end)) == [(2, ["190001", "Beech Lane"]), (3, ["190002", "Mill Road"])]


def test_tabs_are_found_even_where_cells_hold_commas():
    file = file_with("URN\tName, in full\n190001\tBeech Lane, Upper Hollin\n")
    assert file.delimiter == "\t"
    assert [row.cells for row in file.rows()] == [["190001", "Beech Lane, Upper Hollin"]]


def test_rows_carry_the_number_of_their_first_line():
    content = 'URN,Name\n190001,"Beech\nLane"\n\n,\n190002,Mill Road\n'
    assert rows_of(content) == [(2, ["190001", "Beech\nLane"]), (6, ["190002", "Mill Road"])]


def test_empty_lines_before_the_headings_are_passed_over():
    assert file_with("\n\n,,\nURN,Name\n").headings == ["URN", "Name"]


def test_a_file_can_be_read_again_and_stays_open():
    source = BytesIO(ROWS.encode())
    file = TextFile(source)
    assert list(file.rows()) == list(file.rows())
    assert not source.closed


def test_a_file_that_is_closed_in_the_middle_leaves_nothing_to_complain_about():
    source = BytesIO(ROWS.encode())
    rows = TextFile(source).rows()
    next(rows)
    source.close()
    rows.close()


def test_a_path_is_read_and_one_that_is_not_there_is_refused(tmp_path):
    path = tmp_path / "schools.csv"
    path.write_text(ROWS)
    assert TextFile(path).headings == ["URN", "Name"]
    assert TextFile(str(path)).headings == ["URN", "Name"]
    with pytest.raises(NotSuchAFile, match=r'The file "other.csv" cannot be opened'):
        TextFile(tmp_path / "other.csv")


def test_a_file_opened_as_text_is_a_mistake_of_the_caller():
    with pytest.raises(TypeError):
        TextFile(StringIO(ROWS))


def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only():
    lines = ["URN,Name", '190001,"Beech Lane,x', *(f"1900{number:02},School" for number in range(2, 60))]
    rows = list(file_with("\n".join(lines) + "\n").rows())
    assert [row.line for row in rows] == list(range(2, 61))
    assert [row.line for row in rows if row.fault] == []
    assert rows[0].cells[0] == "190001"


def test_a_quotation_mark_that_swallows_the_next_cell_is_a_fault_of_its_row():
    rows = list(file_with('URN,Name,Town\n190001,"Beech Lane,Hollinford\n190002,Mill Road,Hollinford\n').rows())
    assert [(row.line, row.fault) for row in rows] == [(2, "A quotation mark is opened and not closed"), (3, None)]


def test_two_quotation_marks_astray_do_not_make_one_row_of_three():
    content = 'URN,Name,Town\n190001,"Beech Lane,x\n190002,Mill Road,x\n190003,Hill"\n190004,Ash,x\n'
    rows = list(file_with(content).rows())
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [row.line for row in rows if row.fault is None] == [3, 4, 5]


def test_quotation_marks_that_nobody_doubled_still_give_a_row():
    assert rows_of('URN,Name\n190001,"The "Best" School"\n') == [(2, ["190001", 'The Best" School"'])]


def test_the_row_in_which_the_file_ends_is_not_trusted():
    rows = list(file_with("URN,Name,Town\n190001,Beech Lane,Hollinford\n190002,Mill R").rows())
    assert [(row.line, row.fault) for row in rows] == [(2, None), (3, "The file ends in the middle of this row")]


def workbook(*names):
    binary = BytesIO()
    with zipfile.ZipFile(binary, "w") as archive:
        for name in names:
            archive.writestr(name, "x" * 2000)
    return binary.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "This file is empty. Download it again and try again."),
        (b"\r\n \r\n,,\r\n", "This file is empty. Download it again and try again."),
        (codecs.BOM_UTF8, "This file is empty. Download it again and try again."),
        (
            workbook("[Content_Types].xml", "xl/workbook.xml"),
            "This is an Excel workbook. Save it as CSV and try again.",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "This is an Excel workbook. Save it as CSV and try again."),
        (
            workbook("schools.csv"),
            "This is a ZIP archive. Open it, take out the CSV file and try again with that.",
        ),
        (
            gzip.compress(b"URN", mtime=0),
            "This is a compressed archive. Open it, take out the CSV file and try again with that.",
        ),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF. Ask for the same data as CSV and try again."),
        (
            "URN\tName\r\n".encode("utf-16"),
            "This is saved as Unicode text (UTF-16). Save it as CSV UTF-8 and try again.",
        ),
        (
            b"\n<!DOCTYPE html><html>",
            "This is a web page, not the file that it links to. Follow its link to the CSV file.",
        ),
        (b"URN,Name\n1\x00,2\n", "This file is damaged or is not text. Download it again as CSV and try again."),
        (
            b"URN,Name\n" + b"x" * 400_000,
            "This file has a line that is far too long for a list of schools. Download it again and try again.",
        ),
        (
            b'"URN,Name\n190001,Beech\n',
            "A quotation mark is opened and not closed in the first row of this file. Download it again and try again.",
        ),
    ],
)
def test_what_is_no_such_file_gets_a_sentence_that_says_what_to_do(content, message):
    with pytest.raises(NotSuchAFile) as refusal:
        file_with(content)
    assert refusal.value.message == message
    assert refusal.value.code == "not_such_a_file"
