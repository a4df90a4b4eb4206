"""Who may see and do what in supervision (domain D.5, BR-09). Lookups only: no model is imported."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from schools.permissions import dated, speaks_for, spoken_for
from teams import permissions as ground
from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, DEPUTIES, EVERYTHING, NOTHING, Policy, Principal, Role

AGREE_LINK = "session.agree"
CHOOSE_LINK = "visit.choose"
IN_SCHOOL = "in_school"
SUPERVISORS = (Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)


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
        found |= Q(**{f"{prefix}manager": me}) | _of_managers_school(prefix, [me])
        found |= Q(**{f"{managed}__manager": me}) & dated(managed, principal)
    return found


def of_school(principal: Principal, prefix: str = "") -> Q:
    """Visits in a school, for its head and its in-school lead of today. What is between two is not the school's."""
    found = spoken_for(f"{prefix}placement__school", principal)
    return found if found == NOTHING else found & Q(**{f"{prefix}kind": IN_SCHOOL})


def _of_managers_school(prefix: str, managers: Collection[int]) -> Q:
    """Visits in the schools that these manage somebody's place in. What is between two is not that manager's."""
    return Q(**{f"{prefix}placement__manager__in": managers, f"{prefix}kind": IN_SCHOOL})


def visit_rows(principal: Principal, prefix: str = "") -> Q:
    """Visits within reach, as lookups from a model that reaches its visit by `prefix` ("visit__")."""
    if principal.is_system:
        return EVERYTHING
    if principal.kind == "link":
        return _of_link(principal, prefix)
    return of_council(principal, prefix) | of_school(principal, prefix) | _covered(principal, prefix)


def council_side(principal: Principal, prefix: str = "") -> Q:
    """Who reads all of a record, by the way to it ("session__"): worker, manager, supervisor, and who held it.

    Whoever covers for a manager holds what is due, and reads what she held herself, also later. What was said before
    stays with the manager.
    """
    found = of_council(principal, f"{prefix}visit__")
    if principal.kind == "membership" and principal.person_id is not None and principal.has(*COUNCIL_ROLES):
        # As its manager: who sat there for the school reads what the school reads, whatever else they are.
        found |= Q(**{f"{prefix}people__person": principal.person_id, f"{prefix}people__part": "manager"})
    return found


def _of_link(principal: Principal, prefix: str) -> Q:
    """The visit that its times were offered for, as long as who holds the link speaks for the school."""
    if principal.link.purpose != CHOOSE_LINK:
        return NOTHING
    contacts = f"{prefix}placement__school__contacts"
    there = Q(**{f"{contacts}__person": principal.person_id, f"{prefix}kind": IN_SCHOOL}) & dated(contacts, principal)
    return Q(**{f"{prefix}public_id": principal.link.subject_id}) & there


def _covered(principal: Principal, prefix: str) -> Q:
    """What is due for a manager who is away goes to who covers for her; what was said there before does not."""
    if not principal.covers or not principal.has(*DEPUTIES):
        return NOTHING
    covers, managed = principal.covers, f"{prefix}worker__managed_by"
    two = Q(**{f"{managed}__manager__in": covers}) & dated(managed, principal) & ~Q(**{f"{prefix}kind": IN_SCHOOL})
    return Q(**{f"{prefix}manager__in": covers}) | _of_managers_school(prefix, covers) | two


def occasions_of_council(principal: Principal, prefix: str) -> Q:
    """A supervision's occasion and what was promised at it, for the council's side of it."""
    return of_council(principal, f"{prefix}visits__")


def occasions_of_school(principal: Principal, prefix: str) -> Q:
    """The same for the school in which it was."""
    return of_school(principal, f"{prefix}visits__")


class VisitPolicy(Policy):
    """Whoever supervises the worker plans, books and holds it."""

    def rows(self, principal: Principal) -> Q:
        return visit_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if act in ("choose", "suit_none") and principal.kind == "link":
            return principal.holds_link(CHOOSE_LINK, record)
        return principal.is_system or supervises(principal, record)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        return next(iter(sorted(_managers_of(principal, record) & principal.covers)), None)


class SessionPolicy(Policy):
    """The record of a visit: the council's side from the room on, the school once it has been sent to be agreed.

    By a link reads it who was there for the school, for as long as they speak for it.
    """

    def rows(self, principal: Principal) -> Q:
        return session_rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system or act == "seal":  # not a press of its own: it follows from the answer that completes it
            return principal.kind != "nobody"
        if act == "answer":
            return any(answers_for(principal, person, record) for person in record.people.all())
        return supervises(principal, record.visit)


