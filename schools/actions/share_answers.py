"""What one school pays for each post next year, and its answer: written by its head, or heard on the telephone (S3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from schools.actions import next_year
from schools.actions.books import Book
from schools.actions.next_year import Choices
from schools.models import NextYear, Placement, School, Share, ShareQuestion
from schools.rules import next_year as rules
from schools.rules.plans import Payer
from schools.rules.timetable import in_words
from teams.foundation.access import Principal, system
from teams.foundation.errors import Refusal
from teams.models import Authority, Person, Term
from teams.rules.calendar import school_year_dates


@dataclass(frozen=True)
class PostAsked:
    """One post whose share a school is to pay in the year asked about, and what it said of it last."""

    placement: Placement
    who: str  # its worker, else "The next worker"
    choices: Choices
    said: NextYear | None

    @property
    def name(self) -> str:
        """Of its boxes on a form."""
        return self.placement.public_id.hex

    @property
    def manager(self) -> str:
        return self.placement.manager.name


@dataclass(frozen=True)
class Saying:
    """An answer for one post, and the days that are wanted instead."""

    post: PostAsked
    answer: str
    words: str

    @property
    def is_new(self) -> bool:
        said = self.post.said
        return said is None or (said.answer, said.words) != (self.answer, self.words.strip())


def posts_of(school: School, school_year: int) -> list[PostAsked]:
    """By the worker's name. Eight queries however many posts there are.

    The same posts and the same pennies as on the page of money ahead (schools.actions.ahead): whoever may see the
    question may see its own school's part of them, and nothing of any other payer is in what comes back.
    """
    starts_on, ends_on = school_year_dates(school_year)
    paid = Share.objects.filter(school=school).on(starts_on).values("post")
    running = Q(post__ends_on=None) | Q(post__ends_on__gte=starts_on)
    rows = (
        Placement.objects.filter(running, school=school, post__in=paid, post__starts_on__lte=starts_on)
        .not_over_by(school_year_dates(school_year - 1)[0])
        .select_related("post", "manager")
        .prefetch_related("post__employments__person")
        .order_by("starts_on", "pk")
    )
    placements = {each.post_id: each for each in rows}  # the last of each post
    reader = system("share_question", today=starts_on)
    book = Book(reader, Authority.here(), starts_on=starts_on, ends_on=ends_on, only=list(placements))
    payer = Payer("school", school.pk)
    prices = {post.pk: book.money_of(post, starts_on, ends_on).amounts.get(payer) for post in book.posts}
    said: dict[int, NextYear] = {}
    answers = NextYear.objects.filter(placement__post__in=placements, placement__school=school, school_year=school_year)
    for answer in answers.select_related("said_by", "placement").order_by("pk"):
        said[answer.placement.post_id] = answer
    terms = list(Term.objects.values_list("starts_on", "ends_on"))
    notice_on = next_year.last_day_for_notice(school_year, terms)
    found = []
    for key, placement in placements.items():
        placement.school = school
        a_year = prices.get(key) or None
        a_day = rules.day_price(a_year, rules.weekdays_of(placement.timetable)) if a_year else None
        choices = Choices(school_year, a_year, a_day, starts_on - timedelta(days=1), notice_on)
        found.append(PostAsked(placement, _who(placement, starts_on), choices, said.get(key)))
    return _named_apart(sorted(found, key=lambda each: (each.who, each.placement.pk)))


def _who(placement: Placement, starts_on: date) -> str:
    holder = placement.post.holder_on(max(starts_on, placement.starts_on))
    return holder.name if holder is not None and holder.left_at is None else "The next worker"


def _named_apart(posts: list[PostAsked]) -> list[PostAsked]:
    """Where one name stands twice, its days stand beside it: what the council calls a post is not for a school."""
    names = [each.who for each in posts]
    return [
        replace(each, who=f"{each.who} ({in_words(each.placement.timetable)})") if names.count(each.who) > 1 else each
        for each in posts
    ]


def say_by_hand(
    question: ShareQuestion, sayings: Sequence[Saying], *, person: Person, by: Principal, at: datetime
) -> list[NextYear]:
    """The head's answers: a row for each that is new. Raises Refusal, field "answer_...", where nothing was chosen."""
    with transaction.atomic():
        question.answer(by=by, at=at)  # under its lock: two presses write once
        fresh = {each.name: each for each in posts_of(question.school, question.school_year)}
        return _write(sayings, fresh, person=person, by=by, at=at)


def say_on_the_telephone(
    school: School,
    school_year: int,
    sayings: Sequence[Saying],
    *,
    person: Person,
    writer: Person,
    by: Principal,
    at: datetime,
) -> list[NextYear]:
    """What `person` of the school said, written down by `writer`. Where the writer manages the placement herself, the
    call that "cannot" and "don't know yet" ask for has been made with it."""
    with transaction.atomic():
        School.objects.select_for_update(of=("self",), no_key=True).get(pk=school.pk)
        fresh = {each.name: each for each in posts_of(school, school_year)}
        made = _write(sayings, fresh, person=person, by=by, at=at, written_by=writer)
        for said in made:
            if said.status == NextYear.Status.TO_RING and said.placement.manager_id == writer.pk:
                said.ring(said.words or "Said on the telephone.", person=writer, by=by, at=at)
        return made


def _write(
    sayings: Sequence[Saying],
    fresh: dict[str, PostAsked],
    *,
    person: Person,
    by: Principal,
    at: datetime,
    written_by: Any = None,
) -> list[NextYear]:
    made = []
    for saying in sayings:
        post = fresh.get(saying.post.name)
        if post is None:
            raise Refusal(
                "What your school pays for next year has changed meanwhile. Open the page again.", code="changed"
            )
        if replace(saying, post=post).is_new:
            made.append(
                next_year.say(
                    post.placement,
                    saying.answer,
                    words=saying.words,
                    person=person,
                    school_year=post.choices.school_year,
                    by=by,
                    at=at,
                    written_by=written_by,
                )
            )
    return made
