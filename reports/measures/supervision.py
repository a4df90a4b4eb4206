"""How supervision goes: in date, the school there, agreed in the room, sorted there and then, actions kept (H42-H47).

What is counted is decided on the supervision floor (supervision.rules.health); here it becomes figures of the county.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from reports.measures.measure import NO_AREA, Cell, Counted, Line, Reader, terms_of
from supervision.actions.health import Health, InDate, Scope
from supervision.rules.health import BY_CODE, NOT_LISTED, Item
from teams.foundation.access import Role
from teams.foundation.words import day
from teams.rules.small_numbers import WORKERS, Path, SmallNumbers

READERS = frozenset({Role.SENIOR_MANAGER, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER})
DECLARED = BY_CODE["in-date"]


def scope_of(reader: Reader) -> Scope:
    """The scope of this reader, read once however many figures ask for it."""
    if "supervision" not in reader.kept:
        reader.kept["supervision"] = Scope(reader.principal, reader.today, terms=terms_of(reader))
    return reader.kept["supervision"]


class OfSupervision(Counted):
    """Shares of things that were counted of workers. Groups of fewer than five are not told to who does not manage
    them; whoever does opens each row anyway.
    """

    audience = READERS
    county_wide = frozenset({Role.SENIOR_MANAGER})  # as Scope.is_county
    small = WORKERS
    heads = ("School", "Area", "Day", "State")

    def items(self, reader: Reader) -> Sequence[Item]:
        """What was counted. Asked for once: see `_items`."""
        raise NotImplementedError

    def cells(self, reader: Reader) -> list[Cell]:
        areas = reader.grain.area_keys if reader.with_parts else {}
        number: Counter[tuple[int | None, int]] = Counter()
        of: Counter[tuple[int | None, int]] = Counter()
        for item in self._items(reader):
            key = (areas.get(self.area_of(item, reader)), item.team)
            number[key] += item.number  # type: ignore[index]
            of[key] += item.of  # type: ignore[index]
        return [Cell(area, team, number[area, team], of[area, team]) for area, team in of]

    def area_of(self, item: Item, reader: Reader) -> str:
        """The area of the school, else that of the team."""
        return item.area or scope_of(reader).teams[item.team].area

    def counts(self, cell: Cell) -> tuple[int, ...]:
        return (int(cell.of),)

    def small_for(self, reader: Reader) -> SmallNumbers | None:
        return self.small if scope_of(reader).is_county else None

    def rows(self, reader: Reader) -> Sequence[Item]:
        """By school. Of a group whose number is not told by itself no row is listed: the rows would tell it (D.4)."""
        if self.look(reader).unknown:
            return []
        alone = self._alone(reader)
        found = [item for item in self._items_here(reader) if alone is None or self._path(item, reader) in alone]
        return sorted(found, key=lambda item: (item.school, item.on or reader.today))

    def not_listed(self, reader: Reader) -> str:
        alone = self._alone(reader)
        if alone is None or all(self._path(item, reader) in alone for item in self._items_here(reader)):
            return ""
        return NOT_LISTED

    def _alone(self, reader: Reader) -> frozenset[Path] | None:
        """The groups whose rows may be listed; None where all may."""
        told = self._told(self.all_cells(reader), reader)
        return None if told is None else told.alone

    def _items_here(self, reader: Reader) -> list[Item]:
        return [item for item in self._items(reader) if self._is_here(Cell(*self._path(item, reader), 0), reader)]

    def _path(self, item: Item, reader: Reader) -> tuple[int | None, Any]:
        """The keys of its area and team."""
        return reader.grain.area_keys.get(self.area_of(item, reader)), item.team

    def line(self, row: Item, reader: Reader) -> Line:
        if row.on is None:
            when = "Not yet"
        else:
            when = f"{row.on:%B %Y}" if scope_of(reader).is_county else day(row.on)
        return Line([row.school, self.area_of(row, reader) or NO_AREA, when, row.says])

    def _items(self, reader: Reader) -> Sequence[Item]:
        key = f"items of {self.code}"
        if key not in reader.kept:
            reader.kept[key] = list(self.items(reader))
        return reader.kept[key]


class SupervisionInDate(OfSupervision):
    """The one figure of a manager's week, and the first of the county's six (journeys 7, S1)."""

    code = "supervision-in-date"
    words = "workers with supervision in date"
    name = "Supervision in date"
    why = "Who is not seen for more than nine school weeks is left alone with what is hard."
    counted = DECLARED.counted
    out_of = f"All workers in a school whose rhythm has visits in school. Left out: {DECLARED.left_out}"
    source = "Supervisions in school in Alongside, and each school’s own days"
    heads = ("School", "Area", "Last held", "State")
    target = 100
    target_words = "Nobody is left longer than nine school weeks (BR-03)."
    asked_as = ("supervision in date", "supervision", "supervised")
    others = "workers whose supervision is late"
    others_asked_as = ("late supervision", "supervision late", "workers not supervised")

    def items(self, reader: Reader) -> Sequence[Item]:
        return InDate(scope_of(reader)).today

    def nothing(self, reader: Reader) -> str:
        return "Not known: no worker with a rhythm of visits in school works in a school yet."


class OfThisTerm(OfSupervision):
    """One of the shares that are counted of this term's records and actions."""

    declared: str  # its code among the measures of the supervision floor

    def items(self, reader: Reader) -> Sequence[Item]:
        if "health" not in reader.kept:
            reader.kept["health"] = Health(reader.principal, scope=scope_of(reader))
        found: Sequence[Item] = reader.kept["health"].this_term(self.declared)
        return found

    def period(self, reader: Reader) -> str:
        periods = scope_of(reader).periods
        until = f", until {day(reader.today)}" if reader.looks_back else ""
        return f"{periods[0].words}{until}" if periods else "No term has begun"

    def nothing(self, reader: Reader) -> str:
        return "Not known: nothing of the kind has happened in this term yet."


