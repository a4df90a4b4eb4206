"""Who may see and do what on the ground floor. Lookups only: no model is imported here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, EVERYTHING, NOTHING, Policy, Principal, Role

PLANNERS = (Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.ADMINISTRATOR)


class CouncilReads(Policy):
    """The council's own people see it; administrators keep it."""

    keepers: tuple[str, ...] = (Role.ADMINISTRATOR,)

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*COUNCIL_ROLES) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(*self.keepers)


class PersonPolicy(CouncilReads):
    """Everybody may see themselves. Managers add and change school contacts; administrators everybody."""

    keepers = PLANNERS

    def rows(self, principal: Principal) -> Q:
        if principal.person_id is not None and not principal.has(*COUNCIL_ROLES):
            return Q(pk=principal.person_id)
        return super().rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if act == "choose_mail":
            return principal.kind == "membership" and principal.person_id == record.pk
        return super().may(principal, act, record)


class PostPolicy(CouncilReads):
    """Posts are planned by managers and administrators. What they are paid is another matter (schools.permissions)."""

    keepers = PLANNERS


def register() -> None:
    for label in ("teams.Area", "teams.Team"):
        access.register(label, CouncilReads())
    access.register("teams.Person", PersonPolicy())
    access.register("teams.Post", PostPolicy())
