"""What was said in two schools: a word in each part, a record that waits to be agreed and one that is final."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from supervision.actions import opinions, sessions, visits
from supervision.actions.sessions import Finishing, Typed
from supervision.models import MileageDay, OwnNote, Session
from teams.foundation.transitions import begin
from teams.models import Audience
from tests.factories.authorities import NOW, County
from tests.factories.canary_between_two import between_two
from tests.factories.canary_supervision import ALL_THREE_OF, PEOPLE, SIDE_OF

KEYS = UUID("b0a9a4a4-9a35-4b8f-a6b7-1b8b1f1a8e55")


def said(county: County) -> None:
    for who in ("manager", "other_manager"):
        miles = MileageDay(person=county.people[who], on=date(2026, 9, 5), miles=37, proposed=30, said_at=NOW)
        begin(miles, "say", by=county.as_(who), at=NOW)
    for school in SIDE_OF:
        for state in ("sent", "final"):
            _record(county, school, state)
    between_two(county)


def _record(county: County, school: str, state: str) -> None:
    manager, worker, school_person = PEOPLE[school]
    agreement = county.agreement if school == "oakfield" else county.other_agreement
    three, two = ALL_THREE_OF[school], SIDE_OF[school]
    plant = lambda what, readers: f"Said {county.canaries.plant(f'{school} {state} {what}', readers)}"  # noqa: E731
    visit = visits.plan(
        agreement.placement, worker=county.people[worker], manager=county.people[manager],
        due_on=date(2026, 5 if state == "final" else 7, 1), why=plant("visit why", three),
        school_person=county.people[school_person], by=county.as_(manager), at=NOW,
    )  # fmt: skip
    start = NOW - timedelta(days=3)
    visit.agree(start, start + timedelta(minutes=45), place=plant("place", three), by=county.as_(manager), at=NOW)
    visit.occasion.title = f"Meeting {plant('title', three)}"
    visit.occasion.save()
    hex_of_young = county.rows[f"{school} young person"].public_id.hex
    shared = {
        "school-person": county.people[school_person].public_id.hex,
        f"young-{hex_of_young}-best": plant("best", three),
        "service-why": plant("service", three),
        "action-1-text": plant("action", three), "action-1-by": "worker", "action-1-due": "2026-10-10",
        "said-worker-words": plant("beside", three) if state == "final" else "",
        "said-school": "on" if state == "final" else "",
        **({"school-person": "none", "without-school": plant("without", three)} if school == "beech" else {}),
    }  # fmt: skip
    made = sessions.finish(
        visit,
        Finishing(
            key=uuid5(KEYS, f"{school} {state}"), shared=Typed([[*pair] for pair in shared.items()]),
            two=Typed([["wellbeing", plant("wellbeing", two)]]), started_at=start, finished_at=start + timedelta(hours=1),
        ),
        by=county.as_(manager), at=NOW,
    )  # fmt: skip
    session = Session.objects.for_page().prefetch_related("parts").get(pk=made.pk)
    note = OwnNote(session=session, person=county.people[manager], text=plant("own note", {manager}), written_at=NOW)
    begin(note, "write", by=county.as_(manager), at=NOW)
    if state == "sent":
        sessions.send(session, by=county.as_(manager), at=NOW)
        row = session.people.get(part="worker")
        if school == "oakfield":  # at Beech nobody of the school was there: one yes would make it final
            line = {f"young-{hex_of_young}": plant("beside a line", three)}
            fresh = Session.objects.for_page().get(pk=session.pk)
            sessions.answer(fresh, row, accurate=False, lines=line, how="account", by=county.as_(worker), at=NOW)
    else:
        if school == "oakfield":
            opinions.give(session, worth="yes", expected="partly", by=county.as_(school_person), at=NOW)
        sessions.write_correction(session, plant("correction", two), Audience.TWO, by=county.as_(manager), at=NOW)
    session.refresh_from_db()
    county.rows[f"{school} {state} session"] = session
    for copy in session.copies.filter(edition=1):
        county.rows[f"{school} {state} {copy.copy}"] = copy
