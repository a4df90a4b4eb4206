"""From a file to rows: the kind is found by its headings, its table is fitted to them once, then each row is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import fields
from types import MappingProxyType
from typing import Any, NamedTuple

from schools.files.kinds import Column, Kind, folded, recognise
from schools.files.reading import RawRow, Source, TextFile
from schools.files.register import CLOSED
from schools.files.rows import FiguresRow, LinkRow, SchoolRow, Unreadable
from schools.files.values import EMPTY, Figure, Marked, Unfit, la_code, printable, text

Row = SchoolRow | FiguresRow | LinkRow | Unreadable
Cells = list[str]

_SCHOOL_FIELDS = tuple(field for field in fields(SchoolRow) if field.name != "line")
_STATUS, _HEAD = (index for index, field in enumerate(_SCHOOL_FIELDS) if field.name in ("status", "head"))
_WHOLE_PERIODS = frozenset({"", "academic year"})


def parse(source: Source, *, la: str | None = None) -> Reading:
    """Look through a file and make ready to read it.

    `source` is a path or a seekable binary file. `la`, a DfE code of three digits, leaves out the rows of other
    authorities, where the kind of file tells them apart. Raises NotSuchAFile, and ValueError for an impossible `la`;
    reading the rows afterwards raises neither.
    """
    file = TextFile(source)
    return Reading(file, recognise(file.headings), la=la)


class Reading:
    """The rows of one file in its order, as SchoolRow, FiguresRow, LinkRow and Unreadable.

    A line can give a SchoolRow and, right after it, the FiguresRow of the same school. Nothing is kept: each iteration
    reads the file anew, starts the counts anew, and needs memory for one row.

    `kind`, `encoding` and `headings` say what was found. `school_fields` are the fields of SchoolRow, and
    `figure_columns` our figure columns, that this file has; about the others its rows say nothing.

    During and after an iteration: `rows` is the number of rows taken, unreadable ones included; `unreadable`, how many
    of them; `skipped`, rows of other authorities; `summary`, national or regional lines, which are no schools.
    """

    def __init__(self, file: TextFile, kind: Kind, *, la: str | None = None) -> None:
        self.kind, self.encoding, self.headings = kind, file.encoding, tuple(file.headings)
        self._la = None if la is None else la_code(la)
        self._file, self._fitted = file, _Fitted(kind, file.headings)
        self.school_fields, self.figure_columns = self._fitted.school_fields, self._fitted.figure_columns
        self._start()

    def _start(self) -> None:
        self.rows = self.unreadable = self.skipped = self.summary = 0

    def __iter__(self) -> Iterator[Row]:
        self._start()
        with closing(self._file.rows()) as rows:
            for row in rows:
                yield from self._read(row)

    def _read(self, row: RawRow) -> Sequence[Row]:
        fitted = self._fitted
        cells, fault = fitted.to_width(row)
        if fitted.is_summary(cells):
            self.summary += 1
            return ()
        if self._la is not None and fitted.is_elsewhere(cells, self._la, is_sound=fault is None):
            self.skipped += 1
            return ()
        self.rows += 1
        if fault is not None:
            return self._unreadable(row.line, fault, fitted.excerpt(cells, is_sound=False))
        try:
            return fitted.read(cells, row.line)
        except Unfit:
            is_sound = len(cells) == len(self.headings)
            fault = fitted.fault(cells, is_sound=is_sound)
            return self._unreadable(row.line, fault, fitted.excerpt(cells, is_sound=is_sound))

    def _unreadable(self, line: int, fault: str, excerpt: tuple[str, ...]) -> Sequence[Row]:
        self.unreadable += 1
        return (Unreadable(line, f"{fault}.", excerpt),)


class _Field(NamedTuple):
    """One column of a kind's table in one file: where its first cell stands, and its value from the cells of a row."""

    column: Column
    at: int
    read: Callable[[Cells], Any]


