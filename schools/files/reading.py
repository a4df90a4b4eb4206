"""Open a file that somebody was given or sent, and hand out its rows.

Nothing here knows what a school is. A first pass over the bytes settles, before any row is handed out, what would spoil
the whole file: another format, an encoding, NUL bytes, a line without end. A second pass hands out rows one at a time.
Neither holds more than a few lines in memory.
"""

from __future__ import annotations

import codecs
import csv
import os
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from io import TextIOBase, TextIOWrapper
from typing import BinaryIO, NamedTuple

from teams.foundation.errors import Refusal

Source = str | os.PathLike[str] | BinaryIO

# A chunk of this size without a line break cannot come from these files: their longest line is under 10,000 bytes.
_CHUNK = 128 * 1024
# A cell may hold line breaks, but a row over more lines than this has a quotation mark that is never closed.
_MOST_LINES_IN_A_ROW = 20
_BOM = codecs.BOM_UTF8

_TRY_AGAIN = "Download it again and try again."
_UNCLOSED = "A quotation mark is opened and not closed"
_CUT_SHORT = "The file ends in the middle of this row"

# First bytes of the files that people send instead. Order matters: a workbook is also a ZIP archive.
_OTHER_FORMATS = (
    (b"\xd0\xcf\x11\xe0", "This is an Excel workbook. Save it as CSV and try again."),
    (b"PK\x03\x04", "This is a ZIP archive. Open it, take out the CSV file and try again with that."),
    (b"PK\x05\x06", "This is an empty ZIP archive. Download it again, take out the CSV file and try again with that."),
    (b"\x1f\x8b", "This is a compressed archive. Open it, take out the CSV file and try again with that."),
    (b"%PDF", "This is a PDF. Ask for the same data as CSV and try again."),
    (codecs.BOM_UTF16_LE, "This is saved as Unicode text (UTF-16). Save it as CSV UTF-8 and try again."),
    (codecs.BOM_UTF16_BE, "This is saved as Unicode text (UTF-16). Save it as CSV UTF-8 and try again."),
)
_WORKBOOK_PARTS = (b"[Content_Types].xml", b"_rels/.rels", b"xl/")
_WEB_PAGE = (b"<!doctype", b"<html", b"<?xml")


class NotSuchAFile(Refusal):
    """The file as a whole cannot be read as what it was given for. `message` says what it is and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_such_a_file")


class RawRow(NamedTuple):
    """One row as it stands in the file.

    `line` is the number of its first physical line, counted from 1 and including the headings. `fault` is None, or says
    why the cells cannot be trusted (no full stop at its end); reading goes on with the line after.
    """

    line: int
    cells: list[str]
    fault: str | None


class TextFile:
    """A comma- or tab-separated file, looked through once and ready to be read as often as wanted.

    `source` is a path or a seekable binary file, which stays open and is read from its start. `encoding` says in words
    how it is written: "utf-8", "utf-8 with BOM" or "cp1252". Raises NotSuchAFile.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        with self._opened() as binary:
            self.encoding = _encoding_of(binary)
        # The delimiter is the one that takes the first row apart into more cells; a tab is never part of a heading.
        first_rows = {delimiter: self._first_row(delimiter) for delimiter in ("\t", ",")}
        self.delimiter = max(first_rows, key=lambda delimiter: len(first_rows[delimiter]))
        self.headings = first_rows[self.delimiter]
        if not self.headings:
            raise NotSuchAFile(f"{_UNCLOSED} in the first row of this file. {_TRY_AGAIN}")

    def rows(self) -> Generator[RawRow, None, None]:
        """The rows below the headings, in the file's order; rows without anything in any cell are left out."""
        width = len(self.headings)
        with closing(self._all_rows(self.delimiter)) as rows:
            next(rows)
            for row in rows:
                if row.fault is not None and len(row.cells) == width:
                    # Somebody forgot to double a quotation mark; the cells still stand under their headings.
                    yield RawRow(row.line, row.cells, None)
                else:
                    yield row

    def _first_row(self, delimiter: str) -> list[str]:
        """The first row that has anything in it, or [] where its quotation marks do not fit this delimiter."""
        with closing(self._all_rows(delimiter)) as rows:
            first = next(rows, None)
        if first is None:
            raise NotSuchAFile(f"This file is empty. {_TRY_AGAIN}")
        return [] if first.fault else first.cells

    def _all_rows(self, delimiter: str) -> Generator[RawRow, None, None]:
        with self._opened() as binary, self._decoded(binary) as text:
            lines = _Lines(text)
            rows = csv.reader(lines, delimiter=delimiter, strict=True)
            width = 0
            while True:
                first = lines.start_row()
                try:
                    cells = next(rows)
                    if lines.in_hand > 1 and width and len(cells) != width:
                        raise _NotOneRow
                except StopIteration:
                    return
                except (csv.Error, _NotOneRow):
                    broken = lines.put_back_all_but_first()
                    yield RawRow(first, _loosely(broken, delimiter), _UNCLOSED)
                    rows = csv.reader(lines, delimiter=delimiter, strict=True)
                    continue
                if not any(map(str.strip, cells)):
                    continue
                width = width or len(cells)
                fault = _CUT_SHORT if len(cells) < width and lines.is_last_unfinished() else None
                yield RawRow(first, cells, fault)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        if isinstance(self._source, str | os.PathLike):
            try:
                binary = open(self._source, "rb")  # noqa: SIM115 - closed by the `with` below; only opening may refuse
            except OSError as error:
                name = os.path.basename(os.fspath(self._source))
                raise NotSuchAFile(f'The file "{name}" cannot be opened. Check its name and place.') from error
            with binary:
                yield binary
        elif isinstance(self._source, TextIOBase):
            raise TypeError("A binary file is needed, so that its encoding can be found.")
        else:
            self._source.seek(0)
            yield self._source

    @contextmanager
    def _decoded(self, binary: BinaryIO) -> Iterator[TextIOWrapper]:
        codec = "cp1252" if self.encoding == "cp1252" else "utf-8-sig"
        # Five bytes mean nothing in cp1252; they become a replacement character and spoil one cell, not the file.
        text = TextIOWrapper(binary, encoding=codec, errors="replace", newline="")
        try:
            yield text
        finally:
            # Whoever closed the file in the middle has nothing left to be kept open.
            if not binary.closed:
                text.detach()


