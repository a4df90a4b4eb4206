"""What a measure is: its words, who may see it, how it is counted, and the rows that it was counted from.

A measure counts what its reader may see, and says on which day. A number that cannot be known is never 0: the answer
says instead what is missing and what to do about it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from teams.actions.terms import all_terms
from teams.foundation.access import Principal
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of
from teams.rules.terms import Term

NO_AREA = "No area yet"


@dataclass(frozen=True)
class Reader:
    """Who asks, where and when: everything a measure needs to know besides the rows."""

    principal: Principal
    authority: Any
    today: date
    kept: dict[str, Any] = field(default_factory=dict, compare=False)  # what several figures share

    @property
    def school_year(self) -> int:
        return school_year_of(self.today)

    @property
    def year_label(self) -> str:
        """ "2026/27"."""
        return school_year_label(self.school_year)

    @property
    def year_dates(self) -> tuple[date, date]:
        return school_year_dates(self.school_year)


def terms_of(reader: Reader) -> list[Term]:
    """Every term that is known, read once however many figures ask for it."""
    if "terms" not in reader.kept:
        reader.kept["terms"] = all_terms()
    return reader.kept["terms"]


class Slice(NamedTuple):
    """One part of a figure, an area or a fund: `number` out of `of`. `also` is what stands beside it in a picture,
    `more` what has to be said about it in a second line.
    """

    label: str
    number: int | Decimal
    of: int | Decimal
    also: int = 0
    note: str = ""
    more: str = ""


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

    code: ClassVar[str]  # in its address, and on paper: who has it finds the figure again
    words: ClassVar[str]  # under the number: "agreements signed"
    name: ClassVar[str] = ""  # over its page, where the words do not stand alone
    why: ClassVar[str]  # why anybody should look at it
    counted: ClassVar[str]  # what is counted, in words
    out_of: ClassVar[str] = ""  # out of what, in words
    source: ClassVar[str]
    by: ClassVar[str] = "area"  # what its slices are
    audience: ClassVar[frozenset[str]]
    heads: ClassVar[tuple[str, ...]]
    numeric: ClassVar[frozenset[str]] = frozenset()  # headings of columns that hold numbers

    def period(self, reader: Reader) -> str:
        return "Today"

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

    def may_be_read_by(self, principal: Principal) -> bool:
        return principal.has(*self.audience)


class CountedRows(Measure):
    """A measure over one queryset: `found` gives the rows with a yes or no called `counts`, for page and count alike.

    `area` leads from a row to the name of its area; `also` is a second condition to count beside it.
    """

    area: ClassVar[str]
    also: ClassVar[Q | None] = None

    def found(self, reader: Reader) -> QuerySet:
        raise NotImplementedError

    def by_area(self, reader: Reader) -> tuple[Slice, ...]:
        """One query: how many count, out of how many, area by area."""
        also = {} if self.also is None else {"beside": Count("pk", filter=self.also)}
        counted = (
            self.found(reader)
            .order_by()
            .values(self.area)
            .annotate(number=Count("pk", filter=Q(counts=True)), of=Count("pk"), **also)
        )
        slices = (Slice(row[self.area] or NO_AREA, row["number"], row["of"], row.get("beside", 0)) for row in counted)
        return tuple(sorted(slices, key=lambda each: (each.label == NO_AREA, each.label)))

    def look(self, reader: Reader) -> Answer:
        slices = self.by_area(reader)
        number, of = sum(each.number for each in slices), sum(each.of for each in slices)
        if not of:
            return Answer(unknown=self.nothing(reader))
        return Answer(number, of, slices, since=self.since(int(number), int(of), reader))

    def since(self, number: int, of: int, reader: Reader) -> str:
        return f"of {of:,}"

    def nothing(self, reader: Reader) -> str:
        """Why there is no number, and what to do: "Not known: ..."."""
        raise NotImplementedError
