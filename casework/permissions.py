"""Who may see and do what with young people (domain D.5). Lookups only: no model is imported."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from schools.permissions import dated, spoken_for
from teams.foundation import access
from teams.foundation.access import EVERYTHING, NOTHING, Policy, Principal, Role

WORRY_LINK = "worry.own"


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
        ) & dated(placed, principal)
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


class WorryPolicy(Policy):
    """That a young person asked to be found: the worker, who manages her, and the school's safeguarding lead; its head
    where it has none.

    By a link it is whoever was mailed it, for this one: who speaks for safety there, its head, and who manages the
    worker or covers for whoever does, or was asked because none of them is at work. Who has it says so: the school's
    side and the manager, by name.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        me, managed = principal.person_id, "worker__managed_by"
        if me is None:
            return NOTHING
        contacts = "school__contacts"
        is_lead, is_head = Q(**{f"{contacts}__kind": "safety"}), Q(**{f"{contacts}__kind": "head"})
        speaks = Q(**{f"{contacts}__person": me}) & dated(contacts, principal)
        if principal.kind == "link":
            # A link is made for who is mailed alone, and the head is where nobody else could be reached that half hour.
            is_its = Q(public_id=principal.link.subject_id) if principal.link.purpose == WORRY_LINK else NOTHING
            covered = f"{managed}__manager__covered_by"
            covers = Q(**{f"{covered}__deputy": me, f"{covered}__status": "arranged"}) & dated(covered, principal)
            manages = (Q(**{f"{managed}__manager": me}) | covers) & dated(managed, principal)
            return is_its & ((speaks & (is_lead | is_head)) | manages | Q(asked_instead__person=me))
        manages = Q(**{f"{managed}__manager__in": principal.stands_for}) & dated(managed, principal)
        manages |= Q(asked_instead__person=me)
        council = of_council(principal) | (manages if principal.has(*access.DEPUTIES) else NOTHING)
        keeps_safe = speaks & (is_lead | (is_head & (Q(asked_of=me) | _is_not_reached())))
        return council | keeps_safe if principal.kind == "membership" else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act in ("ask", "remind"):  # whoever holds the questions of this young person
            ticket = principal.link if principal.kind == "link" else None
            return ticket is not None and getattr(ticket, "young_person_id", None) == record.young_person_id
        if principal.kind == "link":
            return principal.holds_link(WORRY_LINK, record)
        if principal.kind != "membership":
            return False
        leads = principal.has(Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER) or bool(principal.covers)
        leads = leads or record.asked_instead.filter(person=principal.person_id).exists()
        if leads and record.worker_id != principal.person_id:
            return True
        contacts = record.school.contacts.on(principal.today)
        head_is_asked = record.asked_of_id == principal.person_id or _cannot_be_reached(record)
        kinds = ("safety", "head") if head_is_asked else ("safety",)
        return bool(contacts.filter(person=principal.person_id, kind__in=kinds).exists())


def _is_not_reached() -> Q:
    """Who was asked at the school is reached by no mail any more: from that moment on it is the head's too."""
    there = {"asked_of__school_contacts__school": F("school"), "asked_of__school_contacts__bounced_at__isnull": False}
    return Q(**there) | Q(asked_of__left_at__isnull=False) | Q(asked_of__email="")


def _cannot_be_reached(worry: Any) -> bool:
    """The same of one worry."""
    asked = worry.asked_of
    came_back = worry.school.contacts.filter(person=asked, bounced_at__isnull=False)
    return asked.left_at is not None or not asked.email or came_back.exists()


def register() -> None:
    access.register("casework.Worry", WorryPolicy())
    access.register("casework.YoungPerson", YoungPersonPolicy())
    access.register("casework.Decision", DecisionPolicy())
