"""Figures: all of them on one page, and the page behind each (journey S2). The numbers come from the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from reports.actions.asking_about import administrators, ask, asked_before, usual_day, who_can_be_asked
from reports.actions.readings import Before, before, figures_with_past
from reports.forms import AskAboutForm, WhereAndWhenForm
from reports.measures.figure import Figure, OutOf, figure_of, is_a_reading
from reports.measures.measure import EARLIEST, Line, Measure, Reader, terms_of
from reports.measures.registry import BY_CODE, MEASURES
from reports.rules import days_to_compare
from teams.foundation.access import Role
from teams.foundation.addresses import address
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.views import Page
from teams.foundation.words import counted, day, percent
from teams.models import Person

ROWS_ON_A_PAGE = 50
NO_ROWS_KEPT = "The number was kept on that day. What it was counted from was not."


def tile(measure: Measure, reader: Reader, past: Before | None = None, asked: str = "") -> dict[str, Any]:
    """A figure as the macro `figures` wants it, counted now."""
    return tile_of(figure_of(measure, reader), past, asked)


def tile_of(
    figure: Figure, past: Before | None = None, asked: str = "", *, opens: bool = True, where: str = ""
) -> dict[str, Any]:
    """Without a number there are words, and never 0. `asked` is the query that keeps place and day; `where` what the
    page says it is about: a figure that is counted for another place says so.
    """
    href = reverse("figure", kwargs={"code": figure.code}) + asked if opens else None
    facts: dict[str, Any] = {"number": figure.text, "words": figure.words, "since": figure.since, "href": href}
    if figure.unknown:
        facts |= {"plain": True, "since": figure.why_unknown}
    if where and figure.where != where:
        facts["since"] = f"{figure.where}: {facts['since']}" if facts["since"] else figure.where
    return facts | {"before": _before(past), "line": _line(figure, past), "misses": figure.misses_target}


def _before(past: Before | None) -> list[str]:
    """ "38 at the end of last term", "31 a year ago": beside the number, so that nobody has to remember it."""
    if past is None:
        return []
    words = []
    if past.term is not None:
        words.append(f"{_in_a_tile(past.term)} when last term ended")
    if past.year is not None:
        words.append(f"{_in_a_tile(past.year)} a year ago")
    return words


def _in_a_tile(then: OutOf) -> str:
    return then.text if then.is_money else then.with_of


def _line(figure: Figure, past: Before | None) -> list[float]:
    """The points of the small line: shares where it is a share, so that a county that grows is not a county that sinks.
    None where there are fewer than three.
    """
    if past is None or figure.number is None:
        return []
    points = [_height(then.number, then.of) for then in past.line if then.number is not None]
    points.append(_height(figure.number, figure.of))
    return points if len(points) > 2 else []


def _height(number: Any, of: Any) -> float:
    return float(number / of) if of else float(number)


def cells(line: Line) -> list[Any]:
    """A line as a row of the macro `data_table`: its first cell leads to the page about it."""
    first, *others = line.cells
    cell = first if isinstance(first, dict) else {"text": first}
    if line.page and line.of:
        cell = {**cell, "href": address(line.page, public_id=line.of)}
    return [cell, *others]


class FigureReader(Page):
    """What these pages know: who reads, of which day, about which place. All of it is in the address."""

    asks_again = True
    by_policy = True

    @cached_property
    def reader(self) -> Reader:
        """Raises Http404 for a place or a day that is none."""
        now = Reader(self.principal, self.request.authority, self.today)  # type: ignore[attr-defined]
        reader = now
        if asked := self.request.GET.get("on", ""):
            reader = reader.on(_day(asked, self.today))
        if asked := self.request.GET.get("place", ""):
            place = reader.grain.place(asked)
            if place is None:
                raise Http404("No such place.")
            reader = reader.at(place)
        return reader

    @property
    def asked(self) -> str:
        """The query that asks the same of another figure: "?place=...&on=..."."""
        reader = self.reader
        query = {}
        if reader.place is not None:
            query["place"] = str(reader.place.public_id)
        if reader.looks_back:
            query["on"] = reader.today.isoformat()
        return f"?{urlencode(query)}" if query else ""

    def where_and_when(self) -> dict[str, Any]:
        """The two choices above the figures, and what they are now in words."""
        reader = self.reader
        return {
            "filter": WhereAndWhenForm(
                initial={"place": reader.place.public_id if reader.place else "", "on": _asked_day(reader)},
                places=reader.grain.places,
                days=_days(reader),
            ),
            "where": reader.where,
            "place": reader.place,
            "asked": self.asked,
            "on": reader.today,
            "looks_back": reader.looks_back,
        }

    def mine(self) -> list[Measure]:
        return [measure for measure in MEASURES if measure.may_be_read_by(self.principal)]


def _day(asked: str, today: date) -> date:
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        raise Http404("No such day.") from None
    if found > today or found < EARLIEST:
        raise Http404("No such day.")
    return found


def _asked_day(reader: Reader) -> str:
    return reader.today.isoformat() if reader.looks_back else ""


def _days(reader: Reader) -> list[tuple[str, str]]:
    """Days to look back to: ends of terms, a year ago, and the one that was asked for."""
    today = reader.now or reader.today
    found = {
        term.ends_on: f"{day(term.ends_on)}, end of {term.season} term"
        for term in terms_of(reader)
        if today - timedelta(days=800) < term.ends_on < today
    }
    _, year_ago = days_to_compare(today, ())  # the day whose number stands beside today's
    found[year_ago] = f"{day(year_ago)}, a year ago"
    if reader.looks_back:
        found.setdefault(reader.today, day(reader.today))
    return [("", "Today"), *((each.isoformat(), found[each]) for each in sorted(found, reverse=True))]


class FigureListPage(FigureReader):
    """Every figure that this reader may read, in one place: to compare, to print, to take away as a file."""

    roles = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})
    template = "reports/figure_list.html"

    def facts(self) -> dict[str, Any]:
        found = figures_with_past(self.mine(), self.reader)
        return self.where_and_when() | {
            "rows": [self._row(figure, past) for figure, past in found],
        }

    def _row(self, figure: Figure, past: Before) -> list[Any]:
        href = reverse("figure", kwargs={"code": figure.code}) + self.asked
        return [
            {"text": figure.title, "href": href, "more": "" if figure.where == self.reader.where else figure.where},
            *(_with_share(each) if each else "" for each in (figure, past.term, past.year)),
            percent(figure.target) if figure.target is not None else "",
        ]


def _with_share(number: OutOf) -> dict[str, Any]:
    """Earlier numbers as today's: 3 beside 11 reads as growth, where it was 3 of 3."""
    return {"text": number.with_of, "more": percent(number.per_cent) if number.per_cent is not None else ""}


