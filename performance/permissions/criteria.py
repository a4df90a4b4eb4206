"""Who may see and do what with success criteria and their report (domain D.5, Dashboards). Lookups only."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from schools.permissions import dated
from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, EVERYTHING, NOTHING, Policy, Principal, Role

EVERY_TEAM = (Role.SENIOR_MANAGER, Role.AUDITOR)
READERS = frozenset({Role.WORKER, Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER, *EVERY_TEAM})


def _is_member(principal: Principal) -> bool:
    return principal.kind == "membership" and principal.person_id is not None


def team_rows(principal: Principal, prefix: str = "") -> Q:
    """Of the county, and of the teams that this person manages, supervises in or works in, by the way to the team.

    Senior managers and auditors read every team's. Schools and other teams read none: what a team says of itself is
    printed when somebody has approved it.
    """
    if principal.is_system or (_is_member(principal) and principal.has(*EVERY_TEAM)):
        return EVERYTHING
    if not _is_member(principal) or not principal.has(*READERS):
        return NOTHING
    runs, works = f"{prefix}team__memberships", f"{prefix}team__posts__employments"
    managed = Q(**{f"{runs}__person__in": principal.stands_for, f"{runs}__role": Role.TEAM_MANAGER})
    hers = managed & dated(runs, principal)
    hers |= Q(**{f"{works}__person": principal.person_id}) & dated(works, principal)
    if principal.has(Role.SENIOR_PRACTITIONER):  # the teams of whom she supervises
        line = f"{works}__person__managed_by"
        hers |= Q(**{f"{line}__manager": principal.person_id}) & dated(line, principal) & dated(works, principal)
    return Q(**{f"{prefix}team": None}) | hers


def manages_team(principal: Principal, team: Any) -> bool:
    """Her own team's, or one whose manager she covers for; of the county the senior managers'."""
    if not _is_member(principal) or not principal.has(*COUNCIL_ROLES):
        return False
    if principal.has(Role.SENIOR_MANAGER):
        return True
    if team is None:
        return False
    runs = team.memberships.on(principal.today).filter(role=Role.TEAM_MANAGER, person__in=principal.stands_for)
    return bool(runs.exists())


class CriterionPolicy(Policy):
    """Read by the team and its manager; set and judged by its manager, for the county by senior managers."""

    def rows(self, principal: Principal) -> Q:
        return team_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or manages_team(principal, record.team)


class EvidencePolicy(Policy):
    """Brought by the team's manager and by who works in the team; taken back by the manager or who brought it."""

    def rows(self, principal: Principal) -> Q:
        return team_rows(principal, "criterion__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system or manages_team(principal, record.criterion.team):
            return True
        if not _is_member(principal):
            return False
        if act == "take_back":
            return record.brought_by_id == principal.person_id
        team = record.criterion.team
        works = principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER) and team is not None
        return (
            works
            and team.posts.filter(employments__person=principal.person_id, employments__starts_on__lte=principal.today)
            .filter(Q(employments__ends_on=None) | Q(employments__ends_on__gte=principal.today))
            .exists()
        )


class TermReportPolicy(Policy):
    """Begun and approved by senior managers. What is approved is read by all of the council who read criteria."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or (_is_member(principal) and principal.has(*EVERY_TEAM)):
            return EVERYTHING
        if _is_member(principal) and principal.has(*READERS):
            return Q(status="approved") | _asked(principal, "words__")
        return NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or (_is_member(principal) and principal.has(Role.SENIOR_MANAGER))


def _asked(principal: Principal, prefix: str) -> Q:
    """Whose words are asked: of the team that she manages."""
    runs = f"{prefix}team__memberships"
    managed = Q(**{f"{runs}__person__in": principal.stands_for, f"{runs}__role": Role.TEAM_MANAGER})
    return managed & dated(runs, principal)


class ReportWordsPolicy(Policy):
    """A team's words for its manager and the senior managers until the report is approved; then for its readers."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or (_is_member(principal) and principal.has(*EVERY_TEAM)):
            return EVERYTHING
        if not _is_member(principal) or not principal.has(*READERS):
            return NOTHING
        return _asked(principal, "") | Q(report__status="approved") & team_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or manages_team(principal, record.team)


def register() -> None:
    access.register("performance.SuccessCriterion", CriterionPolicy())
    access.register("performance.Evidence", EvidencePolicy())
    access.register("performance.TermReport", TermReportPolicy())
    access.register("performance.ReportWords", ReportWordsPolicy())
