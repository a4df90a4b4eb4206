"""Who may see and do what with schools, placements and agreements (domain D.5). Lookups only: no model is imported.

`rows` answers for lists, details, form choices, mail and paper alike. Money is a question of its own: `prices`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, DEPUTIES, EVERYTHING, NOTHING, Policy, Principal, Role

SIGN_LINK = "agreement.sign"
SHARE_LINK = "sharequestion.answer"
EVERY_AGREEMENT = (Role.SENIOR_MANAGER, Role.FINANCE_READER, Role.AUDITOR)
# Who may ask for the list of agreements, and for that of the funds, on a page or by a program.
AGREEMENT_READERS = frozenset(Role.values) - {Role.ADMINISTRATOR}
FUND_READERS = frozenset({*EVERY_AGREEMENT, Role.TEAM_MANAGER})
# Who sees which schools have how much need, and who decides how it is weighed (D.5, Need scores). Money beside it is
# for those who read every agreement.
NEED_READERS = frozenset(
    {Role.SENIOR_MANAGER, Role.AUDITOR, Role.ADMINISTRATOR, Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER}
)
NEED_DECIDERS = frozenset({Role.SENIOR_MANAGER})
NEED_MONEY = NEED_READERS & frozenset(EVERY_AGREEMENT)


def dated(prefix: str, principal: Principal) -> Q:
    """The rows at `prefix` that hold today."""
    return Q(**{f"{prefix}__starts_on__lte": principal.today}) & _not_over(prefix, principal)


def _not_over(prefix: str, principal: Principal) -> Q:
    """The rows at `prefix` that hold today or later."""
    return Q(**{f"{prefix}__ends_on": None}) | Q(**{f"{prefix}__ends_on__gte": principal.today})


def looked_at(column: str, principal: Principal) -> Q:
    """The one school that is looked at, for who speaks for several (teams.foundation.hats)."""
    return EVERYTHING if principal.school_id is None else Q(**{column: principal.school_id})


def placement_rows(principal: Principal, prefix: str = "") -> Q:
    """Placements within reach, as lookups from a model that reaches its placement by `prefix` ("placement__")."""
    if principal.is_system or principal.has(*EVERY_AGREEMENT):
        return EVERYTHING
    me, found = principal.person_id, NOTHING
    if me is None:
        return NOTHING
    if principal.has(Role.TEAM_MANAGER):
        found |= managed_by(principal.stands_for, principal, prefix)
    elif principal.has(*DEPUTIES):
        found |= covered_rows(principal, prefix)
    if principal.has(Role.SENIOR_PRACTITIONER):
        managed = f"{prefix}post__employments__person__managed_by"
        held_now = _not_over(f"{prefix}post__employments", principal)
        found |= Q(**{f"{managed}__manager": me}) & dated(managed, principal) & held_now
    if principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER):
        # Also one who is to start: the agreement is signed before the first day in school.
        held = f"{prefix}post__employments"
        found |= Q(**{f"{held}__person": me}) & _not_over(held, principal)
    return found | spoken_for(f"{prefix}school", principal)


def spoken_for(school: str, principal: Principal) -> Q:
    """The rows whose school, reached by `school` ("placement__school"), this person heads or leads in today."""
    me, found = principal.person_id, NOTHING
    if me is None or principal.kind != "membership":
        return NOTHING
    for role, kind in ((Role.HEADTEACHER, "head"), (Role.IN_SCHOOL_LEAD, "lead")):
        if principal.has(role):
            contacts = f"{school}__contacts"
            here = dated(contacts, principal) & looked_at(school, principal)
            found |= Q(**{f"{contacts}__person": me, f"{contacts}__kind": kind}) & here
    return found


def covered_rows(principal: Principal, prefix: str = "") -> Q:
    """What the team managers see for whom this deputy acts today, and nothing else of theirs."""
    return managed_by(principal.covers, principal, prefix) if principal.covers else NOTHING


def managed_by(managers: frozenset[int], principal: Principal, prefix: str) -> Q:
    """Their own placements, and those of the teams that they manage."""
    teams = f"{prefix}post__team__memberships"
    of_team = Q(**{f"{teams}__person__in": managers, f"{teams}__role": Role.TEAM_MANAGER}) & dated(teams, principal)
    return Q(**{f"{prefix}manager__in": managers}) | of_team


def time_away_rows(principal: Principal) -> Q:
    """Times away from school within reach (D.5, whereabouts): who has the placement, its school, and who manages it.

    Head of service and finance read sums alone.
    """
    if principal.is_system or principal.has(Role.AUDITOR):
        return EVERYTHING
    sums_alone = {Role.SENIOR_MANAGER, Role.FINANCE_READER}
    found = placement_rows(replace(principal, roles=principal.roles - sums_alone), "placement__")
    return found | covered_rows(principal, "placement__") if principal.has(*DEPUTIES) else found


class SchoolPolicy(Policy):
    """The council sees every school; a head or in-school lead their own."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*COUNCIL_ROLES):
            return EVERYTHING
        if principal.person_id is not None and principal.has(Role.HEADTEACHER, Role.IN_SCHOOL_LEAD):
            mine = Q(contacts__person=principal.person_id) & dated("contacts", principal)
            return mine & looked_at("pk", principal)
        return NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER, Role.TEAM_MANAGER)


