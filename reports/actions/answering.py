"""What somebody asks for in words, answered with a figure and its definition (journey S2: "by four o'clock")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from reports.measures.figure import Figure, figure_of
from reports.measures.grain import Place
from reports.measures.measure import Measure, Reader
from reports.measures.registry import BY_CODE, BY_PHRASE, MEASURES
from reports.models import PrintedFigure
from reports.rules import printed_number, what_and_where
from teams.foundation.access import Principal, Role

EXAMPLES = 4
MOST_PLACES = 12


@dataclass(frozen=True)
class Answered:
    """What is told: `figure` with its number, or without one where it asks for signing in again (`measure.costs`).

    Where the place is not known, or several are meant, nothing was counted: `choices` says which there are.
    """

    measure: Measure
    place: Place | None = None
    figure: Figure | None = None
    no_such_place: str = ""  # what was typed
    choices: Sequence[Place] = ()
    whole_county: bool = False  # a place was asked for, and this figure is of the whole county alone

    def asked(self, place: Place | None) -> str:
        """The query that asks the same of the figure's own page."""
        return f"?{urlencode({'place': str(place.public_id)})}" if place is not None else ""

    @property
    def title(self) -> str:
        return self.measure.title


def answer(typed: str, principal: Principal, authority: Any, today: date) -> Answered | None:
    """None where no figure is asked for that this reader may read. Who may read it, is asked before anything else is.

    At most three queries besides those of the figure's own.
    """
    for what, where in what_and_where(typed):
        measure = BY_PHRASE.get(what)
        if measure is not None and measure.may_be_read_by(principal):
            return _answered(measure, where, Reader(principal, authority, today))
    return None


def _answered(measure: Measure, where: str, reader: Reader) -> Answered:
    place = None
    if where and measure.grain and where not in _names_of_all(reader):
        found = reader.grain.named(where, measure.grain)
        if len({each.name for each in found}) > 1:
            return Answered(measure, choices=found[:MOST_PLACES])
        if not found:
            known = [each for each in reader.grain.places if each.kind in measure.grain]
            return Answered(measure, no_such_place=where, choices=known[:MOST_PLACES])
        place = found[0]  # an area comes before the team of the same name, which is in it
    whole_county = bool(where) and not measure.grain
    if measure.costs:
        return Answered(measure, place, whole_county=whole_county)
    return Answered(measure, place, figure_of(measure, reader.at(place)), whole_county=whole_county)


def _names_of_all(reader: Reader) -> frozenset[str]:
    """What people type for the whole of it."""
    return frozenset({"the county", "county", "the whole county", "the council", reader.authority.name.casefold()})


def examples(principal: Principal) -> list[str]:
    """What this reader can ask, in words that are understood; none for who reads no figure."""
    return [measure.asked_as[0] for measure in MEASURES if measure.may_be_read_by(principal)][:EXAMPLES]


def printed(typed: str, principal: Principal) -> PrintedFigure | None:
    """The figure of this number on paper, where this reader may read it. One query, and none for other words."""
    number = printed_number(typed)
    if number is None:
        return None
    rows = PrintedFigure.objects.visible_to(principal).select_related("sheet", "pack")
    row = rows.filter(number=number).first()
    return row if row is not None and may_read(principal, row) else None


def may_read(principal: Principal, row: PrintedFigure) -> bool:
    """Of a sheet: who reads the figure itself, and auditors. Of a pack its copies have decided already."""
    if row.pack_id is not None:
        return True
    measure = BY_CODE.get(row.code)
    return principal.has(Role.AUDITOR) or (measure is not None and measure.may_be_read_by(principal))


def readable_codes(principal: Principal) -> list[str]:
    """Of the figures that this reader may read today."""
    return [code for code, measure in BY_CODE.items() if measure.may_be_read_by(principal)]
