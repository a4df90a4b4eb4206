"""Supervision: rhythms, visits month by month with their records and promises, meetings of peers."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from reports.benchmark.making import Making, Placed, Worker
from supervision.actions.patterns import BY_CODE
from supervision.models import (
    Pattern,
    PeerGroup,
    PeerGroupPerson,
    PeerPerson,
    PeerSupervision,
    Session,
    SessionCopy,
    SessionPart,
    SessionPerson,
    SetPlace,
    Visit,
)
from supervision.rules.words import Known, gather_shared, gather_two
from teams.foundation.sealing import digest
from teams.models import Attendee, Audience, Commitment, Occasion, Part, Person

NOTHING_KNOWN = Known({}, {})
LASTS, LEFT_OUT_EVERY, ALONE_EVERY = timedelta(hours=1), 25, 7
PROMISES = ("Find a quiet room for Thursday mornings", "Ask the school nurse about mornings", "Bring the dates")
SORT = ("A key to the quiet room", "Who rings when she is ill", "Where the bikes stand")
TALK = {
    "question": "How do I go on with a parent who opens the door and says nothing?",
    "facts": "Seven visits. The young person is in school on four days of five.",
    "asked": "Who else of the family talks? What happens on the fifth day?",
    "options": "Meet outside the home. Write a card first. Go with somebody whom they know.",
    "will_do": "Write a card, and offer to meet at the library",
}


class Due(NamedTuple):
    """One visit with who comes; `school_person` is None for what is between two."""

    visit: Visit
    manager: Person
    worker: Person
    school_person: Person | None
    place: str


def make_supervision(making: Making) -> None:
    _rhythms(making)
    for number, month in enumerate(making.months()):
        due = [each for placed in making.placed if (each := _in_school(making, placed, number, month))]
        due += [_between_two(making, worker, number, month) for worker in making.workers if not worker.is_funded]
        _visit(making, due, month)
        _peers(making, number, month)


def _rhythms(making: Making) -> None:
    making.put(
        Pattern(
            profession=profession,
            starts_on=making.founded.date(),
            review_on=date(making.school_year + 1, 7, 31),
            **BY_CODE["second-month" if code == "attendance-officer" else "alternate"].values,
        )
        for code, profession in making.professions.items()
    )
    making.put(
        SetPlace(person=each.person, group=each.group, starts_on=making.founded.date())
        for each in making.workers
        if each.is_funded
    )


def _in_school(making: Making, placed: Placed, number: int, month: date) -> Due | None:
    """Every second month, the two sets out of step (BR-03)."""
    if (number + (placed.worker.group == "B")) % 2:
        return None
    due_on = making.working_day(month)
    visit = Visit(
        kind=Visit.Kind.IN_SCHOOL,
        worker=placed.worker.person,
        manager=placed.worker.manager,
        placement=placed.placement,
        month=month,
        due_on=due_on,
        why="In school this month, peer supervision the next.",
        school_person=placed.lead,
    )
    return Due(visit, placed.worker.manager, placed.worker.person, placed.lead, placed.placement.school.name)


def _between_two(making: Making, worker: Worker, number: int, month: date) -> Due:
    visit = Visit(
        kind=(Visit.Kind.ONE_TO_ONE, Visit.Kind.JOINT)[number % 2],
        worker=worker.person,
        manager=worker.manager,
        month=month,
        due_on=making.working_day(month),
        why="A one-to-one every second month, and a joint visit in the months between.",
    )
    return Due(visit, worker.manager, worker.person, None, "The team’s office")


def _visit(making: Making, due: list[Due], month: date) -> None:
    """Held where its day is past; of this month's others some are agreed, some offered, some to be booked."""
    for place, each in enumerate(due):
        is_over = each.visit.due_on < making.today
        if is_over:
            each.visit.status = "left_out" if place % LEFT_OUT_EVERY == LEFT_OUT_EVERY - 1 else "held"
        else:
            each.visit.status = ("agreed", "due", "agreed", "offered")[place % 4]
    stand = [each for each in due if each.visit.status in ("agreed", "held")]
    occasions = making.put(
        Occasion(
            kind=each.visit.kind,
            title=f"Meeting with {each.manager.name}",
            starts_at=(starts_at := making.at(each.visit.due_on, 9 + place % 6)),
            ends_at=starts_at + LASTS,
            place=each.place,
            audience=Audience.SHARED if each.school_person else Audience.TWO,
        )
        for place, each in enumerate(stand)
    )
    for each, occasion in zip(stand, occasions, strict=True):
        each.visit.occasion = occasion
    making.put(each.visit for each in due)
    making.put(
        Attendee(occasion=each.visit.occasion, person=person, part=part, came=each.visit.status == "held" or None)
        for each in stand
        for person, part in _coming(each)
    )
    _records(making, [each for each in stand if each.visit.status == "held"])


