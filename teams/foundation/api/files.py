"""A list as a file for a spreadsheet: CSV or Excel, from the same serializers as its JSON.

No cell can start a formula in the reader's spreadsheet (OWASP, CSV injection): in CSV such words get an apostrophe in
front, in Excel every word is written as words. Numbers stay numbers, a URN stays text, money is to the penny.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from io import BytesIO, StringIO
from typing import Any, NamedTuple

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import slugify
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer

from teams.foundation import audit
from teams.foundation.errors import Refusal
from teams.foundation.spreadsheets import BYTE_ORDER_MARK, harmless

FORMAT = "format"
MOST_ROWS = 5_000  # read and written inside one request; a county has some hundred schools


class Kind(Enum):
    WORDS = "words"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"


class Column(NamedTuple):
    """A heading, and where its value stands in what the serializer says: "area.name"."""

    heading: str
    path: str
    kind: Kind = Kind.WORDS


class Negotiation(DefaultContentNegotiation):
    def filter_renderers(self, renderers: Any, format: str) -> list[Any]:  # noqa: A002  REST framework's name
        found = [renderer for renderer in renderers if renderer.format == format]
        if not found:
            raise NotAcceptable
        return found


class FileOfRows(BaseRenderer):
    """Never renders by itself: `export` writes the file. It stands here for the negotiation of formats."""

    render_style = "binary"
    charset = None

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError


class CsvFile(FileOfRows):
    media_type, format = "text/csv", "csv"


class XlsxFile(FileOfRows):
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"


def export(view: Any, rows: Any) -> HttpResponse:
    """All rows in one file, and the audit's event with how many. Raises Refusal beyond MOST_ROWS."""
    found = list(rows.order_by(*view.order)[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise Refusal(
            f"A file holds at most {MOST_ROWS:,} rows, and these are more. Narrow the list, or read it page by page.",
            code="too_many_rows",
        )
    table = [[_value(said, column) for column in view.columns] for said in map(view.in_file, view.tell_all(found))]
    model = rows.model
    return in_file(
        view, view.columns, table, title=str(model._meta.verbose_name_plural), verb=f"{model._meta.model_name}.export"
    )


def in_file(
    view: Any, columns: Sequence[Column], table: Sequence[Sequence[Any]], *, title: str, verb: str = "figure.export"
) -> HttpResponse:
    """A table of plain values as the file that was asked for, and the audit's event."""
    kind = view.request.accepted_renderer
    content = _csv(columns, table) if kind.format == CsvFile.format else _xlsx(columns, table)
    audit.record(verb, by=view.principal, at=view.now, reason=f"{kind.format}, {len(table)} rows")
    media_type = f"{kind.media_type}; charset=utf-8" if kind.format == CsvFile.format else kind.media_type
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}-{view.today:%Y-%m-%d}.{kind.format}"'
    return response


def _value(said: Mapping[str, Any], column: Column) -> Any:
    """What stands in a cell: words, a number, a date or a moment; None where there is nothing to tell."""
    value: Any = said
    for name in column.path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    if value in (None, ""):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(str(each) for each in value)
    if column.kind in (Kind.MONEY, Kind.NUMBER):
        return Decimal(str(value))
    if column.kind is Kind.DAY:
        return value if isinstance(value, date) else date.fromisoformat(value)
    if column.kind is Kind.MOMENT:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return timezone.localtime(moment).replace(tzinfo=None)
    return str(value)


def _csv(columns: Sequence[Column], table: Sequence[Sequence[Any]]) -> bytes:
    written = StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([column.heading for column in columns])
    for row in table:
        writer.writerow(list(_in_csv(columns, row)))
    return (BYTE_ORDER_MARK + written.getvalue()).encode()


def _in_csv(columns: Sequence[Column], row: Sequence[Any]) -> Iterator[str]:
    for column, value in zip(columns, row, strict=True):
        if value is None:
            yield ""
        elif isinstance(value, datetime):
            yield value.isoformat(sep=" ", timespec="minutes")
        elif isinstance(value, date):
            yield value.isoformat()
        elif column.kind is Kind.MONEY:
            yield f"{value:.2f}"
        else:
            yield str(value) if isinstance(value, Decimal) else harmless(str(value))


def _xlsx(columns: Sequence[Column], table: Sequence[Sequence[Any]]) -> bytes:
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = {
        Kind.DAY: book.add_format({"num_format": "d mmm yyyy"}),
        Kind.MOMENT: book.add_format({"num_format": "d mmm yyyy hh:mm"}),
        Kind.MONEY: book.add_format({"num_format": "#,##0.00"}),
        Kind.NUMBER: None,
        Kind.WORDS: None,
    }
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    heads = book.add_format({"bold": True})
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column.heading, heads)
        sheet.set_column(at, at, max(12, len(column.heading) + 2))
    for down, row in enumerate(table, start=1):
        for at, (column, value) in enumerate(zip(columns, row, strict=True)):
            look = looks[column.kind]
            if value is None:
                continue
            if isinstance(value, Decimal):
                sheet.write_number(down, at, value, look)
            elif isinstance(value, date):  # a moment is one too
                sheet.write_datetime(down, at, value, look)
            else:
                sheet.write_string(down, at, str(value))
    book.close()
    return written.getvalue()
