"""Records as they stand after a term, for what counts them: rows without the walk through room and link."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from supervision.models import Session, SessionOpinion, SessionPart, SessionPerson, Visit
from supervision.rules.words import Known, gather_shared
from teams.actions.terms import keep_terms
from teams.models import Audience, Commitment, Occasion, Part, Post, Team
from teams.rules.terms import offered_terms
from tests.factories.authorities import LONDON, NOW
from tests.supervision.crew import place


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


TODAY = date(2027, 2, 8)  # in the first half of the spring term


def play_two_terms(county) -> None:
    """After `make_crew`: autumn and spring of Mira's eight workers, and Otto's one in a small team of its own."""
    with county.inside():
        keep_terms(2027, offered_terms(2027), by=county.as_("admin"), at=NOW)
        placements = county.placements
        for number, placement in enumerate(placements[:6]):
            record(placement, date(2026, 11, 3 + number), lines=(True, True, False), final_on=date(2026, 11, 13))
        first = record(
            placements[0], date(2027, 1, 12), lines=(True,), final_on=date(2027, 1, 12), faces=("yes", "yes")
        )
        record(placements[1], date(2027, 1, 13), in_room=False, final_on=date(2027, 1, 20), faces=("yes", ""))
        record(placements[2], date(2027, 1, 14), present=False, lines=(False, False, True), final_on=date(2027, 1, 28))
        record(placements[3], date(2027, 1, 15), in_school=False, in_room=False, faces=("no", "yes"))
        record(placements[4], date(2027, 1, 18), lines=(True,), final_on=date(2027, 1, 19), faces=("yes", "no"))
        for status, due, settled in (
            ("kept", date(2027, 1, 20), date(2027, 1, 19)),
            ("kept", date(2027, 3, 1), date(2027, 2, 1)),  # before its day
            ("not_kept", date(2027, 1, 29), date(2027, 2, 2)),
            ("dropped", date(2027, 1, 29), date(2027, 1, 28)),
            ("new_date", date(2027, 1, 29), date(2027, 1, 28)),  # counts under its new day
            ("open", date(2027, 2, 1), None),  # over
            ("open", TODAY, None),  # today is not over
            ("kept", date(2026, 12, 1), date(2027, 1, 6)),  # fell due last term
        ):
            action(first, due, status=status, settled=settled)
        small = Team.objects.create(name="Small team")
        there = place(county, 20)
        Post.objects.filter(pk=there.post_id).update(team=small)
        there.manager = county.people["other_manager"]
        there.save()
        there = type(there).objects.get(pk=there.pk)
        record(there, date(2027, 1, 21), present=False, faces=("no", "no"))
        county.rows["small"] = there
