"""A visit in each of two schools, with what was promised at it, and the young people there: a word in every text."""

from __future__ import annotations

from datetime import date, timedelta

from casework.models import YoungPerson
from supervision.models import Visit
from teams.foundation.transitions import begin
from teams.models import Attendee, Audience, Commitment, Occasion, Part
from tests.factories.authorities import NOW, County

# Who reads what was said before all three, and what was said between two (D.5); placement manager, supervisor, worker.
SIDE_OF = {
    "oakfield": frozenset({"manager", "practitioner", "worker"}),
    "beech": frozenset({"other_manager", "other_worker"}),
}
SCHOOL_OF = {"oakfield": frozenset({"head", "lead", "two_hats"}), "beech": frozenset({"other_head"})}
ALL_THREE_OF = {key: SIDE_OF[key] | SCHOOL_OF[key] for key in SIDE_OF}
PEOPLE = {"oakfield": ("manager", "worker", "lead"), "beech": ("other_manager", "other_worker", "other_head")}


def supervised(county: County) -> None:
    for school in SIDE_OF:
        _young_people(county, school)
        _visit(county, school)
        _promises(county, school)


def _visit(county: County, school: str) -> None:
    manager, worker, school_person = (county.people[key] for key in PEOPLE[school])
    plant = county.canaries.plant
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    occasion = Occasion.objects.create(
        kind="in_school", starts_at=NOW + timedelta(days=7), ends_at=NOW + timedelta(days=7, minutes=45),
        title=f"Meeting {plant(f'{school} occasion title', ALL_THREE_OF[school])}",
        place=f"Room {plant(f'{school} occasion place', ALL_THREE_OF[school])}",
    )  # fmt: skip
    county.rows[f"{school} visit"] = Visit.objects.create(
        worker=worker, manager=manager, placement=agreement.placement, month=date(2026, 9, 1), due_on=date(2026, 9, 15),
        why=f"Because {plant(f'{school} visit why', ALL_THREE_OF[school])}", school_person=school_person,
        occasion=occasion, status=Visit.Status.AGREED,
    )  # fmt: skip
    county.rows[f"{school} visit"].name_attendees()
    Attendee.objects.filter(occasion=occasion).update(came=True)


def _promises(county: County, school: str) -> None:
    manager, worker, _ = PEOPLE[school]
    occasion = county.rows[f"{school} visit"].occasion
    for audience, readers in ((Audience.SHARED, ALL_THREE_OF[school]), (Audience.TWO, SIDE_OF[school])):
        word = county.canaries.plant(f"{school} promise {audience}", readers)
        promise = Commitment(
            text=f"Ring {word}", promised_by=county.people[worker], side=Part.WORKER, due_on=date(2026, 10, 1),
            occasion=occasion, audience=audience, made_at=NOW,
        )  # fmt: skip
        begin(promise, "promise", by=county.as_(manager), at=NOW)
        reason = f"Because {county.canaries.plant(f'{school} reason {audience}', readers)}"
        promise.put_off(until=date(2026, 11, 2), reason=reason, by=county.as_(worker), at=NOW, told_in=occasion)
        county.rows[f"{school} promise {audience}"] = promise


def _young_people(county: County, school: str) -> None:
    """Pupils: their worker, who manages that worker, and their own school. Nobody else."""
    manager, worker, _ = PEOPLE[school]
    plant, readers = county.canaries.plant, ALL_THREE_OF[school]
    young = YoungPerson(
        initials="Q. Z.", school=county.rows[school], worker=county.people[worker], starts_on=date(2026, 9, 1),
        need=f"Mornings {plant(f'{school} need', readers)}",
    )  # fmt: skip
    begin(young, "start", by=county.as_(worker), at=NOW)
    word = plant(f"{school} decision", SIDE_OF[school])
    young.decide(f"We said {word}", occasion=None, by=county.as_(manager), at=NOW)
    county.rows[f"{school} young person"] = young