class _NotOneRow(Exception):
    """Lines were taken for one row that cannot be: too many, or cells that do not fit under the headings."""


class _Lines:
    """Physical lines for the csv reader, with those of the row in hand kept, so that they can be read again."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._again: list[str] = []
        self._held: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._held) == _MOST_LINES_IN_A_ROW:
            raise _NotOneRow
        line = self._again.pop() if self._again else next(self._text)
        self._held.append(line)
        return line

    @property
    def in_hand(self) -> int:
        return len(self._held)

    def start_row(self) -> int:
        """Let go of the row before; the number of the next physical line."""
        self._number += len(self._held)
        self._held.clear()
        return self._number + 1

    def put_back_all_but_first(self) -> str:
        """The first line of the row in hand; the rest will be handed out again."""
        first, *rest = self._held
        self._again.extend(reversed(rest))
        self._held = [first]
        return first

    def is_last_unfinished(self) -> bool:
        """Does the row in hand end without a line break, as only the last row of a file can?"""
        return bool(self._held) and not self._held[-1].endswith(("\n", "\r"))


def _loosely(line: str, delimiter: str) -> list[str]:
    """The cells of one physical line, whatever its quotation marks."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [cell.strip('"') for cell in line.split(delimiter)]


def _encoding_of(binary: BinaryIO) -> str:
    """Read all bytes once: "utf-8", "utf-8 with BOM" or "cp1252"; NotSuchAFile for what is not text in lines.

    A byte-order mark settles it. Without one, a single byte that is not UTF-8 makes the whole file cp1252, unless it is
    a character that the end of the file has cut in two, after others that were whole.
    """
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, has_wide, has_bom, is_start = True, False, False, True
    while chunk := binary.read(_CHUNK):
        if is_start:
            _refuse_other_formats(chunk)
            has_bom, is_start = chunk.startswith(_BOM), False
        _refuse_what_is_not_lines(chunk)
        if is_utf8:
            try:
                has_wide = not utf8.decode(chunk).isascii() or has_wide
            except UnicodeDecodeError:
                is_utf8 = False
    if has_bom:
        return "utf-8 with BOM"
    is_cut = bool(utf8.getstate()[0])
    return "utf-8" if is_utf8 and (has_wide or not is_cut) else "cp1252"


def _refuse_what_is_not_lines(chunk: bytes) -> None:
    if b"\0" in chunk:
        raise NotSuchAFile("This file is damaged or is not text. Download it again as CSV and try again.")
    if len(chunk) == _CHUNK and b"\n" not in chunk and b"\r" not in chunk:
        raise NotSuchAFile(f"This file has a line that is far too long for a list of schools. {_TRY_AGAIN}")


def _refuse_other_formats(start: bytes) -> None:
    if start.startswith(b"PK\x03\x04") and any(part in start for part in _WORKBOOK_PARTS):
        raise NotSuchAFile("This is an Excel workbook. Save it as CSV and try again.")
    for first_bytes, message in _OTHER_FORMATS:
        if start.startswith(first_bytes):
            raise NotSuchAFile(message)
    if start.removeprefix(_BOM).lstrip()[:9].lower().startswith(_WEB_PAGE):
        raise NotSuchAFile("This is a web page, not the file that it links to. Follow its link to the CSV file.")
