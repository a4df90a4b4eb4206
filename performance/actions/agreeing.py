"""A review on its way round: who is asked, what they say, and when it is final.

Everybody agrees: worker, one or two managers, the head of each school that was asked. Only a school's silence can make
it final without it, after ten school days (0010); a manager's or the worker's never does. Where worker or school do not
agree the managers change the words, or, agreed between themselves, let them stand with what was said beside them: no
review hangs for ever, and the worker may appeal.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from performance.actions import review_copies
from performance.models import HeadPart, Objective, Review, ReviewCopy, ReviewPart, ReviewPerson
from performance.permissions.reviews import AGREE_LINK, holds
from performance.rules import words as rules
from supervision.actions.agreeing import FINAL_AFTER, REMINDED_AFTER, school_days_since
from supervision.actions.new_links import send as send_link
from teams.foundation import mail
from teams.foundation.access import Principal, system
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.sealing import digest
from teams.models import Part, Person

TO_AGREE, READY, NEW_LINK = "review_to_agree", "review_ready", "review_new_link"
AGREED = ReviewPerson.Answer.AGREED


def _still_asked(notice: mail.Notice) -> bool:
    """Asked again when it is sent: has its reader not answered yet?"""
    review = Review.objects.filter(public_id=str(notice.subject_id)).first() or _review_of_part(notice)
    return (
        review is not None
        and review.status == Review.Status.TO_AGREE
        and review.people.filter(person=notice.person_id, answer="").exists()
    )


def _review_of_part(notice: mail.Notice) -> Review | None:
    part = HeadPart.objects.filter(public_id=str(notice.subject_id)).select_related("review").first()
    return part.review if part else None


def _is_there(notice: mail.Notice) -> bool:
    return _review_of_part(notice) is not None


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    link = Link(purpose=notice.purpose, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return HeadPart.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for kind in (
    mail.Kind(
        TO_AGREE, "The yearly review of {worker}, to agree: two minutes", still_matters=_still_asked, may_read=_may_open
    ),
    mail.Kind(NEW_LINK, "The link to the yearly review of {worker}", still_matters=_is_there, may_read=_may_open),
    mail.Kind(READY, "A yearly review is ready for you to agree", still_matters=_still_asked),
):
    mail.declare(kind)


def words_for(review: Review, school: str = "") -> dict[str, str]:
    """Adults, the school, and whom to answer."""
    manager = review.manager
    return {
        "worker": review.worker.name,
        "school": school,
        "manager": manager.name,
        "telephone": manager.telephone,
        "reply_to": manager.email,
    }


def ask_all(review: Review, *, at: datetime) -> None:
    """Everybody who has not answered. Who cannot be written to is on the manager's page as waiting."""
    review = Review.objects.for_page().get(pk=review.pk)
    for row in review.people.all():
        if not row.has_answered and row.person_id != review.manager_id:
            try:
                with transaction.atomic():
                    ask(review, row, at=at)
            except Refusal:
                continue  # left, or an address of less than a day: the page says who has not answered


def ask(review: Review, row: ReviewPerson, *, at: datetime) -> mail.Notice | None:
    """One mail to one of them. None where there is no mailbox."""
    if not row.person.email:
        return None
    matter = f"review:{review.public_id}:{review.sent_times}"
    if row.part != Part.SCHOOL:
        return mail.write(READY, to=row.person, matter=matter, at=at, words=words_for(review), subject=review)
    part = HeadPart.objects.get(review=review, placement=row.placement_id)
    words = words_for(review, row.placement.school.name)
    return mail.write(
        TO_AGREE, to=row.person, matter=matter, at=at, words=words, purpose=AGREE_LINK, subject=part, to_school=True
    )


def send_new_link(part: HeadPart, *, to: Any, at: datetime) -> mail.Notice:
    """To the mailbox of an old link. Raises Refusal after three in an hour."""
    words = words_for(part.review, part.placement.school.name)
    return send_link(NEW_LINK, AGREE_LINK, part, to=to, words=words, at=at)


def answer(
    review: Review,
    row: ReviewPerson,
    *,
    sending: int,
    agreed: bool,
    words: str,
    how: str,
    by: Principal,
    at: datetime,
) -> bool:
    """What one of them says of the words of this `sending`. Is it final now? Raises Refusal, code "changed"."""
    with transaction.atomic():
        review.answer(row, sending=sending, agreed=agreed, words=words, how=how, by=by, at=at)
        if not review.people.exclude(answer=AGREED).exists():
            make_final(review, Review.Because.ALL_ANSWERED, by=by, at=at)
            return True
    return False


