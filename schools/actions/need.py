"""Need of the county's schools beside the workers they have (H94, L13, M10): scored in one statement, read as values.

Whoever reads need reads it of every school: `need_of` takes the reader for whom it is asked, or None for what the
product does by itself. The arithmetic is in `schools.rules.need`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from schools.actions import need_statement
from schools.files.values import MARKS
from schools.models import NeedWeights, School
from schools.models.figures import SOURCES
from schools.permissions import NEED_READERS
from schools.rules import need as rules
from schools.rules.need import Standing, Weights, Working
from teams.foundation.access import Principal
from teams.foundation.errors import NotAllowed
from teams.rules.calendar import school_year_label

WITHOUT = "without a figure"


class Figure(NamedTuple):
    """One published figure of one school, in per cent, and where it stands; without a standing it is not ranked."""

    part: str
    value: Decimal | None
    standing: Standing | None
    year: int
    definition: str
    source: str
    mark: str | None


@dataclass(frozen=True, slots=True)
class SchoolNeed:
    """One school: its score (of 100) and place, each None where nothing about it is known; its workers and hours.

    `workers` work there today, `coming` are placements that are still to start or whose post is vacant, `hours` are a
    week and of the workers alone, `without_room` placements whose room is not ready (BR-15).
    """

    school_id: int
    public_id: UUID
    urn: str
    name: str
    phase: str
    area_id: int | None
    easting: int | None
    northing: int | None
    roll: int | None
    score: Decimal | None
    rank: int | None
    band: int | None  # 1 for the highest fifth to 5 for the lowest
    workers: int
    coming: int
    hours: Decimal
    without_room: int
    figures: Mapping[str, Figure]

    @property
    def is_highest(self) -> bool:
        return self.band == rules.HIGHEST

    @property
    def band_in_words(self) -> str:
        return rules.band_in_words(self.band)

    @property
    def engaged(self) -> rules.Engaged:
        return rules.Engaged(self.school_id, self.rank, self.workers, self.coming)

    @property
    def has_nobody(self) -> bool:
        """Nobody works there, and nobody is to."""
        return self.engaged.has_nobody

    @property
    def position(self) -> tuple[int, int] | None:
        return None if self.easting is None or self.northing is None else (self.easting, self.northing)


class Basis(NamedTuple):
    """Which figures of one part are ranked: one year, one definition."""

    part: str
    year: int
    definition: str
    sources: tuple[str, ...]
    schools: int

    @property
    def year_in_words(self) -> str:
        return school_year_label(self.year)


@dataclass(frozen=True)
class Scale:
    """What an authority's schools are measured with on one day."""

    today: date
    weights: Weights
    bases: Mapping[str, Basis]  # of each part that any school has, in their order

    @property
    def how_old(self) -> str:
        """What to say where the figures are older than last school year's; the oldest part decides."""
        return rules.how_old(min((each.year for each in self.bases.values()), default=None), self.today)

    def workings(self, school: SchoolNeed) -> list[Working]:
        """Part by part, as it is shown."""
        return [self._working(part, school.figures.get(part)) for part in rules.PARTS]

    def _working(self, part: str, figure: Figure | None) -> Working:
        weight = self.weights.of(part)
        if figure is not None and figure.standing is not None:
            return Working(part, weight, rules.points(figure.standing, weight))
        return Working(part, weight, None, self._missing(part, figure))

    def _missing(self, part: str, figure: Figure | None) -> str:
        """Why a part is not counted, as the end of a sentence that its name begins."""
        if figure is None:
            return WITHOUT
        if figure.value is None:
            mark = MARKS.get((figure.mark or "").casefold())
            meaning = mark.meaning if mark is not None else ""
            return f"not published ({figure.mark}: {_lower(meaning)})" if figure.mark else WITHOUT
        basis = self.bases[part]
        if figure.year != basis.year:
            return f"known for {school_year_label(figure.year)} alone, not for {basis.year_in_words}"
        return f"counted in another way here ({_lower(figure.definition)})"

    def in_words(self, school: SchoolNeed) -> str:
        """ "Persistent absence 31.2 of 40, free meals 22.0 of 30, SEN support not published (...): counted on the other
        two." """
        return rules.in_words(self.workings(school))


@dataclass(frozen=True)
class Need(Scale):
    """All eligible schools of the authority on one day, the highest need first."""

    schools: list[SchoolNeed]
    is_tried: bool = False  # with weights that somebody only thinks of

    @cached_property
    def ranked(self) -> int:
        return sum(each.rank is not None for each in self.schools)

    @cached_property
    def by_school(self) -> dict[int, SchoolNeed]:
        return {each.school_id: each for each in self.schools}

    @cached_property
    def decided(self) -> NeedWeights | None:
        """Who decided the weights, and why; None where nobody has, so that the example counts. One query."""
        return None if self.is_tried else weights_on(self.today)

    @cached_property
    def second_workers(self) -> dict[int, int]:
        """BR-16, by school: how many schools of higher need have nobody."""
        return rules.second_workers([each.engaged for each in self.schools])

    def higher_without(self, school_id: int) -> int:
        """How many eligible schools of higher need than this one have nobody and are to have nobody (BR-16)."""
        here = self.by_school.get(school_id)
        rank = here.rank if here is not None else None
        return len(rules.higher_without(rank, [each.engaged for each in self.schools if each.school_id != school_id]))


@dataclass(frozen=True)
class NeedHere(Scale):
    """One eligible school among all of them, of which `ranked` have a score."""

    school: SchoolNeed
    ranked: int
    second_worker: int  # BR-16: schools of higher need that have nobody, while here is a second worker; else 0


