"""Who signs an agreement, and what is varied, as tests do it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from schools.actions import agreements, who_pays
from tests.factories.agreements import fresh
from tests.factories.authorities import NOW

LATER = NOW + timedelta(days=20)
BOTH = ["way", "cost"]
WHO = {"school": "head", "worker": "worker", "council": "manager"}


def sign(agreement, county, party, parts=None, *, name=None, at=NOW):
    name = name or WHO[party]
    agreements.sign(
        fresh(agreement),
        party=party,
        parts=parts or (["way"] if party == "worker" else BOTH),
        person=county.people[name],
        how="account",
        by=county.as_(name),
        at=at,
    )
    return fresh(agreement)


def varied(agreement, county, *, percent=None, lines=None):
    """Changed, and sent to sign again."""
    agreement = fresh(agreement)
    manager = county.as_("manager")
    agreement.revise(by=manager, at=LATER)
    if lines is not None:
        agreement.write(lines, by=manager, at=LATER)
    if percent is not None:
        new = [(county.fund, Decimal(100) - percent), (county.oakfield, percent)]
        who_pays.say_who_pays(fresh(agreement), new, from_day=date(2027, 1, 1), by=manager, at=LATER)
    agreements.offer(fresh(agreement), authority=county.authority, by=manager, at=LATER)
    return fresh(agreement)
