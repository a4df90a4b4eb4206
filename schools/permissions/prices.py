"""Who sees what a placement costs (domain D.5, Cost schedule): to reach a record is not yet to read its money."""

from __future__ import annotations

from typing import Any

from schools.permissions.records import EVERY_AGREEMENT, SIGN_LINK, managed_by, speaks_for
from teams.foundation.access import DEPUTIES, Principal, Role

# Who reaches placements otherwise than by managing them (`placement_rows`).
OTHER_REACH = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER, Role.HEADTEACHER, Role.IN_SCHOOL_LEAD})


def sees_cost(principal: Principal, agreement: Any) -> str:
    """ "council": every payer's line; "school": this school's own line; "": no money at all (D.5, Cost schedule)."""
    if principal.is_system or principal.has(*EVERY_AGREEMENT):
        return "council"
    if _reaches_as_manager(principal, agreement.placement):
        return "council"
    if principal.holds_link(SIGN_LINK, agreement):
        return "school"
    if principal.has(Role.HEADTEACHER) and speaks_for(principal, agreement.placement.school, "head"):
        return "school"
    return ""


def sees_share(principal: Principal, placement: Any) -> bool:
    """What a school pays for this placement: its head, and who sees the council's cost of it (D.5, Cost schedule).

    Who manages another team may reach the placement as its worker or as the school's lead, and sees no price by that.
    """
    if principal.is_system or principal.has(*EVERY_AGREEMENT):
        return True
    if principal.has(Role.HEADTEACHER) and speaks_for(principal, placement.school, "head"):
        return True
    return _reaches_as_manager(principal, placement)


def _reaches_as_manager(principal: Principal, placement: Any) -> bool:
    """Is it hers, or of a team that she manages, or of whom she covers for? One query for who reaches placements in
    another way too, none for who manages and nothing else.
    """
    managers = principal.covers if principal.has(*DEPUTIES) else frozenset()
    if principal.has(Role.TEAM_MANAGER):
        managers = principal.stands_for
        if placement.manager_id in managers or not principal.has(*OTHER_REACH):
            return True
    here = type(placement).objects.filter(pk=placement.pk)
    return bool(managers) and bool(here.filter(managed_by(managers, principal, "")).exists())
