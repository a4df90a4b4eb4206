"""Figures as they are printed: kept as they stood, each under a number that finds it again (journey S2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reports.measures.figure import figures_of
from reports.measures.measure import Measure, Reader
from reports.models import Sheet
from teams.foundation.access import Principal


def keep_sheet(measures: Sequence[Measure], reader: Reader, *, title: str, by: Principal, at: datetime) -> Sheet:
    """Count these figures once more and keep them: what is printed is what the sheet says, whatever comes later."""
    return Sheet.keep(
        [figure.as_kept() for figure in figures_of(measures, reader)],
        title=title,
        where=reader.where,
        on=reader.today,
        of_county=all(measure.asked_by(reader).counts_county for measure in measures),
        by=by,
        at=at,
    )
