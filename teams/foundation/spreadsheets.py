"""What every file for a spreadsheet has to mind, whoever writes it (OWASP, CSV injection) or has written it."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from teams.foundation.errors import Refusal

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BYTE_ORDER_MARK = "\ufeff"  # else Excel reads the pound sign and every accent wrongly


def harmless(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words.startswith(FORMULA_STARTS) else words


def meant(cell: str) -> str:
    """What a cell says that `harmless` wrote and somebody sends back."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def text_of(data: bytes, *, every_letter: bool = False) -> str:
    """The text of an uploaded file, whatever wrote it. Raises Refusal for what is no list in plain text; with
    `every_letter` also for a file that was saved in a way that has not the letters of every language."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refusal(
            "This is a workbook. Save it as CSV and try again, or copy its rows and paste them.", code="workbook"
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace").replace("\0", "")
    if b"\0" in data or data.startswith(b"%PDF"):
        raise Refusal("This file is not a list in plain text. Save the list as CSV and try again.", code="not_text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if every_letter:
            raise Refusal(
                "The letters of other languages were lost when this file was saved. Save it as “CSV UTF-8” and try "
                "again, or copy its rows and paste them.",
                code="letters",
            ) from None
        return data.decode("cp1252", errors="replace")


def rows_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row that has anything in it, with the number of its first line."""
    text = text.lstrip("\ufeff").replace("\0", "")
    # Rows end where a spreadsheet ends them: `splitlines` also does where Word broke a line, in the middle of a cell.
    lines = list(io.StringIO(text, newline=""))
    head = next((line for line in lines if line.strip()), "")
    delimiter = max(("\t", ";", ","), key=head.count)
    reader = csv.reader(lines, delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            raise Refusal(
                f"Line {reader.line_num} cannot be taken apart into columns. Save the list as CSV again.",
                code="not_csv",
            ) from wrong
        if any(map(str.strip, cells)):
            yield line, cells
        line = reader.line_num + 1
