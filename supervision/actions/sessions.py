"""Finishing a supervision: from what was typed in the room to the record, once, whatever the line or the device does.

Nothing that was typed is refused. Promises are told of and made, the visit is held, and where everybody has said yes in
the room and nothing is left open, the record is final at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from casework.models import YoungPerson
from supervision.actions import copies
from supervision.actions.promises import carried_to
from supervision.models import Session, SessionCopy, SessionPart, SessionPerson, Visit
from supervision.rules import words as rules
from supervision.rules.words import Known, Words
from teams.foundation.access import Principal
from teams.foundation.drafts import Conflict, Draft
from teams.foundation.errors import Refusal
from teams.foundation.sealing import digest
from teams.foundation.transitions import begin
from teams.models import Audience, Commitment, Occasion, Part, Person

SHARED_FORM, TWO_FORM = "supervision-shared", "supervision-two"
FORMS = {Audience.SHARED: SHARED_FORM, Audience.TWO: TWO_FORM}


class AlreadyWritten(Exception):
    """This supervision was finished from somewhere else. What came now is kept beside it (actions/late.py)."""

    def __init__(self, session: Session) -> None:
        super().__init__("This supervision has been finished already.")
        self.session = session


@dataclass(frozen=True)
class Typed:
    """The boxes of one form as they were when somebody finished, and the revision of the draft they were typed on."""

    words: list[list[str]]
    revision: int = 0


@dataclass(frozen=True)
class Finishing:
    """`key` is made where somebody presses: the same key twice is the same press."""

    key: UUID
    shared: Typed
    two: Typed
    started_at: datetime
    finished_at: datetime


def known_of(visit: Visit, audience: str, *, by: Principal, today: date) -> Known:
    """What the room is about: what was promised before by these people, and the worker's young people there.

    Whoever covers for a manager was not there, and reads nothing of what was said between those two.
    """
    promises = carried_to(visit).visible_to(by).filter(audience=audience)  # the next one begins with them (BR-06)
    young = YoungPerson.objects.known_at(visit.school, visit.worker, today) if audience == Audience.SHARED else ()
    return Known(
        promises={
            each.public_id.hex: {"text": each.text, "by": each.promised_by.name, "due": each.due_on.isoformat()}
            for each in promises
        },
        young={each.public_id.hex: {"initials": each.initials, "need": each.need} for each in young},
    )


def finish(visit: Visit, finishing: Finishing, *, by: Principal, at: datetime) -> Session:
    """The record of this visit. The same key again answers with the record that it made.

    Raises AlreadyWritten where another press has made one, and Conflict where the draft on the server holds words that
    the device had not seen: nothing is written then.
    """
    with transaction.atomic():
        visit = Visit.objects.for_page().select_for_update(of=("self",)).get(pk=visit.pk)
        there = Session.objects.filter(visit=visit).first()
        if there is not None:
            if there.key == finishing.key:
                return there
            raise AlreadyWritten(there)
        _refuse_unseen_words(visit, finishing, by)
        return _write(visit, finishing, by=by, at=at)


def _refuse_unseen_words(visit: Visit, finishing: Finishing, by: Principal) -> None:
    for audience, typed in ((Audience.SHARED, finishing.shared), (Audience.TWO, finishing.two)):
        draft = Draft.objects.of(by.person_id, FORMS[audience], str(visit.public_id)).first()
        if draft is not None and draft.words != typed.words and draft.revision > typed.revision:
            raise Conflict(draft)


def _write(visit: Visit, finishing: Finishing, *, by: Principal, at: datetime) -> Session:
    typed = dict(finishing.shared.words)
    today = finishing.finished_at.date()
    two = rules.gather_two(finishing.two.words, known_of(visit, Audience.TWO, by=by, today=today))
    if visit.occasion is None:
        ends_at = max(finishing.finished_at, finishing.started_at + timedelta(minutes=1))
        visit.stand(finishing.started_at, ends_at, place=visit.school.name if visit.is_in_school else "")
        visit.save(update_fields=["occasion"])
    session = Session(
        visit=visit,
        occasion=visit.occasion,
        key=finishing.key,
        started_at=_started(visit, finishing),
        finished_at=finishing.finished_at,
        in_school=visit.is_in_school and not typed.get("elsewhere"),
        without_school=_without_school(typed) if visit.is_in_school else "",
    )
    begin(session, "finish", by=by, at=at)
    people = _people(session, visit, finishing, by=by, at=at)
    parts = []
    if visit.is_in_school:
        shared = rules.gather_shared(finishing.shared.words, known_of(visit, Audience.SHARED, by=by, today=today))
        parts.append(SessionPart(session=session, audience=Audience.SHARED, words=shared))
    if rules.has_words(two) or not visit.is_in_school:
        parts.append(SessionPart(session=session, audience=Audience.TWO, words=two))
    for part in parts:
        _tell_of_promises(part, visit.occasion, by=by, at=at)
        make_promises(part, session, people, by=by, at=at)
    SessionPart.objects.bulk_create(parts)
    came = {person.person_id for person in people if person.person_id is not None}
    visit.hold(came, by=by, at=at)
    Draft.objects.filter(person=by.person_id, form__in=FORMS.values(), about=str(visit.public_id)).delete()
    settle(session, by=by, at=at)
    return session


def _started(visit: Visit, finishing: Finishing) -> datetime:
    """When they met. What is between two is often written down later: then it is when they had agreed to meet."""
    agreed = visit.occasion.starts_at if visit.occasion is not None else finishing.started_at
    return agreed if not visit.is_in_school and agreed <= finishing.finished_at else finishing.started_at


def _without_school(typed: dict[str, str]) -> str:
    if typed.get("school-person", "none") != "none":
        return ""
    return typed.get("without-school", "").strip()[:300] or "No reason was given"


def _people(
    session: Session, visit: Visit, finishing: Finishing, *, by: Principal, at: datetime
) -> list[SessionPerson]:
    """Who was there, and what each said of the record in the room."""
    of_all = finishing.shared if visit.is_in_school else finishing.two
    typed, said = dict(of_all.words), rules.agreed(of_all.words)
    manager = Person.objects.get(pk=by.person_id) if by.person_id else visit.manager
    rows = [
        SessionPerson(session=session, person=manager, name=manager.name, part=Part.MANAGER),
        SessionPerson(session=session, person=visit.worker, name=visit.worker.name, part=Part.WORKER),
    ]
    school = _school_person(visit, typed) if visit.is_in_school else None
    if school is not None:
        rows.append(school)
        school.session = session
    for row in rows:
        here = said[row.part]
        if row.part == Part.MANAGER or here["said"] or here["words"]:
            is_accurate = row.part == Part.MANAGER or here["said"]
            row.answer = SessionPerson.Answer.ACCURATE if is_accurate else SessionPerson.Answer.NOT_ACCURATE
            row.words, row.answered_at, row.how = here["words"], finishing.finished_at, "room"
    SessionPerson.objects.bulk_create(rows)
    return rows


def _school_person(visit: Visit, typed: dict[str, str]) -> SessionPerson | None:
    """Somebody from the school's list, or a name that was typed: the product need not know everybody."""
    chosen, name = typed.get("school-person", "none"), typed.get("school-name", "").strip()
    if chosen == "none" and not name:
        return None
    person = None
    if len(chosen) == 32:
        contacts = visit.school.contacts.select_related("person")
        person = next((each.person for each in contacts if each.person.public_id.hex == chosen), None)
    if person is None and not name:
        return None
    return SessionPerson(person=person, name=person.name if person else name[:120], part=Part.SCHOOL)