class PartPolicy(Policy):
    """The shared part for all three; what was said between two for the council's side alone (BR-09)."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        return council_side(principal, "session__") | (Q(audience="shared") & session_rows(principal, "session__"))


class CopyPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        return council_side(principal, "session__") | (Q(copy="school") & session_rows(principal, "session__"))


class OpinionPolicy(Policy):
    """What a school thought of a supervision is its own: read by its side and by who gave it. The council's side counts
    (supervision.actions.health), and opens none."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if principal.kind == "link":
            return session_rows(principal, "session__")
        return of_school(principal, "session__visit__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or says_for_school(principal, record.session)


class OwnNotePolicy(Policy):
    """Hers who wrote it, and nobody else's here. A formal request for records is another matter (A5)."""

    def rows(self, principal: Principal) -> Q:
        is_member = principal.kind == "membership" and principal.person_id is not None
        return Q(person=principal.person_id) if is_member else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return supervises(principal, record.session.visit) and record.person_id == principal.person_id


def session_rows(principal: Principal, prefix: str = "") -> Q:
    """Records within reach, as lookups from a model that reaches its session by `prefix` ("session__")."""
    if principal.is_system:
        return EVERYTHING
    sent = Q(**{f"{prefix}status__in": ("to_agree", "final")})
    if principal.kind == "link":
        if principal.link.purpose != AGREE_LINK:
            return NOTHING
        contacts = f"{prefix}visit__placement__school__contacts"
        there = Q(**{f"{contacts}__person": principal.person_id}) & dated(contacts, principal)
        in_school = Q(**{f"{prefix}visit__kind": IN_SCHOOL})
        return Q(**{f"{prefix}public_id": principal.link.subject_id}) & in_school & sent & there
    return council_side(principal, prefix) | (sent & of_school(principal, f"{prefix}visit__"))


def answers_for(principal: Principal, person: Any, session: Any) -> bool:
    """Is this who was there, or for the school its head, or who got the link?"""
    if person.person_id is not None and person.person_id == principal.person_id:
        return True
    if person.part != "school":
        return False
    school = session.visit.school
    return principal.kind == "link" or (principal.has(Role.HEADTEACHER) and speaks_for(principal, school, "head"))


def says_for_school(principal: Principal, session: Any) -> bool:
    """Is this who speaks for the school about this record: who was there for it, its head, or who has its link?"""
    if principal.kind == "link":
        return principal.holds_link(AGREE_LINK, session)
    return any(person.part == "school" and answers_for(principal, person, session) for person in session.people.all())


class PatternPolicy(Policy):
    """How often: the council reads it, administrators choose."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*COUNCIL_ROLES) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(Role.ADMINISTRATOR)


class SetPlacePolicy(Policy):
    """Everybody sees in which set they are themselves; who supervises them sees and changes it."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        me, found = principal.person_id, NOTHING
        if me is None or principal.kind != "membership" or not principal.has(*COUNCIL_ROLES):
            return NOTHING
        found |= Q(person=me)
        managers = _managers(principal)
        if managers:
            found |= Q(person__employments__post__placements__manager__in=managers)
            found |= Q(person__managed_by__manager__in=managers) & dated("person__managed_by", principal)
        return found

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        managers = _managers(principal)
        if principal.is_system or not managers:
            return principal.is_system
        placed = record.person.employments.filter(post__placements__manager__in=managers)
        managed = record.person.managed_by.on(principal.today).filter(manager__in=managers)
        return placed.exists() or managed.exists()


def _managers(principal: Principal) -> frozenset[int]:
    """Whose workers this principal supervises: her own, and those of whom she covers for today."""
    if principal.kind != "membership" or principal.person_id is None or not principal.has(*DEPUTIES):
        return frozenset()
    return principal.stands_for if principal.has(*SUPERVISORS) else principal.covers


class BringPolicy(Policy):
    """What a worker brings: hers alone to write, read by the council's side of that supervision."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system else of_council(principal, "visit__")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.person_id == record.visit.worker_id


class MileagePolicy(Policy):
    """Hers who drove, and nobody else's: not her manager's, not a deputy's."""

    def rows(self, principal: Principal) -> Q:
        is_member = principal.kind == "membership" and principal.person_id is not None
        return Q(person=principal.person_id) if is_member else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.kind == "membership" and record.person_id == principal.person_id


def counted_placements(principal: Principal, prefix: str = "") -> Q:
    """Whose supervision is counted for her: everybody's for a senior manager, else that of her own workers (D.5)."""
    if principal.is_system or principal.has(Role.SENIOR_MANAGER):
        return Q(**{f"{prefix}pk__isnull": False})
    if principal.kind == "membership" and principal.person_id is not None and principal.has(*SUPERVISORS):
        return Q(**{f"{prefix}manager": principal.person_id})
    return NOTHING


def supervises(principal: Principal, visit: Any) -> bool:
    """Is she who comes, or who manages the worker (in this school), or covers for one of them today?"""
    managers = _managers(principal)
    return bool(managers) and (visit.manager_id in managers or not managers.isdisjoint(_managers_of(principal, visit)))


def _managers_of(principal: Principal, visit: Any) -> frozenset[int]:
    """Whose visit it is: of who manages the worker in that school; between two, of who manages the worker today."""
    if visit.kind == IN_SCHOOL:
        return frozenset({visit.placement.manager_id} - {None})
    return frozenset(visit.worker.managed_by.on(principal.today).values_list("manager", flat=True))


def of_peers(principal: Principal, prefix: str = "") -> Q:
    """Peer supervisions of the manager whose set it is; the occasion and what was promised there go with them."""
    me = principal.person_id
    if me is None or principal.kind != "membership" or not principal.has(*SUPERVISORS):
        return NOTHING
    return Q(**{f"{prefix}manager": me})


def occasions_of_peers(principal: Principal, prefix: str) -> Q:
    return of_peers(principal, f"{prefix}peersupervisions__")


class PeerPolicy(Policy):
    """The manager and who is to come; once it was held, who was there and no other colleague (D.5). No school, ever.

    Whoever covers for the manager holds what is due, and reads what she held herself, also later.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        me = principal.person_id
        if me is None or principal.kind != "membership" or not principal.has(*COUNCIL_ROLES):
            return NOTHING
        to_come = ~Q(status="held")
        found = of_peers(principal) | Q(people__person=me) & (to_come | Q(people__came=True))
        if principal.covers and principal.has(*DEPUTIES):
            found |= to_come & Q(manager__in=principal.covers)
        return found

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "bring":
            return principal.kind == "membership" and record.presenter_id == principal.person_id
        if act == "take_away":
            return _is_of(principal, record)
        return record.manager_id in _managers(principal)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        return record.manager_id if record.manager_id in principal.covers else None


class PeerGroupPolicy(Policy):
    """The workers of the group open, write and read it. Nobody who manages, whatever else she is, and no deputy."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        return Q(people__person=principal.person_id) if is_peer(principal) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        return is_peer(principal) and (act == "open" or _is_of(principal, record))


class GoodPracticePolicy(Policy):
    """Who brought the question puts it there and takes it back; the council's people of the team read it."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if principal.person_id is None or principal.kind != "membership" or not principal.has(*COUNCIL_ROLES):
            return NOTHING
        runs, works = "team__memberships", "team__posts__employments"
        of_team = Q(**{f"{runs}__person__in": principal.stands_for}) & dated(runs, principal)
        of_team |= Q(**{f"{works}__person": principal.person_id}) & dated(works, principal)
        return Q(status="shown") & (of_team | Q(written_by=principal.person_id))

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        is_own = principal.kind == "membership" and record.written_by_id == principal.person_id
        return is_own and (act == "take_back" or record.peer.presenter_id == principal.person_id)


def is_peer(principal: Principal) -> bool:
    """A worker, and nobody who manages under another hat."""
    is_member = principal.kind == "membership" and principal.person_id is not None
    return is_member and principal.has(Role.WORKER) and not ground.manages(principal)


def _is_of(principal: Principal, record: Any) -> bool:
    """One of the workers who are to come."""
    is_member = principal.kind == "membership" and principal.has(*COUNCIL_ROLES)
    return bool(is_member and record.people.filter(person=principal.person_id, part="worker").exists())


def register() -> None:
    access.register("supervision.Visit", VisitPolicy())
    access.register("supervision.Bring", BringPolicy())
    access.register("supervision.Pattern", PatternPolicy())
    access.register("supervision.SetPlace", SetPlacePolicy())
    access.register("supervision.Session", SessionPolicy())
    access.register("supervision.SessionPart", PartPolicy())
    access.register("supervision.SessionCopy", CopyPolicy())
    access.register("supervision.SessionOpinion", OpinionPolicy())
    access.register("supervision.MileageDay", MileagePolicy())
    access.register("supervision.OwnNote", OwnNotePolicy())
    access.register("supervision.PeerSupervision", PeerPolicy())
    access.register("supervision.PeerGroup", PeerGroupPolicy())
    access.register("supervision.GoodPractice", GoodPracticePolicy())
    ground.widen_occasions(occasions_of_council, occasions_of_school)
    ground.widen_occasions(occasions_of_peers)