def may_stand(review: Review) -> bool:
    """Have all managers agreed, and has everybody answered who still can? Who has left never will."""
    rows = list(review.people.all())
    managers = [row for row in rows if row.part == Part.MANAGER]
    return (
        review.status == Review.Status.TO_AGREE
        and all(row.answer == AGREED for row in managers)
        and all(row.has_answered or row.person.left_at is not None for row in rows)
        and any(row.answer != AGREED for row in rows)
    )


def let_stand(review: Review, *, by: Principal, at: datetime) -> None:
    """Final with the words of who did not agree beside it. Raises Refusal while a manager does not agree, or an answer
    is missing."""
    if not holds(by, review):
        raise NotAllowed("review.let_stand", str(review.public_id))
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if not may_stand(locked):
            raise Refusal(
                "It can stand only when every manager agrees and everybody has answered. See below who has not.",
                code="not_yet",
            )
        make_final(review, Review.Because.WORDS_BESIDE, by=by, at=at)


def make_final(review: Review, because: str, *, by: Principal, at: datetime) -> None:
    """Sealed in its copies; the objectives of the year begin, and those of last time are settled."""
    review = Review.objects.for_page().prefetch_related("parts", "said_before__person").get(pk=review.pk)
    clock = system("seal_review", today=timezone.localdate(at))
    with transaction.atomic():
        review.seal(because, review_copies.all_of(review, because=because, at=at), by=by, at=at)
        _settle_objectives(review, by=clock, at=at)


def _settle_objectives(review: Review, *, by: Principal, at: datetime) -> None:
    """By the system: whose answer completes the review is chance, and may be a school that reads no objective."""
    part = review.part(ReviewPart.Kind.TWO)
    said = part.words if part else {}
    told = {each["id"]: each for each in said.get("last", []) if each["became"]}
    still_open = Objective.objects.filter(worker=review.worker_id, status=Objective.Status.OPEN)
    for row in still_open:
        if row.public_id.hex in told:
            each = told[row.public_id.hex]
            row.settle(each["became"], each["words"], review=review, by=by, at=at)
    for each in said.get("next", []):
        day = rules.day_of(each["by"])
        if each["text"] and day is not None:
            Objective.agree_on(review, each["text"], day, by=by, at=at)


def follow_up(review: Review, *, by: Principal, at: datetime) -> str:
    """One reminder after five school days; final after ten where schools alone are silent. "reminded", "final", ""."""
    if review.sent_at is None or review.status != Review.Status.TO_AGREE:
        return ""
    waited = school_days_since(review.sent_at, timezone.localdate(at))
    rows = list(review.people.all())
    silent = [row for row in rows if not row.has_answered]
    others = [row for row in rows if row.has_answered]
    if waited >= FINAL_AFTER and silent and all(row.part == Part.SCHOOL for row in silent):
        if all(row.answer == AGREED for row in others):
            make_final(review, Review.Because.SILENT, by=by, at=at)
            return "final"
        return ""
    if waited < REMINDED_AFTER:
        return ""
    reminded = False
    for row in silent:
        matter = f"review:{review.public_id}:{review.sent_times}"
        if mail.Notice.objects.filter(matter=matter, person=row.person_id).count() == 1:
            try:
                with transaction.atomic():
                    reminded = ask(review, row, at=at) is not None or reminded
            except Refusal:
                continue  # they have left, or the address is a day old: the manager sees that it waits
    return "reminded" if reminded else ""


def write_comment(review: Review, text: str, audience: str, *, by: Principal, at: datetime) -> None:
    """On top of a final review: the copies whose readers read it get an edition with it."""
    person = Person.objects.get(pk=by.person_id or 0)
    with transaction.atomic():
        review.comment(text, audience, person=person, by=by, at=at)
        review = Review.objects.for_page().prefetch_related("parts", "said_before__person").get(pk=review.pk)
        for new in review_copies.all_of(review, because=review.final_because, at=review.sealed_at or at):
            latest = review.copies.filter(copy=new.copy, placement=new.placement_id).order_by("-edition").first()
            if latest is not None and latest.snapshot["comments"] != new.snapshot["comments"]:
                new.review, new.edition, new.made_at = review, latest.edition + 1, at
                new.snapshot = latest.snapshot | {"comments": new.snapshot["comments"]}
                new.digest = digest(new.snapshot)
                ReviewCopy.objects.bulk_create([new])
