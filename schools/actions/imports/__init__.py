"""Loading the government's files: receive, read into staging, compare, load.

A command does all of it in one call (`import_file`). A page receives an upload, a worker reads it (`read_stored`), a
person looks at what would change, and `load` writes it. Both go through the same two halves:

- reading, in many short transactions: rows go into staging in chunks, and whoever dies half way leaves only staging
- loading, in one short transaction: what is said is compared with what is known, and what differs is written
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from schools.actions.imports import staging
from schools.actions.imports.comparing import Comparison, one_at_a_time
from schools.actions.imports.receiving import Subject, look, receive, receive_upload, year_of_name
from schools.actions.imports.staging import Staging
from schools.files import NotSuchAFile, parse
from schools.models import FileImport
from schools.models.imports import ATTEMPTS, LEASE
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.tenancy import authority_scope, current_authority_id

__all__ = [
    "Subject",
    "drop",
    "import_file",
    "load",
    "look",
    "put_away_abandoned",
    "read_stored",
    "receive_upload",
    "year_of_name",
]

Clock = Callable[[], datetime]


def import_file(
    source: str | os.PathLike[str] | BinaryIO,
    *,
    by: Principal,
    at: datetime,
    authority: Any = None,
    la: str | None = None,
    year: int | None = None,
    file_name: str = "",
    subject: Subject | None = None,
    clock: Clock = timezone.now,
) -> FileImport:
    """Read and load a whole file: for commands and the demo.

    `source` is a path or a seekable binary file. Called outside every scope with an `authority`, it reads in short
    transactions; called inside one, in the transaction that is open. `la` narrows to the rows of one authority, `year`
    (2018 for 2018/19) is for files that do not say theirs. Raises Refusal before anything is written where the file
    cannot be read, or is not about `subject`.
    """
    authority_id = current_authority_id() if authority is None else authority.pk
    if authority_id is None:
        raise RuntimeError("import_file needs an authority, or the scope of one.")
    with _opened(source) as file:
        name = file_name or os.path.basename(str(getattr(file, "name", "")))
        reading, year = look(file, file_name=name, la=la, year=year, subject=subject)
        with authority_scope(authority_id):
            put_away_abandoned(by=by, at=clock())
            file_import = receive(
                reading, file_name=name, la=la, year=year, size=_size(file), by=by, at=at,
                attempts=1, lease_until=clock() + LEASE,
            )  # fmt: skip
        if not _read(file_import, file, by=by, at=at, clock=clock, and_load=True):
            raise Refusal("This import was put away while it was read. Start it again.", code="put_away")
    return file_import


def read_stored(authority_id: int, import_id: int, *, by: Principal, clock: Clock = timezone.now) -> None:
    """Read an upload into staging, outside every scope. Whatever an earlier try left in staging goes first."""
    with authority_scope(authority_id):
        file_import = FileImport.claim(import_id, at=clock())
        if file_import is None:
            return
        if file_import.attempts > ATTEMPTS:
            problem = f"It was tried {ATTEMPTS} times and never read to its end. Upload it again."
            _refuse(file_import, problem, by=by, at=clock())
            return
    try:
        with default_storage.open(file_import.stored_as, "rb") as stored:
            # The file itself: Django's wrapper around it is no binary stream to read text from.
            _read(file_import, cast(BinaryIO, stored.file), by=by, at=clock(), clock=clock)
    except (NotSuchAFile, FileNotFoundError) as error:
        problem = (
            error.message if isinstance(error, NotSuchAFile) else "The file is not there any more. Upload it again."
        )
        with authority_scope(authority_id):
            _refuse(file_import, problem, by=by, at=clock())


def load(file_import: FileImport, *, by: Principal, at: datetime) -> FileImport:
    """Write what a checked file says, all or nothing, inside the authority's scope. The same file again writes nothing.

    Raises Refusal where it has been loaded or put away already.
    """
    with transaction.atomic():
        one_at_a_time()
        _load(file_import, Comparison(file_import), by=by, at=at)
    return file_import


def drop(file_import: FileImport, *, by: Principal, at: datetime) -> None:
    """Put a file away without loading it."""
    stored = file_import.stored_as
    with transaction.atomic():
        file_import.drop(by=by, at=at)
        _forget(stored)


def put_away_abandoned(*, by: Principal, at: datetime) -> int:
    """Drop what a command that died has left in staging, inside the authority's scope. Returns how many."""
    abandoned = list(FileImport.objects.abandoned(at))
    for file_import in abandoned:
        file_import.drop(by=by, at=at)
    return len(abandoned)


def _read(
    file_import: FileImport, file: BinaryIO, *, by: Principal, at: datetime, clock: Clock, and_load: bool = False
) -> bool:
    """Stage all rows, chunk by chunk, and say what loading them would do; or do it in the same transaction.

    False: somebody else has taken the import over, or put it away.
    """
    rows = Staging(parse(file, la=file_import.la_code or None), file_import.year)
    authority_id = cast(int, file_import.authority_id)
    with authority_scope(authority_id):
        file_import.staged.all().delete()
    for chunk in rows:
        with authority_scope(authority_id):
            if not file_import.hold(bytes_read=file.tell(), at=clock()):
                return False
            staging.copy(file_import, chunk)
    with authority_scope(authority_id):
        if not file_import.hold(bytes_read=file_import.bytes_total, at=clock()):
            return False
        if and_load:
            one_at_a_time()
        file_import.columns = rows.columns
        comparison = Comparison(file_import)
        file_import.finish_reading(
            {
                **comparison.counts(rows.complained, rows.left_out),
                "columns": rows.columns,
                "complaints": rows.complaints,
                "differences": [] if and_load else comparison.differences(),
            },
            by=by,
            at=at,
        )
        if and_load:
            _load(file_import, comparison, by=by, at=at)
    return True


def _load(file_import: FileImport, comparison: Comparison, *, by: Principal, at: datetime) -> None:
    stored = file_import.stored_as
    found = comparison.counts(file_import.unreadable, file_import.left_out)
    comparison.load()
    file_import.apply(found, by=by, at=at)
    _forget(stored)


def _refuse(file_import: FileImport, problem: str, *, by: Principal, at: datetime) -> None:
    stored = file_import.stored_as
    file_import.refuse(problem, by=by, at=at)
    _forget(stored)


def _forget(stored_as: str) -> None:
    """Delete the stored file, when the transaction has committed."""
    if stored_as:
        transaction.on_commit(lambda: default_storage.delete(stored_as), robust=True)


@contextmanager
def _opened(source: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    if not isinstance(source, str | os.PathLike):
        yield source
        return
    try:
        file = open(source, "rb")  # noqa: SIM115  closed by the `with` below; only opening may refuse
    except OSError as error:
        name = os.path.basename(os.fspath(source))
        raise NotSuchAFile(f'The file "{name}" cannot be opened. Check its name and place.') from error
    with file:
        yield file


def _size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)
