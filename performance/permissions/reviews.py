"""Who may see and do what with reviews (domain D.5, BR-14). Lookups only: no model is imported.

A yearly review is between the worker and who leads it. It is not covered while a manager is away (decision 0004 covers
work, and this is not the deputy's): it waits for her, or for the second manager. Senior managers count reviews and open
none; a reason that they give (break-glass) is not built yet.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from schools.permissions import dated, looked_at, speaks_for
from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, EVERYTHING, NOTHING, Policy, Principal, Role

GIVE_LINK, AGREE_LINK = "headpart.give", "headpart.agree"
SUPERVISORS = (Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)
WORKS = (Role.WORKER, *SUPERVISORS)
SENT = ("to_agree", "final")


def _is_member(principal: Principal) -> bool:
    return principal.kind == "membership" and principal.person_id is not None


def of_worker(principal: Principal, prefix: str = "") -> Q:
    """Reviews of herself."""
    return Q(**{f"{prefix}worker": principal.person_id}) if _is_member(principal) and principal.has(*WORKS) else NOTHING


def of_managers(principal: Principal, prefix: str = "") -> Q:
    """Reviews that she leads or leads with somebody, and those of whom she manages today."""
    if not _is_member(principal) or not principal.has(*SUPERVISORS):
        return NOTHING
    me, managed = principal.person_id, f"{prefix}worker__managed_by"
    leads = Q(**{f"{prefix}manager": me}) | Q(**{f"{prefix}second_manager": me})
    of_today = Q(**{f"{managed}__manager": me}) & dated(managed, principal)
    # Nobody reads about herself as a manager.
    return (leads | of_today) & ~Q(**{f"{prefix}worker": me})


def headed(principal: Principal, placement: str) -> Q:
    """Rows of the schools that this person heads today, by the way to their placement."""
    if principal.person_id is None or principal.kind not in ("membership", "link"):
        return NOTHING
    if principal.kind == "membership" and not principal.has(Role.HEADTEACHER):
        return NOTHING
    contacts = f"{placement}__school__contacts"
    here = Q(**{f"{contacts}__person": principal.person_id, f"{contacts}__kind": "head"}) & dated(contacts, principal)
    return here & looked_at(f"{placement}__school", principal)


def council_side(principal: Principal, prefix: str = "") -> Q:
    """Who reads all of a review: the worker, and who leads it or manages the worker."""
    return of_worker(principal, prefix) | of_managers(principal, prefix)


def of_school(principal: Principal, prefix: str = "") -> Q:
    """Reviews sent to be agreed or final, for the head of a school that took part."""
    parts = f"{prefix}head_parts"
    sent = Q(**{f"{prefix}status__in": SENT})
    if principal.kind == "link":
        if principal.link.purpose != AGREE_LINK:
            return NOTHING
        return sent & Q(**{f"{parts}__public_id": principal.link.subject_id}) & headed(principal, f"{parts}__placement")
    return sent & headed(principal, f"{parts}__placement")


def leads(principal: Principal, review: Any) -> bool:
    """Is she who leads it, or who leads it with somebody, or who manages the worker today?"""
    if not _is_member(principal) or not principal.has(*SUPERVISORS) or review.worker_id == principal.person_id:
        return False
    return principal.person_id in review.manager_ids or manages_today(principal, review.worker)


def holds(principal: Principal, review: Any) -> bool:
    """Is she one of those who lead it? Who manages the worker today and is not takes it over first."""
    if not _is_member(principal) or not principal.has(*SUPERVISORS) or review.worker_id == principal.person_id:
        return False
    return principal.person_id in review.manager_ids


def writes(principal: Principal, review: Any) -> bool:
    """Whose typing becomes the words of the meeting: who leads it. A second manager reads them, and agrees or not."""
    return holds(principal, review) and principal.person_id == review.manager_id


def manages_today(principal: Principal, worker: Any) -> bool:
    """Is she this worker's own manager today? Naming herself on a review is not enough to begin one."""
    if not _is_member(principal) or not principal.has(*SUPERVISORS):
        return False
    return bool(worker.managed_by.on(principal.today).filter(manager=principal.person_id).exists())


def is_worker_of(principal: Principal, review: Any) -> bool:
    return _is_member(principal) and principal.has(*WORKS) and review.worker_id == principal.person_id


