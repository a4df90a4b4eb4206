"""A worker in a school with three young people, a supervision on Tuesday, and two promises of the one before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from casework.actions import young_people
from schools.models import Placement
from supervision.actions import visits
from supervision.actions.sessions import Finishing, Typed
from supervision.models import Visit
from teams.foundation.transitions import begin
from teams.models import Audience, Commitment, Occasion, Part
from tests.factories.agreements import make_agreement, offered, signed
from tests.factories.authorities import LONDON, NOW, County

MEETING = datetime(2026, 11, 10, 10, 0, tzinfo=LONDON)
AFTER = MEETING + timedelta(hours=1)
KEYS = UUID("5b0e9d6e-3a52-4d7c-9c2e-0a5d4d6c8a11")


def supervised(county: County) -> None:
    """`county.visit` is agreed for 10 November; `county.young` are three; `county.promise` and `county.private`."""
    agreement = signed(offered(make_agreement(county), county), county)
    placement = Placement.objects.get(pk=agreement.placement_id)
    county.rows |= {"agreement": agreement, "placement": placement}
    county.rows["young"] = [
        young_people.start(
            initials=initials, school=county.oakfield, worker=county.people["worker"], need=need,
            starts_on=date(2026, 9, 8), by=county.as_("worker"), at=NOW,
        )
        for initials, need in (("J. B.", "Mornings"), ("A. K.", "Friends at lunch"), ("S. O.", "Attendance"))
    ]  # fmt: skip
    earlier = visit_on(county, datetime(2026, 9, 15, 10, 0, tzinfo=LONDON))
    earlier.hold({county.people["manager"].pk, county.people["worker"].pk}, by=county.as_("manager"), at=NOW)
    county.rows["promise"] = promised(county, earlier.occasion, "Ring the bus company", Audience.SHARED)
    county.rows["private"] = promised(county, earlier.occasion, "Look at the workload", Audience.TWO)
    county.rows |= {"earlier": earlier, "visit": visit_on(county, MEETING)}


def visit_on(county: County, starts: datetime) -> Visit:
    visit = visits.plan(
        county.placement, worker=county.people["worker"], manager=county.people["manager"], due_on=starts.date(),
        why="In school this time because October was peer.", school_person=county.people["lead"],
        by=county.as_("manager"), at=NOW,
    )  # fmt: skip
    visit.agree(starts, starts + timedelta(minutes=45), place=county.oakfield.name, by=county.as_("manager"), at=NOW)
    return visit


def promised(county: County, occasion: Occasion, text: str, audience: str, *, by: str = "worker") -> Commitment:
    side = Part.WORKER if by == "worker" else Part.MANAGER
    promise = Commitment(
        text=text, promised_by=county.people[by], side=side, due_on=date(2026, 10, 20), occasion=occasion,
        audience=audience, made_at=NOW,
    )  # fmt: skip
    return begin(promise, "promise", by=county.as_("manager"), at=NOW)


def said(county: County, **more: str) -> list[list[str]]:
    """The boxes of "All three of us", as the page sends them."""
    first = county.young[0].public_id.hex
    words = {
        "school-person": county.people["lead"].public_id.hex,
        f"promise-{county.promise.public_id.hex}-outcome": "kept",
        f"young-{first}-best": "Comes in by the front door",
        f"young-{first}-next": "Meet at the gate until half-term",
        f"young-{first}-scale": "4",
        f"young-{first}-decision": "on",
        "service": "as_expected",
        "sort-1-text": "A key to the blue room",
        "sort-1-sorted": "on",
        "action-1-text": "Give the room key",
        "action-1-by": "school",
        "action-1-due": "2026-11-17",
        "said-worker": "on",
        "said-school": "on",
    }
    return [[name, value] for name, value in (words | more).items() if value]


def finishing(shared: list[list[str]], two: list[list[str]] | None = None, *, press: str = "one", revision: int = 0):
    return Finishing(
        key=uuid5(KEYS, press), shared=Typed(shared, revision), two=Typed(two or [], revision),
        started_at=MEETING, finished_at=MEETING + timedelta(minutes=40),
    )  # fmt: skip
