"""Who may see and do what with papers and figures (domain D.5). Lookups only: no model is imported here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import Q

from performance.permissions.criteria import team_rows
from schools.permissions import EVERY_AGREEMENT, covered_rows, dated, placement_rows
from teams.foundation import access
from teams.foundation.access import COUNCIL_ROLES, DEPUTIES, EVERYTHING, NOTHING, Policy, Principal, Role

# Who may start a run, and who may watch one.
PRINTERS = (Role.ADMINISTRATOR, Role.SENIOR_MANAGER)
WATCHERS = (*PRINTERS, Role.TEAM_MANAGER, Role.FINANCE_READER, Role.AUDITOR)

EVERY_COPY = frozenset({"school", "council", "way"})
NEED_BRIEFING = "need_briefing"  # money and need of every school: for who reads both
REPORT = "report"  # the one copy of a report of success criteria
# Which copies a role opens, at the placements that it reaches. The money is on all but "way"; every payer's share is on
# "council" alone. An administrator runs the term and sees that it worked, and opens no paper.
COPIES_OF: dict[str, frozenset[str]] = {
    **dict.fromkeys(EVERY_AGREEMENT, EVERY_COPY),
    Role.TEAM_MANAGER: EVERY_COPY,
    Role.HEADTEACHER: frozenset({"school"}),
    Role.IN_SCHOOL_LEAD: frozenset({"way"}),
    Role.WORKER: frozenset({"way"}),
    Role.SENIOR_PRACTITIONER: frozenset({"way"}),
}


class RunPolicy(Policy):
    """Runs are started by administrators and senior managers; managers and readers of money watch them.

    A print pack holds every council copy of the term, so only those who may open all of them have it made or open it.
    """

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or principal.has(*WATCHERS) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if act == "want_pack":
            return principal.has(Role.SENIOR_MANAGER)
        if act == "read_pack":
            return principal.has(*EVERY_AGREEMENT)
        return principal.has(*PRINTERS)


class DocumentPolicy(Policy):
    """A paper goes where its agreement goes, by copy; a report of success criteria to who reads the criteria."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        found = NOTHING
        for role in sorted(principal.roles & COPIES_OF.keys()):
            # One hat at a time: a head of one school who is the in-school lead of another sees no money there.
            hat = replace(principal, roles=frozenset({role}), covers=frozenset())
            found |= (
                Q(placement__isnull=False) & placement_rows(hat, "placement__") & Q(copy__in=sorted(COPIES_OF[role]))
            )
        if principal.covers and principal.has(*DEPUTIES):  # every copy, as whom she covers opens them
            found |= Q(placement__isnull=False) & covered_rows(principal, "placement__")
        if principal.kind == "membership" and principal.has(*EVERY_PACK):
            found |= Q(kind=NEED_BRIEFING)
        return found | Q(copy=REPORT) & team_rows(principal)


# Which copy of a pack each role reads: it has the figures that this role opens by itself, and no others (D.5).
PACK_COPY_OF = {
    Role.SENIOR_MANAGER: "whole",
    Role.AUDITOR: "whole",
    Role.TEAM_MANAGER: "managers",
    Role.FINANCE_READER: "finance",
}
EVERY_PACK = (Role.SENIOR_MANAGER, Role.AUDITOR)


def _is_member(principal: Principal) -> bool:
    return principal.kind == "membership" and principal.person_id is not None


def _her_teams(principal: Principal, prefix: str) -> Q:
    """Words of a team that she manages today, or whose manager she covers for."""
    runs = f"{prefix}team__memberships"
    held = Q(**{f"{runs}__person__in": principal.stands_for, f"{runs}__role": Role.TEAM_MANAGER})
    return held & dated(runs, principal)


def copies_of(principal: Principal) -> list[str]:
    """Those that this reader has of every approved pack, the widest first. The whole copy has all that others have; a
    manager who reads money too has two, of which each has what the other has not.
    """
    if not _is_member(principal):
        return []
    found = list(dict.fromkeys(copy for role, copy in PACK_COPY_OF.items() if principal.has(role)))
    return ["whole"] if "whole" in found else found


