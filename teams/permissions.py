"""Who may see and do what on the ground floor. Lookups only: no model is imported here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, EVERYTHING, NOTHING, Policy, Principal, Role

MANAGERS = (Role.SENIOR_PRACTITIONER, Role.TEAM_MANAGER, Role.SENIOR_MANAGER)
LINE_MANAGERS = (Role.TEAM_MANAGER, Role.SENIOR_PRACTITIONER)
READERS_OF_ABSENCE = (Role.ADMINISTRATOR, Role.SENIOR_MANAGER, Role.AUDITOR)
# The kind of an occasion at which something was asked in writing: nobody met, so it stands in no calendar.
ABOUT_A_FIGURE = "figure"
COUNCIL_SIDES = ("manager", "worker")  # parts of who is at an occasion
PLANNERS = (Role.TEAM_MANAGER, Role.SENIOR_MANAGER, Role.ADMINISTRATOR)


class CouncilReads(Policy):
    """The council's own people see it; administrators keep it."""

    keepers: tuple[str, ...] = (Role.ADMINISTRATOR,)

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*COUNCIL_ROLES) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        return principal.is_system or principal.has(*self.keepers)


class PersonPolicy(CouncilReads):
    """Everybody may see themselves. Managers add and change school contacts; administrators everybody."""

    keepers = PLANNERS

    def rows(self, principal: Principal) -> Q:
        if principal.person_id is not None and not principal.has(*COUNCIL_ROLES):
            return Q(pk=principal.person_id)
        return super().rows(principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if act in ("leave", "end_access"):  # who goes is the administrator's alone
            return principal.is_system or principal.has(Role.ADMINISTRATOR)
        if act == "choose_mail":
            return principal.kind == "membership" and principal.person_id == record.pk
        if act == "add" and principal.has(Role.SENIOR_PRACTITIONER):  # who came to a supervision that she holds
            return True
        return super().may(principal, act, record)


class PostPolicy(CouncilReads):
    """Posts are planned by managers and administrators. What they are paid is another matter (schools.permissions)."""

    keepers = PLANNERS


class HandOverPolicy(Policy):
    """What somebody left open: seen by who is to take it, by senior managers and administrators.

    Who is to take it says that it is done, or a senior manager; administrators say who takes it. Where the taker is
    covered, it waits for the deputy too.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
            return EVERYTHING
        mine = principal.has(*COUNCIL_ROLES) and principal.person_id is not None
        return Q(taker__in=principal.stands_for) if mine else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "name_taker":
            return principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER)
        is_taker = principal.has(*COUNCIL_ROLES) and record.taker_id in principal.stands_for
        return is_taker or principal.has(Role.SENIOR_MANAGER)

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        return record.taker_id if record.taker_id in principal.covers else None


def _holds(prefix: str, principal: Principal) -> Q:
    """The dated rows at `prefix` that hold today."""
    ends = Q(**{f"{prefix}__ends_on": None}) | Q(**{f"{prefix}__ends_on__gte": principal.today})
    return Q(**{f"{prefix}__starts_on__lte": principal.today}) & ends


def people_managed(principal: Principal, prefix: str = "") -> Q:
    """The people that somebody manages today, by line or by team, as lookups from a model that reaches its person by
    `prefix` ("person__"); for a deputy those of whom she covers as well. Lookups on Person without one.
    """
    me = principal.person_id
    found = NOTHING
    managers = principal.covers | ({me} if me is not None and principal.has(Role.TEAM_MANAGER) else frozenset())
    lines = principal.covers | ({me} if me is not None and principal.has(*LINE_MANAGERS) else frozenset())
    if lines:
        found |= Q(**{f"{prefix}managed_by__manager__in": lines}) & _holds(f"{prefix}managed_by", principal)
    if managers:
        held, team = f"{prefix}employments", f"{prefix}employments__post__team__memberships"
        runs = Q(**{f"{team}__person__in": managers, f"{team}__role": Role.TEAM_MANAGER}) & _holds(team, principal)
        found |= runs & _holds(held, principal)
    return found


class AbsencePolicy(Policy):
    """That somebody is away, and nothing more: seen by themselves and who manages them, said by the same people.

    D.5 gives the school "absent": schools.actions.whereabouts draws that line, without these rows.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*READERS_OF_ABSENCE):
            return EVERYTHING
        mine = NOTHING if principal.person_id is None else Q(person=principal.person_id)
        council = principal.has(*COUNCIL_ROLES)
        return mine | people_managed(principal, "person__") if council else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system or principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER):
            return True
        if principal.kind != "membership" or not principal.has(*COUNCIL_ROLES):
            return False
        if record.person_id == principal.person_id:
            return True
        managed = people_managed(principal)
        return managed != NOTHING and type(record.person).objects.filter(managed, pk=record.person_id).exists()


