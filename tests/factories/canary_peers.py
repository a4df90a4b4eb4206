"""Peer supervision in two teams, due, booked and held, and their peer groups: a word in every text.

At Oakfield `peer` was asked to come and did not: of what was said there he reads nothing. Of a group no manager does.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from supervision.actions import peers
from supervision.models import GoodPractice, PeerGroup, PeerSupervision
from supervision.models.peers import LASTS, WORDS, Said
from teams.foundation.transitions import begin
from teams.models import Person
from tests.factories.authorities import NOW, County

KEYS = UUID("b1cf7a3e-12c9-4a49-8a87-9d7a6a4f1c02")
# manager, who came, who was to come as well
SETS = {
    "oakfield": ("manager", "worker", ("worker", "peer")),
    "beech": ("other_manager", "other_worker", ("other_worker",)),
}
THERE = {side: frozenset({manager, worker}) for side, (manager, worker, _) in SETS.items()}
TO_COME = {side: frozenset({manager, *workers}) for side, (manager, _, workers) in SETS.items()}
GROUP = {side: frozenset(workers) for side, (_, _, workers) in SETS.items()}
TEAM = {"oakfield": frozenset({"manager", "worker"}), "beech": frozenset({"other_manager", "other_worker"})}


def talked(county: County) -> None:
    for side in SETS:
        _due(county, side)
        _held(county, side)
        _groups(county, side)


def _row(county: County, side: str, month: date) -> PeerSupervision:
    manager, _, workers = SETS[side]
    why = f"Because {county.canaries.plant(f'{side} peer why', TO_COME[side])}"
    peer = PeerSupervision(
        manager=county.people[manager], month=month, group="A", due_on=month.replace(day=15), why=why
    )  # fmt: skip
    begin(peer, "plan", by=county.as_(manager), at=NOW)
    peer.name_people(county.people[key] for key in workers)
    return peer


def _due(county: County, side: str) -> None:
    """One that is booked, whose presenter has brought her question; and one that nobody has booked."""
    manager, worker, _ = SETS[side]
    peer = county.rows[f"{side} peer booked"] = _row(county, side, date(2026, 10, 1))
    place = f"Room {county.canaries.plant(f'{side} peer place', TO_COME[side])}"
    start = NOW + timedelta(days=30)
    # By the verb alone: the action would take `peer`, who is in no school, off the set again.
    peer.agree(start, start + LASTS, place=place, by=county.as_(manager), at=NOW)
    peer.ask(county.people[worker], by=county.as_(manager), at=NOW)
    question = f"How {county.canaries.plant(f'{side} peer brought', THERE[side])}"
    peer.bring(question, by=county.as_(worker), at=NOW)
    county.rows[f"{side} peer due"] = _row(county, side, date(2026, 12, 1))


def _held(county: County, side: str) -> None:
    manager, worker, _ = SETS[side]
    peer = county.rows[f"{side} peer held"] = _row(county, side, date(2026, 6, 1))
    said = _said(county, side, "peer", THERE[side])
    peers.finish(peer, said, by=county.as_(manager), at=NOW)
    peer.refresh_from_db()
    own = f"To {county.canaries.plant(f'{side} peer takes', THERE[side])}"
    peer.take_away(own, by=county.as_(worker), at=NOW)
    county.rows[f"{side} peer promise"] = peer.promise
    text = f"It helps {county.canaries.plant(f'{side} good practice', TEAM[side])}"
    team = county.post.team if side == "oakfield" else county.other_post.team
    practice = GoodPractice(peer=peer, team=team, written_by=county.people[worker], text=text, written_at=NOW)
    county.rows[f"{side} practice"] = begin(practice, "put", by=county.as_(worker), at=NOW)


def _groups(county: County, side: str) -> None:
    """One that is to come, and one of which something is written."""
    _, worker, workers = SETS[side]
    for state in ("open", "held"):
        group = begin(PeerGroup(group="A"), "open", by=county.as_(worker), at=NOW)
        group.name_people(county.people[key] for key in workers)
        start = NOW + timedelta(days=40) if state == "open" else NOW - timedelta(days=4)
        place = f"Hut {county.canaries.plant(f'{side} group place', GROUP[side])}"
        group.stand(start, start + LASTS, place=place)
        group.save(update_fields=["occasion"])
        county.rows[f"{side} group {state}"] = group
    peers.finish_group(group, _said(county, side, "group", GROUP[side]), by=county.as_(worker), at=NOW)
    group.refresh_from_db()
    group.take_away(
        f"To {county.canaries.plant(f'{side} group takes', GROUP[side])}", by=county.as_(worker), at=NOW
    )  # fmt: skip
    county.rows[f"{side} group promise"] = group.promise


def _said(county: County, side: str, what: str, readers: frozenset[str]) -> Said:
    plant = lambda cell: f"Said {county.canaries.plant(f'{side} {what} {cell}', readers)}"  # noqa: E731
    worker: Person = county.people[SETS[side][1]]
    return Said(
        key=uuid5(KEYS, f"{side} {what}"), came=frozenset({worker.pk}), presenter=worker,
        words={name: plant(name) for name in WORDS}, takes={worker.pk: plant("typed")}, due_on=date(2026, 10, 10),
    )  # fmt: skip
