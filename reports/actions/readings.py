"""Readings: what every figure came to on Mondays and on the last day of a term, and what it was before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from reports.measures.figure import Figure, OutOf, as_counted, figures_of
from reports.measures.measure import Cell, Counted, Measure, Reader, terms_of
from reports.measures.registry import MEASURES
from reports.models import Reading
from reports.rules import days_of_line, days_to_compare, is_reading_day
from teams.foundation.access import OneOf, Principal
from teams.foundation.kept import Kept
from teams.foundation.tenancy import alone

CATCH_UP = timedelta(days=6)  # an installation that stood still for some days takes what it can still count


@dataclass(frozen=True)
class Then(OutOf):
    """What a figure came to on an earlier day. `text` is what stands there: the number, or why there is none."""

    on: date
    number: Decimal | None
    of: Decimal | None
    text: str


class Before(NamedTuple):
    """A figure's own past: at the end of last term, a year ago, and month by month. None where it was not kept."""

    term: Then | None = None
    year: Then | None = None
    line: tuple[Then, ...] = ()


def take(authority: Any, *, today: date, by: Principal, days: Iterable[date] | None = None) -> int:
    """Keep the readings of the last days that want one and have none. Returns how many were kept.

    A day that is over can still be read for what is kept by date; the rest of that day is lost, and stays so. `days`
    are those to read instead, for a county that is new here.

    Each figure by itself. One that cannot be counted is logged by its code and has no reading of this day: it is told
    as not known then, never as 0, and those beside it are kept.
    """
    reader = Reader(by, authority, today)
    ends = {term.ends_on for term in terms_of(reader)}
    past = (today - timedelta(days=back) for back in range(CATCH_UP.days, -1, -1))
    wanted = sorted(days) if days is not None else [day for day in past if is_reading_day(day, ends)]
    taken = set(Reading.objects.filter(taken_on__in=wanted).values_list("taken_on", flat=True))
    kept = 0
    for day in wanted:
        if day in taken:
            continue
        asks = reader if day == today else reader.on(day)
        for measure in MEASURES:
            if measure.goes_back or not asks.looks_back:
                with alone(authority.pk, f"figure {measure.code} was not kept of {day.isoformat()}"):
                    kept += len(Reading.objects.bulk_create(_readings(measure, asks), batch_size=2000))
    return kept


def _readings(measure: Measure, reader: Reader) -> list[Reading]:
    if isinstance(measure, Counted):
        sums: dict[tuple[int | None, int | None], list[Any]] = defaultdict(lambda: [0, 0])
        for cell in measure.all_cells(reader):
            sums[cell.area, cell.team][0] += cell.number
            sums[cell.area, cell.team][1] += cell.of
        return [
            Reading(code=measure.code, taken_on=reader.today, area_id=area, team_id=team, number=number, of=of)
            for (area, team), (number, of) in sums.items()
        ]
    answer = measure.look(reader)
    known = not answer.unknown
    number, of = (answer.number, answer.of) if known else (None, None)
    return [Reading(code=measure.code, taken_on=reader.today, number=number, of=of)]


def before(measures: Sequence[Measure], reader: Reader) -> dict[str, Before]:
    """Each figure's past, for the reader's place. One query for all, and none for a reader who counts only her own.

    What was too small then is not told now: a figure's own rule stands between the readings and every page.
    """
    measures = [each for each in measures if each.asked_by(reader).counts_county]
    if not measures:
        return {}
    ends = sorted(term.ends_on for term in terms_of(reader))
    term, year = days_to_compare(reader.today, ends)
    line = days_of_line(reader.today)
    codes = [measure.code for measure in measures]
    kept: dict[tuple[str, date], list[Cell]] = defaultdict(list)
    days = {day for day in (term, year, *line) if day is not None and day < reader.today}
    for code, day, area, team, number, of in _kept(codes=codes, days=list(days)):
        if number is not None:
            kept[code, day].append(Cell(area, team, as_counted(number), as_counted(of or Decimal(0))))
    found = {}
    for measure in measures:

        def then(day: date | None, measure: Measure = measure) -> Then | None:
            cells = kept.get((measure.code, day)) if day else None
            return _then(measure, cells, day, reader) if cells and day else None

        points = [then(day) for day in line]
        found[measure.code] = Before(then(term), then(year), tuple(point for point in points if point is not None))
    return found


@Kept
def _kept(*, codes: Any, days: Any) -> Any:
    rows = Reading.objects.filter(OneOf("code", codes), OneOf("taken_on", days))
    return rows.values_list("code", "taken_on", "area", "team", "number", "of")


def _then(measure: Measure, cells: list[Cell], day: date, reader: Reader) -> Then | None:
    asked = replace(measure.asked_by(reader), with_parts=False)  # nobody reads the areas of an earlier day
    if not isinstance(measure, Counted):
        if asked.place is not None:
            return None  # kept for the whole county alone
        cell = cells[0]
        of = Decimal(cell.of) if cell.of else None
        return Then(day, Decimal(cell.number), of, measure.in_words(cell.number))
    answer = measure.tell(cells, asked, are_kept=True)
    if answer.unknown:
        return None if answer.instead == "Not known" else Then(day, None, None, answer.instead)
    of = None if answer.of is None else Decimal(answer.of)
    return Then(day, Decimal(answer.number), of, measure.in_words(answer.number))


def figures_with_past(measures: Sequence[Measure], reader: Reader) -> list[tuple[Figure, Before]]:
    """Figures as they are told now, each with its past beside it."""
    past = before(measures, reader) if not reader.looks_back else {}
    return [(figure, past.get(figure.code, Before())) for figure in figures_of(measures, reader)]
