"""The wording of the service agreement, to be read before anybody signs it."""

from __future__ import annotations

from typing import Any

from schools.models import Clause
from schools.models.wording import Part
from schools.rules.wording import OWN_LINES
from teams.foundation.access import Role
from teams.foundation.views import Page


class WordingPage(Page):
    """Every part with today's clauses, and the boxes that each school fills in for itself."""

    template = "schools/clause_list_administrator.html"
    roles = frozenset({Role.ADMINISTRATOR, Role.SENIOR_MANAGER, Role.TEAM_MANAGER})

    def facts(self) -> dict[str, Any]:
        clauses = list(Clause.objects.on(self.today))
        return {
            "parts": [
                {
                    "title": part.label,
                    "number": part.value.partition("-")[0],
                    "clauses": [clause for clause in clauses if clause.part == part],
                    "all_locked": all(clause.is_locked for clause in clauses if clause.part == part),
                    "own": [box.label for box in OWN_LINES if box.part == part],
                }
                for part in Part
            ],
            "is_empty": not clauses,
            "is_administrator": self.principal.has(Role.ADMINISTRATOR),
        }