class ContactPolicy(SchoolPolicy):
    """Contacts are confirmed by managers and administrators."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*COUNCIL_ROLES):
            return EVERYTHING
        return Q(person=principal.person_id) if principal.person_id is not None else NOTHING


class SchoolDayPolicy(SchoolPolicy):
    """Who sees the school sees on which days it is open. Managers and administrators keep them."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*COUNCIL_ROLES):
            return EVERYTHING
        if principal.person_id is not None and principal.has(Role.HEADTEACHER, Role.IN_SCHOOL_LEAD):
            mine = Q(school__contacts__person=principal.person_id) & dated("school__contacts", principal)
            return mine & looked_at("school", principal)
        return NOTHING


class ImportPolicy(Policy):
    """Files are the administrator's."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(Role.ADMINISTRATOR) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(Role.ADMINISTRATOR)


class FundPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        managing = principal.has(Role.TEAM_MANAGER, *EVERY_AGREEMENT)
        return EVERYTHING if principal.is_system or managing else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(Role.SENIOR_MANAGER)


class PlacementPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        return placement_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if act == "activate":
            # Not a press of its own: it follows from the signature that completes BR-02, whoever gave it.
            return principal.kind != "nobody"
        if act == "hand_over" and principal.has(Role.TEAM_MANAGER) and principal.person_id is not None:
            # She does not manage it yet: her manager, or an administrator, named her to take what a leaver left.
            left = record.manager.left_behind.filter(kind="placement", item_id=record.public_id, status="open")
            if left.filter(taker=principal.person_id).exists():
                return True
        return principal.is_system or manages(principal, record)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        return record.manager_id if record.manager_id in principal.covers else None


class TimeAwayPolicy(Policy):
    """Told by who is away, and by nobody else: it is no clocking in. The school and her manager read it at once."""

    def rows(self, principal: Principal) -> Q:
        return time_away_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        works = principal.kind == "membership" and principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER)
        if not works or record.person_id != principal.person_id:
            return False
        return act != "tell" or record.placement.post.employments.filter(person=principal.person_id).exists()


class AgreementPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        if principal.kind == "link":
            # Links of an old head die with the role: who reads by it must still be the head.
            head = Q(placement__school__contacts__person=principal.person_id, placement__school__contacts__kind="head")
            mine = Q(public_id=principal.link.subject_id) & head & dated("placement__school__contacts", principal)
            return mine if principal.link.purpose == SIGN_LINK else NOTHING
        return placement_rows(principal, "placement__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "sign":
            return self.party_of(principal, record) is not None
        if act in ("ask", "decline"):
            return self.party_of(principal, record) is not None or manages(principal, record.placement)
        return manages(principal, record.placement)

    def who(self, act: str, record: Any) -> Q:
        """Who may sign for the council: its manager up to the limit, else the senior managers. Nobody else is asked."""
        if act != "sign":
            return NOTHING
        seniors = Q(role=Role.SENIOR_MANAGER)
        if not within_limit(record):
            return seniors
        return seniors | Q(role=Role.TEAM_MANAGER, person=record.placement.manager_id)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        """The covered manager of its placement; None for who signs or asks as the worker."""
        if not principal.covers or self.party_of(principal, record) == "worker":
            return None
        manager: int = record.placement.manager_id
        return manager if manager in principal.covers else None

    def party_of(self, principal: Principal, record: Any) -> str | None:
        """For whom this principal signs: "worker", "council", "school", or nobody.

        Who holds the post signs as the worker, whatever else they are: the council's yes is then somebody else's.
        """
        if principal.kind == "link":
            is_head = speaks_for(principal, record.placement.school, "head")
            return "school" if principal.holds_link(SIGN_LINK, record) and is_head else None
        if principal.kind != "membership":
            return None
        if principal.has(Role.WORKER, Role.SENIOR_PRACTITIONER) and _is_worker_of(principal, record):
            return "worker"
        if may_sign_for_council(principal, record):
            return "council"
        if principal.has(Role.HEADTEACHER) and speaks_for(principal, record.placement.school, "head"):
            return "school"
        return None


def manages(principal: Principal, placement: Any) -> bool:
    """Its own manager, who covers for her, or a senior manager. The team's other managers see it and change nothing."""
    if principal.has(Role.SENIOR_MANAGER):
        return True
    if principal.covers and principal.has(*DEPUTIES) and placement.manager_id in principal.covers:
        return True
    return principal.has(Role.TEAM_MANAGER) and placement.manager_id == principal.person_id


