"""A review on its way round: who is asked, what they say, and when it is final.

Everybody agrees: worker, one or two managers, the head of each school that was asked. Only a school's silence can make
it final without it, ten school days after a mail that reached it (0010); a manager's or the worker's never does. Where
worker or school do not agree the managers change the words, or, agreed between themselves, let them stand with what was
said beside them: no review hangs for ever, and the worker may appeal.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from performance.actions import review_copies
from performance.actions.reaching import Reach, matter_of
from performance.models import HeadPart, Objective, Review, ReviewCopy, ReviewPart, ReviewPerson
from performance.models.meetings import Time
from performance.permissions.reviews import AGREE_LINK, holds
from performance.rules import words as rules
from supervision.actions import busy, silence
from teams.actions.new_links import send as send_link
from teams.foundation import mail
from teams.foundation.access import Principal, Role, system
from teams.foundation.errors import NotAllowed, Refusal
from teams.foundation.links import Link
from teams.foundation.sealing import digest
from teams.models import LineManagement, Membership, Part, Person

TO_AGREE, READY, NEW_LINK = "review_to_agree", "review_ready", "review_new_link"
AGREED, NOT_AGREED = ReviewPerson.Answer.AGREED, ReviewPerson.Answer.NOT_AGREED


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


def ask(review: Review, row: ReviewPerson, *, at: datetime, matter: str = "") -> mail.Notice | None:
    """One mail to one of them. None where there is no mailbox."""
    if not row.person.email:
        return None
    matter = matter or matter_of(review, row)
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


def settle(review: Review, *, by: Principal, at: datetime) -> bool:
    """Nobody is left who has not agreed, because somebody no longer has to: it is final. Is it?"""
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if locked.status != Review.Status.TO_AGREE or locked.people.exclude(answer=AGREED).exists():
            return False
        make_final(locked, Review.Because.ALL_ANSWERED, by=by, at=at)
    return True


def plan_meeting(
    review: Review, day: date | None, second_manager: Any, *, time: Time | None = None, by: Principal, at: datetime
) -> bool:
    """When and where, and who else must agree. Is it final now, because only she was missing?

    Raises Refusal, fields "meeting_on" and "time", for a new time that is over or at which one of them has something
    else; "second_manager".
    """
    with transaction.atomic():
        if time is not None:
            _refuse_time(review, time, second_manager, by=by)
        review.plan_meeting(day, second_manager, time=time, by=by, at=at)
        return settle(review, by=by, at=at)


def _refuse_time(review: Review, time: Time, second_manager: Any, *, by: Principal) -> None:
    """What stood before is not asked about again, but for somebody who comes to it new."""
    coming = [review.worker, review.manager, *([second_manager] if second_manager is not None else [])]
    if time != review.time:
        if timezone.localdate(time.starts_at) < by.today:
            raise Refusal("Choose today or a later day, or leave the time empty.", field="meeting_on", code="past")
    else:
        coming = [each for each in coming[2:] if each.pk != review.second_manager_id]
    busy.one_at_a_time(coming)
    for person in coming:
        busy.refuse_clash(time.starts_at, time.ends_at, person, except_for=review.occasion, by=by)


def clash_of(review: Review, person: Person, *, by: Principal, at: datetime) -> str | None:
    """What a person who comes to the meeting new has else at its time, in a sentence; nothing for one that is over."""
    time = review.time
    if time is None or time.ends_at <= at:
        return None
    try:
        busy.refuse_clash(time.starts_at, time.ends_at, person, except_for=review.occasion, by=by)
    except Refusal as refusal:
        return refusal.message
    return None


def take_over(review: Review, person: Person, *, by: Principal, at: datetime) -> bool:
    """She leads it from now on. Is it final now, because only the one before was missing? Raises Refusal."""
    with transaction.atomic():
        review.take_over(person, by=by, at=at)
        return settle(review, by=by, at=at)


def abandon(review: Review, because: str, *, by: Principal, at: datetime) -> None:
    """It ends here, never final. The schools that were asked are not waited for. Raises Refusal."""
    with transaction.atomic():
        Review.objects.select_for_update(of=("self",)).get(pk=review.pk)  # before its parts, as wherever both move
        for part in HeadPart.objects.filter(review=review, status=HeadPart.Status.ASKED).select_related(
            "review__worker"
        ):
            part.go_without(by=by, at=at)
        review.abandon(because, by=by, at=at)


def may_stand(review: Review, reach: Reach) -> bool:
    """Have all managers agreed, and everybody answered who still can? Who has left never will; nor is a school waited
    for that has kept silent, once somebody does not agree, or that no mail has reached for ten school days."""
    rows = list(review.people.all())
    if review.status != Review.Status.TO_AGREE or any(row.answer != AGREED for row in rows if row.part == Part.MANAGER):
        return False
    missing = [row for row in rows if not row.has_answered]
    schools = [row for row in missing if row.part == Part.SCHOOL]
    has_left = [row for row in missing if row.part != Part.SCHOOL and row.person.left_at is not None]
    if len(schools) + len(has_left) < len(missing):
        return False
    unreached = {row.pk for row in reach.never()}
    if not (has_left or unreached or any(row.answer == NOT_AGREED for row in rows)):
        return False
    return all(row.pk in unreached or reach.is_silent(row) for row in schools)


def let_stand(review: Review, *, by: Principal, at: datetime) -> None:
    """Final with the words of who did not agree beside it. Raises Refusal while a manager does not agree, or an answer
    is missing."""
    if not holds(by, review):
        raise NotAllowed("review.let_stand", str(review.public_id))
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        reach = Reach.of(locked, today=timezone.localdate(at))
        if not may_stand(locked, reach):
            raise Refusal(
                "It can stand only when every manager agrees and everybody has answered, or a school has had the mail "
                "for ten school days. See below who has not.",
                code="not_yet",
            )
        unreached = [row.pk for row in reach.never()]
        locked.people.filter(pk__in=unreached).update(how=ReviewPerson.NOT_REACHED)
        others = locked.people.exclude(pk__in=unreached)
        is_agreed = bool(unreached) and not others.exclude(Q(answer=AGREED) | Q(part=Part.SCHOOL, answer="")).exists()
        because = Review.Because.NOT_REACHED if is_agreed else Review.Because.WORDS_BESIDE
        make_final(review, because, by=by, at=at)


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
    """One reminder after five school days; final after ten where schools alone are silent; asked where no mail has
    left yet. "reminded", "asked", "final", ""."""
    with transaction.atomic():
        # Whoever answers meanwhile waits, or has been counted.
        is_out = Review.objects.select_for_update(of=("self",)).filter(pk=review.pk, status=Review.Status.TO_AGREE)
        if not is_out.exists():
            return ""
        return _follow_up(Review.objects.for_page().get(pk=review.pk), by=by, at=at)


def _follow_up(review: Review, *, by: Principal, at: datetime) -> str:
    reach, rows = Reach.of(review, today=timezone.localdate(at)), list(review.people.all())
    silent = [row for row in rows if not row.has_answered]
    asked = [row for row in silent if _hand_on(row, reach)]
    if all(row.answer == AGREED for row in rows if row.has_answered) and all(reach.is_silent(row) for row in silent):
        make_final(review, Review.Because.SILENT if silent else Review.Because.ALL_ANSWERED, by=by, at=at)
        return "final"
    return max((_ask_again(reach, row, at=at) for row in asked), default="")


def _hand_on(row: ReviewPerson, reach: Reach) -> bool:
    """Somebody else heads the school by now: she is asked, and the silence of the one before is not hers. False where
    nobody is known to."""
    if row.part != Part.SCHOOL:
        return True
    head = reach.head(row)
    if head is not None and head.pk != row.person_id:
        row.person = head
        row.save(update_fields=["person"])
    return head is not None


def _ask_again(reach: Reach, row: ReviewPerson, *, at: datetime) -> str:
    """A school that no mail has reached is asked now: its silence counts from then on."""
    due = silence.next_mail(reach.mails(row), row, matter_of(reach.review, row), reach.today)
    if due is None:
        return ""
    what, matter = due
    with suppress(Refusal), transaction.atomic():  # left, or an address of a day: the manager sees that it waits
        if ask(reach.review, row, at=at, matter=matter) is not None:
            return what
    return ""


def can_be_answered(review: Review, *, today: date) -> bool:
    """Is there a senior manager who may answer the worker's appeal, as performance.permissions.AppealPolicy says?"""
    seniors = Membership.objects.on(today).filter(role=Role.SENIOR_MANAGER, person__left_at=None)
    managing = LineManagement.objects.on(today).filter(person=review.worker_id).values("manager")
    led = review.led_before.values("person")
    part = Q(person__in=managing) | Q(person__in=led) | Q(person__in=[review.worker_id, *review.manager_ids])
    return bool(seniors.exclude(part).exists())


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
