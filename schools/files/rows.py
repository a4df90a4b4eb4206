"""What comes out of a file: schools, their figures, links between them, and rows that could not be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from schools.files.values import Figure, Marked


def leads_on(link_type: str) -> bool:
    """Does a link of this type lead from a closed school to the one that took its place?"""
    return link_type.casefold().startswith("successor")


@dataclass(frozen=True, slots=True)
class Head:
    """The current head as the register publishes it. Personal data."""

    title: str
    first: str
    last: str
    job: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a school to another: "Predecessor", "Successor - amalgamated", ..., and the other's URN."""

    type: str
    urn: int


@dataclass(frozen=True, slots=True)
class SchoolRow:
    """One school as a register or a list describes it.

    Text that is not there is "", everything else that is not there None; `Reading.school_fields` says which fields the
    file has at all. `name` is None where the file leaves it out. `status` is "open", "closed", "closing" (open, but
    proposed to close) or "opening" (proposed to open), None where the file does not say. `laestab` is seven digits.
    `easting` and `northing` are metres (OSGB36). A closed school has no head. `line` is the row's first in the file.
    """

    urn: int
    la_code: str
    la_name: str = ""
    establishment_number: str = ""
    laestab: str = ""
    name: str | None = None
    type: str = ""
    type_group: str = ""
    phase: str = ""
    status: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    low_age: int | None = None
    high_age: int | None = None
    gender: str = ""
    religious_character: str = ""
    trust: str = ""
    federation: str = ""
    street: str = ""
    locality: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    easting: int | None = None
    northing: int | None = None
    capacity: int | None = None
    pupils: Figure | Marked | None = None
    free_meals_percent: Figure | Marked | None = None
    ukprn: str = ""
    uprn: str = ""
    gss_la_code: str = ""
    head: Head | None = None
    links: tuple[Link, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class FiguresRow:
    """One school's figures from one source and school year.

    `year` is the calendar year in which the school year starts, or None where the file does not say and the caller has
    to. `values` has an entry for each of our columns that the file has; `definitions` says, for those whose meaning has
    changed or could be mistaken, what is counted. Figures with different definitions are not comparable.
    """

    urn: int
    source: str
    year: int | None
    values: Mapping[str, Figure | Marked]
    definitions: Mapping[str, str]
    la_code: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One line of the links file: the school `link_urn` is the `type` ("Successor", ...) of the school `urn`."""

    urn: int
    link_urn: int
    type: str
    name: str = ""
    since: date | None = None
    line: int = 0

    @property
    def leads_on(self) -> bool:
        return leads_on(self.type)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that could not be read: why, in one sentence, and its URN, authority and name (never a person's)."""

    line: int
    reason: str
    cells_excerpt: tuple[str, ...]
