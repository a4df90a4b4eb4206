"""Yearly reviews on first pages: a part to write, words to agree or to change, one to take over, an appeal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from performance.models import Appeal, HeadPart, Review, ReviewPerson
from reports.needs.line import Need
from teams.foundation.access import Principal, policy_of
from teams.foundation.words import day
from teams.models import LineManagement


def lines(principal: Principal) -> list[Need]:
    """Of one person of the council. One query."""
    mine = ReviewPerson.objects.filter(review=OuterRef("pk"), person=principal.person_id, answer="")
    refused = ReviewPerson.objects.filter(review=OuterRef("pk"), answer=ReviewPerson.Answer.NOT_AGREED)
    managed = LineManagement.objects.on(principal.today).filter(person=OuterRef("worker"), manager=principal.person_id)
    rows = (
        Review.objects.visible_to(principal)
        .running()
        .annotate(is_asked=Exists(mine), is_refused=Exists(refused), is_managed=Exists(managed))
        .select_related("worker", "manager", "edition")
        .order_by("begun_at", "pk")
    )
    return [need for each in rows for need in _of(each, principal)]


def _of(review: Any, principal: Principal) -> Iterator[Need]:
    me, what = principal.person_id, review.stage_said.name.lower()
    if review.worker_id == me:
        if review.status == Review.Status.PREPARING:
            by = f"You meet on {day(review.meeting_on)}. " if review.meeting_on else ""
            why = f"{by}Nobody reads it until you give it."
            yield Need(
                f"Write your part of your {what}", why, "Review", "review_mine", review.public_id, review.begun_at
            )
        elif review.status == Review.Status.TO_AGREE and review.is_asked:
            why = "Say whether you agree. Without you it does not become final."
            yield Need(f"Read your {what}", why, "Review", "review", review.public_id, review.sent_at)
        return
    name = review.worker.name
    if me not in review.manager_ids:
        if review.is_managed and review.manager.left_at is not None:
            why = f"{review.manager.name}, who led it, has left."
            yield Need(f"Take over the {what} of {name}", why, "Review", "review", review.public_id, review.begun_at)
    elif review.status == Review.Status.GIVEN and review.manager_id == me:
        meets = f"You meet on {day(review.meeting_on)}." if review.meeting_on else "No day is agreed yet."
        why = f"The worker’s part is given. {meets}"
        yield Need(f"Read for the {what} of {name}", why, "Review", "review", review.public_id, review.given_at)
    elif review.status == Review.Status.TO_AGREE and review.is_refused and review.manager_id == me:
        why = "Somebody does not agree. Change the words, or let them stand."
        yield Need(f"Go on with the {what} of {name}", why, "Review", "review", review.public_id, review.sent_at)
    elif review.status == Review.Status.TO_AGREE and review.is_asked:
        why = "Say whether you agree. Without you it does not become final."
        yield Need(f"Agree the {what} of {name}", why, "Review", "review", review.public_id, review.sent_at)


def of_schools(principal: Principal) -> dict[str, list[Need]]:
    """What waits for who heads schools, by the school's name: a part to write, a review to agree. One query."""
    waits = ReviewPerson.objects.filter(review=OuterRef("review"), placement=OuterRef("placement"), answer="")
    rows = (
        HeadPart.objects.visible_to(principal)
        .annotate(is_asked=Exists(waits))
        .filter(Q(status=HeadPart.Status.ASKED) | Q(is_asked=True, review__status=Review.Status.TO_AGREE))
        .select_related("placement__school", "review__worker")
        .order_by("asked_at", "pk")
    )
    found: dict[str, list[Need]] = {}
    for each in rows:
        policy = policy_of(HeadPart)
        if policy.may(principal, "give", each):
            found.setdefault(each.placement.school.name, []).append(_of_school(each))
    return found


def _of_school(part: HeadPart) -> Need:
    review = part.review
    if part.status == HeadPart.Status.ASKED:
        what = f"Your part in {review.worker.name}’s yearly review"
        why = "About six minutes. You can stop and come back."
        return Need(what, why, "Review", "head_part", part.public_id, part.asked_at)
    what = f"Read the yearly review of {review.worker.name}"
    return Need(what, "Say whether you agree. Two minutes.", "Review", "review", review.public_id, review.sent_at)


def appeals(principal: Principal) -> list[Need]:
    """What waits for the senior managers. One query."""
    rows = Appeal.objects.visible_to(principal).filter(status=Appeal.Status.WAITING).select_related("review__worker")
    return [
        Need(
            f"Answer the appeal of {each.review.worker.name}",
            "Against a yearly review that is final.",
            "Appeal",
            "appeal",
            each.public_id,
            each.written_at,
        )
        for each in rows
    ]
