"""What was said at supervisions of a made-up county: most agreed in the room, others later, or without the school."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid5

from schools.demo.agreements import as_system
from supervision.actions import opinions, sessions
from supervision.actions.sessions import Finishing, Typed
from supervision.models import Session, Visit

SORTED = ("A key to the quiet room", "Who rings when she is ill", "Where the bikes stand")
FACES = (("yes", "yes"), ("yes", "partly"), ("partly", "yes"), ("yes", ""))


CASES = (
    "Two are back every day. One is stuck until the school answers: ring on Monday",
    "The letters of last month have worked for four of six",
    "The walking bus begins after the holiday; three families have said yes",
)


def hold_between_two(visit: Visit, place: int) -> None:
    """A one-to-one or a joint visit, read back and agreed at its end."""
    visit = Visit.objects.for_page().get(pk=visit.pk)
    starts, ends = visit.occasion.starts_at, visit.occasion.ends_at
    is_joint = visit.kind == Visit.Kind.JOINT
    words = {
        "reason": "planned" if is_joint else "",
        "seen" if is_joint else "cases": CASES[place % 3],
        "workload": "" if is_joint else "Four mornings on the road, one in the office: as agreed",
        "said-worker": "on",
    }
    typed = Typed([[name, value] for name, value in words.items() if value])
    finishing = Finishing(uuid5(visit.public_id, "held"), Typed([]), typed, started_at=starts, finished_at=ends)
    sessions.finish(visit, finishing, by=as_system(ends), at=ends)


def hold(visit: Visit, place: int) -> None:
    """Finished at its end. Of seven, the third is held without the school, the fifth is agreed some days later."""
    visit = Visit.objects.for_page().get(pk=visit.pk)
    starts, ends = visit.occasion.starts_at, visit.occasion.ends_at
    by, is_alone, is_later = as_system(ends), place % 7 == 2 or visit.school_person is None, place % 7 == 4
    words = {
        "school-person": "none" if is_alone else visit.school_person.public_id.hex,
        "without-school": "The head was called to a meeting" if is_alone else "",
        "service": "as_expected" if place % 3 else "mostly",
        "said-worker": "on",
        "said-school": "" if is_alone or is_later else "on",
    }
    for number in range(1, 2 + place % 2):
        words |= {
            f"sort-{number}-text": SORTED[(place + number) % 3],
            f"sort-{number}-sorted": "on" if number == 1 else "",
        }
    typed = Typed([[name, value] for name, value in words.items() if value])
    finishing = Finishing(uuid5(visit.public_id, "held"), typed, Typed([]), started_at=starts, finished_at=ends)
    made = sessions.finish(visit, finishing, by=by, at=ends)
    answered = ends
    if is_later and not is_alone:
        sessions.send(made, by=by, at=ends)
        answered = _answer(made, at=ends + timedelta(days=3 + place % 5))
    if not is_alone and place % 2 == 0:
        worth, expected = FACES[place % len(FACES)]
        session = Session.objects.for_page().get(pk=made.pk)
        opinions.give(session, worth=worth, expected=expected, by=as_system(answered), at=answered)


def _answer(made: Session, *, at: datetime) -> datetime:
    session = Session.objects.for_page().get(pk=made.pk)
    person = next(each for each in session.people.all() if not each.has_answered)
    sessions.answer(session, person, accurate=True, how="link", by=as_system(at), at=at)
    return at
