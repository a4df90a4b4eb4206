"""Yearly reviews on first pages: a part to write, words to agree or to change, one to take over, an appeal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from performance.actions import agreeing
from performance.models import Appeal, HeadPart, LedBefore, Review, ReviewPerson
from performance.permissions.reviews import headed
from reports.needs.line import Kind, Need, as_json, moment
from schools.models import SchoolContact
from supervision.actions import silence
from teams.foundation.access import Principal
from teams.foundation.mail import Notice
from teams.foundation.words import day
from teams.foundation.words import moment as in_words
from teams.models import LineManagement, Part

COLUMNS = {
    "of": "public_id",
    "status": "status",
    "stage": "stage",
    "stages": "edition__content__stages",
    "begun_at": "begun_at",
    "given_at": "given_at",
    "sent_at": "sent_at",
    "meeting_on": "meeting_on",
    "meets_at": "occasion__starts_at",
    "worker_id": "worker_id",
    "worker": "worker__name",
    "manager_id": "manager_id",
    "second_id": "second_manager_id",
    "manager": "manager__name",
    "left_at": "manager__left_at",
    "worker_left_at": "worker__left_at",
    "is_worker_missing": "is_worker_missing",
    "is_asked": "is_asked",
    "is_refused": "is_refused",
    "is_managed": "is_managed",
}
Status = Review.Status


def asked(principal: Principal) -> QuerySet[Any]:
    """Of one person of the council."""
    mine = ReviewPerson.objects.filter(review=OuterRef("pk"), person=principal.person_id, answer="")
    refused = ReviewPerson.objects.filter(review=OuterRef("pk"), answer=ReviewPerson.Answer.NOT_AGREED)
    managed = LineManagement.objects.on(principal.today).filter(person=OuterRef("worker"), manager=principal.person_id)
    rows = (
        Review.objects.visible_to(principal)
        .running()
        .annotate(
            is_asked=Exists(mine),
            is_refused=Exists(refused),
            is_managed=Exists(managed),
            is_worker_missing=Exists(ReviewPerson.objects.filter(review=OuterRef("pk"), part=Part.WORKER, answer="")),
        )
        .order_by("begun_at", "pk")
    )
    return as_json(rows, **COLUMNS)


def lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [need for each in found for need in _of(each, principal)]


KIND = Kind(asked, lines)


def _of(review: dict[str, Any], principal: Principal) -> Iterator[Need]:
    me, of, status = principal.person_id, UUID(review["of"]), review["status"]
    what = next(each["name"] for each in review["stages"] if each["code"] == review["stage"]).lower()
    meets = f"You meet on {_when(review)}." if review["meeting_on"] else ""
    waits_for_me = status == Status.TO_AGREE and review["is_asked"]
    agree = "Say whether you agree. Without you it does not become final."
    if review["worker_id"] == me:
        if status == Status.PREPARING:
            why = f"{meets} Nobody reads it until you give it.".strip()
            yield Need(f"Write your part of your {what}", why, "Review", "review_mine", of, moment(review["begun_at"]))
        elif waits_for_me:
            yield Need(f"Read your {what}", agree, "Review", "review", of, moment(review["sent_at"]))
        return
    name, leads = review["worker"], review["manager_id"] == me
    if me not in (review["manager_id"], review["second_id"]):
        if review["is_managed"] and review["left_at"] is not None:
            why = f"{review['manager']}, who led it, has left."
            yield Need(f"Take over the {what} of {name}", why, "Review", "review", of, moment(review["begun_at"]))
    elif leads and not waits_for_me and _waits_for_who_has_left(review):
        yield _of_who_has_left(review, what)
    elif status == Status.GIVEN and leads:
        why = f"The worker’s part is given. {meets or 'No day is agreed yet.'}"
        yield Need(f"Read for the {what} of {name}", why, "Review", "review", of, moment(review["given_at"]))
    elif status == Status.TO_AGREE and review["is_refused"] and leads:
        why = "Somebody does not agree. Change the words, or let them stand."
        yield Need(f"Go on with the {what} of {name}", why, "Review", "review", of, moment(review["sent_at"]))
    elif waits_for_me:
        yield Need(f"Agree the {what} of {name}", agree, "Review", "review", of, moment(review["sent_at"]))


def _waits_for_who_has_left(review: dict[str, Any]) -> bool:
    """The worker is gone, and has not answered or not even met."""
    is_missing = review["status"] != Status.TO_AGREE or (review["is_worker_missing"] and not review["is_refused"])
    return review["worker_left_at"] is not None and is_missing


def _of_who_has_left(review: dict[str, Any], what: str) -> Need:
    verb, why = "End", "They have left. Until it ends, the meeting stands in calendars."
    if review["status"] == Status.TO_AGREE:
        verb, why = "Go on with", "They have left without an answer. Let it stand, or end it."
    whose = f"{verb} the {what} of {review['worker']}"
    return Need(whose, why, "Review", "review", UUID(review["of"]), moment(review["begun_at"]))


def _when(review: dict[str, Any]) -> str:
    """With its time, where there is one."""
    if (at := moment(review["meets_at"])) is not None:
        return in_words(at)
    return day(date.fromisoformat(review["meeting_on"]))


def _to_ring_asked(principal: Principal) -> QuerySet[Any]:
    """Of who leads the review: schools to which no mail has brought its words, as `agreeing.to_ring` says."""
    led = Review.objects.filter(status=Status.TO_AGREE, manager=principal.person_id).visible_to(principal)
    part = HeadPart.objects.filter(review=OuterRef("review"), placement=OuterRef("placement")).order_by()
    mails = Notice.objects.filter(
        kind=agreeing.TO_AGREE,
        subject_id=OuterRef("part_id"),
        person=OuterRef("person"),
        made_at__gte=OuterRef("review__sent_at"),
    )
    waiting = mails.filter(state=Notice.State.WAITING).order_by("-made_at")
    heads = SchoolContact.objects.on(principal.today).heads()
    rows = (
        ReviewPerson.objects.filter(review__in=led.order_by(), part=Part.SCHOOL, answer="")
        .annotate(part_id=Subquery(part.values("public_id")[:1]))
        .annotate(
            is_sent=Exists(mails.filter(state=Notice.State.SENT)),
            waits_since=Subquery(waiting.values("made_at")[:1]),
            is_head=Exists(heads.filter(school=OuterRef("placement__school"), person=OuterRef("person"))),
        )
        .exclude(is_sent=True, is_head=True)
        .order_by("review__sent_at", "pk")
    )
    return as_json(
        rows,
        of="review__public_id",
        worker="review__worker__name",
        school="placement__school__name",
        name="person__name",
        is_head="is_head",
        waits_since="waits_since",
        sent_at="review__sent_at",
    )


def _to_ring_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    made = []
    waiting = [since for each in found if (since := moment(each["waits_since"])) is not None]
    days = silence.calendar_from(min(waiting)) if waiting else None
    for each in found:
        sent_at, since = moment(each["sent_at"]), moment(each["waits_since"])
        if sent_at is None or not silence.is_to_be_rung(
            reached=False, waits=since is not None, sent_at=since or sent_at, today=principal.today, is_school_day=days
        ):
            continue
        what = f"Ring {each['name'] if each['is_head'] else each['school']}: the review of {each['worker']} waits"
        why = f"No mail has reached the headteacher of {each['school']}, so the school has not been asked yet."
        made.append(Need(what, why, "To ring", "review", UUID(each["of"]), sent_at))
    return made


TO_RING = Kind(_to_ring_asked, _to_ring_lines)


def _of_schools_asked(principal: Principal) -> QuerySet[Any]:
    """What waits for who heads a school: a part to write, a review to agree."""
    waits = ReviewPerson.objects.filter(review=OuterRef("review"), placement=OuterRef("placement"), answer="")
    # As its head: what she sees under another hat as well is not the school's to answer.
    rows = (
        HeadPart.objects.visible_to(principal)
        .filter(headed(principal, "placement"))
        .annotate(is_asked=Exists(waits))
        .filter(Q(status=HeadPart.Status.ASKED) | Q(is_asked=True, review__status=Status.TO_AGREE))
        .order_by("asked_at", "pk")
    )
    return as_json(
        rows,
        of="public_id",
        review="review__public_id",
        status="status",
        school="placement__school__name",
        worker="review__worker__name",
        asked_at="asked_at",
        sent_at="review__sent_at",
    )


def _of_schools_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [_of_school(each) for each in found]


OF_SCHOOLS = Kind(_of_schools_asked, _of_schools_lines)


def _of_school(part: dict[str, Any]) -> Need:
    if part["status"] == HeadPart.Status.ASKED:
        what = f"Your part in {part['worker']}’s yearly review"
        why = "About six minutes. You can stop and come back."
        return Need(what, why, "Review", "head_part", UUID(part["of"]), moment(part["asked_at"]))
    what, why = f"Read the yearly review of {part['worker']}", "Say whether you agree. Two minutes."
    return Need(what, why, "Review", "review", UUID(part["review"]), moment(part["sent_at"]))


def _appeals_asked(principal: Principal) -> QuerySet[Any]:
    """What waits for the senior managers who may answer it, as performance.permissions.AppealPolicy says."""
    me = principal.person_id
    led = LedBefore.objects.filter(review=OuterRef("review"), person=me)
    managed = LineManagement.objects.on(principal.today).filter(person=OuterRef("review__worker"), manager=me)
    rows = (
        Appeal.objects.visible_to(principal)
        .filter(status=Appeal.Status.WAITING)
        .exclude(Q(review__worker=me) | Q(review__manager=me))
        .filter(Q(review__second_manager=None) | ~Q(review__second_manager=me))
        .exclude(Exists(led) | Exists(managed))
    )
    return as_json(rows, of="public_id", worker="review__worker__name", at="written_at")


def _appeals_lines(found: list[dict[str, Any]], principal: Principal) -> list[Need]:
    return [
        Need(
            f"Answer the appeal of {each['worker']}",
            "Against a yearly review that is final.",
            "Appeal",
            "appeal",
            UUID(each["of"]),
            moment(each["at"]),
        )
        for each in found
    ]


APPEALS = Kind(_appeals_asked, _appeals_lines)
