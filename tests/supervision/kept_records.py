"""Records as they stand after a term, for what counts them: rows without the walk through room and link."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from supervision.models import Session, SessionOpinion, SessionPart, SessionPerson, Visit
from supervision.rules.words import Known, gather_shared
from teams.models import Audience, Commitment, Occasion, Part
from tests.factories.authorities import LONDON


def record(
    placement, on: date, *, present=True, in_school=True, in_room=True, lines=(), final_on=None, faces=None
) -> Session:
    """A supervision at ten; `lines` are the ticks of "Sorted today"; `faces` (worth, expected)."""
    at = datetime.combine(on, time(10), tzinfo=LONDON)
    worker = placement.post.employments.get().person
    occasion = Occasion.objects.create(
        kind="in_school", starts_at=at, ends_at=at + timedelta(minutes=45), title="Meeting"
    )
    visit = Visit.objects.create(
        worker=worker, manager=placement.manager, placement=placement, month=on.replace(day=1), due_on=on, why="",
        occasion=occasion, status=Visit.Status.HELD,
    )  # fmt: skip
    sealed = datetime.combine(final_on, time(15), tzinfo=LONDON) if final_on else None
    session = Session(
        visit=visit, occasion=occasion, key=uuid4(), started_at=at, finished_at=at + timedelta(minutes=40),
        in_school=in_school, status="to_agree", sent_at=at,
    )  # fmt: skip
    session.save()
    words = gather_shared([], Known({}, {}))
    words["sort_out"] = [{"text": "A key", "sorted": ticked} for ticked in lines]
    SessionPart.objects.create(session=session, audience=Audience.SHARED, words=words)
    people = [Part.MANAGER, Part.WORKER, *([Part.SCHOOL] if present else [])]
    SessionPerson.objects.bulk_create(
        SessionPerson(
            session=session, name="N", part=part, answer="accurate" if in_room or part == Part.MANAGER else "",
            how="room" if in_room or part == Part.MANAGER else "",
        )
        for part in people
    )  # fmt: skip
    if sealed:
        Session.objects.filter(pk=session.pk).update(sealed_at=sealed, status="final", final_because="all_answered")
    if faces:
        SessionOpinion.objects.create(session=session, worth=faces[0], expected=faces[1], given_at=at)
    return session


def action(session: Session, due: date, *, status="open", settled: date | None = None) -> Commitment:
    worker = session.visit.worker
    return Commitment.objects.create(
        text="Ring", promised_by=worker, side=Part.WORKER, due_on=due, occasion=session.occasion, audience=Audience.TWO,
        made_at=session.started_at, status=status,
        settled_at=datetime.combine(settled, time(9), tzinfo=LONDON) if settled else None,
    )  # fmt: skip
