"""From the rows of a file to rows in staging, a chunk at a time: each chunk is one COPY in one short transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection

from schools.actions.imports import statements
from schools.files import Figure, FiguresRow, Head, LinkRow, Marked, Reading, SchoolRow, Unreadable, leads_on
from schools.files.values import LONGEST_TEXT
from schools.models import FileImport, SchoolLink
from schools.models.imports import MOST_COMPLAINTS

CHUNK = 2000  # rows
_json = json.JSONEncoder(default=str, separators=(",", ":")).encode  # days and figures as text: columns read them


class Staged(NamedTuple):
    """One row of the file as it is staged; schools.models.StagedRow says what is in `values`."""

    line: int
    key: str
    urn: str
    values: dict[str, Any]


@dataclass
class Staging:
    """One reading on its way into staging. Iterating gives chunks of Staged; `complaints` fills up meanwhile."""

    reading: Reading
    year: int | None  # for figures of which the file does not say it
    complaints: list[dict[str, Any]] = field(default_factory=list)
    definitions: Mapping[str, str] | None = None  # of the first row with figures: nearly always everybody's

    def __post_init__(self) -> None:
        told = self.reading.school_fields
        self.school_columns = [name for name in statements.SCHOOL_COLUMNS if name in told]
        self._tells_head, self._tells_links = "head" in told, "links" in told
        if self._tells_head:
            self.school_columns.append("head_in_register")

    @property
    def columns(self) -> dict[str, Any]:
        """What the file speaks about at all, and how it counts: FileImport.columns; after an iteration."""
        return {
            "school": self.school_columns,
            "figures": list(self.reading.figure_columns),
            "definitions": dict(self.definitions or {}),
        }

    @property
    def complained(self) -> int:
        """How many rows could not be read; after an iteration."""
        return self.reading.unreadable

    @property
    def left_out(self) -> dict[str, int]:
        """The rows that the reading itself left out; after an iteration."""
        return {
            FileImport.LeftOut.ELSEWHERE: self.reading.skipped,
            FileImport.LeftOut.NATIONAL: self.reading.summary,
        }

    def __iter__(self) -> Iterator[list[Staged]]:
        rows = self._rows()
        while chunk := list(islice(rows, CHUNK)):
            yield chunk

    def _rows(self) -> Iterator[Staged]:
        """One for each readable line. A school's figures come right after it, from the same line."""
        waiting: Staged | None = None
        for row in self.reading:
            if isinstance(row, FiguresRow) and waiting is not None and waiting.line == row.line:
                waiting.values.update(self._figures(row))
                continue
            if waiting is not None:
                yield waiting
            waiting = self._staged(row)
        if waiting is not None:
            yield waiting

    def _staged(self, row: SchoolRow | FiguresRow | LinkRow | Unreadable) -> Staged | None:
        if isinstance(row, Unreadable):
            if len(self.complaints) < MOST_COMPLAINTS:
                about = ", ".join(filter(None, row.cells_excerpt))
                self.complaints.append({"line": row.line, "reason": row.reason, "about": about})
            return None
        urn = str(row.urn)
        if isinstance(row, SchoolRow):
            return Staged(row.line, urn, urn, self._school(row))
        if isinstance(row, LinkRow):
            link = _link(row.urn, row.link_urn, row.type, row.since)
            return Staged(row.line, f"{urn}:{row.link_urn}:{row.type}", urn, {"links": [link]})
        return Staged(row.line, f"{urn}:{row.year or self.year}", urn, self._figures(row))

    def _school(self, row: SchoolRow) -> dict[str, Any]:
        school = {name: getattr(row, name, None) for name in self.school_columns}
        if self._tells_head:
            school["head_in_register"] = _head(row.head)
        values: dict[str, Any] = {"school": school}
        if self._tells_links and row.links:
            values["links"] = [_link(row.urn, link.urn, link.type) for link in row.links]
        return values

    def _figures(self, row: FiguresRow) -> dict[str, Any]:
        """Nothing where nobody knows the year: a figure without its year is no figure."""
        year = row.year or self.year
        if year is None:
            return {}
        said = {name: value.value for name, value in row.values.items() if isinstance(value, Figure)}
        marks = {name: value.mark for name, value in row.values.items() if isinstance(value, Marked) and value.mark}
        figures: dict[str, Any] = {"year": year, "marks": marks, **said}
        if self.definitions is None:
            self.definitions = row.definitions
        elif self.definitions != row.definitions:
            figures["definitions"] = dict(row.definitions)
        return {"figures": figures}


def _head(head: Head | None) -> str:
    """ "Ms Anna Brown, Headteacher", as far as it is published."""
    if head is None:
        return ""
    name = " ".join(filter(None, (head.title, head.first, head.last)))
    return ", ".join(filter(None, (name, head.job)))[:LONGEST_TEXT]


def _link(urn: int, other: int, words: str, since: object = None) -> dict[str, Any]:
    kind = SchoolLink.Kind.OTHER
    if leads_on(words):
        kind = SchoolLink.Kind.SUCCESSOR
    elif words.casefold().startswith("predecessor"):
        kind = SchoolLink.Kind.PREDECESSOR
    return {"urn": str(urn), "other_urn": str(other), "kind": kind, "words": words, "since": since}


def copy(file_import: FileImport, chunk: Sequence[Staged]) -> None:
    """Put a chunk into staging, inside the authority's scope."""
    with connection.cursor() as cursor:
        cursor.execute(statements.incoming())
        cursor.copy_expert(statements.COPY_INCOMING, StringIO("".join(_lines(chunk))))
        cursor.execute(statements.stage(), [file_import.pk])


def _lines(chunk: Iterable[Staged]) -> Iterator[str]:
    """COPY's text format: tabs between columns, a backslash before a backslash. JSON holds no tab and no line end."""
    for line, key, urn, values in chunk:
        cells = f"{key}\t{urn}\t{_json(values)}".replace("\\", "\\\\")
        yield f"{line}\t{cells}\n"