def weights_on(day: date) -> NeedWeights | None:
    """What a senior manager had decided by this day; None while nobody has. One query."""
    return next(iter(NeedWeights.objects.latest_by(day).select_related("set_by")[:1]), None)


def need_of(
    principal: Principal | None,
    *,
    today: date,
    weights: Weights | None = None,
    figures_of: Iterable[int] | None = None,
) -> Need:
    """Every eligible school with score, place and workers, by what was decided where no `weights` are given. One query.

    `figures_of` are the keys of the schools whose figures are wanted with that, where it is not all: to read those of
    a whole county is half of the time.

    Raises NotAllowed for a principal who may not read need (domain D.5); None is the product itself.
    """
    _may_read(principal)
    given = dict.fromkeys(rules.PARTS) if weights is None else weights._asdict()
    with _cursor() as cursor:
        asked = {"figures_of": None if figures_of is None else list(figures_of)}
        cursor.execute(need_statement.statement(), _parameters(today) | given | asked)
        rows = cursor.fetchall()
    ranked = sum(row[10] is not None for row in rows)
    *_, ranks, used = rows[0] if rows else (None, None)
    used_weights = weights or (Weights(**_read(used)) if used else rules.EXAMPLE)
    return Need(today, used_weights, _bases(ranks), [_school(row, ranked) for row in rows], weights is not None)


def need_at(principal: Principal | None, school_id: int, *, today: date) -> NeedHere | None:
    """One school in the same ranking, by what was decided; None where it is not ranked. One query.

    Raises NotAllowed, as above.
    """
    _may_read(principal)
    asked = {"figures_of": [school_id], "school": school_id}
    with _cursor() as cursor:
        cursor.execute(need_statement.of_one(), _parameters(today) | dict.fromkeys(rules.PARTS) | asked)
        found = cursor.fetchone()
    if found is None:
        return None
    *row, ranked, higher = found
    *_, ranks, used = row
    here = _school(tuple(row), ranked)
    has_second = here.workers + here.coming >= 2
    return NeedHere(today, Weights(**_read(used)), _bases(ranks), here, ranked, higher if has_second else 0)


def _may_read(principal: Principal | None) -> None:
    if principal is not None and not (principal.is_system or principal.has(*NEED_READERS)):
        raise NotAllowed("need.read", "")


def highest_without_worker(
    need: Need, limit: int | None = None, *, there: Collection[int] | None = None
) -> list[SchoolNeed]:
    """Schools of the highest fifth in which nobody works today, the highest need first.

    `there` are the schools in which somebody works, by key, where that is not asked of today: what a plan says of a
    later day.
    """
    found = [each for each in need.schools if each.is_highest and not _works(each, there)]
    return found[:limit]


def _works(school: SchoolNeed, there: Collection[int] | None) -> bool:
    return school.workers > 0 if there is None else school.school_id in there


def with_two_workers(need: Need) -> list[SchoolNeed]:
    """Schools in which two or more work today, the lowest need first: whose second worker asks to be explained."""
    return [each for each in reversed(need.schools) if each.workers >= 2]


def without_room(need: Need) -> list[SchoolNeed]:
    """Schools whose worker has no room of their own, or is to have none (BR-15), by name."""
    return sorted((each for each in need.schools if each.without_room), key=lambda each: (each.name, each.urn))


class Elsewhere(NamedTuple):
    """Workers in open schools that are not ranked: special schools, nurseries, referral units."""

    workers: int
    hours: Decimal


def elsewhere(*, today: date) -> Elsewhere:
    """One query."""
    with connection.cursor() as cursor:
        cursor.execute(need_statement.elsewhere(), _parameters(today))
        return Elsewhere(*cursor.fetchone())


def _parameters(today: date) -> dict[str, Any]:
    return {
        "today": today,
        "open": [str(status) for status in School.OPEN],
        "phases": list(need_statement.PHASES),
    }


@contextmanager
def _cursor() -> Iterator[Any]:
    """Tables that have just been loaded are taken for empty, and would be gone through for each row of another; the
    import knows the same trap (schools.actions.imports.comparing)."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_memoize = off")
        yield cursor
        cursor.execute("SET LOCAL enable_nestloop = DEFAULT; SET LOCAL enable_memoize = DEFAULT")


def _school(row: tuple[Any, ...], ranked: int) -> SchoolNeed:
    *facts, score, rank, workers, coming, hours, without, parts, _, _ = row
    school_id, public_id, urn, name, phase, area_id, easting, northing, roll = facts
    return SchoolNeed(
        school_id, public_id, urn, name, phase, area_id, easting, northing, roll, score, rank,
        rules.band(rank, ranked) if rank is not None else None, workers, coming, hours, without, _figures(parts),
    )  # fmt: skip


def _read(given: Any) -> Any:
    return json.loads(given) if isinstance(given, str) else given or ()


def _bases(ranked: Any) -> dict[str, Basis]:
    """In the order of the parts."""
    found = {
        part: Basis(part, year, definition, tuple(sorted({SOURCES.get(each, each) for each in sources})), schools)
        for part, year, definition, sources, schools in _read(ranked)
    }
    return {part: found[part] for part in rules.PARTS if part in found}


def _figures(parts: Any) -> dict[str, Figure]:
    return {
        part: Figure(
            part,
            Decimal(value) if value is not None else None,
            Standing(below, same, whole) if counts else None,
            year,
            definition,
            source,
            mark,
        )
        for part, value, counts, below, same, whole, year, definition, source, mark in _read(parts)
    }


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
