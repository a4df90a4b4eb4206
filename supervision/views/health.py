"""How supervision is going: measures side by side, each with its words, and what it counts as far as one may see."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from supervision.actions.health import Health
from supervision.permissions import SUPERVISORS
from supervision.rules.health import BY_CODE, FACES, MEASURES, MINIMUM, NOT_LISTED, Cell, Item, Measure, Row
from teams.foundation.access import Role
from teams.foundation.views import Page
from teams.foundation.words import counted, day, percent

READERS = frozenset({*SUPERVISORS, Role.SENIOR_MANAGER})
ROWS_ON_A_PAGE = 50
TOO_FEW, NOTHING = "Too few to show", "Nothing yet"


class HealthBasePage(Page):
    """Counted for the reader: a manager her own workers', a senior manager everybody's."""

    roles = READERS

    @cached_property
    def health(self) -> Health:
        return Health(self.principal, today=self.today)

    def facts(self) -> dict[str, Any]:
        scope = self.health.scope
        return {
            "periods": scope.periods,
            "is_county": scope.is_county,
            "today": self.today,
            "minimum": MINIMUM,
            "heads": ["This term", *(["Last term"] if len(scope.periods) > 1 else [])],
        }


class HealthPage(HealthBasePage):
    """ "How supervision is going": every measure of this term beside the one before."""

    template = "supervision/health.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = [(measure, self.health.rows(measure)) for measure in MEASURES]
        has_last = len(self.health.scope.periods) > 1
        return self.draw(
            shares=[_bar(measure.words, rows[0].this, _way(measure)) for measure, rows in found if _is_share(measure)],
            table=[
                [
                    {"text": measure.words, "href": _way(measure)},
                    *(_told(measure, each) for each in (rows[0].this, rows[0].last)[: 1 + has_last]),
                ]
                for measure, rows in found
            ],
            faces=_faces(self.health, has_last=has_last),
            measures=MEASURES,
            has_any=any(self.health.items.values()),
        )


class HealthMeasurePage(HealthBasePage):
    """One measure: how it is counted, team by team, and what was counted this term."""

    template = "supervision/health_measure.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        measure = BY_CODE.get(code)
        if measure is None:
            raise Http404("No such measure.")
        rows = self.health.rows(measure)
        has_last = len(self.health.scope.periods) > 1
        listed, has_more = self.health.listed(measure)
        page = Paginator(_in_order(listed), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        return self.draw(
            measure=measure,
            whole=_told(measure, rows[0].this),
            bars=[_bar(row.name, row.this, "") for row in rows if row.level != "area"] if _is_share(measure) else [],
            table=[
                [{"text": _name(row)}, *(_told(measure, each) for each in (row.this, row.last)[: 1 + has_last])]
                for row in rows
            ],
            items=[self.line(item) for item in page.object_list],
            count=counted(page.paginator.count, "row", "rows"),
            page=page,
            not_listed=NOT_LISTED if has_more else "",
            others=[each for each in MEASURES if each is not measure],
        )

    def line(self, item: Item) -> list[Any]:
        """A senior manager reads school and month; whoever supervises opens the record."""
        if self.health.scope.is_county:
            return [item.school, f"{item.on:%B %Y}" if item.on else "Not yet", item.says]
        cell = {"text": item.school}
        if item.page is not None:
            name, public_id = item.page
            cell["href"] = reverse(name, kwargs={"public_id": public_id})
        return [cell, day(item.on) if item.on else "Not yet", item.says]


def _is_share(measure: Measure) -> bool:
    return measure.unit == "share"


def _way(measure: Measure) -> str:
    return reverse("health_measure", kwargs={"code": measure.code})


def _in_order(items: list[Item]) -> list[Item]:
    """The newest first; what has no day stands first of all."""
    by_school = sorted(items, key=lambda item: item.school)
    return sorted(by_school, key=lambda item: -item.on.toordinal() if item.on else -(10**7))


def _name(row: Row) -> str:
    return f"{row.name} (area)" if row.level == "area" else row.name


def _told(measure: Measure, cell: Cell) -> dict[str, str]:
    """ "83 %" with "10 of 12" under it; words where there is no number, and never 0."""
    if cell.is_hidden:
        return {"text": TOO_FEW}
    if not cell.of:
        return {"text": NOTHING}
    if not _is_share(measure):
        assert cell.days is not None  # noqa: S101  (days were counted)
        took = f"{cell.days.normalize():f}"
        return {
            "text": "The same day" if not cell.days else f"{took} school {'day' if cell.days == 1 else 'days'}",
            "more": f"of {counted(cell.of, 'record', 'records')}",
        }
    return {"text": percent(Decimal(cell.percent or 0)), "more": f"{cell.number:,} of {cell.of:,}"}


def _bar(label: str, cell: Cell, href: str) -> dict[str, Any]:
    if cell.percent is None:
        return {"label": label, "number": 0, "text": TOO_FEW if cell.is_hidden else NOTHING, "href": href}
    text = f"{percent(Decimal(cell.percent))}, {cell.number:,} of {cell.of:,}"
    return {"label": label, "number": cell.percent, "text": text, "href": href}


def _faces(health: Health, *, has_last: bool) -> list[dict[str, Any]]:
    """Each question with its counts: all together as bars, and a table where there are several teams."""
    found = []
    for question, lines in health.faces.items():
        _, whole = lines[0]
        found.append(
            {
                "question": question,
                "bars": [{"label": face.capitalize(), "number": whole[0][face]} for face in FACES] if whole[0] else [],
                "rows": [[name, *(_faces_told(each) for each in terms[: 1 + has_last])] for name, terms in lines],
            }
        )
    return found


def _faces_told(counts: dict[str, int]) -> str:
    if not counts:
        return TOO_FEW
    return ", ".join(f"{face.capitalize()} {counts[face]}" for face in FACES)