def _tell_of_promises(part: SessionPart, occasion: Occasion, *, by: Principal, at: datetime) -> None:
    """Kept, not kept, a new date, dropped. What does not add up stays open, and is told as it was said."""
    told = {promise["id"]: promise for promise in part.words["promises"] if promise["outcome"]}
    rows = Commitment.objects.still_open().filter(public_id__in=[UUID(each) for each in told], audience=part.audience)
    for row in rows.select_related("promised_by"):
        said = told[row.public_id.hex]
        circumstances: dict[str, Any] = {"by": by, "at": at, "told_in": occasion}
        try:
            with transaction.atomic():
                if said["outcome"] == "kept":
                    row.keep(**circumstances)
                elif said["outcome"] == "not_kept":
                    row.break_off(reason=said["reason"][:300], **circumstances)
                elif said["outcome"] == "dropped":
                    row.drop(reason=said["reason"][:300], **circumstances)
                elif said["until"]:
                    row.put_off(until=date.fromisoformat(said["until"]), reason=said["reason"][:300], **circumstances)
        except Refusal:
            continue


def make_promises(
    part: SessionPart, session: Session, people: list[SessionPerson], *, by: Principal, at: datetime
) -> None:
    """Each action with a name and a day that is not in the ledger yet. `made` keeps its id beside the words."""
    named = {person.part: person for person in people}
    for action in part.words["actions"]:
        who = named.get(action["by"])
        if action.get("made") or not action["due"] or who is None:
            continue
        promise = Commitment(
            text=action["text"][:300],
            promised_by=who.person or _somebody(who, by=by, at=at),
            side=who.part,
            due_on=date.fromisoformat(action["due"]),
            occasion=session.occasion,
            audience=part.audience,
            made_at=at,
        )
        begin(promise, "promise", by=by, at=at)
        action["made"] = promise.public_id.hex


