"""What loading a staged file would do, and doing it: set-based, inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from typing import Any

from django.db import connection, models

from schools.actions.imports import statements
from schools.files.kinds import KINDS, Kind
from schools.models import Figures, FileImport, School
from schools.models.imports import COUNTS, MOST_DIFFERENCES
from teams.foundation import words
from teams.models import Authority
from teams.rules.calendar import school_year_label

KIND = {kind.code: kind for kind in KINDS}


def one_at_a_time() -> None:
    """Wait until no other import of this authority is loading: two at once would both call a school new."""
    Authority.one_at_a_time()
    with connection.cursor() as cursor:
        cursor.execute(statements.lock())


class Comparison:
    """A staged file beside what is known. Made anew in each transaction, for what is known may have moved."""

    def __init__(self, file_import: FileImport) -> None:
        self.file_import = file_import
        self.kind: Kind = KIND[file_import.kind]
        self.figures: list[str] = file_import.columns["figures"]
        is_of_schools = bool(self.kind.school)
        self.has_figures, self.has_links = not self.kind.link, bool(self.kind.school or self.kind.link)
        with _cursor() as cursor:
            cursor.execute(statements.start_over())
            cursor.execute(statements.said(), [file_import.pk])
            if is_of_schools:
                told = file_import.columns["school"]
                cursor.execute(statements.school_fate(told, is_register=self.kind.is_register))
            if self.has_figures:
                parameters = [json.dumps(file_import.columns["definitions"]), self.kind.source, self.figures]
                cursor.execute(statements.figures_fate(self.figures, is_of_schools=is_of_schools), parameters)
            if self.has_links:
                cursor.execute(statements.link_fate(is_of_schools=is_of_schools))

    def counts(self, unreadable: int, left_out: dict[str, int]) -> dict[str, Any]:
        """The rows by what becomes of them, and `left_out` with those added that are of no school here."""
        left_out = dict(left_out)
        with _cursor() as cursor:
            cursor.execute(statements.count_rows(), [self.file_import.pk])
            staged, counting = cursor.fetchone()
            if self.kind.school:
                cursor.execute(statements.counts_of_schools())
            else:
                cursor.execute(statements.counts_of("link" if self.kind.link else "figures"))
            fates = dict(cursor.fetchall())
        left_out[FileImport.LeftOut.REPEATED] = staged - counting
        left_out[FileImport.LeftOut.NOT_HERE] = fates.pop("not_here", 0)
        counts = {name: fates.get(name, 0) for name in COUNTS} | {"unreadable": unreadable}
        return {
            **counts,
            "rows": sum(counts.values()),
            "left_out": {reason: number for reason, number in left_out.items() if number},
        }

    def differences(self) -> list[dict[str, str]]:
        """The first differences of what is known already, in words: {"school", "what", "before", "after"}."""
        return [
            {"school": school, "what": what, "before": before, "after": after}
            for school, what, before, after in islice(self._differences(), MOST_DIFFERENCES)
        ]

    def load(self) -> None:
        """Write what differs: schools first, for figures hang on them."""
        with _cursor() as cursor:
            if self.kind.school:
                cursor.execute(statements.write_schools(), [self.kind.code])
            if self.has_figures:
                parameters = [self.kind.source, self.figures, self.figures]
                cursor.execute(statements.write_figures(self.figures), parameters)
            if self.has_links:
                cursor.execute(statements.write_links())
            cursor.execute(statements.forget_plans())

    def _differences(self) -> Iterator[tuple[str, str, str, str]]:
        if self.kind.school:
            yield from self._of_schools()
        if self.has_figures:
            yield from self._of_figures()
        if self.has_links:
            yield from self._of_links()

    def _of_schools(self) -> Iterator[tuple[str, str, str, str]]:
        for name, *pairs in _rows(statements.different_schools(), [MOST_DIFFERENCES]):
            for column, before, after in zip(statements.SCHOOL_COLUMNS, pairs[::2], pairs[1::2], strict=True):
                if before == after:
                    continue
                field = _field(School, column)
                if column == "head_in_register":  # a name that is on its way out is not kept here
                    before, after = "", "another name" if after else "no name"
                yield name, _heading(field), _in_words(field, before), _in_words(field, after)

    def _of_figures(self) -> Iterator[tuple[str, str, str, str]]:
        rows = _rows(statements.different_figures(self.figures), [self.kind.source, MOST_DIFFERENCES])
        for name, year, *pairs in rows:
            for column, before, after in zip(self.figures, pairs[::2], pairs[1::2], strict=True):
                if before != after:
                    heading = _heading(_field(Figures, column))
                    yield name, f"{heading}, {school_year_label(year)}", before, after

    def _of_links(self) -> Iterator[tuple[str, str, str, str]]:
        for name, link, other, since in _rows(statements.different_links(), [MOST_DIFFERENCES]):
            yield name, "Link", "", f"{link}: {other}" + (f", {words.day(since)}" if since else "")


@contextmanager
def _cursor() -> Iterator[Any]:
    """Joins of whole tables are hashed: right after a first load PostgreSQL still takes the tables for empty, and would
    go through all of one for each row of the other (21,000 rows of absence: 27 s instead of 1).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT")


def _rows(sql: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with _cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def _field(model: type[models.Model], name: str) -> models.Field:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)  # noqa: S101  a column, not a relation from elsewhere
    return field


def _heading(field: models.Field) -> str:
    text = str(field.verbose_name)
    return text[:1].upper() + text[1:]


def _in_words(field: models.Field, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, date):
        return words.day(value)
    return str(dict(field.flatchoices).get(value, value))
