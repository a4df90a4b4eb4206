"""Who may see and do what with young people (domain D.5). Lookups only: no model is imported."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from schools.permissions import dated, spoken_for
from teams.foundation import access
from teams.foundation.access import EVERYTHING, NOTHING, Policy, Principal, Role


def young_people_rows(principal: Principal, prefix: str = "") -> Q:
    """Young people within reach, as lookups from a model that reaches them by `prefix` ("young_person__").

    Their worker, who manages or supervises that worker, and the head and lead of their school. Senior managers,
    auditors and colleagues only for a reason that they give, which is not built yet: so not at all.
    """
    return of_council(principal, prefix) | of_school(principal, prefix) if not principal.is_system else EVERYTHING


def of_council(principal: Principal, prefix: str = "") -> Q:
    """Their worker, and who manages or supervises that worker, or covers for whoever does."""
    me, found = principal.person_id, NOTHING
    if me is None or principal.kind != "membership":
        return NOTHING
    if principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER):
        found |= Q(**{f"{prefix}worker": me})
    if principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
        managed = f"{prefix}worker__managed_by"
        found |= Q(**{f"{managed}__manager": me}) & dated(managed, principal)
        placed = f"{prefix}school__placements"
        found |= Q(
            **{
                f"{placed}__manager__in": principal.stands_for,
                f"{placed}__post__employments__person": F(f"{prefix}worker"),
            }
        )
    return found


def of_school(principal: Principal, prefix: str = "") -> Q:
    """The head and the in-school lead of their school, today."""
    return spoken_for(f"{prefix}school", principal)


class YoungPersonPolicy(Policy):
    """Kept by their worker and the worker's manager; read by the school."""

    def rows(self, principal: Principal) -> Q:
        return young_people_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if principal.kind != "membership":
            return False
        is_own = principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER) and record.worker_id == principal.person_id
        if act == "decide":
            return principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)
        return is_own or principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)


class DecisionPolicy(Policy):
    """What was decided is read by the council's side alone, whatever hat somebody wears as well."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system else of_council(principal, "young_person__")


def register() -> None:
    access.register("casework.YoungPerson", YoungPersonPolicy())
    access.register("casework.Decision", DecisionPolicy())
