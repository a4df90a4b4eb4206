"""Who may see and do what with papers and figures. Lookups only: no model is imported here."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from schools.permissions import EVERY_AGREEMENT, placement_rows
from teams.foundation import access
from teams.foundation.access import EVERYTHING, NOTHING, Policy, Principal, Role


class RunPolicy(Policy):
    """Runs are started by administrators and senior managers; managers watch them."""

    def rows(self, principal: Principal) -> Q:
        watching = principal.has(Role.ADMINISTRATOR, Role.TEAM_MANAGER, *EVERY_AGREEMENT)
        return EVERYTHING if principal.is_system or watching else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER)


class DocumentPolicy(Policy):
    """A paper goes where its agreement goes, by copy: the council copy and the money never to a school's lead or worker.

    The administrator runs the term and sees that it worked, but opens no paper (no costs, no records).
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        within = Q(placement__isnull=False) & placement_rows(principal, "placement__")
        if principal.has(Role.TEAM_MANAGER, *EVERY_AGREEMENT):
            return within
        if principal.has(Role.HEADTEACHER):
            return within & Q(copy="school")
        return NOTHING


def register() -> None:
    access.register("reports.DocumentRun", RunPolicy())
    access.register("reports.Document", DocumentPolicy())