def _somebody(who: SessionPerson, *, by: Principal, at: datetime) -> Person:
    """A name that was typed in the room becomes a person once they have promised something (BR-13)."""
    who.person = begin(Person(name=who.name), "add", by=by, at=at)
    if who.pk is not None:
        who.save(update_fields=["person"])
    return who.person


def complete(session: Session, lines: dict[str, dict[str, str]], *, by: Principal, at: datetime) -> None:
    """Names and days for what was left without: {"shared action-2": {"by": "worker", "due": "2026-12-01"}}.

    `{"leave": "on"}` leaves a line as it was said. What was said stays; `afterwards` says what was added.
    Raises Refusal, field of the line, for a line with only one of the two.
    """
    with session.moving("complete", by=by, at=at):
        people = list(session.people.select_related("person"))
        for part in session.parts.all():
            for action in part.words["actions"]:
                told = lines.get(f"{part.audience} {action['line']}")
                if told is None or action.get("made"):
                    continue
                if told.get("leave"):
                    action["left"] = True
                    continue
                _name(action, told, f"{part.audience}-{action['line']}")
            make_promises(part, session, people, by=by, at=at)
            part.save(update_fields=["words"])


def _name(action: Words, told: dict[str, str], field: str) -> None:
    who, due = told.get("by", ""), rules.day_of(told.get("due", ""))
    if who not in rules.PARTS:
        raise Refusal("Choose who does it, or leave the line as it was said.", field=f"{field}-by", code="no_name")
    if due is None:
        raise Refusal(
            "Enter the day by which it is done, or leave the line as it was said.", field=f"{field}-due", code="no_day"
        )
    new = {"by": who, "due": due.isoformat()}
    action.update(new, afterwards=rules.added(action, **new))


def loose_ends(session: Session) -> list[tuple[str, Words]]:
    """(audience, action) of what still has no name or no day, and was not left as it is."""
    return [
        (part.audience, action)
        for part in session.parts.all()
        for action in rules.loose_ends(part.words)
        if not action.get("left")
    ]


