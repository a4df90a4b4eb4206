"""Agreements in each state, brought there by their verbs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from schools.actions import agreements
from schools.actions.wording import start_wording
from schools.models import Agreement, Clause, Placement
from tests.factories.authorities import NOW, YEAR_STARTS, County

FIVE_DAYS = [{"weekday": day, "starts": "08:30", "ends": "15:30"} for day in range(5)]
OWN_LINES = {"focus": "Behaviour at break times", "room": "The blue room", "other": ""}


def fresh(agreement: Agreement) -> Agreement:
    """As a page would load it."""
    return (
        Agreement.objects.for_page().prefetch_related("questions", "placement__school__contacts").get(pk=agreement.pk)
    )


def make_agreement(county: County, *, at: datetime = NOW, post: str = "post", school: str = "oakfield") -> Agreement:
    """Drawn up by the manager, not finished."""
    if not Clause.objects.exists():
        start_wording(from_day=YEAR_STARTS, by=county.clock, at=at)
    manager = "manager" if post == "post" else "other_manager"
    placement = agreements.plan(
        Placement(
            post=county.rows[post],
            school=county.rows[school],
            manager=county.people[manager],
            lead=county.people["lead"] if school == "oakfield" else None,
            timetable=FIVE_DAYS,
            hours_per_week=Decimal("35.00"),
            focus="Behaviour and attendance",
            starts_on=YEAR_STARTS,
        ),
        by=county.as_(manager),
        at=at,
    )
    return agreements.draw_up(placement, school_year=2026, own_lines=OWN_LINES, by=county.as_(manager), at=at)


def offered(agreement: Agreement, county: County, *, at: datetime = NOW) -> Agreement:
    """Sealed and sent to sign."""
    agreement = fresh(agreement)
    by = county.as_("manager" if agreement.placement.manager_id == county.people["manager"].pk else "other_manager")
    agreements.offer(agreement, authority=county.authority, by=by, at=at)
    return fresh(agreement)


def signed(agreement: Agreement, county: County, *, at: datetime = NOW) -> Agreement:
    """Signed by all three: active. The head's signature is given by the clock, as a link would."""
    mine = agreement.placement.manager_id == county.people["manager"].pk
    head, worker, manager = ("head", "worker", "manager") if mine else ("other_head", "other_worker", "other_manager")
    for party, name, parts in (
        ("school", head, ["way", "cost"]),
        ("worker", worker, ["way"]),
        ("council", manager, ["way", "cost"]),
    ):
        agreements.sign(
            fresh(agreement), party=party, parts=parts, person=county.people[name], how="account",
            by=county.as_(name), at=at,
        )  # fmt: skip
    return fresh(agreement)
