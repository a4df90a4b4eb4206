"""Several kinds of what waits in one query: a first page has twenty, and each kind of record would be one more.

Each kind says what it asks (`asked`, a queryset of one JSON object a row) and makes lines of what came (`lines`).
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery

from reports.needs import (
    about_figures,
    agencies,
    asked,
    county_packs,
    hand_overs,
    next_year,
    records,
    reviews,
    rings,
    senior,
    term_reports,
    worries,
)
from reports.needs.line import Kind, Need
from teams.foundation.access import Principal, Role
from teams.foundation.kept import KeptFor
from teams.models import Person

SUPERVISES = (Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)
WORKS = (Role.WORKER, *SUPERVISES)


def of_council(principal: Principal) -> list[Need]:
    """Records and reviews of her own people and of herself, schools and workers to ring, appeals and more. One
    query.
    """
    kinds = kinds_of(principal)
    found = _fetched(principal, kinds)
    return [need for kind, rows in zip(kinds, found, strict=True) for need in kind.lines(rows, principal)]


def kinds_of(principal: Principal) -> list[Kind]:
    """What may wait for somebody in these roles."""
    kinds: list[Kind] = []
    if principal.has(*WORKS):
        kinds += [worries.KIND, rings.KIND, records.KIND, reviews.KIND]
    if principal.has(*WORKS, Role.SENIOR_MANAGER):
        kinds += [about_figures.ASKED, about_figures.ANSWERS, about_figures.UNANSWERED]
    if principal.has(*SUPERVISES):
        kinds.append(asked.KIND)
    if principal.covers or principal.has(*SUPERVISES):
        kinds += [next_year.TO_RING, records.TO_RING, reviews.TO_RING, term_reports.KIND, agencies.KIND]
        kinds += [worries.KIND] if worries.KIND not in kinds else []
        kinds.append(county_packs.KIND)
    if principal.covers or principal.has(*SUPERVISES, Role.SENIOR_MANAGER):
        kinds.append(hand_overs.KIND)
    if principal.has(Role.SENIOR_MANAGER):
        kinds += [worries.KIND] if worries.KIND not in kinds else []
        kinds += [senior.ABOVE_LIMIT, senior.UNCOVERED, senior.LATE]
        kinds += [next_year.FOR_SENIOR_MANAGERS, reviews.APPEALS, term_reports.FOR_SENIOR_MANAGERS]
        kinds += [asked.FOR_SENIOR_MANAGERS, county_packs.FOR_SENIOR_MANAGERS]
    return kinds


def of_schools(principal: Principal) -> dict[str, list[Need]]:
    """The same for who speaks for schools, by the school's name. One query."""
    kinds = [worries.KIND, next_year.OF_SCHOOLS, records.OF_SCHOOLS, reviews.OF_SCHOOLS]
    lines: dict[str, list[Need]] = {}
    for kind, rows in zip(kinds, _fetched(principal, kinds), strict=True):
        for row in rows:
            lines.setdefault(row["school"], []).extend(kind.lines([row], principal))
    return lines


def _fetched(principal: Principal, kinds: list[Kind]) -> list[list[dict[str, Any]]]:
    """For each kind its rows. Nothing is asked where there is no kind."""
    nothing: list[list[dict[str, Any]]] = [[] for _ in kinds]
    if not kinds or principal.person_id is None:
        return nothing
    for row in _asked(principal, tuple(kinds)):
        return [rows or [] for rows in row]
    return nothing


@KeptFor
def _asked(principal: Principal, kinds: tuple[Kind, ...]) -> Any:
    me = Person.objects.filter(pk=principal.person_id or 0).order_by()
    return me.values_list(*(ArraySubquery(kind.asked(principal)) for kind in kinds))
