"""A cover that has not begun, with its grant, and an absence that is over: rows of every kind, and nobody sees more."""

from __future__ import annotations

from datetime import date

from teams.models import Absence, Cover
from tests.factories.authorities import NOW, County


def away(county: County) -> None:
    people = county.people
    county.rows["cover"] = Cover.start(
        people["manager"], people["other_manager"], starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 4),
        by=county.as_("manager"), at=NOW,
    )  # fmt: skip
    county.rows["absence"] = Absence.start(
        people["worker"], starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 4), by=county.as_("worker"), at=NOW
    )