class _Fitted:
    """A kind's table fitted to the headings of one file."""

    def __init__(self, kind: Kind, headings: Sequence[str]) -> None:
        self._kind, self._width = kind, len(headings)
        self._at: dict[str, int] = {}
        for index, heading in enumerate(map(folded, headings)):
            if heading:
                self._at.setdefault(heading, index)
        school, figures, link = (self._fields(table) for table in (kind.school, kind.figures, kind.link))
        year = self._fields((kind.year,) if kind.year else ())

        self._every = [*school.values(), *figures.values(), *link.values(), *year.values()]
        self._has_spill = any(field.column.spills for field in self._every)
        self._la_at, self._period_at = self._at.get(folded(kind.la)), self._at.get(folded(kind.period))
        self._summary = [(self._at[folded(name)], is_one) for name, is_one in kind.summary if folded(name) in self._at]
        key = school or figures or link
        self._shown_at = [key[name].at for name in ("urn", "la_code", "name") if name in key]

        self._nothing_said: list[Any] = [field.default for field in _SCHOOL_FIELDS]
        self._school = [
            (index, school[field.name].read) for index, field in enumerate(_SCHOOL_FIELDS) if field.name in school
        ]
        self._link = [(name, field.read) for name, field in link.items()]
        self._key = [figures[name].read for name in ("urn", "la_code") if name in figures]
        self._figures = [(name, field.read) for name, field in figures.items() if name not in ("urn", "la_code")]
        self._year = year["year"].read if year else _always(None)
        self._definitions = MappingProxyType(
            {name: figures[name].column.definition for name, _ in self._figures if figures[name].column.definition}
        )
        self.school_fields = frozenset(school)
        self.figure_columns = tuple(name for name, _ in self._figures)

    def to_width(self, row: RawRow) -> tuple[Cells, str | None]:
        """The cells, at least one to a heading, and what is wrong with their number, if anything.

        Spreadsheets leave out the last cells of a row where they are empty, so a few may be missing.
        """
        cells, fault, width = row.cells, row.fault, self._width
        if len(cells) == width:
            return cells, fault
        wrong = self._wrong_width(cells)
        if len(cells) > width:
            is_wrong = not self._has_spill and any(map(str.strip, cells[width:]))
        else:
            is_wrong = width - len(cells) > width // 10
            cells = cells + [""] * (width - len(cells))
        return cells, fault or (wrong if is_wrong else None)

    def is_summary(self, cells: Cells) -> bool:
        return any(is_one(cells[at]) for at, is_one in self._summary)

    def is_elsewhere(self, cells: Cells, la: str, *, is_sound: bool) -> bool:
        """Is this another authority's row? Of one that is not sound, only where another's code stands in its place."""
        if self._la_at is None:
            return False
        code = cells[self._la_at].strip()
        return code != la and (is_sound or (len(code) == len(la) and code.isdecimal()))

    def read(self, cells: Cells, line: int) -> Sequence[Row]:
        """The rows that one line gives. Raises Unfit."""
        if self._kind.link:
            return (LinkRow(**{name: read(cells) for name, read in self._link}, line=line),)
        if not self._kind.school:
            urn, authority = (read(cells) for read in self._key)
            return (self._figures_row(cells, urn, authority, self._values(cells), line),)
        school = self._school_row(cells, line)
        values = self._values(cells)
        # Most registers have no figures of a school that closed long ago: nothing is said, not even by a mark.
        if all(value is EMPTY for value in values.values()):
            return (school,)
        return (school, self._figures_row(cells, school.urn, school.la_code, values, line))

    def _school_row(self, cells: Cells, line: int) -> SchoolRow:
        said = self._nothing_said.copy()
        for index, read in self._school:
            said[index] = read(cells)
        if said[_STATUS] == CLOSED:
            # Whoever led a school that is closed is not its current head, and is nobody's business here.
            said[_HEAD] = None
        said.append(line)
        return SchoolRow(*said)

    def _values(self, cells: Cells) -> dict[str, Figure | Marked]:
        return {name: read(cells) for name, read in self._figures}

    def _figures_row(
        self, cells: Cells, urn: int, authority: str, values: dict[str, Figure | Marked], line: int
    ) -> FiguresRow:
        definitions = self._definitions if self._period_at is None else self._defined_for(cells[self._period_at])
        return FiguresRow(urn, self._kind.source, self._year(cells), values, definitions, authority, line)

    def _defined_for(self, period: str) -> Mapping[str, str]:
        """The definitions, and with each the part of the year it is for: an autumn term is not a year."""
        part = text(period)
        if part.casefold() in _WHOLE_PERIODS:
            return self._definitions
        return {name: ", ".join(filter(None, (self._definitions.get(name), part))) for name in self.figure_columns}

    def fault(self, cells: Cells, *, is_sound: bool) -> str:
        """Why a row cannot be read: the first cell that is unfit, and what it says where that cannot be another's."""
        for field in self._every:
            try:
                field.read(cells)
            except Unfit as unfit:
                heading = field.column.headings[0]
                return f"{heading} {unfit}" if is_sound else f"{self._wrong_width(cells)}, and {heading} cannot be read"
        return "The row cannot be read"

    def _wrong_width(self, cells: Cells) -> str:
        return f"The row has {len(cells)} cells under {self._width} headings"

    def excerpt(self, cells: Cells, *, is_sound: bool) -> tuple[str, ...]:
        """URN, authority and name, to find the row by; where cells may be shifted, only numbers: no person's name."""
        shown = (printable(cells[at]) for at in self._shown_at)
        return tuple(cell for cell in shown if is_sound or cell.isdecimal())

    def _fields(self, table: Sequence[Column]) -> dict[str, _Field]:
        found: dict[str, _Field] = {}
        for column in table:
            at = [self._at[folded(heading)] for heading in column.headings if folded(heading) in self._at]
            if len(at) == len(column.headings):
                found.setdefault(column.field, _Field(column, at[0], self._reader(column, at)))
        return found

    def _reader(self, column: Column, at: list[int]) -> Callable[[Cells], Any]:
        convert, first, width = column.convert, at[0], self._width
        if column.spills:
            return lambda cells: convert(cells[first], *cells[width:])
        if len(at) == 1:
            return lambda cells: convert(cells[first])
        return lambda cells: convert(*[cells[index] for index in at])


def _always(value: Any) -> Callable[[Cells], Any]:
    return lambda _cells: value
