"""Asking the schools that have not said whether they keep their share: whom, who cannot be reached, who is silent (S3).

One mail a school, to its head; the price of each post stands on the page behind the link and in no mail.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from schools.actions.ahead import Ahead, Said
from schools.actions.calendars import calendars_of
from schools.actions.share_answers import posts_of
from schools.models import School, SchoolContact, ShareQuestion
from schools.permissions import SHARE_LINK
from schools.rules.next_year import SILENT_AFTER
from teams.actions import new_links
from teams.foundation import mail
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.foundation.links import Link
from teams.foundation.mail import Notice
from teams.foundation.words import day
from teams.models import Authority, Person
from teams.rules.calendar import school_year_label

ASKED, NEW_LINK = "share_asked", "share_new_link"
USUAL_WAIT = timedelta(days=14)  # where no terms are known: ten school days with two weekends among them
MAILS = 2  # one mail and one reminder (journeys 9)


def _is_asked(notice: Notice) -> bool:
    """Asked again when it is sent: has the school still a post that it has not answered for?"""
    question = ShareQuestion.objects.filter(public_id=str(notice.subject_id)).select_related("school").first()
    if question is None:
        return False
    return any(post.said is None for post in posts_of(question.school, question.school_year))


def _is_there(notice: Notice) -> bool:
    return ShareQuestion.objects.filter(public_id=str(notice.subject_id)).exists()


def _may_open(notice: Notice, at: datetime) -> bool:
    """Asked again when it is sent: does its reader still head the school?"""
    link = Link(purpose=SHARE_LINK, subject_id=str(notice.subject_id), person_id=notice.person_id)
    reader = Principal(kind="link", person_id=notice.person_id, link=link, today=timezone.localdate(at))
    return ShareQuestion.objects.visible_to(reader).filter(public_id=str(notice.subject_id)).exists()


for kind in (
    mail.Kind(ASKED, "One question about {year} at {school}", _is_asked, _may_open),
    mail.Kind(NEW_LINK, "The link to your question about {year}", _is_there, _may_open),
):
    mail.declare(kind)


@dataclass(frozen=True)
class Silent:
    """A school that has not answered for every post that it is to pay a share of next year."""

    school: School
    posts: tuple[tuple[str, Decimal | None], ...]  # not answered for, with next year's price in pounds a year
    head: SchoolContact | None
    question: ShareQuestion | None
    mails: int  # about this, to the head of today
    came_back: bool
    silent_from: date | None  # from the day after, somebody rings
    today: date
    now: datetime

    @property
    def was_asked(self) -> bool:
        """Whoever heads the school today, and not somebody before."""
        return self.question is not None and self.head is not None and self.question.person_id == self.head.person_id

    @property
    def no_way(self) -> str:
        """Why no mail can go to its head, in a sentence; "" where one can."""
        if not self.posts:
            return "No worker is placed there yet, so there is no page to answer on."
        if self.head is None:
            return "No headteacher is known here."
        if not self.head.person.email:
            return "No e-mail address is known."
        if self.came_back:
            return "The e-mail came back."
        if self.head.person.address_is_fresh(self.now):
            return "The address was changed less than 24 hours ago."
        return ""

    @property
    def is_waited_for(self) -> bool:
        return self.was_asked and not self.no_way and self.silent_from is not None and self.today <= self.silent_from

    @property
    def may_be_asked(self) -> bool:
        """Never asked yet; or asked, silent for ten school days, and not reminded yet."""
        if self.no_way or self.is_waited_for:
            return False
        return not self.was_asked or self.mails < MAILS

    @property
    def is_to_be_rung(self) -> bool:
        """No mail reaches its head, or the mail that did has had no answer."""
        return bool(self.no_way) or (self.was_asked and not self.is_waited_for)

    @property
    def why(self) -> str:
        if self.no_way or self.question is None:
            return self.no_way
        return f"Asked on {day(self.question.asked_at)}, and silent for {SILENT_AFTER} school days."


class Round:
    """Every school that has not answered yet, by name. Six queries at any size beside those of `ahead`."""

    def __init__(self, ahead: Ahead, principal: Principal, *, now: datetime) -> None:
        self.ahead, self.principal, self.now = ahead, principal, now
        self.today = timezone.localdate(now)
        self.school_year = ahead.years[1]
        self.schools = self._schools()

    @property
    def to_ask(self) -> list[Silent]:
        return [each for each in self.schools if each.may_be_asked]

    @property
    def waited_for(self) -> list[Silent]:
        return [each for each in self.schools if each.is_waited_for]

    @property
    def to_ring(self) -> list[Silent]:
        return [each for each in self.schools if each.is_to_be_rung]

    def why_nobody(self) -> str:
        """Why a press asks nobody today, with the day on which they were asked last and when they can be again."""
        if not self.schools:
            return "Every school has answered. There is nobody to ask."
        asked = [each for each in self.waited_for if each.question is not None and each.silent_from is not None]
        if not asked:
            return "Nobody is left to ask by e-mail. Ring the schools that stand under “To ring”."
        last = max(each.question.asked_at for each in asked if each.question)
        again = min(each.silent_from for each in asked if each.silent_from) + timedelta(days=1)
        return f"They were asked last on {day(last)}. Ask again from {day(again)}, or ring."

    def _schools(self) -> list[Silent]:
        silent: dict[School, list[Said]] = {}
        for each in self.ahead.answers():
            if not each.answer:
                silent.setdefault(each.school, []).append(each)
        keys = [school.pk for school in silent]
        heads = self._heads(keys)
        questions = {
            each.school_id: each
            for each in ShareQuestion.objects.visible_to(self.principal).filter(
                school__in=keys, school_year=self.school_year
            )
        }
        notices = self._notices(questions.values())
        calendars = calendars_of(keys)
        placed = {(each.post_id, each.school_id) for each in self.ahead.county.placements}
        found = []
        for school, unanswered in silent.items():
            posts = [each for each in unanswered if (each.key, school.pk) in placed]
            question, head = questions.get(school.pk), heads.get(school.pk)
            sent = notices.get((question.public_id, head.person_id), []) if question and head else []
            silent_from = None
            if question is not None:
                asked_on = timezone.localdate(question.asked_at)
                silent_from = calendars[school.pk].nth_after(asked_on, SILENT_AFTER) or asked_on + USUAL_WAIT
            found.append(
                Silent(
                    school,
                    tuple((each.post, self.ahead.price_next_year(each)) for each in posts),
                    head,
                    question,
                    mails=sum(state != Notice.State.NOT_NEEDED for state in sent),
                    came_back=(head is not None and head.bounced_at is not None)
                    or bool(sent and sent[-1] in (Notice.State.FAILED, Notice.State.HELD_BACK)),
                    silent_from=silent_from,
                    today=self.today,
                    now=self.now,
                )
            )
        return found

    def _heads(self, keys: Collection[int]) -> dict[int, SchoolContact]:
        visible = SchoolContact.objects.visible_to(self.principal).on(self.today).heads()
        rows = (
            visible.filter(school__in=keys, person__left_at=None).select_related("person").order_by("starts_on", "pk")
        )
        return {each.school_id: each for each in rows}

    def _notices(self, questions: Collection[ShareQuestion]) -> dict[tuple[UUID, int], list[str]]:
        """What became of each mail that asked, in the order of sending, by question and person."""
        found: dict[tuple[UUID, int], list[str]] = {}
        asked = Notice.objects.filter(kind=ASKED, subject_id__in=[each.public_id for each in questions])
        for subject, person, state in asked.order_by("made_at", "pk").values_list("subject_id", "person_id", "state"):
            if subject is not None:
                found.setdefault((subject, person), []).append(state)
        return found


def ask(authority: Any, chosen: Collection[str], *, by: Principal, at: datetime) -> tuple[int, list[str]]:
    """Ask the schools that were shown (`chosen` are their public ids) and may still be asked. Returns how many were,
    and a sentence for each that could not be.

    Raises Refusal where nobody may be asked now: it says when they were asked last.
    """
    with transaction.atomic():
        Authority.one_at_a_time()  # two presses at once ask once
        asking = Round(Ahead(by, authority, by.today), by, now=at)
        to_ask = [each for each in asking.to_ask if str(each.school.public_id) in chosen]
        if not to_ask:
            raise Refusal(asking.why_nobody(), code="asked_already")
        person = Person.objects.get(pk=by.person_id or 0)
        asked, problems = 0, []
        for each in to_ask:
            try:
                with transaction.atomic():
                    _ask_one(each, asking.school_year, asked_by=person, by=by, at=at)
                asked += 1
            except Refusal as refusal:
                problems.append(f"{each.school.name}: {refusal.message}")
        return asked, problems


def _ask_one(silent: Silent, school_year: int, *, asked_by: Person, by: Principal, at: datetime) -> None:
    assert silent.head is not None  # noqa: S101  no mail goes to a school without a head
    question, head = silent.question, silent.head.person
    if question is None:
        question = ShareQuestion.ask(silent.school, school_year, head, asked_by=asked_by, by=by, at=at)
    else:
        question.school = silent.school
        question.ask_again(head, asked_by=asked_by, by=by, at=at)
    mail.write(
        ASKED,
        to=head,
        matter=f"{ASKED}:{question.public_id}",
        at=at,
        words=words_for(question, writer=asked_by),
        purpose=SHARE_LINK,
        subject=question,
        to_school=True,
    )


def words_for(question: ShareQuestion, *, writer: Person) -> dict[str, str]:
    """Adults, the school and the year: no sum, and nothing that a school has said."""
    return {
        "school": question.school.name,
        "year": school_year_label(question.school_year),
        "manager": writer.name,
        "telephone": writer.telephone,
        "reply_to": writer.email,
    }


def send_new_link(question: ShareQuestion, *, to: Person, at: datetime) -> Notice:
    """To the mailbox of an old link, at once. Raises Refusal after three in an hour."""
    words = words_for(question, writer=question.asked_by)
    return new_links.send(NEW_LINK, SHARE_LINK, question, to=to, words=words, at=at)
