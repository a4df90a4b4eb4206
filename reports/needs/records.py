"""Records of supervisions that wait: to be finished by who held them, to be agreed by who was there."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from reports.needs.line import Need
from supervision.models import Session, SessionPerson
from teams.foundation.access import Principal
from teams.models import Part


def lines(principal: Principal) -> list[Need]:
    """Of one person of the council. One query."""
    unanswered = SessionPerson.objects.filter(session=OuterRef("pk"), person=principal.person_id, answer="")
    to_finish = Q(status=Session.Status.TO_FINISH, visit__manager__in=sorted(principal.stands_for))
    to_agree = Q(Exists(unanswered), status=Session.Status.TO_AGREE)
    return [_line(each) for each in _rows(principal).filter(to_finish | to_agree)]


def of_schools(principal: Principal) -> dict[str, list[Need]]:
    """What waits for who speaks for schools, by the school's name. One query."""
    unanswered = SessionPerson.objects.filter(session=OuterRef("pk"), part=Part.SCHOOL, answer="")
    found: dict[str, list[Need]] = {}
    for each in _rows(principal).filter(Exists(unanswered), status=Session.Status.TO_AGREE):
        found.setdefault(each.visit.school.name, []).append(_line(each))
    return found


def _rows(principal: Principal) -> Any:
    rows = Session.objects.visible_to(principal).select_related("visit__placement__school", "visit__worker")
    return rows.order_by("finished_at", "pk")


def _line(session: Session) -> Need:
    visit = session.visit
    if session.status == Session.Status.TO_FINISH:
        why = "Lines without a name or a day, or somebody who has not agreed yet."
        return Need(
            f"Finish the record: {visit.heading}",
            why,
            "Record",
            "session_finish",
            session.public_id,
            session.finished_at,
        )
    why = "Say whether it is accurate. 90 seconds."
    said = f"at {visit.heading}" if visit.is_in_school else f"at the {visit.get_kind_display().lower()}"
    return Need(f"Read what we said {said}", why, "To agree", "session", session.public_id, session.sent_at)
