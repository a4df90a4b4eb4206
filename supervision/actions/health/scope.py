"""Who counts, on which day, and in which terms."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from schools.rules.calendar import SchoolCalendar, of_county
from supervision.rules import health as rules
from supervision.rules.health import Period, Team
from teams.actions.terms import all_terms
from teams.foundation.access import Principal, Role
from teams.models import Area
from teams.rules.terms import Term


@dataclass
class Scope:
    """One reader's. `supervision.permissions.counted_placements` says whose supervision she counts."""

    principal: Principal
    today: date
    terms: list[Term] = field(default_factory=all_terms)
    teams: dict[Hashable, Team] = field(default_factory=dict)  # those of whom anything was found

    @cached_property
    def county(self) -> SchoolCalendar:
        return of_county(self.terms)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """This term and the one before; empty where no term is known that has begun."""
        return rules.periods(self.terms, self.today)

    @property
    def is_county(self) -> bool:
        return self.principal.has(Role.SENIOR_MANAGER)

    @property
    def minimum(self) -> int:
        """Below how many nothing is shown. A manager opens each row of her own workers anyway."""
        return rules.MINIMUM if self.is_county else 0

    @cached_property
    def area_keys(self) -> dict[str, int]:
        """By name: as the county's figures are counted."""
        return dict(Area.objects.values_list("name", "pk"))

    def team(self, key: Hashable, name: str, area: Any) -> Hashable:
        """Remember this team, and give back its key."""
        self.teams.setdefault(key, Team(key, name, area or ""))
        return key

    def term_of(self, day: date) -> int | None:
        """0 for this term, 1 for the one before, None for neither."""
        return next((number for number, period in enumerate(self.periods) if period.holds(day)), None)
