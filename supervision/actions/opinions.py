"""Two faces of a school about one supervision: given once, by whoever answered the record for it (journey H3, 4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from supervision.models import Session, SessionOpinion
from supervision.permissions import says_for_school
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Part

GIVEN = "You have told us already. Thank you."


def give(session: Session, *, worth: str, expected: str, by: Principal, at: datetime) -> SessionOpinion:
    """Written once, after the answer. Raises Refusal for a second one, and field "worth" where no face was chosen."""
    if not (worth or expected):
        raise Refusal("Choose a face, or close this page: nobody has to answer this.", field="worth", code="no_face")
    with transaction.atomic():
        Session.objects.select_for_update(of=("self",), no_key=True).get(pk=session.pk)  # two presses at once are one
        if not _has_answered(session):
            raise Refusal("Say first whether the record is accurate.", code="not_answered")
        if SessionOpinion.objects.filter(session=session).exists():
            raise Refusal(GIVEN, code="given")
        opinion = SessionOpinion(session=session, worth=worth, expected=expected, given_at=at)
        return begin(opinion, "give", by=by, at=at)


def is_asked(session: Session, *, by: Principal) -> bool:
    """Has the school answered this record, and does `by` speak for it and has not said yet what it was like?"""
    may = _has_answered(session) and says_for_school(by, session)
    return may and not SessionOpinion.objects.filter(session=session).exists()


def _has_answered(session: Session) -> bool:
    return any(person.part == Part.SCHOOL and person.has_answered for person in session.people.all())
