"""Joint visits of a worker in two schools, which are no school's: a word in each text that is between two."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from supervision.actions import sessions, visits
from supervision.actions.sessions import Finishing, Typed
from supervision.models import Session, Visit
from tests.factories.authorities import NOW, County
from tests.factories.canary_supervision import PEOPLE, SIDE_OF

KEYS = UUID("7c1f8a52-0a7e-4a2f-9a3c-6d5b8f1c2e90")
MONTHS = {"booked": 9, "sent": 6, "final": 4}


def between_two(county: County) -> None:
    """The placement leads to the school, and nothing of it may go that way (BR-09)."""
    for state in MONTHS:
        _joint_visit(county, "oakfield", state)
    _joint_visit(county, "beech", "booked")


def _joint_visit(county: County, school: str, state: str) -> None:
    manager, worker, _ = PEOPLE[school]
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    readers, by = SIDE_OF[school], county.as_(manager)
    plant = lambda what: f"Joint {county.canaries.plant(f'{school} joint {state} {what}', readers)}"  # noqa: E731
    visit = visits.plan(
        agreement.placement, kind=Visit.Kind.JOINT, worker=county.people[worker], manager=county.people[manager],
        due_on=date(2026, MONTHS[state], 10), why=plant("why") if state == "booked" else "Joint visit every month.", by=by, at=NOW,
    )  # fmt: skip
    start = NOW + timedelta(days=12) if state == "booked" else NOW - timedelta(days=4)
    visit.agree(start, start + timedelta(hours=1), place=plant("place"), by=by, at=NOW)
    county.rows[f"{school} joint {state}"] = visit
    if state == "booked":
        return
    words = {
        "reason": "safety",
        "seen": plant("seen"),
        "action-1-text": plant("action"),
        "action-1-by": "worker",
        "action-1-due": "2026-10-10",
        "said-worker": "on" if state == "final" else "",
        "said-worker-words": plant("beside") if state == "final" else "",
    }
    typed = Typed([[*pair] for pair in words.items()])
    made = sessions.finish(
        visit,
        Finishing(
            key=uuid5(KEYS, f"{school} {state}"), shared=Typed([]), two=typed, started_at=start,
            finished_at=start + timedelta(hours=1),
        ),
        by=by, at=NOW,
    )  # fmt: skip
    if state == "sent":
        sessions.send(Session.objects.for_page().get(pk=made.pk), by=by, at=NOW)
    made.refresh_from_db()
    county.rows[f"{school} joint {state} session"] = made
    for copy in made.copies.all():
        county.rows[f"{school} joint {state} {copy.copy}"] = copy
