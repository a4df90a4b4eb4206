"""The county's page and the page behind each figure (journeys S1, S2). The numbers come from the measure registry."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse

from reports import needs
from reports.measures.agreements import AgreementsSigned, WaitingForSignature
from reports.measures.measure import Answer, Line, Measure, Reader
from reports.measures.money import MoneyByFund
from reports.measures.notice import NextNotice
from reports.measures.places import SchoolsWithWorker
from reports.measures.registry import BY_CODE, MEASURES, TILES
from reports.needs import together
from teams.actions import covering
from teams.foundation.access import Role
from teams.foundation.errors import NotAllowed
from teams.foundation.views import Page
from teams.foundation.words import counted, day, percent
from teams.foundation.words import money as in_pounds
from teams.models import Cover

ROWS_ON_A_PAGE = 50
DECIDE = 5
SOON = 60  # days


def tile(measure: Measure, answer: Answer, reader: Reader) -> dict[str, Any]:
    """A figure as the macro `figures` wants it. Without a number there are words, and never 0."""
    href = reverse("figure", kwargs={"code": measure.code}) if measure.may_be_read_by(reader.principal) else None
    if answer.unknown:
        why = answer.unknown.removeprefix("Not known: ")
        why = why[:1].upper() + why[1:]
        return {"number": answer.instead, "plain": True, "words": measure.words, "since": why, "href": href}
    return {"number": measure.in_words(answer.number), "words": measure.words, "since": answer.since, "href": href}


def cells(line: Line) -> list[Any]:
    """A line as a row of the macro `data_table`: its first cell leads to the page about it."""
    first, *others = line.cells
    cell = first if isinstance(first, dict) else {"text": first}
    if line.page and line.of:
        cell = {**cell, "href": reverse(line.page, kwargs={"public_id": line.of})}
    return [cell, *others]


class FigureReader(Page):
    """What both pages know: who reads, in which authority, on which day."""

    asks_again = True
    by_policy = True

    @property
    def reader(self) -> Reader:
        return Reader(self.principal, self.request.authority, self.today)  # type: ignore[attr-defined]


class CountyPage(FigureReader):
    """The county this week: what to decide, six figures in their places, pictures, then tables."""

    roles = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER})
    template = "reports/county.html"

    def facts(self) -> dict[str, Any]:
        reader = self.reader
        mine = [measure for measure in MEASURES if measure.may_be_read_by(self.principal)]
        answers = {measure.code: measure.look(reader) for measure in mine}
        decide = []
        if self.principal.has(Role.SENIOR_MANAGER):
            decide = needs.of_senior_manager(self.principal, reader.authority)
            decide = needs.in_order([*decide, *together.of_council(self.principal)])
        notice = BY_CODE[NextNotice.code]
        endings = notice.rows(reader)
        soon = [each for each in endings if (left := each.days_left(self.today)) is not None and 0 <= left <= SOON]
        return {
            "today": self.today,
            "covers": self._covers(),
            "year": reader.year_label,
            "for_money": not self.principal.has(Role.SENIOR_MANAGER),
            "needs": decide[:DECIDE],
            "more": max(len(decide) - DECIDE, 0),
            "tiles": [tile(measure, answers[measure.code], reader) for measure in mine[:TILES]],
            "signed": answers[AgreementsSigned.code],
            "waiting": answers[WaitingForSignature.code],
            "schools": answers[SchoolsWithWorker.code],
            "money": answers[MoneyByFund.code],
            "areas": _areas(answers),
            "soon_heads": [{"text": head, "numeric": head in notice.numeric} for head in notice.heads],
            "soon": [cells(notice.line(each, reader)) for each in soon],
            "soon_days": SOON,
        }

    def _covers(self) -> list[Cover]:
        """For whom she acts today: most days for nobody, and nothing is asked."""
        return covering.holding(covering.covers_of(self.principal), self.today) if self.principal.covers else []


def _areas(answers: dict[str, Answer]) -> list[list[Any]]:
    """The pictures once more as one table, area by area; what waits is what the figure of that name counts."""
    signed = {each.label: each for each in answers[AgreementsSigned.code].slices}
    schools = {each.label: each for each in answers[SchoolsWithWorker.code].slices}
    waiting = {each.label: each.number for each in answers[WaitingForSignature.code].slices}
    rows = []
    for label in dict.fromkeys([*schools, *signed, *waiting]):
        agreement, school = signed.get(label), schools.get(label)
        rows.append(
            [
                label,
                f"{agreement.number:,} of {agreement.of:,}" if agreement else "None drawn up",
                f"{waiting[label]:,}" if label in waiting else "",
                f"{school.number:,} of {school.of:,}" if school else "No school",
                f"{school.of - school.number:,}" if school else "",
            ]
        )
    return rows


class FigurePage(FigureReader):
    """One figure: the number, how it is counted, the day, by area, and the rows as far as the reader may see them."""

    template = "reports/figure.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        measure = BY_CODE.get(code)
        if measure is None:
            raise Http404("No such figure.")
        if not measure.may_be_read_by(self.principal):
            raise NotAllowed("figure.read", code)
        reader = self.reader
        answer = measure.look(reader)
        page = Paginator(measure.rows(reader), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        return self.draw(
            measure=measure,
            answer=answer,
            tile=tile(measure, answer, reader) | {"href": None},
            bars=[_bar(measure, each) for each in answer.slices],
            period=measure.period(reader),
            now=self.now,
            sentence=_sentence(measure, answer, reader),
            heads=[{"text": head, "numeric": head in measure.numeric} for head in measure.heads],
            rows=[cells(measure.line(row, reader)) for row in page.object_list],
            page=page,
            row_words=counted(page.paginator.count, "row", "rows"),
            back={"text": "Back to the first page", "href": reverse("first_page")},
        )


def _bar(measure: Measure, part: Any) -> dict[str, Any]:
    """One bar of the picture above the rows."""
    if measure.by == "fund":
        return {"label": f"{part.label}, {part.note}", "number": part.number, "text": in_pounds(part.number)}
    if measure.out_of:
        text = f"{part.number:,} of {part.of:,}"
    else:
        text = f"{part.number:,}"
    return {"label": part.label, "number": part.number, "text": text}


def _sentence(measure: Measure, answer: Answer, reader: Reader) -> str:
    """The number with its definition, to be copied whole: nobody quotes the one without the other (journey S2)."""
    if answer.unknown:
        return f"{measure.words.capitalize()}: {answer.unknown}"
    of = f" of {measure.in_words(answer.of)}" if answer.of is not None else ""
    if answer.of and isinstance(answer.number, int):
        of += f" ({percent(Decimal(answer.number * 100) / Decimal(answer.of))})"
    parts = [
        f"{measure.in_words(answer.number)}{of} {measure.words}, {reader.authority.name}, {day(reader.today)}.",
        measure.counted,
        measure.out_of,
        f"Source: {measure.source}. Figure “{measure.code}”.",
    ]
    return " ".join(part for part in parts if part)
