"""What somebody asks for in words, answered with a figure and its definition (journey S2: "by four o'clock")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlencode

from reports.measures.figure import Figure, figure_of
from reports.measures.grain import Place
from reports.measures.measure import Measure, Reader
from reports.measures.registry import BY_CODE, BY_PHRASE, BY_PHRASE_OF_OTHERS, MEASURES
from reports.models import PrintedFigure
from reports.rules import plainly, printed_number, what_and_where
from teams.foundation.access import Principal, Role

EXAMPLES = 4
NAMES_OF_ALL = frozenset({"the county", "county", "the whole county", "the council"})  # as people type it
MOST_PLACES = 12
ALIKE = 0.75  # "wokers" is 0.92 of "workers"


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
    others: Figure | None = None  # where those were asked for that the figure does not count
    also: Sequence[Place] = ()  # places that the words fit too, to be offered beside the answer

    def asked(self, place: Place | None) -> str:
        """The query that asks the same of the figure's own page."""
        return f"?{urlencode({'place': str(place.public_id)})}" if place is not None else ""

    @property
    def told(self) -> Figure | None:
        """What the answer says: `figure`, or what it leaves out where that was asked for."""
        return self.others or self.figure

    @property
    def which(self) -> str:
        """ "the area West 2 or the team West 2", where it is one of those that are called alike; else ""."""
        same = len({each.name for each in self.choices}) == 1 and len(self.choices) > 1
        return " or ".join(each.in_words for each in self.choices) if same else ""

    @property
    def told_for(self) -> str:
        """Where the figure is not counted for this place, the place that it is told for instead."""
        if self.place is None or self.figure is None or self.place.kind in self.measure.grain:
            return ""
        return f"This figure is not counted by team. It is told for {self.figure.where}."

    @property
    def title(self) -> str:
        return (self.others or self.measure).title


def answer(typed: str, principal: Principal, authority: Any, today: date) -> Answered | None:
    """None where no figure is asked for that this reader may read. Who may read it, is asked before anything else is.

    At most three queries besides those of the figure's own.
    """
    for what, where in what_and_where(typed):
        measure, of_others = BY_PHRASE.get(what), BY_PHRASE_OF_OTHERS.get(what)
        if measure is not None and measure.may_be_read_by(principal):
            return _answered(measure, where, Reader(principal, authority, today))
        if of_others is not None and of_others.may_be_read_by(principal):
            return _of_others(_answered(of_others, where, Reader(principal, authority, today)))
    return None


def _of_others(found: Answered) -> Answered:
    """Whoever asks for vacancies is told how many posts are empty, not how many are filled."""
    figure = found.figure
    if figure is None or figure.number is None or figure.of is None:
        return found
    return replace(found, others=figure.of_the_others(found.measure.others))


def _answered(measure: Measure, where: str, reader: Reader) -> Answered:
    if not where or not measure.grain or where in NAMES_OF_ALL:
        return _counted(measure, None, reader, whole_county=bool(where) and not measure.grain)
    found = reader.grain.named(where, measure.grain)
    if not found.places:
        if _is_the_authority(where, reader):
            return _counted(measure, None, reader)
        teams = reader.grain.named(where, ("team",)).places
        if len(teams) != 1 or "team" in measure.grain:
            known = found.others or [each for each in reader.grain.places if each.kind in measure.grain]
            return Answered(measure, no_such_place=where, choices=known[:MOST_PLACES])
        return _counted(measure, teams[0], reader)
    if len(found.places) > 1:
        return Answered(measure, choices=found.places[:MOST_PLACES])
    return replace(_counted(measure, found.places[0], reader), also=found.others)


def _counted(measure: Measure, place: Place | None, reader: Reader, *, whole_county: bool = False) -> Answered:
    if measure.costs:
        return Answered(measure, place, whole_county=whole_county)
    return Answered(measure, place, figure_of(measure, reader.at(place)), whole_county=whole_county)


def _is_the_authority(where: str, reader: Reader) -> bool:
    """ "Hollinshire", of Hollinshire County Council: its name, or whole words that it begins with."""
    name = plainly(reader.authority.name)
    return name == where or name.startswith(f"{where} ")


def meant(typed: str, principal: Principal) -> str:
    """What somebody may have meant who mistyped what this reader can ask; "" where it is like nothing of that.

    It is offered, and never answered: a figure that nobody asked for is quoted as if it were the one.
    """
    known = [
        phrase
        for phrases in (BY_PHRASE, BY_PHRASE_OF_OTHERS)
        for phrase, measure in phrases.items()
        if measure.may_be_read_by(principal)
    ]
    for what, where in what_and_where(typed)[::-1]:
        if found := get_close_matches(what, known, n=1, cutoff=ALIKE):
            return f"{found[0]} in {where}" if where else found[0]
    return ""


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
