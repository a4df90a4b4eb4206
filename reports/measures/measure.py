"""What a measure is: its words, who may see it, how it is counted, and the rows that it was counted from.

A measure counts cells, the smallest parts that anybody may ask for: one of each area and team. Everything else follows
from them in one way for all: the number of a place, its parts, and what is too small to tell
(teams.rules.small_numbers). A measure counts what its reader may see, and says on which day. A number that cannot be
known is never 0: the answer says instead what is missing and what to do about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Count, DateTimeField, F, Min, Q, QuerySet, Value
from django.db.models.functions import Cast

from reports.measures.grain import NO_AREA, Place
from reports.measures.reader import COUNTY_WIDE, EARLIEST, Reader, terms_of
from teams.foundation.access import Principal
from teams.foundation.words import day
from teams.rules.small_numbers import SmallNumbers, Told

# In place of each number of a group of which only the sum is told. One sentence for the small and for those beside it:
# whoever were told which of one and six is the small one could take them from seven.
HIDDEN = "Too few, here or beside it"


class Cell(NamedTuple):
    """The smallest part that is counted: `number` out of `of`, of one area and one team, by their keys.

    `also` is what stands beside it in a picture; `more` and `oldest` are for the line under the number.
    """

    area: int | None
    team: int | None
    number: int | Decimal
    of: int | Decimal = 0
    also: int | Decimal = 0
    more: int = 0
    oldest: datetime | None = None


class Slice(NamedTuple):
    """One part of a figure, an area, a team or a fund: `number` out of `of`. `also` is what stands beside it in a
    picture, `more` what has to be said about it in a second line. `instead` stands where there is no number.
    """

    label: str
    number: int | Decimal
    of: int | Decimal
    also: int | Decimal = 0
    note: str = ""
    more: str = ""
    instead: str = ""
    place: Place | None = None


@dataclass(frozen=True)
class Answer:
    """What a measure found. Either `number` is there, or `unknown` says why not and what to do."""

    number: int | Decimal = 0
    of: int | Decimal | None = None
    slices: tuple[Slice, ...] = ()
    since: str = ""  # what stands under the number: out of how many, since when, which fund is the first to end
    unknown: str = ""
    instead: str = "Not known"  # what stands in place of a number that is unknown


class Line(NamedTuple):
    """One row behind a figure, for a table. `page` and `of` name the page about it: a URL name and a public id."""

    cells: Sequence[str | Mapping[str, Any]]
    page: str = ""
    of: UUID | None = None


class Measure:
    """One figure. Subclasses declare the words and find the rows."""

    code: ClassVar[str]  # in its address
    words: ClassVar[str]  # under the number: "agreements signed"
    name: ClassVar[str] = ""  # over its page, where the words do not stand alone
    why: ClassVar[str]  # why anybody should look at it
    counted: ClassVar[str]  # the numerator: what is counted, in words
    out_of: ClassVar[str] = ""  # the denominator: out of what, in words
    source: ClassVar[str]
    by: ClassVar[str] = "area"  # what its parts are
    grain: ClassVar[tuple[str, ...]] = ("area", "team")  # by which places it can be asked; none: of the whole county
    audience: ClassVar[frozenset[str]]
    county_wide: ClassVar[frozenset[str]] = COUNTY_WIDE  # of its readers, those who count everybody
    small: ClassVar[SmallNumbers | None] = None  # suppression; None: it is about nobody in person
    target: ClassVar[int | None] = None  # per cent that are aimed at
    target_words: ClassVar[str] = ""  # whose aim it is
    asked_as: ClassVar[tuple[str, ...]] = ()  # what people type who look for it (journey S2)
    # And who look for those of its denominator that it does not count, with the words under that number: whoever asks
    # for vacancies is not told how many posts are filled.
    others: ClassVar[str] = ""
    others_asked_as: ClassVar[tuple[str, ...]] = ()
    goes_back: ClassVar[bool] = True  # can an earlier day be counted from what is kept?
    heads: ClassVar[tuple[str, ...]]
    numeric: ClassVar[frozenset[str]] = frozenset()  # headings of columns that hold numbers
    no_rows: ClassVar[str] = ""  # why its rows are shown to nobody
    costs: ClassVar[bool] = False  # is it a sum of money? A program reads it only with a token made for costs

    def period(self, reader: Reader) -> str:
        return f"On {day(reader.today)}" if reader.looks_back else "Today"

    def in_words(self, number: int | Decimal) -> str:
        return f"{number:,}"

    def look(self, reader: Reader) -> Answer:
        """Count. One query, or few that all answers of one kind share."""
        raise NotImplementedError

    def rows(self, reader: Reader) -> QuerySet | Sequence[Any]:
        """What was counted, in the order in which it is shown: may be sliced for a page."""
        raise NotImplementedError

    def line(self, row: Any, reader: Reader) -> Line:
        raise NotImplementedError

    def not_listed(self, reader: Reader) -> str:
        """What of the rows is not listed, and why; "" where all are."""
        return ""

    def asked_by(self, reader: Reader) -> Reader:
        """The reader, about a place that this figure is counted for: some are of the whole county alone, some of areas;
        of a team such a one is told for the team's area. And as who counts everybody in this figure, or does not.
        """
        place = reader.place if self.grain else None
        if place is not None and place.kind not in self.grain:
            place = reader.grain.area_of(place) or place
        return replace(reader, place=place, over=self.county_wide)

    def may_be_read_by(self, principal: Principal) -> bool:
        return principal.has(*self.audience)

    @property
    def title(self) -> str:
        return self.name or self.words[:1].upper() + self.words[1:]

    @property
    def suppression(self) -> str:
        """In words, for the page that says how it is counted."""
        return self.small.why if self.small else ""


class Counted(Measure):
    """A measure over cells. Subclasses give `cells`; numbers, parts and small numbers follow."""

    def cells(self, reader: Reader) -> Iterable[Cell]:
        """Everything that this reader may count, wherever it is: the place is looked for afterwards."""
        raise NotImplementedError

    def small_for(self, reader: Reader) -> SmallNumbers | None:
        return self.small

    def counts(self, cell: Cell) -> tuple[int, ...]:
        """What must not be small: those who count, and those who do not."""
        return (int(cell.number), int(cell.of - cell.number)) if self.out_of else (int(cell.number),)

    def look(self, reader: Reader) -> Answer:
        return self.tell(self.all_cells(reader), reader)

    def tell(self, cells: Sequence[Cell], reader: Reader, *, are_kept: bool = False) -> Answer:
        """The answer about a place that follows from these cells, which are all that the reader may count.

        `are_kept`: they are readings of an earlier day, so nothing is said about them but the numbers.
        """
        told = self._told(cells, reader)
        here = [cell for cell in cells if self._is_here(cell, reader)]
        if not (any(cell.of for cell in here) if self.out_of else here):
            place = reader.place
            if place is not None and place.kind not in self.grain:
                return Answer(unknown=f"Not known: this is counted by area, and {place.label} belongs to no area.")
            return Answer(unknown=self.nothing(reader))
        if hidden := _hidden(told, lambda cell: self._is_here(cell, reader)):
            return Answer(unknown=f"{hidden}. {self.suppression}", instead=hidden)
        number, of = sum((cell.number for cell in here), 0), sum((cell.of for cell in here), 0)
        return Answer(
            number,
            of if self.out_of else None,
            tuple(self._slices(here, told, reader)) if reader.with_parts else (),
            since="" if are_kept else self.since(number, of, here, reader),
        )

    def since(self, number: Any, of: Any, cells: Sequence[Cell], reader: Reader) -> str:
        return f"of {self.in_words(of)}" if self.out_of else ""

    def nothing(self, reader: Reader) -> str:
        """Why there is no number, and what to do: "Not known: ..."."""
        raise NotImplementedError

    def all_cells(self, reader: Reader) -> list[Cell]:
        """Asked for once in a reading."""
        key = f"cells of {self.code}"
        if key not in reader.kept:
            reader.kept[key] = list(self.cells(reader))
        return reader.kept[key]

    def _is_here(self, cell: Cell, reader: Reader) -> bool:
        place = reader.place
        if place is None:
            return True
        if place.is_team and "team" in self.grain:
            return cell.team == place.pk
        return cell.area in place.areas

    def _told(self, cells: Sequence[Cell], reader: Reader) -> Told | None:
        """What may be told of all parts; None where nothing has to be hidden."""
        rule = self.small_for(reader)
        if rule is None:
            return None
        sums: dict[tuple[Any, ...], tuple[int, ...]] = {}
        for cell in cells:
            path, counts = (cell.area, cell.team), self.counts(cell)
            sums[path] = tuple(map(sum, zip(sums.get(path, (0,) * len(counts)), counts, strict=True)))
        return rule.told(sums, known_by=(lambda path: path[1]) if reader.for_managers else None)

    def _slices(self, here: list[Cell], told: Told | None, reader: Reader) -> Iterator[Slice]:
        """By area; inside one area, by team."""
        areas = {cell.area for cell in here}
        if len(areas) > 1 or "team" not in self.grain or reader.place is None:
            return self._by("area", here, told, reader)
        return self._by("team", here, told, reader)

    def _by(self, kind: str, here: list[Cell], told: Told | None, reader: Reader) -> Iterator[Slice]:
        name_of = reader.grain.area_name if kind == "area" else reader.grain.team_name
        parts: dict[int | None, list[Cell]] = defaultdict(list)
        for cell in here:
            parts[cell.area if kind == "area" else cell.team].append(cell)
        places = reader.grain.by_key
        for key in sorted(parts, key=lambda each: (each is None, name_of(each))):
            cells, place = parts[key], places.get((kind, key or 0))
            inside = {(cell.area, cell.team) for cell in cells}
            if hidden := _hidden(told, lambda cell, inside=inside: (cell.area, cell.team) in inside):  # type: ignore[misc]
                yield Slice(name_of(key), 0, 0, instead=hidden, place=place)
                continue
            yield Slice(
                name_of(key),
                sum((cell.number for cell in cells), 0),
                sum((cell.of for cell in cells), 0),
                sum((cell.also for cell in cells), 0),
                place=place,
            )


def _hidden(told: Told | None, wanted: Callable[[Cell], bool]) -> str:
    """What stands in place of the number of these parts; "" where it may be told."""
    if told is None:
        return ""

    def asked(path: tuple[Any, ...]) -> bool:
        return wanted(Cell(path[0], path[1], 0))

    if told.sum(asked) is not None:
        return ""
    return HIDDEN if told.is_beside(asked) else told.rule.words


class CountedRows(Counted):
    """A measure over one queryset: `found` gives the rows with a yes or no called `counts`, for page and count alike.

    `area` and `team` lead from a row to the key of its area and team; `also` is a second condition to count beside it.
    """

    area: ClassVar[str]
    team: ClassVar[str] = ""
    also: ClassVar[Q | None] = None
    more: ClassVar[Q | None] = None
    oldest: ClassVar[tuple[str, Q] | None] = None  # the earliest moment of a column, among the rows of a condition

    def found(self, reader: Reader) -> QuerySet:
        raise NotImplementedError

    def found_here(self, reader: Reader) -> QuerySet:
        """The rows of the place that is asked about."""
        rows, place = self.found(reader), reader.place
        if place is None:
            return rows
        if place.is_team and self.team:
            return rows.filter(**{self.team: place.pk})
        return rows.filter(**{f"{self.area}__in": place.areas})

    def cells(self, reader: Reader) -> list[Cell]:
        """One query."""
        return [Cell(*row[1:]) for row in self.counted_cells(reader)]

    def counted_cells(self, reader: Reader) -> QuerySet:
        """How many count, out of how many, of each area and team: rows of this code and the columns of a cell."""
        return (
            self.found(reader)
            .order_by()
            .annotate(
                of_code=Value(self.code),
                of_area=F(self.area),
                of_team_=F(self.team) if self.team else Cast(Value(None), BigIntegerField()),
            )
            .values("of_code", "of_area", "of_team_")
            .annotate(
                number=Count("pk", filter=Q(counts=True)),
                of=Count("pk"),
                beside=Count("pk", filter=self.also) if self.also else Value(0),
                more=Count("pk", filter=self.more) if self.more else Value(0),
                first=Min(self.oldest[0], filter=self.oldest[1]) if self.oldest else Cast(Value(None), DateTimeField()),
            )
            .values_list("of_code", "of_area", "of_team_", "number", "of", "beside", "more", "first")
        )


def count_together(measures: Iterable[Measure], reader: Reader) -> None:
    """Count all that are counts of rows in one query, for a page that shows many figures: it has twenty queries."""
    counts = [each for each in measures if isinstance(each, CountedRows) and f"cells of {each.code}" not in reader.kept]
    if len(counts) < 2:
        return
    first, *others = [each.counted_cells(reader) for each in counts]
    found: dict[str, list[Cell]] = {each.code: [] for each in counts}
    for code, *cell in first.union(*others, all=True):
        found[code].append(Cell(*cell))
    for code, cells in found.items():
        reader.kept[f"cells of {code}"] = cells


__all__ = [
    "EARLIEST",
    "NO_AREA",
    "Answer",
    "Cell",
    "Counted",
    "CountedRows",
    "Line",
    "Measure",
    "Reader",
    "Slice",
    "count_together",
    "terms_of",
]