class SchemePolicy(Policy):
    """The council reads schemes; administrators keep them."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*COUNCIL_ROLES) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or (principal.kind == "membership" and principal.has(Role.ADMINISTRATOR))


class ReviewPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        return council_side(principal) | of_school(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "seal":  # not a press of its own: it follows from the answer that completes it
            return principal.kind != "nobody"
        if act in ("begin", "take_over"):
            return manages_today(principal, record.worker) and record.worker_id != principal.person_id
        if act in ("give", "read"):
            return is_worker_of(principal, record)
        if act == "answer":
            return any(answers_for(principal, person, record) for person in record.people.all())
        if act == "comment":
            return is_worker_of(principal, record) or leads(principal, record)
        return writes(principal, record) if act in ("finish", "change") else holds(principal, record)


class ReviewPartPolicy(Policy):
    """The worker's part for the worker, and for who leads once it is given; the shared part for the school as well."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        return council_side(principal, "review__") | (Q(kind="shared") & of_school(principal, "review__"))


class ReviewCopyPolicy(Policy):
    """The council copy for the council's side; a school's own copy for its head, and no other school's."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        own = Q(copy="school") & headed(principal, "placement")
        if principal.kind == "link":
            parts = "placement__head_parts__public_id"
            own = own & Q(**{parts: principal.link.subject_id}) if principal.link.purpose == AGREE_LINK else NOTHING
        return council_side(principal, "review__") | own


class HeadPartPolicy(Policy):
    """A head's part: the head's own; who leads the review from the day it was given; the worker from the day that the
    head was told (H5). No other school, and nobody else of this one."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if principal.kind == "link":
            if principal.link.purpose not in (GIVE_LINK, AGREE_LINK):
                return NOTHING
            return Q(public_id=principal.link.subject_id) & headed(principal, "placement")
        to_read = Q(status="given", read_on__lte=principal.today) & of_worker(principal, "review__")
        return of_managers(principal, "review__") | to_read | headed(principal, "placement")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "give":
            if principal.kind == "link":
                return principal.holds_link(GIVE_LINK, record)
            return principal.has(Role.HEADTEACHER) and speaks_for(principal, record.placement.school, "head")
        return leads(principal, record.review)


class HeldWithoutPolicy(Policy):
    """Why a school wrote nothing: for worker and managers. No school reads it, not even its own."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system else council_side(principal, "review__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or leads(principal, record.review)


class ObjectivePolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system else of_worker(principal) | of_managers(principal, "set_in__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or leads(principal, record.set_in)


class AppealPolicy(Policy):
    """Made by the worker; read by the worker, by who led the review, and by the senior managers, who answer."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or (principal.kind == "membership" and principal.has(Role.SENIOR_MANAGER)):
            return EVERYTHING
        return council_side(principal, "review__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "appeal":
            return is_worker_of(principal, record.review)
        is_senior = principal.kind == "membership" and principal.has(Role.SENIOR_MANAGER)
        return is_senior and not _has_part_in(principal, record.review)


def _has_part_in(principal: Principal, review: Any) -> bool:
    """Is it her own, did she lead it at any time, or does she manage the worker today?"""
    me = principal.person_id
    if me in {review.worker_id, *review.manager_ids} or review.led_before.filter(person=me).exists():
        return True
    return bool(review.worker.managed_by.on(principal.today).filter(manager=me).exists())


def answers_for(principal: Principal, person: Any, review: Any) -> bool:
    """Is this who is to agree: worker or manager themselves, for a school its head of today or who got the link?"""
    if person.part != "school":
        return _is_member(principal) and person.person_id == principal.person_id
    if principal.kind == "link":
        return principal.link.purpose == AGREE_LINK and person.person_id == principal.person_id
    return principal.has(Role.HEADTEACHER) and speaks_for(principal, person.placement.school, "head")


def register() -> None:
    access.register("performance.Scheme", SchemePolicy())
    access.register("performance.SchemeEdition", SchemePolicy())
    access.register("performance.Review", ReviewPolicy())
    access.register("performance.ReviewPart", ReviewPartPolicy())
    access.register("performance.ReviewCopy", ReviewCopyPolicy())
    access.register("performance.HeadPart", HeadPartPolicy())
    access.register("performance.HeldWithout", HeldWithoutPolicy())
    access.register("performance.Objective", ObjectivePolicy())
    access.register("performance.Appeal", AppealPolicy())