def _of_this_term(code: str, words: str, declared: str, why: str, **more: object) -> OfThisTerm:
    """A measure of this floor with the words of the one below."""
    given = BY_CODE[declared]
    numerator, _, denominator = given.counted.partition(" Out of ")
    facts = {
        "code": code,
        "words": words,
        "name": given.words,
        "why": why,
        "declared": declared,
        "counted": numerator,
        "out_of": f"{denominator[:1].upper()}{denominator[1:]} Left out: {given.left_out}",
        "source": "Records of supervisions in school in Alongside",
    }
    return type(f"OfThisTerm{declared}", (OfThisTerm,), facts | more)()


SCHOOL_PRESENT = _of_this_term(
    "school-present",
    "supervisions with somebody of the school in the room",
    "school-present",
    "The school pays, and is one of the three: what is agreed without it does not hold (BR-08).",
    target=90,
    target_words="Nine in ten visits.",
    asked_as=("school present", "head present", "schools in the room"),
)
IN_THE_ROOM = _of_this_term(
    "agreed-in-the-room",
    "records agreed before anybody left the room",
    "in-the-room",
    "What is agreed at once is final at once, and nobody has to chase it.",
    target=60,
    target_words="Six in ten records.",
    asked_as=("agreed in the room", "agreed on the day"),
)
SORTED = _of_this_term(
    "sorted-there",
    "matters sorted there and then",
    "sorted",
    "What is sorted in the room needs no call and no mail afterwards (H45).",
    asked_as=("sorted there and then", "sorted in the room"),
)
ACTIONS_KEPT = _of_this_term(
    "actions-kept",
    "actions kept",
    "kept",
    "A promise that is not kept costs more than one that was never made (BR-06).",
    asked_as=("actions kept", "actions closed", "promises kept", "actions"),
)
