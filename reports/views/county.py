"""The county on one page (journey S1): what to decide, what changed, six figures, pictures, tables, what comes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from reports import needs
from reports.actions.looks import changes_since, look
from reports.actions.readings import figures_with_past
from reports.measures.agreements import AgreementsSigned, WaitingForSignature
from reports.measures.figure import Figure
from reports.measures.money import MoneyByFund
from reports.measures.need import need_seen_by
from reports.measures.notice import NextNotice
from reports.measures.places import SchoolsWithWorker
from reports.measures.registry import BY_CODE, TILES
from reports.models import Sheet
from reports.needs import together
from reports.views.figures import FigureReader, cells, tile_of
from schools.actions.need_areas import AreaNeed, by_area
from schools.rules.need import hours_in_words
from schools.views.need import points
from teams.actions import covering
from teams.foundation.access import Role
from teams.models import Cover

DECIDE = 5
SOON = 60  # days
UNKNOWN = "Not known"  # of schools without a score, and never 0
PICTURES = (AgreementsSigned.code, SchoolsWithWorker.code, WaitingForSignature.code, MoneyByFund.code)


class CountyPage(FigureReader):
    """The county this week. Finance reads its figures and decides nothing."""

    roles = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER})
    template = "reports/county.html"

    def facts(self) -> dict[str, Any]:
        counted = self.counted()
        return self.where_and_when() | self._asked_of_her() | counted | self._changes(counted["all_figures"])

    def counted(self) -> dict[str, Any]:
        """All that is counted here, and nothing that is hers alone: what the paper has as well."""
        reader, mine = self.reader, self.mine()
        shown = mine[:TILES]
        wanted = [*shown, *(BY_CODE[code] for code in PICTURES if BY_CODE[code] not in shown)]
        told = figures_with_past(wanted, reader)
        figures = {figure.code: figure for figure, _ in told}
        notice = BY_CODE[NextNotice.code]
        endings = notice.rows(notice.asked_by(reader))
        soon = [each for each in endings if (left := each.days_left(reader.today)) is not None and 0 <= left <= SOON]
        return {
            "all_figures": list(figures.values()),
            "today": self.today,
            "for_money": not self.principal.has(Role.SENIOR_MANAGER),
            "tiles": [tile_of(figure, past, self.asked, where=reader.where) for figure, past in told[:TILES]],
            "signed": figures[AgreementsSigned.code],
            "waiting": figures[WaitingForSignature.code],
            "schools": figures[SchoolsWithWorker.code],
            "money": figures[MoneyByFund.code],
            "bars": {
                "signed": _bars(figures[AgreementsSigned.code]),
                "schools": _bars(figures[SchoolsWithWorker.code]),
            },
            "areas": _areas(figures),
            "year": reader.year_label,
            "soon_heads": [{"text": head, "numeric": head in notice.numeric} for head in notice.heads],
            "soon": [cells(notice.line(each, reader)) for each in soon],
            "soon_days": SOON,
        } | self._need()

    def _need(self) -> dict[str, Any]:
        """Map and table of need against workers: for who reads need. Of the place, as it is today."""
        if not self.principal.has(Role.SENIOR_MANAGER) or self.reader.looks_back:
            return {"need_rows": [], "points": [], "placeless": 0}
        reader = self.reader
        need = need_seen_by(reader)
        here = [each for each in need.schools if reader.place is None or each.area_id in reader.place.areas]
        areas = by_area(replace(need, schools=here), reader.grain.areas.values())
        return {
            "need_rows": [_need_row(each) for each in areas],
            "points": points(here),
            "placeless": sum(each.position is None for each in here),
        }

    def _asked_of_her(self) -> dict[str, Any]:
        """For her to decide, and for whom she acts today. The same whatever place and day she looks at."""
        if not self.principal.has(Role.SENIOR_MANAGER):
            return {"needs": [], "more": 0, "covers": []}
        decide = needs.in_order(together.of_council(self.principal))
        return {
            "needs": decide[:DECIDE],
            "more": max(len(decide) - DECIDE, 0),
            "covers": self._covers(),
        }

    def _covers(self) -> list[Cover]:
        """Most days for nobody, and nothing is asked."""
        return covering.holding(covering.covers_of(self.principal), self.today) if self.principal.covers else []

    def _changes(self, figures: list[Figure]) -> dict[str, Any]:
        """What changed since she looked, of the whole county today: another place is another question."""
        if self.reader.place is not None or self.reader.looks_back or self.principal.person_id is None:
            return {"changes": None, "looked_on": None}
        kept = look(self.principal.person_id, figures, today=self.today)
        return {"changes": changes_since(kept, figures), "looked_on": kept.before_on}


class CountyKeepPage(CountyPage):
    """A press: the county's page as it stands is kept as a sheet, and its PDF opened. Each figure gets its number."""

    template = ""

    def post(self, request: HttpRequest) -> HttpResponse:
        counted, reader = self.counted(), self.reader
        sheet = Sheet.keep(
            [figure.as_kept() for figure in counted["all_figures"]],
            title="Money and agreements" if counted["for_money"] else "The county this week",
            where=reader.where,
            on=reader.today,
            of_county=all(BY_CODE[each.code].asked_by(reader).counts_county for each in counted["all_figures"]),
            by=self.principal,
            at=self.now,
            county=_kept(counted) | {"soon_is_wider": reader.place is not None},
        )
        return redirect("sheet_paper", sheet.public_id)


