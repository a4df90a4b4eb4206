"""Who may see and do what in supervision (domain D.5, BR-09). Lookups only: no model is imported."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from schools.permissions import dated, looked_at
from teams import permissions as ground
from teams.foundation import access
from teams.foundation.access import EVERYTHING, NOTHING, Policy, Principal, Role


def of_council(principal: Principal, prefix: str = "") -> Q:
    """Visits of the council's side: her own, whom she supervises, and a supervisor's own people."""
    me = principal.person_id
    if me is None or principal.kind != "membership":
        return NOTHING
    found = NOTHING
    if principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER):
        found |= Q(**{f"{prefix}worker": me})
    if principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
        managed = f"{prefix}worker__managed_by"
        found |= Q(**{f"{prefix}manager": me}) | Q(**{f"{prefix}placement__manager": me})
        found |= Q(**{f"{managed}__manager": me}) & dated(managed, principal)
    return found


def of_school(principal: Principal, prefix: str = "") -> Q:
    """Visits in a school, for its head and its in-school lead of today."""
    me, found = principal.person_id, NOTHING
    if me is None or principal.kind != "membership":
        return NOTHING
    for role, kind in ((Role.HEADTEACHER, "head"), (Role.IN_SCHOOL_LEAD, "lead")):
        if principal.has(role):
            contacts = f"{prefix}placement__school__contacts"
            here = dated(contacts, principal) & looked_at(f"{prefix}placement__school", principal)
            found |= Q(**{f"{contacts}__person": me, f"{contacts}__kind": kind}) & here
    return found


def visit_rows(principal: Principal, prefix: str = "") -> Q:
    """Visits within reach, as lookups from a model that reaches its visit by `prefix` ("visit__")."""
    if principal.is_system:
        return EVERYTHING
    return of_council(principal, prefix) | of_school(principal, prefix)


def occasions_of_visits(principal: Principal, prefix: str) -> Q:
    """A supervision's occasion and what was promised at it: for whoever may see the visit."""
    return visit_rows(principal, f"{prefix}visits__")


class VisitPolicy(Policy):
    """Whoever supervises the worker plans, books and holds it."""

    def rows(self, principal: Principal) -> Q:
        return visit_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or supervises(principal, record)


def supervises(principal: Principal, visit: Any) -> bool:
    """Is she who comes, or who manages the worker in this school?"""
    if principal.kind != "membership" or not principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
        return False
    return principal.person_id in (visit.manager_id, visit.placement.manager_id)


def register() -> None:
    access.register("supervision.Visit", VisitPolicy())
    ground.widen_occasions(occasions_of_visits)