class AgencyPersonPolicy(Policy):
    """People of other agencies: read and kept by who runs the team that works with them, or covers for her; read by
    administrators, who keep all people. They themselves read nothing by it; who holds their link may only say that they
    do not work with the team.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(Role.ADMINISTRATOR):
            return EVERYTHING
        if principal.kind != "membership" or not principal.has(*COUNCIL_ROLES):
            return NOTHING
        runs = "team__memberships"
        held = Q(**{f"{runs}__person__in": principal.stands_for, f"{runs}__role": Role.TEAM_MANAGER})
        return held & _holds(runs, principal)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "say_gone":
            return principal.kind == "link" and principal.person_id == record.person_id
        if act == "bounce" or principal.kind != "membership" or principal.token is not None:
            return False
        if act == "end" and principal.has(Role.ADMINISTRATOR):  # ends whatever somebody had here who is gone
            return True
        return principal.has(*COUNCIL_ROLES) and bool(self._run(principal, record).exists())

    def for_whom(self, principal: Principal, record: Any) -> int | None:
        runs = set(self._run(principal, record).values_list("person", flat=True)) if principal.covers else set()
        return None if principal.person_id in runs else next(iter(sorted(runs)), None)

    @staticmethod
    def _run(principal: Principal, record: Any) -> Any:
        held = record.team.memberships.on(principal.today)
        return held.filter(person__in=principal.stands_for, role=Role.TEAM_MANAGER)


class CoverPolicy(Policy):
    """Who is covered arranges it, or a senior manager or administrator for who cannot. Nobody makes herself a deputy,
    but a senior manager, who sees as much without it.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(*READERS_OF_ABSENCE):
            return EVERYTHING
        me = principal.person_id
        council = me is not None and principal.has(*COUNCIL_ROLES)
        return Q(manager=me) | Q(deputy=me) if council else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if principal.kind != "membership" or principal.token is not None:
            return False
        if act == "stop":
            mine = principal.person_id in (record.manager_id, record.deputy_id)
            return mine or principal.has(Role.ADMINISTRATOR, Role.SENIOR_MANAGER)
        if principal.has(Role.SENIOR_MANAGER):
            return True
        is_deputy = record.deputy_id == principal.person_id
        own = record.manager_id == principal.person_id and principal.has(Role.TEAM_MANAGER)
        return own or (principal.has(Role.ADMINISTRATOR) and not is_deputy)


# What upper floors add about the occasions that they hold: they know schools, placements and who manages whom. Each
# gets the principal and the way from a record to its occasion ("occasion__"), and answers with lookups. What somebody
# sees for a school is kept apart: there only what was said before all three is read, whatever else they are.
Rows = Callable[[Principal, str], Q]
_for_council: list[Rows] = []
_for_school: list[Rows] = []


def widen_occasions(of_council: Rows, of_school: Rows | None = None) -> None:
    """Called from an upper app's `register`."""
    if of_council not in _for_council:
        _for_council.append(of_council)
    if of_school is not None and of_school not in _for_school:
        _for_school.append(of_school)


def occasion_rows(principal: Principal, prefix: str = "") -> Q:
    """Occasions within reach, as lookups from a model that reaches its occasion by `prefix`.

    Whoever is of the council and to be there; people of schools by what the upper floor says of their school today.
    """
    if principal.is_system:
        return EVERYTHING
    return _council_occasions(principal, prefix) | _school_occasions(principal, prefix)


def _council_occasions(principal: Principal, prefix: str) -> Q:
    found = NOTHING
    if principal.person_id is not None and principal.has(*COUNCIL_ROLES):
        # Who was there for a school reads it as a school does, whatever else they are.
        found |= Q(**{f"{prefix}attendees__person": principal.person_id, f"{prefix}attendees__part__in": COUNCIL_SIDES})
    for rows in _for_council:
        found |= rows(principal, prefix)
    return found


def _school_occasions(principal: Principal, prefix: str) -> Q:
    found = NOTHING
    for rows in _for_school:
        found |= rows(principal, prefix)
    return found


def _among_peers(principal: Principal) -> Q:
    """What was promised among peers, as lookups on Commitment."""
    there = Q(occasion__attendees__person=principal.person_id, occasion__attendees__part__in=COUNCIL_SIDES)
    held = NOTHING
    for rows in _for_council:
        held |= rows(principal, "occasion__")
    found = Q(audience="peers") & (held | (there & Q(occasion__attendees__came=True)))
    return found if manages(principal) else found | (Q(audience="group") & there)


def manages(principal: Principal) -> bool:
    """Under any of her hats: what workers say among themselves is not for her."""
    return principal.has(*MANAGERS) or (principal.whole is not None and principal.whole.has(*MANAGERS))


