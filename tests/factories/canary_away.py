"""A cover that has not begun, with its grant, and an absence that is over: rows of every kind, and nobody sees more."""

from __future__ import annotations

from datetime import date, timedelta

from schools.models import TimeAway
from teams.models import Absence, Cover
from tests.factories.authorities import NOW, County


def away(county: County) -> None:
    people = county.people
    county.rows["cover"] = Cover.start(
        people["manager"], people["other_manager"], starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 4),
        by=county.as_("manager"), at=NOW,
    )  # fmt: skip
    county.rows["absence"] = Absence.start(
        people["worker"], starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 4), by=county.as_("worker"), at=NOW
    )
    time_away(county)


# Who reads what took somebody away from a school (D.5): not the head of service, not finance.
READERS = {
    "agreement": frozenset({"auditor", "manager", "practitioner", "worker", "head", "lead", "two_hats"}),
    "other_agreement": frozenset({"auditor", "other_manager", "other_worker", "other_head"}),
}


def time_away(county: County) -> None:
    """One at each school, now, with a benefit in somebody's own words."""
    for key, worker in (("agreement", "worker"), ("other_agreement", "other_worker")):
        words = county.canaries.plant(f"{key} benefit", READERS[key])
        county.rows[f"{key} time away"] = TimeAway.tell(
            county.rows[key].placement, county.people[worker], purpose="training", starts_at=NOW - timedelta(minutes=30),
            back_at=NOW + timedelta(hours=3), benefit=f"Benefit {words}", by=county.as_(worker), at=NOW,
        )  # fmt: skip
