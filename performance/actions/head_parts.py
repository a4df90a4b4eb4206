"""Asking heads for their part, and taking it (journey H5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from performance.actions import agreeing
from performance.actions.beginning import placements_of
from performance.models import HeadPart, HeldWithout, Review
from performance.models.meetings import Time
from performance.permissions.reviews import GIVE_LINK
from schools.actions import next_year
from schools.models import Placement, SchoolContact
from teams.actions import new_links
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.kept import Kept
from teams.foundation.links import Link
from teams.foundation.tenancy import alone
from teams.foundation.words import day
from teams.models import Person

ASKED, NEW_LINK = "head_part_asked", "head_part_new_link"
DRAFT = "head_part"
PARTS = Kept(lambda *, review: HeadPart.objects.filter(review=review).select_related("placement__school").order_by())
SAID_WITHOUT = Kept(
    lambda *, review: (
        HeldWithout.objects.filter(review=review).select_related("placement__school", "said_by").order_by()
    )
)
READ_BEFORE_MEETING = timedelta(days=7)


def _still_asked(notice: mail.Notice) -> bool:
    """Asked again when it is sent: has the school not given its part, and is the review not held without it?"""
    return HeadPart.objects.filter(public_id=str(notice.subject_id), status=HeadPart.Status.ASKED).exists()


def _is_there(notice: mail.Notice) -> bool:
    """Asked again when it is sent: is there still something behind its link?"""
    return HeadPart.objects.filter(public_id=str(notice.subject_id)).exists()


def _may_open(notice: mail.Notice, at: datetime) -> bool:
    """Asked again when it is sent: does its reader still head the school?"""
    link = Link(purpose=GIVE_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return HeadPart.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for kind in (
    mail.Kind(ASKED, "Your part in {worker}’s yearly review: six minutes", _still_asked, _may_open),
    mail.Kind(NEW_LINK, "The link to your part in {worker}’s yearly review", _is_there, _may_open),
):
    mail.declare(kind)


@dataclass(frozen=True)
class SchoolAsked:
    """One school of the year, its head of today, and what has become of the asking."""

    placement: Placement
    head: Person | None
    part: HeadPart | None
    without: HeldWithout | None  # why the review is held without it

    @property
    def is_open(self) -> bool:
        """Neither asked, nor is it said why not: the words of a yearly review do not go round."""
        return self.part is None and self.without is None


def schools_of(review: Review, *, by: Principal) -> list[SchoolAsked]:
    """Every school where the worker was in this year, asked or not. Four queries."""
    placements = placements_of(review.worker, review.starts_on, review.ends_on)
    contacts = SchoolContact.objects.on(by.today).heads().filter(school__in=[each.school_id for each in placements])
    heads = {each.school_id: each.person for each in contacts.select_related("person")}
    parts = HeadPart.objects.filter(review=review).visible_to(by).select_related("person", "next_year")
    asked = {each.placement.school_id: each for each in parts.select_related("placement")}
    said = HeldWithout.objects.filter(review=review).visible_to(by).select_related("said_by", "placement")
    without = {each.placement.school_id: each for each in said}
    return [
        SchoolAsked(each, heads.get(each.school_id), asked.get(each.school_id), without.get(each.school_id))
        for each in placements
    ]


def hold_without(review: Review, placement: Placement, because: str, *, by: Principal, at: datetime) -> None:
    """The review is held without this school's part, and it is kept why: it was asked and does not write, or nobody
    knows its head. Raises Refusal, field "because" for no words."""
    with transaction.atomic():
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        school = placement.school.name
        if locked.status not in (Review.Status.PREPARING, Review.Status.GIVEN):
            raise Refusal("The words of the meeting have gone round already. Nothing was changed.", code="sent")
        found = next(each for each in schools_of(locked, by=by) if each.placement.school_id == placement.school_id)
        if found.without is not None:
            raise Refusal(f"It is said already why the review is held without {school}.", code="once")
        if found.part is not None and found.part.status == HeadPart.Status.GIVEN:
            raise Refusal(f"{school} has given its part already.", code="given")
        if found.part is None and found.head is not None:
            raise Refusal(f"{school} has a head. Ask first; then you can go on without it.", code="ask_first")
        HeldWithout.say(locked, placement, because, person=Person.objects.get(pk=by.person_id or 0), by=by, at=at)
        if found.part is not None and found.part.status == HeadPart.Status.ASKED:
            found.part.go_without(by=by, at=at)


def held_without(review: Review, *, by: Principal) -> list[dict[str, str]]:
    """The schools whose part a review has not, for its council's side: plain values. Two queries at most.

    `because` is "" where a school was asked and had not written when the words went round. Until then somebody has said
    why of each.
    """
    reasons = SAID_WITHOUT.visible_to(by, review=review.pk)
    if not reasons and review.status in (Review.Status.PREPARING, Review.Status.GIVEN):
        return []
    parts = PARTS.visible_to(by, review=review.pk)
    still = {
        part.placement.school_id for part in parts if part.status in (HeadPart.Status.ASKED, HeadPart.Status.GIVEN)
    }
    found: dict[int, dict[str, str]] = {}
    for part in parts:
        if part.status == HeadPart.Status.WITHOUT:
            school = part.placement.school
            found[school.pk] = {"school": school.name, "because": "", "by": "", "on": ""}
    for said in reasons:
        school = said.placement.school
        if school.pk not in still:
            on = timezone.localdate(said.said_at).isoformat()
            found[school.pk] = {"school": school.name, "because": said.because, "by": said.said_by.name, "on": on}
    return sorted(found.values(), key=lambda each: each["school"])


def ask(
    review: Review,
    placements: list[Placement],
    *,
    meeting_on: date,
    read_on: date,
    time: Time | None = None,
    by: Principal,
    at: datetime,
) -> list[str]:
    """Ask these schools' heads. Returns a sentence for each that could not be asked; the others are.

    Raises Refusal, fields "meeting_on" and "read_on", for days that do not follow each other, and "time".
    """
    if meeting_on <= by.today:
        raise Refusal("The meeting must be after today.", field="meeting_on", code="past")
    if not by.today < read_on < meeting_on:
        raise Refusal(
            f"{review.worker.name} must be able to read it before the meeting: choose a day after today and before "
            f"{day(meeting_on)}.",
            field="read_on",
            code="not_before",
        )
    problems: list[str] = []
    with transaction.atomic():
        agreeing.plan_meeting(
            review, meeting_on, review.second_manager, time=time, by=by, at=at
        )  # locks it: two presses ask once
        if review.status not in (Review.Status.PREPARING, Review.Status.GIVEN):
            raise Refusal(
                "The words of the meeting have gone round already, so no school is asked for its part any more.",
                code="sent",
            )
        asked = {each.placement.pk: each for each in schools_of(review, by=by)}
        for placement in placements:
            found = asked[placement.pk]
            if found.head is None:
                problems.append(f"{placement.school.name} has no headteacher here. Add one under Schools, then ask.")
            elif found.part is None:
                part = HeadPart.ask(review, placement, found.head, read_on=read_on, by=by, at=at)
                problems += _write(part, at=at)
    return problems


def remind(part: HeadPart, *, by: Principal, at: datetime) -> None:
    """Once more; somebody who heads the school only now is asked anew. Raises Refusal where nothing is asked any more,
    and where the head has had one mail and one reminder: then somebody rings."""
    with transaction.atomic():
        head = SchoolContact.objects.on(by.today).heads().filter(school=part.placement.school_id).first()
        if part.status == HeadPart.Status.ASKED and head is not None and head.person_id != part.person_id:
            part.ask_anew(head.person, by=by, at=at)
        if part.status != HeadPart.Status.ASKED:
            raise Refusal(
                f"{part.placement.school.name} is not asked any more: {part.get_status_display().lower()}.",
                code="not_asked",
            )
        mail.write(ASKED, **_mail(part), at=at)


def coming(review: Review, *, today: date) -> list[HeadPart]:
    """Who has said that she comes to the meeting: no mail tells her where it moves, so somebody rings."""
    rows = HeadPart.objects.filter(review=review).coming(today)
    return list(rows.select_related("person", "placement__school"))


def keep_calendars(*, at: datetime) -> None:
    """Whoever heads a school no longer has the meeting of its review no more in her calendar."""
    ahead = Review.objects.running().filter(occasion__starts_at__gte=at, head_parts__comes=True)
    for review in Review.objects.filter(pk__in=ahead.order_by().values("pk")).order_by("pk"):
        with alone(review.authority_id or 0, f"calendar of review {review.public_id} was not kept"):
            Review.objects.select_for_update(of=("self",)).get(pk=review.pk).name_attendees(timezone.localdate(at))


def send_new_link(part: HeadPart, *, to: Person, at: datetime) -> mail.Notice:
    """To the mailbox of an old link. Raises Refusal after three in an hour."""
    return new_links.send(NEW_LINK, GIVE_LINK, part, to=to, words=words_for(part), at=at)


def words_for(part: HeadPart) -> dict[str, str]:
    """Adults, the school, and whom to answer."""
    manager = part.review.manager
    return {
        "worker": part.review.worker.name,
        "school": part.placement.school.name,
        "manager": manager.name,
        "telephone": manager.telephone,
        "reply_to": manager.email,
    }


def give(part: HeadPart, said: dict[str, Any], *, person: Person, by: Principal, at: datetime) -> None:
    """The four answers at once: the school's part, and what it said about next year, or neither.

    Raises Refusal beside the box that is wrong, and where the part was given already.
    """
    with transaction.atomic():
        Review.objects.select_for_update(of=("self",)).get(pk=part.review_id)  # the meeting may be moving just now
        answer = next_year.say(
            part.placement,
            said["next_year"],
            words=said["next_words"],
            person=person,
            school_year=said["school_year"],
            by=by,
            at=at,
        )
        part.give(
            difference=said["difference"],
            wishes=said["wishes"],
            expected=said["expected"],
            expected_why=said["expected_why"],
            comes={"yes": True, "no": False}.get(said["comes"]),
            next_year=answer,
            by=by,
            at=at,
        )


def _mail(part: HeadPart) -> dict[str, Any]:
    return {
        "to": part.person,
        "matter": f"head_part:{part.public_id}",
        "words": words_for(part),
        "purpose": GIVE_LINK,
        "subject": part,
        "to_school": True,
    }


def _write(part: HeadPart, *, at: datetime) -> list[str]:
    try:
        with transaction.atomic():
            mail.write(ASKED, **_mail(part), at=at)
    except Refusal as refusal:
        return [f"{part.placement.school.name}: {refusal.message}"]
    return []