def may_sign_for_council(principal: Principal, agreement: Any) -> bool:
    """Its team manager up to the authority's limit on the whole yearly cost, else a senior manager.

    Another team manager signs while covering for it, up to the same limit. Cover makes nobody a signatory: a senior
    practitioner has no limit of her own.
    """
    if principal.has(Role.SENIOR_MANAGER):
        return True
    is_its_manager = principal.has(Role.TEAM_MANAGER) and agreement.placement.manager_id in principal.stands_for
    return is_its_manager and within_limit(agreement)


def within_limit(agreement: Any) -> bool:
    """Is the whole yearly cost of the post, all payers together, one that a team manager may sign for?"""
    whole = agreement.latest.whole_cost if agreement.latest else None
    return whole is not None and whole <= agreement.authority.manager_limit


def _is_worker_of(principal: Principal, agreement: Any) -> bool:
    """The worker is who holds the post today, or on the first day where that is still to come."""
    holder = agreement.placement.post.holder_on(max(principal.today, agreement.starts_on))
    return holder is not None and holder.pk == principal.person_id


def speaks_for(principal: Principal, school: Any, kind: str) -> bool:
    return principal.school_id in (None, school.pk) and any(
        contact.person_id == principal.person_id
        and contact.kind == kind
        and contact.starts_on <= principal.today
        and (contact.ends_on is None or contact.ends_on >= principal.today)
        for contact in school.contacts.all()
    )


class NextYearPolicy(Policy):
    """What a school said about next year: who sees the placement and its money. The worker and the lead do not."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*EVERY_AGREEMENT):
            return EVERYTHING
        if principal.person_id is None:
            return NOTHING
        found = NOTHING
        if principal.has(Role.TEAM_MANAGER) or (principal.covers and principal.has(*DEPUTIES)):
            found |= managed_by(principal.stands_for, principal, "placement__")
        if principal.kind == "membership" and principal.has(Role.HEADTEACHER):
            contacts = "placement__school__contacts"
            here = dated(contacts, principal) & looked_at("placement__school", principal)
            found |= Q(**{f"{contacts}__person": principal.person_id, f"{contacts}__kind": "head"}) & here
        # Nobody reads what it means for her own post, whatever else she is: her manager tells her.
        return found & ~Q(placement__post__employments__person=principal.person_id)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        """Said through a page of an upper floor, which asks its own policy; rung by who manages the placement."""
        return act == "say" or principal.is_system or manages(principal, record.placement)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        manager: int = record.placement.manager_id
        return manager if manager in principal.covers else None


class ShareQuestionPolicy(Policy):
    """Asked by senior managers, seen by who reads every agreement; its own by a school's head, by link or signed in."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*EVERY_AGREEMENT):
            return EVERYTHING
        head = Q(school__contacts__person=principal.person_id, school__contacts__kind="head")
        if principal.kind == "link":
            # Links of an old head die with the role: who reads by it must still be the head.
            mine = Q(public_id=principal.link.subject_id) & head & dated("school__contacts", principal)
            return mine if principal.link.purpose == SHARE_LINK else NOTHING
        if principal.kind == "membership" and principal.has(Role.HEADTEACHER):
            return head & dated("school__contacts", principal) & looked_at("school", principal)
        return NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system or principal.has(Role.SENIOR_MANAGER):
            return True
        if act != "answer":
            return False
        by_hand = principal.kind == "membership" and principal.has(Role.HEADTEACHER)
        return (by_hand or principal.holds_link(SHARE_LINK, record)) and speaks_for(principal, record.school, "head")


class NeedPolicy(Policy):
    """The weights stand beside every score; a senior manager decides them."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*NEED_READERS) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(*NEED_DECIDERS)


def register() -> None:
    access.register("schools.NeedWeights", NeedPolicy())
    access.register("schools.NextYear", NextYearPolicy())
    access.register("schools.ShareQuestion", ShareQuestionPolicy())
    access.register("schools.School", SchoolPolicy())
    access.register("schools.SchoolContact", ContactPolicy())
    access.register("schools.SchoolDay", SchoolDayPolicy())
    access.register("schools.FileImport", ImportPolicy())
    access.register("schools.FundingStream", FundPolicy())
    access.register("schools.Placement", PlacementPolicy())
    access.register("schools.TimeAway", TimeAwayPolicy())
    access.register("schools.Agreement", AgreementPolicy())
