"""What each side keeps of a final review: all that was read for the council, for each school its own and the shared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from performance.actions import evidence, head_parts, worker_year
from performance.models import Review, ReviewCopy, ReviewPart, ReviewPerson
from performance.rules import words as rules
from teams.foundation.access import system
from teams.foundation.words import day
from teams.models import Audience, Authority, Part

COPY, KIND = ReviewCopy.Copy, ReviewPart.Kind
OF_ALL = (
    "authority", "scheme", "stage", "worker", "managers", "starts_on", "ends_on", "meeting_on", "final_at",
)  # fmt: skip


def all_of(review: Review, *, because: str, at: datetime) -> list[ReviewCopy]:
    """The council's and one for each school that was asked, not saved. `review` comes for_page with parts.

    Nothing is in them that the worker has not read before.
    """
    clock = system("seal_review", today=timezone.localdate(at))
    found = evidence.gather(review, clock)
    whole = _head(review, because=because, at=at) | {
        "people": [_person(row) for row in review.people.all()],
        "said_before": [_said_before(row) for row in review.said_before.all()],
        "year": [
            list(line)
            for line in worker_year.gather(review.worker, review.starts_on, review.ends_on, by=clock, now=at).in_lines()
        ],
        "worker_part": _lines(review, KIND.WORKER),
        "shared": _lines(review, KIND.SHARED),
        "two": _lines(review, KIND.TWO),
        "objectives": _objectives(review),
        "evidence": [*(_evidence(each) for each in found.read if not _is_of_people(each)), *_of_people(found.read)],
        "not_used": [
            *(each.title for each in found.unread if not _is_of_people(each)),
            *(each["title"] for each in _of_people(found.unread)),
        ],
        "without": head_parts.held_without(review, by=clock),
        "comments": _comments(review, (Audience.SHARED, Audience.TWO)),
    }
    copies = [ReviewCopy(copy=COPY.COUNCIL, snapshot=whole)]
    for row in review.people.all():
        if row.part == Part.SCHOOL:
            copies.append(
                ReviewCopy(copy=COPY.SCHOOL, placement=row.placement, snapshot=_of_school(review, row, whole, found))
            )
    return copies


def _of_school(review: Review, row: Any, whole: dict[str, Any], found: evidence.Sorted) -> dict[str, Any]:
    """Made by itself and not by leaving out: what is between two, and what is another school's, is never touched.

    What worker and managers said of the whole review may be about what is between them: the school reads their answer
    alone.
    """
    own = row.placement_id
    people = [each for each in review.people.all() if each.part != Part.SCHOOL or each.pk == row.pk]
    said_before = [each for each in review.said_before.all() if each.placement_id == own]
    return {name: whole[name] for name in OF_ALL} | {
        "final_because": because_for(row, people),
        "school": row.placement.school.name,
        "people": [_person(each) | ({} if each.pk == row.pk else {"words": ""}) for each in people],
        "said_before": [_said_before(each) for each in said_before],
        "shared": whole["shared"],
        "evidence": [_evidence(each) for each in found.read if each.placement_id == own],
        "not_used": [each.title for each in found.unread if each.placement_id == own],
        "comments": _comments(review, (Audience.SHARED,)),
    }


def because_for(row: Any, people: list[Any]) -> str:
    """Why it is final, as one school may know it: what another school did is not its business."""
    if not row.has_answered:
        is_reached = row.how != ReviewPerson.NOT_REACHED
        return str((Review.Because.SILENT if is_reached else Review.Because.NOT_REACHED).label)
    if any(each.answer != ReviewPerson.Answer.AGREED for each in people):
        return "Not all have agreed"
    return str(Review.Because.ALL_ANSWERED.label)


def _head(review: Review, *, because: str, at: datetime) -> dict[str, Any]:
    authority = Authority.here()
    return {
        "authority": {"name": authority.name, "service": authority.service_name, "colour": authority.colour},
        "scheme": review.edition.scheme.name,
        "stage": review.stage_said.name,
        "worker": review.worker.name,
        "managers": [each.name for each in review.managers],
        "school": "",
        "starts_on": review.starts_on.isoformat(),
        "ends_on": review.ends_on.isoformat(),
        "meeting_on": review.meeting_on.isoformat() if review.meeting_on else "",
        "final_at": at.isoformat(),
        "final_because": str(Review.Because(because).label),
    }


def _lines(review: Review, kind: str) -> list[dict[str, Any]]:
    part = review.part(kind)
    return rules.lines(part.words, review.says) if part else []


def _objectives(review: Review) -> dict[str, Any]:
    part = review.part(KIND.TWO)
    said = part.words if part else {}
    return {
        "last": [
            {"text": each["text"], "became": rules.BECAME.get(each["became"], ""), "words": each["words"]}
            for each in said.get("last", [])
        ],
        "next": [{"text": each["text"], "by": each["by"]} for each in said.get("next", []) if each["text"]],
    }


def _person(row: Any) -> dict[str, Any]:
    return {
        "name": row.person.name,
        "part": row.get_part_display(),
        "school": row.placement.school.name if row.placement_id else "",
        "answer": row.get_answer_display() if row.answer else "",
        "words": row.words,
        "answered_at": row.answered_at.isoformat() if row.answered_at else "",
        "how": row.how,
    }


def _said_before(row: Any) -> dict[str, Any]:
    return {
        "name": row.person.name,
        "sending": row.sending,
        "answer": row.get_answer_display(),
        "words": row.words,
        "at": row.answered_at.isoformat(),
    }


def _evidence(each: evidence.Evidence) -> dict[str, Any]:
    return {"title": each.title, "lines": [list(line) for line in each.lines]}


def _is_of_people(each: evidence.Evidence) -> bool:
    return each.kind == "feedback"


def _of_people(found: list[evidence.Evidence]) -> list[dict[str, Any]]:
    """How many young people and parents said something with their name, and when. Not who and what: the worker and who
    manages her today were promised as its readers, and a copy has others, and for years.
    """
    said = [each.subject for each in found if _is_of_people(each)]
    days = list(dict.fromkeys(day(each.said_on) for each in sorted(said, key=lambda each: each.said_on)))
    title = f"What young people and parents said with their name: {len(said)}"
    return [{"title": title, "lines": [["Said on", ", ".join(days)]]}] if said else []


def _comments(review: Review, audiences: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = review.comments.filter(audience__in=audiences).select_related("written_by")
    return [{"text": each.text, "by": each.written_by.name, "at": each.written_at.isoformat()} for each in rows]
