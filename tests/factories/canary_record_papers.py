"""A paper of a final record that could not be drawn: why stands in the row, and on no page."""

from __future__ import annotations

from reports.models import RecordPaper
from tests.factories.authorities import NOW, County


def record_papers(county: County) -> None:
    problem = f"No {county.canaries.plant('problem of a record paper', ())}"
    RecordPaper.objects.create(
        copy=county.rows["beech final school"], state=RecordPaper.State.FAILED, problem=problem, put_down_at=NOW
    )
