"""How supervision is going: what is counted, in words, and the arithmetic (H42 to H47, BR-03, BR-08).

Teams and areas stand side by side by name, never by rank, and no person is named. Where a reader does not manage those
who are counted, a group of fewer than five is "too few to show", and so is whatever would give it away by subtraction.
What schools thought of it is counted in fives, in the order in which it came: nobody finds out by looking twice what
one school said in between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median as middle
from typing import Any

from teams.rules.calendar import school_year_label, school_year_of
from teams.rules.small_numbers import Path, SmallNumbers, Told
from teams.rules.terms import Term

MINIMUM = 5  # of whatever is counted (journeys 10: "we show answers when there are 5")
DAY = timedelta(days=1)
NO_AREA = "No area yet"
FACES = ("yes", "partly", "no")
NOT_LISTED = (
    "The rows of groups of fewer than five, and of those beside them, are not listed, so that nobody can be picked "
    "out. Their managers read them."
)


@dataclass(frozen=True)
class Measure:
    """One measure in plain words. `unit` is "share", or "days" for a median of school days."""

    code: str
    words: str
    counted: str
    left_out: str
    unit: str = "share"


MEASURES = (
    Measure(
        "in-date",
        "Supervision in date",
        "Workers in a school for whom at most nine school weeks (45 school days) have gone by since the last "
        "supervision in school, in whichever of their schools it was, or since the school called one off. Who has had "
        "none yet counts from the start of the rhythm, or of the work there. Out of all workers whose rhythm has "
        "visits in school.",
        "Attendance officers, who have one-to-ones instead. Who is away is counted like everybody else.",
    ),
    Measure(
        "without-school",
        "Held without the school",
        "Supervisions in school to which nobody of the school came, or which were held somewhere else. Out of all "
        "supervisions in school with a record.",
        "Supervisions that were called off: they did not take place.",
    ),
    Measure(
        "school-present",
        "Somebody of the school in the room",
        "Supervisions in school with the head, or whom the head named, in the room. Out of all supervisions in school "
        "with a record.",
        "Supervisions that were called off.",
    ),
    Measure(
        "in-the-room",
        "Agreed in the room",
        "Records that everybody who was there agreed on the screen before they left. Out of all supervisions in school "
        "with a record.",
        "Nothing: what was agreed later, by link or in the product, is in the second number alone.",
    ),
    Measure(
        "sorted",
        "Sorted there and then",
        "Lines under “Anything to sort out now” that were ticked “Sorted today”. Out of all such lines.",
        "Actions, which are for later by their nature, and lines between two.",
    ),
    Measure(
        "kept",
        "Actions closed",
        "Actions that were kept, by any side, the county’s own too. Out of all that were kept, not kept or dropped, or "
        "whose day is over. Each counts in the term in which it ended or fell due, whichever was first.",
        "An action that got a new date counts once, under its last date. What is not due yet.",
    ),
    Measure(
        "days-to-final",
        "Time to final",
        "School days from the supervision until its record was final: half of the records took this long or less.",
        "Records that are not final yet.",
        unit="days",
    ),
)
BY_CODE = {measure.code: measure for measure in MEASURES}


@dataclass(frozen=True)
class Period:
    """One term with the holiday after it, so that nothing falls between two. Dates inclusive."""

    words: str
    starts_on: date
    ends_on: date
    last_school_day: date

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Team:
    """`area` is "" where the team has none."""

    key: Hashable
    name: str
    area: str = ""


@dataclass(frozen=True)
class Item:
    """One thing that a measure counted: `number` out of `of`, or `days`. `term` 0 is this term, 1 the one before.

    What stands behind it for a list: the school and its area, the day, words, and the page about it.
    """

    term: int
    team: Hashable
    number: int = 0
    of: int = 1
    days: int | None = None
    school: str = ""
    area: str = ""
    on: date | None = None
    says: str = ""
    page: tuple[str, Any] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Cell:
    """What was counted of a group: `number` out of `of`, and the median of days where days were counted."""

    number: int = 0
    of: int = 0
    days: Decimal | None = None
    is_hidden: bool = False

    @property
    def percent(self) -> int | None:
        """Whole per cent, halves up; None where nothing was counted: nothing is not 0."""
        return None if not self.of or self.is_hidden else (200 * self.number + self.of) // (2 * self.of)


@dataclass(frozen=True)
class Row:
    """All, an area or a team, with this term and the one before."""

    name: str
    level: str  # "all", "area" or "team"
    this: Cell
    last: Cell
    key: Hashable = None


def periods(terms: Iterable[Term], today: date) -> tuple[Period, ...]:
    """This term and the one before it, as far as they are known; empty where none has begun."""
    in_order = sorted(terms, key=lambda term: term.starts_on)
    ends = [after.starts_on - DAY for _, after in pairwise(in_order)] + [date.max]
    begun = [
        Period(
            f"{term.season.capitalize()} term {school_year_label(school_year_of(term.ends_on))}",
            term.starts_on,
            end,
            term.ends_on,
        )
        for term, end in zip(in_order, ends, strict=False)  # without terms there is still the end of time
        if term.starts_on <= today
    ]
    return tuple(begun[-2:][::-1])


def cell(items: Iterable[Item]) -> Cell:
    """The sum of these, or the median of their days. The numbers of a cell are never more than what they are out of."""
    found = list(items)
    took = [item.days for item in found if item.days is not None]
    days = Decimal(str(middle(took))) if took else None
    return Cell(sum(item.number for item in found), sum(item.of for item in found), days)


def shown(sizes: Mapping[Any, int], minimum: int) -> set[Any]:
    """Which parts may stand beside their total: none that is too small, and none by which one that is could be found.

    The hidden ones together come to `minimum` or more, or there is none, or the total itself is too small.
    """
    found = SmallNumbers(minimum, "").told({(key,): (size,) for key, size in sizes.items()})
    return {key for key in sizes if found.sum(lambda path, key=key: path == (key,)) is not None}  # type: ignore[misc]


def told(items: Iterable[Item], teams: Mapping[Hashable, Team], *, minimum: int, areas: Mapping[str, Hashable]) -> Told:
    """What may be told of these, by area of the school (else of the team) and team, whichever page tells it.

    `areas` are the areas' keys by name, those by which the county's figures are counted: what is too small is joined
    with the same neighbours there, so that no two pages tell what one of them hides.
    """
    sizes: Counter[Path] = Counter()
    for item in items:
        sizes[areas.get(item.area or teams[item.team].area), item.team] += item.of
    return SmallNumbers(minimum, "").told({path: (size,) for path, size in sizes.items()})


def listed(
    items: Sequence[Item], teams: Mapping[Hashable, Team], *, minimum: int, areas: Mapping[str, Hashable]
) -> list[Item]:
    """Those that may stand in a list by school: of a group that is told by itself. A list beside a number that is
    hidden would tell it (D.4)."""
    alone = told(items, teams, minimum=minimum, areas=areas).alone
    return [item for item in items if (areas.get(item.area or teams[item.team].area), item.team) in alone]


def rows(
    items: Sequence[Item], teams: Mapping[Hashable, Team], *, minimum: int, areas: Mapping[str, Hashable]
) -> list[Row]:
    """All together, then each area with its teams, by name. With one team there is one row. `areas` as in `told`."""
    cells = [_cells([item for item in items if item.term == term], teams, minimum, areas) for term in (0, 1)]
    found = [Row("All together", "all", cells[0]["all", ""], cells[1]["all", ""])]
    if len(teams) < 2:
        return found
    for area in _in_order({team.area for team in teams.values()}):
        at: tuple[str, Any] = ("area", area)
        found.append(Row(area or NO_AREA, "area", cells[0][at], cells[1][at]))
        for team in sorted((each for each in teams.values() if each.area == area), key=lambda each: each.name):
            at = ("team", team.key)
            found.append(Row(team.name, "team", cells[0][at], cells[1][at], key=team.key))
    return found


def _cells(
    items: Sequence[Item], teams: Mapping[Hashable, Team], minimum: int, areas: Mapping[str, Hashable]
) -> dict[tuple[str, Any], Cell]:
    may = told(items, teams, minimum=minimum, areas=areas)
    of_team, of_area = defaultdict(list), defaultdict(list)
    for item in items:
        of_team[item.team].append(item)
        of_area[teams[item.team].area].append(item)

    def shows(keys: Collection[Hashable], found: Sequence[Item]) -> Cell:
        return _hide(cell(found)) if may.sum(lambda path: path[1] in keys) is None else cell(found)

    found: dict[tuple[str, Any], Cell] = {("all", ""): shows(teams, items)}
    for area in {team.area for team in teams.values()}:
        inside = [key for key, team in teams.items() if team.area == area]
        found["area", area] = shows(inside, of_area[area])
        found |= {("team", key): shows([key], of_team[key]) for key in inside}
    return found


def _hide(cell: Cell) -> Cell:
    """Too few to show: nothing of it leaves this room."""
    return Cell(is_hidden=True)


def _in_order(areas: Iterable[str]) -> list[str]:
    return sorted(areas, key=lambda area: (not area, area))


def faces(answers: Iterable[tuple[Hashable, str]]) -> dict[str, int]:
    """How often each face was chosen: {"yes": 8, ...}, of the answers (team, face) in the order in which they came.

    Of each team the first five, ten, fifteen: what came after waits until it is five too. Empty below five.
    """
    of_team: dict[Hashable, list[str]] = defaultdict(list)
    for team, face in answers:
        if face:
            of_team[team].append(face)
    counted = [face for given in of_team.values() for face in given[: len(given) // MINIMUM * MINIMUM]]
    return {face: counted.count(face) for face in FACES} if counted else {}
