"""What somebody who leaves has left open in schools, and how it changes hands (journey A4)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from schools.models import Agreement, Placement, SchoolContact
from teams.actions.left_open import Item, Kind, declare
from teams.foundation.access import Principal, Role
from teams.foundation.mail import Notice
from teams.foundation.words import counted
from teams.models import Employment, HandOver, Person
from teams.rules.calendar import school_year_label

MANAGERS = frozenset({Role.TEAM_MANAGER, Role.SENIOR_MANAGER})


def placements_managed(person: Person, today: date) -> list[Item]:
    """With what waits inside: questions of a head, and signatures. Four queries at any size."""
    unanswered = Count("questions", filter=Q(questions__answered_at=None))
    live = Agreement.objects.exclude(status=Agreement.Status.ENDED).annotate(unanswered=unanswered)
    managed = (
        Placement.objects.not_over_by(today)
        .filter(manager=person)
        .select_related("school", "post")
        .prefetch_related("post__employments__person", Prefetch("agreements", live, to_attr="live"))
        .order_by("school__name", "pk")
    )
    return [Item(each.public_id, _in_words(each, today)) for each in managed]


def _in_words(placement: Any, today: date) -> str:
    worker = placement.post.holder_on(max(today, placement.starts_on)) or placement.post
    questions = sum(each.unanswered for each in placement.live)
    to_sign = sum(each.status == Agreement.Status.OFFERED for each in placement.live)
    waiting = [
        counted(questions, "question", "questions") + " not answered" if questions else "",
        counted(to_sign, "agreement", "agreements") + " not signed" if to_sign else "",
    ]
    return ", ".join([f"{worker} at {placement.school.name}", *filter(None, waiting)])


def _take_placement(row: HandOver, by: Principal, at: datetime) -> None:
    """From now on it is the taker's: its agreement, questions and signatures, and the replies to mails that wait."""
    placement = Placement.objects.get(public_id=row.item_id)
    if placement.status == Placement.Status.ENDED or row.taker is None:
        return  # it ended while it waited: there is nothing to manage any more
    placement.hand_over(row.taker, by=by, at=at)
    agreements = list(placement.agreements.values_list("public_id", flat=True))
    waiting = Notice.objects.filter(subject_id__in=agreements, state=Notice.State.WAITING, words__has_key="reply_to")
    taker = row.taker
    for notice in waiting:
        notice.words |= {"manager": taker.name, "telephone": taker.telephone, "reply_to": taker.email}
    Notice.objects.bulk_update(waiting, ["words"])


def schools_worked_in(person: Person, today: date) -> list[Item]:
    posts = Employment.objects.not_over_by(today).filter(person=person).values("post")
    placed = Placement.objects.not_over_by(today).filter(post__in=posts).select_related("school")
    found = {each.school.public_id: Item(each.school.public_id, each.school.name) for each in placed}
    return sorted(found.values(), key=lambda item: item.words)


def agreements_to_sign(person: Person, today: date) -> list[Item]:
    posts = Employment.objects.not_over_by(today).filter(person=person).values("post")
    asked = Agreement.objects.waiting_for_signature().filter(placement__post__in=posts)
    rows = asked.select_related("latest", "in_force", "placement__school").prefetch_related("signatures")
    return [
        Item(each.public_id, f"{each.placement.school.name}, {school_year_label(each.school_year)}")
        for each in rows.order_by("placement__school__name", "pk")
        if "worker" in each.waits_for()
    ]


def _contacts(person: Person, today: date) -> list[Item]:
    roles = SchoolContact.objects.current(today).filter(person=person).select_related("school")
    return [Item(each.public_id, f"{each.get_kind_display()} of {each.school.name}") for each in roles]


def declare_kinds() -> None:
    declare(
        Kind(
            "placement",
            "Workers in schools",
            "Whoever takes them over manages them: agreement, questions and replies go there.",
            placements_managed,
            10,
            take=_take_placement,
            roles=MANAGERS,
        )
    )
    declare(
        Kind(
            "agreement",
            "Agreements that wait for their signature",
            "Nobody can sign in their place. Find who takes the post, or change the agreement.",
            agreements_to_sign,
            20,
            roles=MANAGERS,
            page="agreement",
        )
    )
    declare(
        Kind(
            "school",
            "Schools they work in",
            "Ring the school: tell them, and say who comes.",
            schools_worked_in,
            25,
            page="school",
        )
    )
    declare(
        Kind(
            "contact",
            "What they are to a school",
            "The school has nobody for this any more. Ring, and add who follows.",
            _contacts,
            50,
        )
    )
