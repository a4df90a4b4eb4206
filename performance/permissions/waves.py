"""Who may see and do what with what people say (domain D.5). Lookups only: no model is imported.

With a name: the worker whom it is about, and who manages her. Without one: sums alone, each of five or
more (Tally). A sheet is opened to nobody.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from casework.permissions import of_council
from schools.permissions import dated, spoken_for
from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, EVERYTHING, NOTHING, Policy, Principal, Role

WORKERS = (Role.WORKER, Role.SENIOR_PRACTITIONER)
ASKERS = frozenset({*WORKERS, Role.TEAM_MANAGER})
READERS_OF_SUMS = frozenset({*ASKERS, Role.SENIOR_MANAGER})
QUESTIONS = "questions"  # the purpose of a ticket
PULSE_LINK = "pulse.answer"


def _is_member(principal: Principal) -> bool:
    return principal.kind == "membership" and principal.person_id is not None


class WavePolicy(Policy):
    """That there is a round, and when: for the council and its schools. Rounds open and close by themselves."""

    def rows(self, principal: Principal) -> Q:
        if principal.kind == "link" and principal.link.purpose == PULSE_LINK:
            return Q(public_id=principal.link.subject_id)
        return EVERYTHING if principal.is_system or _is_member(principal) else NOTHING


class TicketPolicy(Policy):
    """Who was asked: by the worker and who manages her, never by whom it was answered and how."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system else of_council(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or (_is_member(principal) and principal.has(*ASKERS))


class FeedbackPolicy(Policy):
    """The worker, and who manages her today, as the young person was promised; nobody else by name: no school, no
    senior manager, no deputy, and no manager of a placement who does not manage her.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if not _is_member(principal):
            return NOTHING
        me, line, found = principal.person_id, "worker__managed_by", NOTHING
        if principal.has(*WORKERS):
            found |= Q(worker=me)
        if principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER):
            found |= Q(**{f"{line}__manager": me}) & dated(line, principal)
        return found

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        ticket = principal.link if principal.kind == "link" else None
        is_theirs = (
            ticket is not None and ticket.purpose == QUESTIONS and ticket.young_person_id == record.young_person_id
        )
        return principal.is_system or is_theirs


class TallyPolicy(Policy):
    """Sums of five or more: all for a senior manager, a team's for its manager, her schools' for a worker."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(Role.SENIOR_MANAGER):
            return EVERYTHING
        if not _is_member(principal):
            return NOTHING
        me, found = principal.person_id, spoken_for("school", principal)
        if principal.has(Role.TEAM_MANAGER):
            runs = "team__memberships"
            found |= Q(
                **{f"{runs}__person__in": principal.stands_for, f"{runs}__role": Role.TEAM_MANAGER}
            ) & dated(runs, principal)  # fmt: skip
        if principal.has(Role.SENIOR_PRACTITIONER):
            held, line = "team__posts__employments", "team__posts__employments__person__managed_by"
            found |= Q(**{f"{line}__manager": me}) & dated(line, principal) & dated(held, principal)
        if principal.has(*WORKERS):
            placed = "school__placements"
            found |= Q(**{f"{placed}__post__employments__person": me}) & dated(
                f"{placed}__post__employments", principal
            )
            works = "team__posts__employments"
            found |= Q(school=None) & Q(**{f"{works}__person": me}) & dated(works, principal)
        return found


class WeDidPolicy(Policy):
    """ "You said, we did" is for everybody who was asked, and for the schools. The team's manager writes it."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*COUNCIL_ROLES, Role.HEADTEACHER, Role.IN_SCHOOL_LEAD):
            return EVERYTHING
        return NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if not _is_member(principal) or not principal.has(Role.TEAM_MANAGER):
            return False
        held = record.team.memberships.on(principal.today)
        return bool(held.filter(person__in=principal.stands_for, role=Role.TEAM_MANAGER).exists())


def register() -> None:
    access.register("performance.Wave", WavePolicy())
    access.register("performance.Ticket", TicketPolicy())
    access.register("performance.Feedback", FeedbackPolicy())
    access.register("performance.Tally", TallyPolicy())
    access.register("performance.WeDid", WeDidPolicy())