class OccasionPolicy(Policy):
    def rows(self, principal: Principal) -> Q:
        return occasion_rows(principal)


class CommitmentPolicy(Policy):
    """What was said before all three is read by all three; what was said between two by the council's side alone.
    Never wider than its source: at an occasion between two nothing is for all three, whatever the row says. What was
    said among peers is for those who came, and in a peer group for its workers: no manager reads it (BR-21).

    Who promised says what became of it, or who manages; a new promise comes from the record in which it was made.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        for_school = Q(audience="shared", occasion__audience="shared") & _school_occasions(principal, "occasion__")
        if principal.person_id is None or not principal.has(*COUNCIL_ROLES):
            return for_school
        ours = _council_occasions(principal, "occasion__") & ~Q(audience__in=("peers", "group"))
        return Q(promised_by=principal.person_id) | ours | _among_peers(principal) | for_school

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        is_own = principal.person_id is not None and record.promised_by_id == principal.person_id
        if record.occasion.kind == ABOUT_A_FIGURE:
            return _may_about_figure(principal, act, record, is_own=is_own)
        if act == "promise" and record.follows_id is None:
            return principal.has(*MANAGERS) or (record.audience == "group" and principal.has(Role.WORKER))
        return is_own or principal.has(*MANAGERS)


def _may_about_figure(principal: Principal, act: str, record: Any, *, is_own: bool) -> bool:
    """A senior manager asks; who was asked answers, and nobody for her; who asked may say that it is not needed."""
    if principal.kind != "membership" or principal.token is not None:
        return False
    if act == "promise" and record.follows_id is None:
        return principal.has(Role.SENIOR_MANAGER) and not is_own
    if act == "drop":
        return not is_own and record.occasion.attendees.filter(person=principal.person_id).exists()
    return is_own and principal.has(*COUNCIL_ROLES)


class FeedPolicy(Policy):
    """Everybody keeps the address of their own calendar, and nobody else's."""

    def rows(self, principal: Principal) -> Q:
        return Q(person=principal.person_id) if principal.person_id is not None else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        is_own = principal.kind == "membership" and record.person_id == principal.person_id
        return is_own and principal.token is None


class TokenPolicy(Policy):
    """Everybody keeps their own tokens; administrators see and revoke all. A token makes none."""

    def rows(self, principal: Principal) -> Q:
        if principal.has(Role.ADMINISTRATOR):
            return EVERYTHING
        return Q(person=principal.person_id) if principal.person_id is not None else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.kind != "membership" or principal.token is not None:
            return False
        is_own = record.person_id == principal.person_id
        return is_own or (act == "revoke" and principal.has(Role.ADMINISTRATOR))


class RemarkPolicy(Policy):
    """Everybody who works here may say what is wrong; administrators read it and deal with it."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(Role.ADMINISTRATOR) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if act == "tell":
            return principal.kind == "membership" and record.person_id == principal.person_id
        return principal.is_system or principal.has(Role.ADMINISTRATOR)


class CountyQuestionPolicy(Policy):
    """What managers ask of the county: read by who asked, and by senior managers, who answer. Who reads the audit sees
    that it was asked, where and when (the page asks for `metadata`), and none of the words.
    """

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or principal.has(Role.SENIOR_MANAGER):
            return EVERYTHING
        mine = principal.has(*COUNCIL_ROLES) and principal.person_id is not None
        return Q(asked_by=principal.person_id) if mine else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if principal.kind != "membership" or principal.token is not None:
            return False
        if act == "answer":
            return principal.has(Role.SENIOR_MANAGER)
        is_own = record.asked_by_id == principal.person_id
        return is_own and (act != "ask" or principal.has(*LINE_MANAGERS))


class GuidancePolicy(Policy):
    """What the county says: read by everybody at the council; published and withdrawn by senior managers."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*COUNCIL_ROLES) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        return principal.kind == "membership" and principal.token is None and principal.has(Role.SENIOR_MANAGER)


def register() -> None:
    for label in ("teams.Area", "teams.Team"):
        access.register(label, CouncilReads())
    access.register("teams.Person", PersonPolicy())
    access.register("teams.Remark", RemarkPolicy())
    access.register("teams.Post", PostPolicy())
    access.register("teams.HandOver", HandOverPolicy())
    access.register("teams.Occasion", OccasionPolicy())
    access.register("teams.Commitment", CommitmentPolicy())
    access.register("teams.Token", TokenPolicy())
    access.register("teams.Feed", FeedPolicy())
    access.register("teams.Absence", AbsencePolicy())
    access.register("teams.Cover", CoverPolicy())
    access.register("teams.AgencyPerson", AgencyPersonPolicy())
    access.register("teams.CountyQuestion", CountyQuestionPolicy())
    for label in ("teams.Guidance", "teams.GuidanceWithdrawn"):
        access.register(label, GuidancePolicy())
