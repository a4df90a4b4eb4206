"""Figures as they are printed: kept as they stood, each under a number that finds it again (journey S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reports.measures.figure import Figure, figure_of
from reports.measures.measure import Measure, Reader, count_together
from reports.models import Sheet
from teams.foundation.access import Principal


def keep_sheet(measures: Sequence[Measure], reader: Reader, *, title: str, by: Principal, at: datetime) -> Sheet:
    """Count these figures once more and keep them: what is printed is what the sheet says, whatever comes later."""
    count_together([each for each in measures if each.goes_back or not reader.looks_back], reader)
    figures: list[Figure] = [figure_of(measure, reader) for measure in measures]
    return Sheet.keep(
        [figure.as_kept() for figure in figures],
        title=title,
        where=reader.where,
        on=reader.today,
        of_county=all(measure.asked_by(reader).counts_county for measure in measures),
        by=by,
        at=at,
    )