def _coming(due: Due) -> list[tuple[Person, str]]:
    found: list[tuple[Person, str]] = [(due.manager, Part.MANAGER), (due.worker, Part.WORKER)]
    return [*found, (due.school_person, Part.SCHOOL)] if due.school_person else found


def _records(making: Making, held: list[Due]) -> None:
    """What was said; final where it is a week old, and then sealed with a copy for each side."""
    sessions = making.put(
        Session(
            visit=each.visit,
            occasion=each.visit.occasion,
            key=making.uuid(),
            started_at=each.visit.occasion.starts_at,
            finished_at=each.visit.occasion.ends_at,
            sent_at=each.visit.occasion.ends_at,
            without_school="The head was called away" if each.school_person and place % ALONE_EVERY == 0 else "",
            status=Session.Status.TO_AGREE,
        )
        for place, each in enumerate(held)
    )
    people, parts, promises, copies, final = [], [], [], [], []
    for place, (session, due) in enumerate(zip(sessions, held, strict=True)):
        is_final = session.finished_at < making.now - timedelta(days=7)
        rows = _people(session, due, answered=is_final or place % 2 == 0)
        said = _parts(session, due, place)
        people += rows
        parts += said
        promises += _promises(making, session, due, place)
        if is_final:
            final.append(session)
            copies += _copies(making, session, due, rows, said)
    making.put(people)
    making.put(parts)
    making.put(promises)
    making.put(copies)
    for session in final:
        session.sealed_at, session.status = session.finished_at + timedelta(days=2), Session.Status.FINAL
        session.final_because = Session.Because.ALL_ANSWERED
    Session.objects.bulk_update(final, ["sealed_at", "status", "final_because"], batch_size=1_000)


def _people(session: Session, due: Due, *, answered: bool) -> list[SessionPerson]:
    coming = [pair for pair in _coming(due) if not (pair[1] == Part.SCHOOL and session.without_school)]
    return [
        SessionPerson(
            session=session,
            person=person,
            name=person.name,
            part=part,
            answer="accurate" if answered or part == Part.MANAGER else "",
            answered_at=session.finished_at if answered or part == Part.MANAGER else None,
            how="room" if answered or part == Part.MANAGER else "",
        )
        for person, part in coming
    ]


def _parts(session: Session, due: Due, place: int) -> list[SessionPart]:
    two = gather_two(
        [["workload", "Four mornings on the road, one in the office: as agreed"], ["practice", SORT[place % 3]],
         ["training", "A day about part-time timetables, in spring"]],
        NOTHING_KNOWN,
    )  # fmt: skip
    found = [SessionPart(session=session, audience=Audience.TWO, words=two)]
    if due.school_person:
        shared = gather_shared(
            [["service", ("as_expected", "mostly", "as_expected")[place % 3]], ["sort-1-text", SORT[place % 3]],
             ["sort-1-sorted", "on"], ["sort-2-text", SORT[(place + 1) % 3]],
             ["action-1-text", PROMISES[place % 3]], ["action-1-by", "worker"],
             ["action-1-due", str(session.finished_at.date() + timedelta(days=21))]],
            NOTHING_KNOWN,
        )  # fmt: skip
        found.append(SessionPart(session=session, audience=Audience.SHARED, words=shared))
    return found


def _promises(making: Making, session: Session, due: Due, place: int) -> list[Commitment]:
    """Two at each visit, most of them kept by now."""
    found = []
    for number, (person, part) in enumerate(_coming(due)[:2]):
        due_on = session.finished_at.date() + timedelta(days=21)
        is_kept = due_on < making.today and (place + number) % 12 != 0
        found.append(
            Commitment(
                text=PROMISES[(place + number) % 3],
                promised_by=person,
                side=part,
                due_on=due_on,
                occasion=session.occasion,
                audience=Audience.SHARED if due.school_person else Audience.TWO,
                made_at=session.finished_at,
                status=Commitment.Status.KEPT if is_kept else Commitment.Status.OPEN,
                settled_at=session.finished_at + timedelta(days=15) if is_kept else None,
            )
        )
    return found