def settle(session: Session, *, by: Principal, at: datetime) -> bool:
    """Final, where everybody has answered and nothing is left open. Returns whether it is."""
    session = Session.objects.for_page().prefetch_related("parts").get(pk=session.pk)
    people = list(session.people.all())
    if loose_ends(session) or not all(person.has_answered for person in people):
        return False
    in_room = all(person.how == "room" for person in people)
    because = Session.Because.IN_THE_ROOM if in_room else Session.Because.ALL_ANSWERED
    make_final(session, because, by=by, at=at)
    return True


def make_final(session: Session, because: str, *, by: Principal, at: datetime) -> None:
    """Sealed in two copies; decisions go to the young people's records."""
    with transaction.atomic():
        if session.sent_at is None:
            push_decisions(session, by=by, at=at)
        session.seal(because, copies.both(session, because=because, at=at), by=by, at=at)


def push_decisions(session: Session, *, by: Principal, at: datetime) -> None:
    """What was decided about a young person goes into their record, and nothing else of the meeting with it."""
    part = session.part(Audience.SHARED)
    decided = {each["id"]: each for each in (part.words["young"] if part else []) if each["decision"]}
    for young in YoungPerson.objects.filter(public_id__in=[UUID(each) for each in decided]):
        said = decided[young.public_id.hex]
        text = ". ".join(said[name].rstrip(".") for name in ("best", "next") if said[name])
        if text:
            young.decide(f"{text}.", occasion=session.occasion, by=by, at=at)


def send(session: Session, *, by: Principal, at: datetime) -> None:
    """To whoever was there and has not answered. Raises Refusal while a line still wants a name or a day."""
    session = Session.objects.for_page().prefetch_related("parts").get(pk=session.pk)
    left = loose_ends(session)
    if left:
        raise Refusal(
            f"{len(left)} of the actions {'has' if len(left) == 1 else 'have'} no name or no day yet. "
            "Fill them in above, or leave them as they were said.",
            code="loose_ends",
        )
    with transaction.atomic():
        push_decisions(session, by=by, at=at)
        session.send(by=by, at=at)


def answer(
    session: Session,
    person: SessionPerson,
    *,
    accurate: bool,
    words: str = "",
    lines: dict[str, str] | None = None,
    how: str,
    act: str = "answer",
    by: Principal,
    at: datetime,
) -> bool:
    """What somebody says of the record. Both answers are good ones: their words stand beside it. Is it final now?

    `act` is "ring" where a manager writes down what was said by telephone.
    """
    with session.moving(act, by=by, at=at):
        person = session.people.select_for_update(of=("self",)).get(pk=person.pk)
        if person.has_answered:
            raise Refusal("This has been answered already. What was said stands on the page.", code="answered")
        if not accurate and not (words.strip() or any(text.strip() for text in (lines or {}).values())):
            raise Refusal(
                "Say what is not accurate, beside the line or in the box below.", field="words", code="no_words"
            )
        person.answer = SessionPerson.Answer.ACCURATE if accurate else SessionPerson.Answer.NOT_ACCURATE
        person.words, person.answered_at, person.how = words.strip(), at, how
        person.lines = {line: text.strip() for line, text in (lines or {}).items() if text.strip()}
        person.save()
    return settle(session, by=by, at=at)


def write_correction(session: Session, text: str, audience: str, *, by: Principal, at: datetime) -> None:
    """On top of a final record: its copies get an edition with it, and the ones before stay as they were."""
    person = Person.objects.get(pk=by.person_id or 0)
    with transaction.atomic():
        session.correct(text, audience, person=person, by=by, at=at)
        session = Session.objects.for_page().prefetch_related("parts").get(pk=session.pk)
        for copy, content in copies.both(session, because=session.final_because, at=at).items():
            latest = session.copies.filter(copy=copy).order_by("-edition").first()
            if latest is None or latest.snapshot["corrections"] != content["corrections"]:
                edition = latest.edition + 1 if latest else 1
                SessionCopy.objects.create(
                    session=session, copy=copy, edition=edition, snapshot=content, digest=digest(content), made_at=at
                )
