"""A sheet of figures that a senior manager has kept, with a word in its title and in its figure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reports.actions import readings
from reports.measures.figure import figure_of
from reports.measures.measure import Reader
from reports.measures.registry import BY_CODE
from reports.models import Look, Sheet
from tests.factories.authorities import NOW, TODAY, County

DAY = timedelta(days=1)

READERS = frozenset({"senior", "finance", "auditor"})


def sheet_of_figures(county: County) -> None:
    senior = county.as_("senior")
    kept = figure_of(BY_CODE["agreements-signed"], Reader(senior, county.authority, TODAY)).as_kept()
    kept["source"] = f"Counted by {county.canaries.plant('printed figure', READERS)}"
    sheet = Sheet.keep(
        [kept],
        title=f"Sheet {county.canaries.plant('title of a sheet', READERS)}",
        where=county.authority.name,
        on=TODAY,
        of_county=True,
        by=senior,
        at=NOW,
        county=_county_page(county),
    )
    readings.take(county.authority, today=TODAY, by=county.clock, days=[TODAY])
    words = {name: county.canaries.plant(f"looked at {name}", {"senior"}) for name in ("before", "seen")}
    looked = {name: {"agreements-signed": {"number": None, "text": word}} for name, word in words.items()}
    Look.objects.create(
        person=county.people["senior"], seen_on=TODAY, seen=looked["seen"], before_on=TODAY - DAY,
        before=looked["before"],
    )  # fmt: skip
    county.rows |= {"sheet": sheet, "printed": sheet.figures.get()}


def _county_page(county: County) -> dict[str, Any]:
    """What stood beside the figures: the table of need is for who reads need, not for finance."""
    need = county.canaries.plant("need on the county's paper", READERS - {"finance"})
    return {
        "tiles": [],
        "codes": {"signed": "agreements-signed", "schools": "schools-with-worker", "money": "money-by-fund"},
        "areas": [[county.canaries.plant("area on the county's paper", READERS), "1 of 1", "0", "1 of 2", "1"]],
        "year": "2026/27",
        "soon_days": 60,
        "soon_heads": ["What ends"],
        "soon": [[[county.canaries.plant("end on the county's paper", READERS)]]],
        "need": {"points": [], "rows": [[need, "1 of 1", "0", "1", "35"]], "placeless": 0},
    }
