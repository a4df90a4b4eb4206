"""Whom somebody counts where she does not count the county: which placements are hers, and which workers.

Rights say how she counts, and not whom. Who covers for a manager covers for her still when that manager has another
team, and a senior practitioner is one with other workers too. So what she keeps remembers whom it counts, and closes
when somebody else has one of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet

from schools.models import Placement
from schools.permissions import covered_rows
from teams.foundation.access import EVERYTHING, Principal, Role
from teams.models import LineManagement

NOBODY = 0  # no row's key


def placements_of(principal: Principal) -> QuerySet[Any]:
    """The keys of those that she manages today, with those of her teams and of the managers for whom she acts."""
    managers = principal.stands_for if principal.has(Role.TEAM_MANAGER) else principal.covers
    rows = covered_rows(replace(principal, covers=managers or frozenset({NOBODY})))
    return Placement.objects.filter(rows).order_by().values_list("pk", flat=True)


def workers_of(principal: Principal) -> QuerySet[Any]:
    """The keys of those whom she manages today herself."""
    return _lines(principal).filter(manager=principal.person_id or NOBODY).values_list("person", flat=True)


def keys_of(principal: Principal) -> dict[str, list[int]]:
    """As a sheet keeps them. Two queries."""
    return {
        "counted_placements": sorted(set(placements_of(principal))),
        "counted_workers": sorted(set(workers_of(principal))),
    }


def still_hers(principal: Principal, prefix: str = "") -> Q:
    """The sheets that count nobody whom somebody else has today. Whoever has left is nobody else's, and stays counted.

    By `prefix` from what leads to a sheet ("sheet__"); what stands on none passes.
    """
    if principal.is_system:
        return EVERYTHING
    hers = _lines(principal).filter(manager=principal.person_id or NOBODY, person=OuterRef("person"))
    of_others = _lines(principal).exclude(manager=principal.person_id or NOBODY).exclude(Exists(hers))
    placements = {f"{prefix}counted_placements__contained_by": ArraySubquery(placements_of(principal))}
    given_away = {f"{prefix}counted_workers__overlap": ArraySubquery(of_others.values("person"))}
    found = Q(**{f"{prefix}of_county": True}) | (Q(**placements) & ~Q(**given_away))
    return found | Q(**{f"{prefix[:-2]}": None}) if prefix else found


def _lines(principal: Principal) -> QuerySet[Any]:
    return LineManagement.objects.on(principal.today).order_by()
