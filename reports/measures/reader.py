"""Who asks for a figure, where, of which day and about which place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from reports.measures.grain import Grain, Place
from reports.permissions import COUNTS_COUNTY
from teams.actions.terms import all_terms
from teams.foundation.access import Principal
from teams.rules.calendar import school_year_dates, school_year_label, school_year_of
from teams.rules.terms import Term

EARLIEST = date(2000, 1, 1)  # no figure is asked for an earlier day
# Who counts everybody, where a measure does not say otherwise; whoever has none of these roles counts whom she manages.
COUNTY_WIDE = frozenset(COUNTS_COUNTY)


@dataclass(frozen=True)
class Reader:
    """Who asks, where, of which day and about which place: everything a measure needs to know besides the rows.

    `today` is the day that is counted; `now` is the day on which it is asked, where that is another.
    """

    principal: Principal
    authority: Any
    today: date
    kept: dict[str, Any] = field(default_factory=dict, compare=False)  # what several figures share
    place: Place | None = None
    now: date | None = None
    with_parts: bool = True  # a lone tile asks for no parts, and needs no names of areas
    for_managers: bool = False  # told to them too, each of whom knows the counts of her own team
    over: frozenset[str] = COUNTY_WIDE  # the roles that count everybody, for what is asked (Measure.county_wide)

    @property
    def counts_county(self) -> bool:
        """Everybody, or only whom the reader manages?"""
        return self.principal.is_system or self.principal.has(*self.over)

    @property
    def where(self) -> str:
        """What was counted, in words: nobody takes a manager's own part for the whole."""
        name = self.place.label if self.place else self.authority.name
        return name if self.counts_county else f"{name}, as far as you manage it"

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

    @property
    def looks_back(self) -> bool:
        return self.now is not None and self.today < self.now

    @property
    def grain(self) -> Grain:
        if "grain" not in self.kept:
            self.kept["grain"] = Grain(self.principal)
        return self.kept["grain"]

    def at(self, place: Place | None) -> Reader:
        """The same reader, who asks about another place. What was counted is not counted again."""
        return replace(self, place=place)

    def on(self, today: date) -> Reader:
        """The same reader, who asks about another day."""
        shared: dict[str, Any] = {name: self.kept[name] for name in ("grain", "terms") if name in self.kept}
        return replace(self, today=today, now=self.now or self.today, kept=shared)


def terms_of(reader: Reader) -> list[Term]:
    """Every term that is known, read once however many figures ask for it."""
    if "terms" not in reader.kept:
        reader.kept["terms"] = all_terms()
    return reader.kept["terms"]
