"""A sheet of figures to print or to quote, and the way back from a number on paper to what it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from reports import pdf
from reports.actions.answering import may_read, readable_codes
from reports.actions.sheets import keep_sheet
from reports.documents.county_pack import COPIES
from reports.measures.figure import Figure
from reports.measures.registry import BY_CODE
from reports.models import CountyPack, PrintedFigure, Sheet
from reports.permissions import COUNTS_COUNTY, copies_of
from reports.views.figures import FigureReader, measure_for, tile_of
from reports.views.papers import send_made
from teams.foundation import audit
from teams.foundation.access import Role
from teams.foundation.views import Page

SHEETS_ON_A_PAGE = 25
KIND, COPY = "figures_sheet", "sheet"
NEED_ON_PAPER = (Role.SENIOR_MANAGER, Role.AUDITOR)  # who reads the map of need on the county's page
READERS = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})


class SheetKeepPage(FigureReader):
    """A press: the figures that are looked at, or one of them, are kept as they stand."""

    roles = READERS

    def post(self, request: HttpRequest, code: str = "") -> HttpResponse:
        measures = [measure_for(self.principal, code)] if code else self.mine()
        title = measures[0].title if code else "Figures"
        sheet = keep_sheet(measures, self.reader, title=title, by=self.principal, at=self.now)
        return redirect("sheet", sheet.public_id)


class SheetListPage(Page):
    """Every sheet that was kept and that this reader may read today, the newest first."""

    roles = READERS | {Role.AUDITOR}
    asks_again = True
    template = "reports/sheet_list.html"

    def facts(self) -> dict[str, Any]:
        codes = None if self.principal.has(Role.AUDITOR) else readable_codes(self.principal)
        sheets = Sheet.objects.visible_to(self.principal).with_figures(codes)
        page = Paginator(sheets, SHEETS_ON_A_PAGE).get_page(self.request.GET.get("page"))
        shown = list(page.object_list)
        numbers = PrintedFigure.objects.numbers_on(shown, codes)
        return {
            "page": page,
            "rows": [(sheet, *numbers[sheet.pk]) for sheet in shown],
            "keeps": self.principal.has(*READERS),
            "back": {"text": "Back to the first page", "href": reverse("first_page")},
        }


class SheetPage(FigureReader):
    """What was kept, with the number of each figure: for paper, and for whoever asks later what was meant."""

    roles = READERS | {Role.AUDITOR}
    template = "reports/sheet.html"

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        sheet: Sheet = self.fetch(Sheet.objects.select_related("made_by"), public_id)
        rows = list(sheet.figures.all())
        mine = [row for row in rows if may_read(self.principal, row)]
        return self.draw(
            sheet=sheet,
            figures=[(row, Figure.kept(row.kept)) for row in mine],
            left_out=len(rows) - len(mine),
        )


class SheetPaperPage(FigureReader):
    """The same as a PDF, made at once from what was kept. Figures that its reader may not open are left out."""

    roles = READERS | {Role.AUDITOR}

    def get(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        sheet: Sheet = self.fetch(Sheet.objects.select_related("made_by"), public_id)
        rows = list(sheet.figures.all())
        mine = [row for row in rows if may_read(self.principal, row)]
        snapshot = self.snapshot(sheet, mine, left_out=len(rows) - len(mine))
        audit.record("sheet.print", by=self.principal, at=self.now, subjects=[sheet])
        name = f"{sheet.title}, {sheet.where}, {sheet.on.isoformat()}.pdf"
        return send_made(pdf.draw(KIND, snapshot, COPY).content, name_for_reader=name)

    def snapshot(self, sheet: Sheet, rows: list[PrintedFigure], *, left_out: int) -> dict[str, Any]:
        """Plain values, all that the paper says."""
        authority = self.request.authority  # type: ignore[attr-defined]
        county = sheet.county if self.principal.has(*COUNTS_COUNTY) else None
        if county and not self.principal.has(*NEED_ON_PAPER):
            county = county | {"need": None}
        return {
            "authority": authority.letterhead,
            "title": sheet.title,
            "where": sheet.where,
            "on": sheet.on.isoformat(),
            "made_by": sheet.made_by.name,
            "made_at": sheet.made_at.isoformat(),
            "left_out": left_out,
            "county": county or None,
            "figures": [
                {"number": row.number, "kept": row.kept, "of_in_words": Figure.kept(row.kept).of_in_words}
                for row in rows
            ],
        }


class PrintedFigurePage(FigureReader):
    """ "Figure 1042", as it stands on paper: what it was then, and what the same figure comes to now."""

    roles = READERS | {Role.AUDITOR}
    template = "reports/printed_figure.html"

    def get(self, request: HttpRequest, number: int) -> HttpResponseBase:
        visible = PrintedFigure.objects.visible_to(self.principal).select_related("sheet__made_by", "pack__approved_by")
        row = visible.filter(number=number).first()
        if row is None or not may_read(self.principal, row):
            raise Http404("No such figure on paper.")
        figure = Figure.kept(row.kept)
        measure = BY_CODE.get(row.code)
        return self.draw(
            row=row,
            figure=figure,
            tile=tile_of(figure, opens=False),
            now_at=reverse("figure", args=[row.code]) if measure and measure.may_be_read_by(self.principal) else "",
            **(self.of_pack(row) if row.pack else {}),
        )

    def of_pack(self, row: PrintedFigure) -> dict[str, Any]:
        """In which copy she reads it, and what the edition says that holds now."""
        audit.record("countypack.read", by=self.principal, at=self.now, subjects=[row.pack])
        later = row.pack.later_editions().filter(status=CountyPack.Status.APPROVED).last()
        same = PrintedFigure.objects.visible_to(self.principal).filter(pack=later, code=row.code) if later else ()
        now = min(same, key=lambda each: not set(each.copies) & set(row.copies), default=None)  # of her own copy
        return {
            "copies": [COPIES[copy] for copy in copies_of(self.principal) if copy in row.copies],
            "later": later,
            "later_row": now,
            "later_figure": Figure.kept(now.kept) if now else None,
            "is_changed": now is not None and _as_read(now) != _as_read(row),
        }


def _as_read(row: PrintedFigure) -> tuple[Any, ...]:
    """What somebody reads of it on paper, whatever day it is of."""
    figure = Figure.kept(row.kept)
    return figure.text, figure.since, figure.unknown, [(each.label, each.text, each.note) for each in figure.parts]