def _kept(counted: dict[str, Any]) -> dict[str, Any]:
    """As JSON, in the words of the page."""
    tiles = zip(counted["all_figures"], counted["tiles"], strict=False)
    names = ("name", "easting", "northing", "band", "filled", "text")
    return {
        "tiles": [{"code": figure.code, **tile, "href": None} for figure, tile in tiles],
        "codes": {name: counted[name].code for name in ("signed", "schools", "money")},
        "areas": counted["areas"],
        "year": counted["year"],
        "soon_days": counted["soon_days"],
        "soon_heads": [head["text"] for head in counted["soon_heads"]],
        "soon": [[_plain(cell) for cell in row] for row in counted["soon"]],
        "need": {
            "points": [[point[name] for name in names] for point in counted["points"]],
            "rows": counted["need_rows"],
            "placeless": counted["placeless"],
        }
        if counted["need_rows"]
        else None,
    }


def _plain(cell: Any) -> list[str]:
    """A cell of a table without its link: its words, and what stands under them."""
    if not isinstance(cell, dict):
        return [str(cell)]
    return [str(cell.get("text", "")), *([cell["more"]] if cell.get("more") else [])]


def _need_row(area: AreaNeed) -> list[str]:
    """The schools of the highest fifth, those of them without a worker, workers and hours in all schools."""
    return [
        area.name,
        f"{area.highest:,} of {area.schools:,}" if area.scored else UNKNOWN,
        f"{area.highest_without:,}" if area.scored else UNKNOWN,
        f"{area.workers:,}",
        hours_in_words(area.hours),
    ]


def _bars(figure: Figure) -> list[dict[str, Any]]:
    """Its parts as bars in two or three shades; these figures are about nobody in person, so nothing is hidden."""
    return [
        {
            "label": each.label,
            "number": each.length,
            "also": float(each.also),
            "of": float(each.of or 0),
            "text": each.text,
        }
        for each in figure.parts
    ]


def _areas(figures: dict[str, Figure]) -> list[list[Any]]:
    """The pictures once more as one table, area by area; what waits is what the figure of that name counts."""
    told = [figures[code] for code in (AgreementsSigned.code, SchoolsWithWorker.code, WaitingForSignature.code)]
    if len({figure.by for figure in told if figure.parts}) > 1:
        return _of_the_place(*told)
    signed, schools, waiting = ({each.label: each for each in figure.parts} for figure in told)
    rows = []
    for label in dict.fromkeys([*schools, *signed, *waiting]):
        agreement, school = signed.get(label), schools.get(label)
        without = school.of - school.number if school and school.of is not None and school.number is not None else None
        rows.append(
            [
                label,
                agreement.text if agreement else "None drawn up",
                waiting[label].text if label in waiting else "",
                school.text if school else "No school",
                f"{without:,}" if without is not None else "",
            ]
        )
    return rows


def _of_the_place(signed: Figure, schools: Figure, waiting: Figure) -> list[list[Any]]:
    """Of one area agreements have teams for their parts, and schools have none: then each is told whole, of the place
    that it is told for. A team's schools are its area's.
    """
    rows: dict[str, list[Any]] = {}
    for figure, place, text in ((signed, 1, signed.with_of), (waiting, 2, waiting.text), (schools, 3, schools.with_of)):
        rows.setdefault(figure.where, [figure.where, "", "", "", ""])[place] = text
    if schools.number is not None and schools.of is not None:
        rows[schools.where][4] = f"{schools.of - schools.number:,}"
    return list(rows.values())
