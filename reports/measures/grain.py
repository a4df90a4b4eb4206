"""Where a figure is counted: the county, an area with the areas inside it, or a team."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.db.models import Value

from reports.rules import kind_and_name, plainly
from teams.foundation.access import Principal
from teams.models import Area, Team
from teams.models.places import NO_AREA

NO_TEAM = "No team"


@dataclass(frozen=True)
class Place:
    """An area or a team. `areas` are the keys of the area and of those inside it; of a team, of its own area."""

    kind: str  # "area" or "team"
    pk: int
    public_id: UUID
    name: str
    areas: frozenset[int]
    is_shared: bool = False  # is there a place of the other kind with the same name?

    @property
    def label(self) -> str:
        """Its name; with its kind where an area and a team are called alike, so that nobody takes one for the other."""
        return f"{self.name} ({self.kind})" if self.is_shared else self.name

    @property
    def in_words(self) -> str:
        """ "the area West 2", "the West 2 team"."""
        return f"the {self.name}" if self.kind in self.name.casefold().split() else f"the {self.kind} {self.name}"

    @property
    def is_team(self) -> bool:
        return self.kind == "team"


class Meant(NamedTuple):
    """What somebody may mean by the name of a place: one of `places`, where there is one it is that.

    `others` fit too, and are to be offered beside it; or instead, where nothing is called so.
    """

    places: list[Place]
    others: list[Place]


class Part(NamedTuple):
    """An area inside another, or a team in an area; `above` is the key of that, or None."""

    pk: int
    public_id: UUID
    name: str
    above: int | None


@dataclass
class Grain:
    """Every area and team, read once for all figures of a page: one query."""

    principal: Principal
    areas: dict[int, Part] = field(init=False)
    teams: dict[int, Part] = field(init=False)

    def __post_init__(self) -> None:
        columns = ("is_team", "pk", "public_id", "name")
        areas = Area.objects.visible_to(self.principal).order_by().annotate(is_team=Value(False))
        teams = Team.objects.visible_to(self.principal).order_by().annotate(is_team=Value(True))
        rows = areas.values_list(*columns, "parent").union(teams.values_list(*columns, "area"), all=True)
        self.areas, self.teams = {}, {}
        for is_team, pk, public_id, name, above in rows:
            (self.teams if is_team else self.areas)[pk] = Part(pk, public_id, name, above)

    @cached_property
    def area_keys(self) -> dict[str, int]:
        """By name, of which there is one in an authority: lower floors tell an area by it."""
        return {area.name: area.pk for area in self.areas.values()}

    def area_name(self, pk: int | None) -> str:
        return self.areas[pk].name if pk in self.areas else NO_AREA

    def team_name(self, pk: int | None) -> str:
        return self.teams[pk].name if pk in self.teams else NO_TEAM

    def under(self, pk: int) -> frozenset[int]:
        """This area and all areas inside it."""
        found, ahead = set(), [pk]
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                ahead += self._inside.get(here, [])
        return frozenset(found)

    @cached_property
    def _inside(self) -> dict[int, list[int]]:
        inside: dict[int, list[int]] = {}
        for area in self.areas.values():
            if area.above is not None:
                inside.setdefault(area.above, []).append(area.pk)
        return inside

    @cached_property
    def places(self) -> list[Place]:
        """Every place, as a person looks for it: areas with the areas inside them and their teams, by name."""
        return list(self._below(None))

    @cached_property
    def by_key(self) -> dict[tuple[str, int], Place]:
        """Every place, by its kind and key."""
        return {(each.kind, each.pk): each for each in self.places}

    @cached_property
    def _shared(self) -> frozenset[str]:
        return frozenset(area.name for area in self.areas.values()) & {team.name for team in self.teams.values()}

    def _below(self, parent: int | None) -> Iterator[Place]:
        for area in sorted(self.areas.values(), key=lambda each: each.name):
            if area.above == parent:
                yield self._area(area)
                yield from self._below(area.pk)
                yield from self._teams(area.pk)
        if parent is None:
            yield from self._teams(None)

    def _area(self, area: Part) -> Place:
        return Place("area", area.pk, area.public_id, area.name, self.under(area.pk), area.name in self._shared)

    def _teams(self, area: int | None) -> Iterator[Place]:
        for team in sorted(self.teams.values(), key=lambda each: each.name):
            if team.above == area:
                yield Place(
                    "team", team.pk, team.public_id, team.name, frozenset([area] if area else []),
                    team.name in self._shared,
                )  # fmt: skip

    def area_of(self, team: Place) -> Place | None:
        """The area that a team belongs to."""
        above = self.teams[team.pk].above if team.pk in self.teams else None
        return self._area(self.areas[above]) if above in self.areas else None

    def place(self, public_id: UUID | str) -> Place | None:
        """By its public id; None where it is no area or team of this authority."""
        return next((each for each in self.places if str(each.public_id) == str(public_id)), None)

    def named(self, words: str, kinds: Container[str] = ("area", "team")) -> Meant:
        """Places of these kinds, as somebody types them: of exactly this name, else of this name but for the kind that
        is said with it ("West 2 team"), else those that begin so.

        An area and a team may be called alike. Where the team is of the area, the area is meant and the team offered;
        else nobody knows which. Who says "team" is never told an area.
        """
        wanted, known = plainly(words).removeprefix("the "), [each for each in self.places if each.kind in kinds]
        kind, name = kind_and_name(words)
        fits = [each for each in known if name and kind_and_name(each.name)[1] == name]
        of_kind = [each for each in fits if not kind or each.kind == kind]
        exact = [each for each in known if wanted and plainly(each.name).removeprefix("the ") == wanted]
        if exact:
            first = _with_its_own_team(exact)
            return Meant(first, [each for each in [*exact, *of_kind] if len(first) == 1 and each not in first])
        if of_kind:
            return Meant(of_kind, [])
        begun = [each for each in known if wanted and plainly(each.name).startswith(wanted)]
        return Meant(begun, [] if begun else fits)


def _with_its_own_team(found: list[Place]) -> list[Place]:
    """Of an area and a team of it that are called alike the area alone."""
    areas = [each for each in found if not each.is_team]
    if len(areas) == 1 and all(each.areas and each.areas <= areas[0].areas for each in found):
        return areas
    return sorted(found, key=lambda each: each.is_team)
