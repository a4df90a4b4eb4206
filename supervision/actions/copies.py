"""What each side keeps: the school copy has the shared part and what was put on top of it, and knows of no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from supervision.models import Session, SessionCopy
from teams.models import Audience, Authority

READS = {
    SessionCopy.Copy.SCHOOL: (Audience.SHARED,),
    SessionCopy.Copy.COUNCIL: (Audience.SHARED, Audience.TWO),
}


def both(session: Session, *, because: str, at: datetime) -> dict[str, dict[str, Any]]:
    """The two snapshots, plain values only. What was between two has no copy for a school."""
    sides = READS if session.visit.is_in_school else {SessionCopy.Copy.COUNCIL: (Audience.TWO,)}
    return {copy: snapshot(session, audiences, because=because, at=at) for copy, audiences in sides.items()}


def snapshot(session: Session, audiences: tuple[str, ...], *, because: str, at: datetime) -> dict[str, Any]:
    """`session` comes with its visit, people and parts."""
    visit, authority = session.visit, Authority.here()
    corrections = session.corrections.filter(audience__in=audiences).select_related("written_by")
    return {
        "authority": {"name": authority.name, "service": authority.service_name, "colour": authority.colour},
        "kind": visit.get_kind_display(),
        "worker": visit.worker.name,
        "school": visit.school.name if visit.is_in_school else "",
        "place": "" if visit.is_in_school else session.occasion.place,
        "started_at": session.started_at.isoformat(),
        "finished_at": session.finished_at.isoformat(),
        "in_school": session.in_school,
        "without_school": session.without_school,
        "final_at": at.isoformat(),
        "final_because": session.because_in_words(because),
        "people": [
            {
                "name": person.name,
                "part": person.get_part_display(),
                "answer": person.answer_in_words,
                "words": person.words,
                "lines": person.lines,
                "answered_at": person.answered_at.isoformat() if person.answered_at else "",
                "how": person.how,
            }
            for person in session.people.all()
        ],
        "names": [[person.part, person.name] for person in session.people.all()],
        "parts": {part.audience: part.words for part in session.parts.all() if part.audience in audiences},
        "corrections": [
            {"text": each.text, "by": each.written_by.name, "at": each.written_at.isoformat()} for each in corrections
        ],
    }
