"""Criteria of two teams and of the county: a word in each text, read by the team, its manager, and who reads every team."""

from __future__ import annotations

from datetime import date

from performance.models import Evidence, SuccessCriterion
from performance.rules.criteria import GROUPS
from teams.foundation.transitions import begin
from tests.factories.authorities import NOW, County

EVERY_TEAM = frozenset({"senior", "auditor"})
READERS = {
    "team": EVERY_TEAM | {"manager", "worker", "practitioner"},
    "elsewhere": EVERY_TEAM | {"other_manager", "other_worker"},
    "county": EVERY_TEAM | {"manager", "other_manager", "worker", "other_worker", "peer", "practitioner"},
}


def criteria(county: County) -> None:
    teams = {
        "team": (county.team, "manager"),
        "elsewhere": (county.other_post.team, "other_manager"),
        "county": (None, "senior"),
    }
    for name, (team, who) in teams.items():
        by, me = county.as_(who), county.people[who]
        plant = lambda what, name=name: f"Set {county.canaries.plant(f'{name} criterion {what}', READERS[name])}"  # noqa: E731
        made = SuccessCriterion.set_for(
            team, 2026, plant("text"), deadline=date(2027, 7, 21), groups=list(GROUPS), by=by, at=NOW
        )
        made.judge("on_the_way", plant("reason"), school_year=2026, season="autumn", person=me, by=by, at=NOW)
        evidence = Evidence(
            criterion=made, kind="words", happened_on=NOW.date(), says=plant("evidence"), brought_by=me, brought_at=NOW
        )
        begin(evidence, "bring", by=by, at=NOW)
        dropped = SuccessCriterion.set_for(
            team, 2026, "Another", deadline=date(2027, 7, 21), groups=["members"], by=by, at=NOW
        )
        dropped.drop(plant("dropped because") if name == "team" else "It was said twice.", by=by, at=NOW)
        county.rows |= {f"{name} criterion": made, f"{name} evidence": evidence, f"{name} dropped": dropped}
