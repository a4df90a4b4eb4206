"""Who may try out what money would do, and who reads which copy of a proposal (journey S3, domain D.5)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from schools.permissions.records import EVERY_AGREEMENT
from teams.foundation import access
from teams.foundation.access import EVERYTHING, NOTHING, Policy, Principal, Role

# Who tries out what money would do, who makes one of them the proposal, and which copy of a proposal each role reads:
# finance knows no school's need (D.5, Need scores).
WHAT_IF_MAKERS = frozenset({Role.SENIOR_MANAGER, Role.FINANCE_READER})
WHAT_IF_PROPOSERS = frozenset({Role.SENIOR_MANAGER})
PROPOSAL_COPY_OF = {Role.SENIOR_MANAGER: "whole", Role.AUDITOR: "whole", Role.FINANCE_READER: "finance"}


class WhatIfPolicy(Policy):
    """Whoever reads every agreement reads every what-if; a person of them makes it, never a program."""

    def rows(self, principal: Principal) -> Q:
        return EVERYTHING if principal.is_system or _reads_all_money(principal) else NOTHING

    def may(self, principal: Principal, act: str, record: Any) -> bool:
        if principal.is_system:
            return True
        roles = WHAT_IF_PROPOSERS if act == "propose" else WHAT_IF_MAKERS
        return _reads_all_money(principal) and principal.token is None and principal.has(*roles)


class ProposalCopyPolicy(Policy):
    """What is sealed, one copy for each circle of readers."""

    def rows(self, principal: Principal) -> Q:
        if principal.is_system:
            return EVERYTHING
        if not _reads_all_money(principal):
            return NOTHING
        return Q(copy__in=sorted({copy for role, copy in PROPOSAL_COPY_OF.items() if principal.has(role)}))


def _reads_all_money(principal: Principal) -> bool:
    return principal.kind == "membership" and principal.person_id is not None and principal.has(*EVERY_AGREEMENT)


def register() -> None:
    access.register("schools.ProposalCopy", ProposalCopyPolicy())
    access.register("schools.WhatIf", WhatIfPolicy())