def _copies(
    making: Making, session: Session, due: Due, people: list[SessionPerson], parts: list[SessionPart]
) -> list[SessionCopy]:
    """As supervision.actions.copies makes them, from what is at hand: a query for each would be most of the time."""
    final_at = session.finished_at + timedelta(days=2)
    sides = {"council": ("shared", "two"), "school": ("shared",)} if due.school_person else {"council": ("two",)}
    whole: dict[str, Any] = {
        "authority": {
            "name": making.authority.name, "service": making.authority.service_name, "colour": making.authority.colour
        },
        "kind": due.visit.get_kind_display(),
        "worker": due.worker.name,
        "school": due.place if due.school_person else "",
        "place": "" if due.school_person else due.place,
        "started_at": session.started_at.isoformat(),
        "finished_at": session.finished_at.isoformat(),
        "in_school": session.in_school,
        "without_school": session.without_school,
        "final_at": final_at.isoformat(),
        "final_because": Session.Because.ALL_ANSWERED.label,
        "people": [
            {"name": row.name, "part": row.get_part_display(), "answer": row.answer_in_words, "words": "", "lines": {},
             "answered_at": _iso(row.answered_at), "how": row.how}
            for row in people
        ],
        "names": [[row.part, row.name] for row in people],
        "corrections": [],
    }  # fmt: skip
    found = []
    for copy, audiences in sides.items():
        snapshot = whole | {"parts": {part.audience: part.words for part in parts if part.audience in audiences}}
        found.append(
            SessionCopy(session=session, copy=copy, snapshot=snapshot, digest=digest(snapshot), made_at=final_at)
        )
    return found


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _peers(making: Making, number: int, month: date) -> None:
    """Each manager's two sets in turn, and each team's workers by themselves every half-term."""
    by_manager: dict[tuple[int, str], list[Worker]] = {}
    for worker in making.workers:
        by_manager.setdefault((worker.manager.pk, worker.group), []).append(worker)
    group = "BA"[number % 2]
    sets = [(crew[0].manager, [each.person for each in crew if each.is_funded])
            for (_, of), crew in by_manager.items() if of == group]  # fmt: skip
    _talk(making, PeerSupervision, PeerPerson, [each for each in sets if each[1]], group, month)
    if number % 2 == 0:
        for of in "AB":
            crews = [
                (crew[0].manager, [each.person for each in crew]) for (_, its), crew in by_manager.items() if its == of
            ]
            _talk(making, PeerGroup, PeerGroupPerson, crews, of, month)


def _talk(
    making: Making, talk: Any, row: Any, crews: list[tuple[Person, list[Person]]], group: str, month: date
) -> None:
    day = making.working_day(month)
    is_held = day < making.today
    occasions = making.put(
        Occasion(
            kind=talk.__name__.lower(),
            title=talk.title,
            starts_at=making.at(day, 15, 30),
            ends_at=making.at(day, 16, 30),
            place="The library",
            audience=talk.audience,
        )
        for _ in crews
    )
    meetings = making.put(
        talk(
            group=group,
            occasion=occasion,
            status="held" if is_held else ("agreed" if talk is PeerSupervision else "open"),
            **({"manager": manager, "month": month, "due_on": day, "why": "Peer supervision every second month."}
               if talk is PeerSupervision else {}),
            **({"presenter": people[0], "key": making.uuid(), "held_at": making.at(day, 16, 30), **TALK}
               if is_held else {}),
        )
        for occasion, (manager, people) in zip(occasions, crews, strict=True)
    )  # fmt: skip
    making.put(
        row(
            meeting=meeting,
            person=person,
            part=Part.WORKER,
            came=is_held or None,
            typed="A card first" if is_held else "",
        )
        for meeting, (_, people) in zip(meetings, crews, strict=True)
        for person in people
    )
    making.put(
        Attendee(occasion=occasion, person=person, part=Part.WORKER, came=is_held or None)
        for occasion, (_, people) in zip(occasions, crews, strict=True)
        for person in people
    )
