"""A file at the door: what kind it is, for which school year, and whether it can be read at all."""

from __future__ import annotations

import os
import re
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO

from django.core.files.storage import default_storage

from schools.files import Reading, parse
from schools.files.kinds import Kind, folded
from schools.models import FileImport
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin

LARGEST = 200 * 1024 * 1024  # bytes; the full register has 60 MB
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:[-_](?:20)?(\d\d)|(\d\d))?(?!\d)")


class Subject(StrEnum):
    """What a file is about. The value is the name of the command that loads it."""

    SCHOOLS = "import_schools"
    CENSUS = "import_census"
    ABSENCE = "import_absence"

    @classmethod
    def of(cls, kind: Kind) -> Subject:
        if kind.school or kind.link:
            return cls.SCHOOLS
        return cls.ABSENCE if kind.source == "absence" else cls.CENSUS


def look(
    source: BinaryIO, *, file_name: str, la: str | None, year: int | None, subject: Subject | None = None
) -> tuple[Reading, int | None]:
    """The file ready to be read, and the school year of those of its figures that do not say theirs.

    Raises Refusal: NotSuchAFile (field "file"); code "wrong_subject" where it is about something else than `subject`;
    code "no_year" (field "year") where nothing says the year; code "no_code" (field "la_code").
    """
    try:
        reading = parse(source, la=la or None)
    except ValueError as wrong:
        raise Refusal(f'"{la}" is not the code of an authority: three figures, like 919.', field="la_code") from wrong
    except Refusal as refusal:
        refusal.field = "file"
        raise
    found = Subject.of(reading.kind)
    if subject is not None and found != subject:
        title = reading.kind.title
        raise Refusal(
            f"This is {title}, which {subject} does not read. Load it with {found}.", field="file", code="wrong_subject"
        )
    if _says_its_years(reading):
        return reading, year
    year = year or year_of_name(file_name, reading.kind)
    if year is None:
        raise Refusal(
            f"This is {reading.kind.title}. Neither it nor its name says for which school year its figures are.",
            field="year",
            code="no_year",
        )
    return reading, year


def year_of_name(file_name: str, kind: Kind) -> int | None:
    """The calendar year in which the school year starts that a file's name tells; None where it does not.

    "england_abs_2018-19.csv" is 2018. A single year is that of a census, which is taken in January: 2019 is 2018.
    """
    single = None
    for start, short, joined in _YEARS.findall(os.path.basename(file_name)):
        end = short or joined
        if end and int(end) == (int(start) + 1) % 100:
            return int(start)
        if not end and single is None:
            single = int(start) - 1
    return None if kind.source == "absence" else single


def receive(
    reading: Reading,
    *,
    file_name: str,
    la: str | None,
    year: int | None,
    size: int,
    by: Principal,
    at: datetime,
    **stored: Any,
) -> FileImport:
    """Note that a file is here to be read, inside the authority's scope. `size` is in bytes."""
    file_import = FileImport(
        file_name=os.path.basename(file_name)[:200],
        kind=reading.kind.code,
        encoding=reading.encoding,
        la_code=la or "",
        year=year,
        received_at=at,
        received_by_id=by.person_id,
        bytes_total=size,
        **stored,
    )
    return begin(file_import, "receive", by=by, at=at)


def receive_upload(upload: Any, *, la: str | None, year: int | None, by: Principal, at: datetime) -> FileImport:
    """Keep an upload (django.core.files.File) for the worker that will read it. Raises Refusal as `look` does."""
    if upload.size > LARGEST:
        raise Refusal("This file is larger than 200 MB, which no file of schools is. Choose another.", field="file")
    reading, year = look(upload.file, file_name=upload.name, la=la, year=year)
    file_import = receive(reading, file_name=upload.name, la=la, year=year, size=upload.size, by=by, at=at)
    name = f"{file_import.authority_id}/imports/{file_import.public_id}.csv"
    file_import.stored_as = default_storage.save(name, upload)
    file_import.save(update_fields=["stored_as"])
    return file_import


def _says_its_years(reading: Reading) -> bool:
    """True as well of a file without figures."""
    if not reading.figure_columns:
        return True
    year = reading.kind.year
    if year is None:
        return False
    # A register without the column of its figures' year is a register still: only the figures are left out.
    return bool(reading.kind.school) or folded(year.headings[0]) in map(folded, reading.headings)
