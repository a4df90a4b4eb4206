"""Who may see and do what on this floor (domain D.5): one module a topic. Lookups only: no model is imported."""

from __future__ import annotations

from schools.permissions import records, what_if
from schools.permissions.prices import sees_cost, sees_share
from schools.permissions.records import (
    AGREEMENT_READERS,
    EVERY_AGREEMENT,
    FUND_READERS,
    NEED_DECIDERS,
    NEED_MONEY,
    NEED_READERS,
    SHARE_LINK,
    SIGN_LINK,
    AgreementPolicy,
    ContactPolicy,
    covered_rows,
    dated,
    looked_at,
    manages,
    may_sign_for_council,
    placement_rows,
    speaks_for,
    spoken_for,
    within_limit,
)

__all__ = [
    "AGREEMENT_READERS",
    "AgreementPolicy",
    "ContactPolicy",
    "EVERY_AGREEMENT",
    "FUND_READERS",
    "NEED_DECIDERS",
    "NEED_MONEY",
    "NEED_READERS",
    "SHARE_LINK",
    "SIGN_LINK",
    "covered_rows",
    "dated",
    "looked_at",
    "manages",
    "may_sign_for_council",
    "placement_rows",
    "sees_cost",
    "sees_share",
    "speaks_for",
    "spoken_for",
    "within_limit",
    "register",
]


def register() -> None:
    """Give each record its policy."""
    records.register()
    what_if.register()