class FigurePage(FigureReader):
    """One figure: the number, how it is counted, the day, its parts, and the rows as far as the reader may see them."""

    template = "reports/figure.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        measure = measure_for(self.principal, code)
        reader = measure.asked_by(self.reader)
        return self.show(measure, reader, figure_of(measure, reader))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Ask about it: whoever manages this place, by name."""
        if not self.principal.has(Role.SENIOR_MANAGER):
            raise NotAllowed("figurequestion.ask", code)
        measure = measure_for(self.principal, code)
        reader = measure.asked_by(self.reader)
        place, figure, people = reader.place, figure_of(measure, reader), self.people(reader)
        form = AskAboutForm(request.POST, people=people) if people else None
        if form is not None and place is not None and form.is_valid():
            try:
                # As it may be told to managers, each of whom knows the counts of her own team.
                told = figure_of(measure, replace(reader, for_managers=True)) if measure.small else figure
                asked = ask(told, place=place, typed=form.cleaned_data, of=form.of(), by=self.principal, at=self.now)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, f"Asked. The answer of {asked.asked_of.name} will stand on your first page.")
                return redirect(request.get_full_path())
        return self.show(measure, reader, figure, form=form, status=422)

    def people(self, reader: Reader) -> list[tuple[Person, str]]:
        """Who can be asked by this reader about this place, each with the names of the teams."""
        if reader.place is None or not self.principal.has(Role.SENIOR_MANAGER):
            return []
        return who_can_be_asked(reader.place, reader.grain, self.principal)

    def asking(self, measure: Measure, reader: Reader, form: AskAboutForm | None) -> dict[str, Any]:
        """The box for a question, or why there is none; and what was asked here before."""
        may_ask = self.principal.has(Role.SENIOR_MANAGER) and bool(measure.grain)
        people = self.people(reader) if may_ask and form is None else []
        if people:
            form = AskAboutForm(initial={"due_on": usual_day(self.today)}, people=people)
        nobody = may_ask and form is None and reader.place is not None
        return {
            "may_ask": may_ask,
            "form": form,
            "nobody_to_ask": nobody,
            "administrators": administrators(self.principal) if nobody else [],
            "asked_before": asked_before(measure.code, reader.place, self.principal),
        }

    def show(
        self, measure: Measure, reader: Reader, figure: Figure, form: AskAboutForm | None = None, status: int = 200
    ) -> HttpResponse:
        request, code = self.request, measure.code
        past = before([measure], reader).get(code) if not reader.looks_back else None
        is_read = is_a_reading(measure, reader)
        page = Paginator(() if figure.unknown or is_read else measure.rows(reader), ROWS_ON_A_PAGE).get_page(
            request.GET.get("page")
        )
        return self.draw(
            status,
            figure=figure,
            tile=tile_of(figure, past, opens=False),
            bars=[self._bar(part) for part in figure.parts],
            now=self.now,
            today=self.today,
            heads=[{"text": head, "numeric": head in measure.numeric} for head in measure.heads],
            rows=[cells(measure.line(row, reader)) for row in page.object_list],
            no_rows=NO_ROWS_KEPT if is_read else measure.no_rows,
            not_listed="" if figure.unknown or is_read else measure.not_listed(reader),
            page=page,
            pages=self.asked + ("&" if self.asked else "?"),
            row_words=counted(page.paginator.count, "row", "rows"),
            **self.asking(measure, reader, form),
            told_for=told_for(figure, self.reader),
            has_places=bool(measure.grain),
            back={"text": "Back to the first page", "href": reverse("first_page")},
            **self.where_and_when(),
        )

    def _bar(self, part: Any) -> dict[str, Any]:
        """One bar of the picture above the rows: an area leads to itself, one tap deeper."""
        href = ""
        if part.place:
            query = {"place": part.place} | ({"on": _asked_day(self.reader)} if self.reader.looks_back else {})
            href = f"?{urlencode(query)}"
        label = f"{part.label}, {part.note}" if part.note else part.label
        return {
            "label": label,
            "number": part.length,
            "text": part.text,
            "more": part.more,
            "href": href,
            "blank": part.number is None,
        }


def told_for(figure: Figure, reader: Reader) -> str:
    """What to say where the figure is not counted for the place that was asked for."""
    if reader.place is None or figure.where.startswith(reader.place.label):
        return ""
    return f"This figure is not counted for {reader.place.label}. It is told for {figure.where}."


def measure_for(principal: Any, code: str) -> Measure:
    """The measure of this code, for who may read it. Raises Http404 and NotAllowed."""
    measure = BY_CODE.get(code)
    if measure is None:
        raise Http404("No such figure.")
    if not measure.may_be_read_by(principal):
        raise NotAllowed("figure.read", code)
    return measure
