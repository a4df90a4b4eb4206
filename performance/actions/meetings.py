"""The meeting of a review is over: its words go round; where somebody does not agree they are changed and go anew."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from performance.actions import agreeing, head_parts
from performance.models import HeadPart, Objective, Review, ReviewPart, ReviewPerson
from performance.rules import words as rules
from schools.actions.heads import head_of
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.models import Part

MINE_FORM, SHARED_FORM, TWO_FORM = "review-mine", "review-shared", "review-two"
WITH_WORDS = frozenset({Review.Status.PREPARING, Review.Status.GIVEN, Review.Status.TO_AGREE})


def last_objectives(review: Review) -> dict[str, dict[str, Any]]:
    """What is still open of earlier reviews: {hexadecimal: {"text", "by_when"}}."""
    rows = Objective.objects.filter(worker=review.worker_id, status=Objective.Status.OPEN)
    rows = rows.exclude(set_in=review).order_by("by_when", "pk")
    return {each.public_id.hex: {"text": each.text, "by_when": each.by_when.isoformat()} for each in rows}


def is_in_words(review: Review) -> bool:
    """May words be typed now: before they have gone round, or because somebody does not agree to them?"""
    if review.status in (Review.Status.PREPARING, Review.Status.GIVEN):
        return True
    return review.status == Review.Status.TO_AGREE and any(
        row.answer == ReviewPerson.Answer.NOT_AGREED for row in review.people.all()
    )


def give(review: Review, words: dict[str, Any], *, by: Principal, at: datetime) -> None:
    """The worker's part, from now on read by who leads. Raises Refusal for a part without a word."""
    for _, sentence in rules.wrong_in_mine(words):
        raise Refusal(sentence, code="no_words")
    review.give(words, by=by, at=at)


def send(review: Review, shared: dict[str, Any], two: dict[str, Any], *, by: Principal, at: datetime) -> None:
    """To everybody who agrees. The first time schools that have not given their part are held without it.

    Raises Refusal while a school of a yearly review has never been asked: it would be final without a school knowing.
    """
    with transaction.atomic():
        if review.status == Review.Status.TO_AGREE:
            review.change(shared, two, by=by, at=at)
        else:
            _wants_schools_asked(review, by=by)
            parts = list(HeadPart.objects.filter(review=review).select_related("placement__school", "person"))
            rows = [_of_school(part, by) for part in parts]
            review.finish(shared, two, rows, by=by, at=at)
            for part in parts:
                if part.status == HeadPart.Status.ASKED:
                    part.go_without(by=by, at=at)
        agreeing.ask_all(review, at=at)


def _wants_schools_asked(review: Review, *, by: Principal) -> None:
    if not review.stage_said.with_school:
        return
    missing = [each for each in head_parts.schools_of(review, by=by) if each.is_open]
    if missing:
        names = ", ".join(
            each.placement.school.name + ("" if each.head else ", whose head nobody knows here") for each in missing
        )
        raise Refusal(
            f"Not asked for a part yet: {names}. Open “The schools’ part” on the review and ask. Where a school "
            "does not take part, or its head cannot be found, say there why you go on without it.",
            code="not_asked",
        )


def _of_school(part: HeadPart, by: Principal) -> ReviewPerson:
    """Its head of today; where nobody is known to be, who was asked."""
    try:
        person = head_of(part.placement.school, on=by.today).person
    except Refusal:
        person = part.person
    return ReviewPerson(person=person, part=Part.SCHOOL, placement=part.placement)


def words_of(review: Review, kind: str) -> dict[str, Any]:
    """What a part says; empty where there is none."""
    part = ReviewPart.objects.filter(review=review, kind=kind).first()
    return part.words if part else {}