class CountyPackPolicy(Policy):
    """Begun and approved by senior managers; a draft is read by them, the auditor and whose words are asked."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or (_is_member(principal) and principal.has(*EVERY_PACK)):
            return EVERYTHING
        if not _is_member(principal):
            return NOTHING
        found = Q(status="approved") if principal.has(*PACK_COPY_OF) else NOTHING
        if principal.covers or principal.has(Role.TEAM_MANAGER):
            found |= _her_teams(principal, "words__")
        return found

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        is_person = _is_member(principal) and principal.token is None
        return principal.is_system or (is_person and principal.has(Role.SENIOR_MANAGER))


class PackWordsPolicy(Policy):
    """A team's box for who manages it, or covers for her; the sections' for senior managers. Others read the copies."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system or (_is_member(principal) and principal.has(*EVERY_PACK)):
            return EVERYTHING
        if not _is_member(principal) or not (principal.covers or principal.has(Role.TEAM_MANAGER)):
            return NOTHING
        return _her_teams(principal, "")

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        if not _is_member(principal) or principal.token is not None:
            return False
        if record.team is None or act == "ask":
            return principal.has(Role.SENIOR_MANAGER)
        runs = record.team.memberships.on(principal.today)
        return bool(runs.filter(role=Role.TEAM_MANAGER, person__in=principal.stands_for).exists())


class PackCopyPolicy(Policy):
    """What is approved, one copy for each circle of readers."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        copies = copies_of(principal)
        return Q(copy__in=copies) if copies else NOTHING


# Who counts everybody, where a measure does not say otherwise (reports.measures.reader), and reads what was counted so.
COUNTS_COUNTY = (Role.SENIOR_MANAGER, Role.FINANCE_READER, Role.AUDITOR)


def counts_over(principal: Principal) -> list[str]:
    """By which of her rights somebody counts whom she counts: each role with its team, and for whom she acts. A sheet
    keeps them, and is hers while she has all of them. "team_manager 12", "finance_reader", "covers 7".
    """
    held = [(role, team) for role, team in principal.hats if role in principal.roles]
    hats = {role if role in COUNTS_COUNTY or team is None else f"{role} {team}" for role, team in held}
    return sorted(hats | {f"covers {person}" for person in principal.covers})


class SheetPolicy(Policy):
    """Who counts the county reads each other's sheets, figure by figure by its audience. What was counted over whom
    somebody manages hides nothing that is small: it is hers alone, and only while she still manages them.
    """

    prefix = ""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        found, prefix = NOTHING, self.prefix
        if principal.person_id is not None and (rights := counts_over(principal)):
            kept = {"made_by": principal.person_id, "of_county": False, "counted_over__contained_by": rights}
            hers = Q(**{f"{prefix}{name}": value for name, value in kept.items()})
            found = hers & ~Q(**{f"{prefix}counted_over": []})
        if principal.has(*COUNTS_COUNTY):
            found |= Q(**{f"{prefix}of_county": True})
        return found


class PrintedFigurePolicy(SheetPolicy):
    """A figure of a sheet goes where its sheet goes; one of a pack where a copy goes on which it stands."""

    prefix = "sheet__"

    def rows(self, principal: Principal) -> Q:
        found, copies = super().rows(principal), copies_of(principal)
        return found | Q(copies__overlap=copies) if copies and not principal.is_system else found


class FigureQuestionPolicy(Policy):
    """Between who asked and who was asked, and read by nobody else: no deputy, no other senior manager, no auditor."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if not _is_member(principal) or not principal.has(*COUNCIL_ROLES):
            return NOTHING
        return Q(asked_by=principal.person_id) | Q(asked_of=principal.person_id)

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if not _is_member(principal) or principal.token is not None or record.asked_by_id != principal.person_id:
            return False
        return principal.has(Role.SENIOR_MANAGER) if act == "ask" else principal.has(*COUNCIL_ROLES)


def register() -> None:
    access.register("reports.FigureQuestion", FigureQuestionPolicy())
    access.register("reports.Sheet", SheetPolicy())
    access.register("reports.PrintedFigure", PrintedFigurePolicy())
    access.register("reports.CountyPack", CountyPackPolicy())
    access.register("reports.PackWords", PackWordsPolicy())
    access.register("reports.PackCopy", PackCopyPolicy())
    access.register("reports.DocumentRun", RunPolicy())
    access.register("reports.Document", DocumentPolicy())
