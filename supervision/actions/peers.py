"""Peer supervision: whose turn it is, when it is, and what was said; with the manager, and among workers alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from schools.models import Placement
from supervision.actions import busy
from supervision.actions.crews import crew_of
from supervision.actions.months import Line, look, write_peer
from supervision.models import PeerGroup, PeerSupervision
from supervision.models.peers import LASTS, LINE, Said, Talk
from supervision.rules.rhythm.months import first_of
from supervision.rules.turns import Turn, in_order
from teams.foundation.access import Principal
from teams.foundation.drafts import Draft
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin
from teams.models import Commitment, Employment, Occasion, Part, Person

PEER_FORM, GROUP_FORM = "supervision-peer", "supervision-group"
AnyTalk = TypeVar("AnyTalk", bound=Talk)


def line_of(manager: Person, month: date, group: str, *, today: date) -> Line | None:
    """What is due for this set of hers in this month; None where nothing is."""
    found = look(manager, month, today=today)
    return next((line for line in found.peer if line.group == group), None)


def turns(people: Iterable[Person], *, by_group: bool = False) -> list[Turn]:
    """Whose turn it is, of those who work here still, the first one first. One query."""
    people = [person for person in people if person.left_at is None]
    talks: Any = PeerGroup.objects if by_group else PeerSupervision.objects
    brought = talks.held().filter(presenter__in=people).order_by().values("presenter").annotate(last=Max("held_at"))
    last = {row["presenter"]: timezone.localdate(row["last"]) for row in brought}
    return in_order(Turn(person.pk, person.name, last.get(person.pk)) for person in people)


def plan(manager: Person, month: date, group: str, *, by: Principal, at: datetime, today: date) -> PeerSupervision:
    """The row of what is due, with the workers of the set as it is now. Twice is once.

    Raises Refusal where nothing is due any more.
    """
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",), no_key=True).get(pk=manager.pk)
        there = PeerSupervision.objects.filter(manager=manager, month=month, group=group).first()
        if there is not None:
            return there
        line = line_of(manager, month, group, today=today)
        if line is None:
            raise Refusal("Nothing is due for this set any more. Look at the month again.", code="gone")
        return write_peer(manager, month, line, by=by, at=at)


def agree(peer: PeerSupervision, starts_at: datetime, *, place: str, by: Principal, at: datetime) -> None:
    """When and where. Raises Refusal, field "day" or "time", for a day that is over or a time that is taken."""
    _refuse_time(starts_at, peer.manager, except_for=peer.occasion, by=by, at=at)
    line = line_of(peer.manager, peer.month, peer.group, today=timezone.localdate(at))
    people = line.people if line is not None else None  # who has come into the set since it was written down comes too
    peer.agree(starts_at, starts_at + LASTS, place=place, people=people, by=by, at=at)


def _refuse_time(
    starts_at: datetime, person: Person, *, except_for: Occasion | None, by: Principal, at: datetime
) -> None:
    """What else somebody does then is named to who may read it: not to whoever covers for them."""
    if timezone.localdate(starts_at) < timezone.localdate(at):
        raise Refusal(
            "Choose today or a later day. If you have met already, write down what was said.", field="day", code="past"
        )
    busy.refuse_clash(starts_at, starts_at + LASTS, person, except_for=except_for, by=by)


def finish(peer: PeerSupervision, said: Said, *, by: Principal, at: datetime) -> PeerSupervision:
    """What was said, once: the same key again is the same press. What the presenter will do goes into the ledger."""
    holder = Person.objects.get(pk=by.person_id) if by.person_id else peer.manager
    with transaction.atomic():
        there = PeerSupervision.objects.select_for_update(of=("self",)).get(pk=peer.pk)
        if not _is_same_press(there, said):
            there.finish(said, holder=holder, by=by, at=at)
            _promise(there, said, form=PEER_FORM, by=by, at=at)
        return there


def finish_group(group: PeerGroup, said: Said, *, by: Principal, at: datetime) -> PeerGroup:
    """The same among workers alone."""
    with transaction.atomic():
        there = PeerGroup.objects.select_for_update(of=("self",)).get(pk=group.pk)
        if not _is_same_press(there, said):
            there.finish(said, by=by, at=at)
            _promise(there, said, form=GROUP_FORM, by=by, at=at)
        return there


def _is_same_press(talk: Talk, said: Said) -> bool:
    return talk.is_held and talk.key == said.key


def _promise(talk: Any, said: Said, *, form: str, by: Principal, at: datetime) -> None:
    """Promised by who brought the question, for those who read the talk; and its typist's draft is over."""
    if talk.will_do and said.presenter is not None and said.due_on is not None:
        promise = Commitment(
            text=talk.will_do[:LINE],
            promised_by=said.presenter,
            side=Part.WORKER,
            due_on=said.due_on,
            occasion=talk.occasion,
            audience=talk.audience,
            made_at=at,
        )
        talk.promise = begin(promise, "promise", by=by, at=at)
        talk.save(update_fields=["promise"])
    Draft.objects.of(by.person_id, form, str(talk.public_id)).delete()


def latest_of(principal: Principal) -> list[PeerSupervision]:
    """Those that are to come for this worker, and the latest at which she was, the latest first. One query."""
    rows = PeerSupervision.objects.visible_to(principal).filter(people__person=principal.person_id)
    return list(rows.select_related("occasion").order_by("-month", "-pk")[:4])


def set_of(worker: Person, *, today: date) -> tuple[str, list[Person]]:
    """In which set a worker is, and with whom. Raises Refusal where she is in none."""
    posts = Employment.objects.on(today).filter(person=worker).values("post")
    placement = Placement.objects.not_ended().filter(post__in=posts).select_related("manager").order_by("-starts_on")
    for each in placement:
        if each.manager is None:
            continue
        crew = crew_of(each.manager, first_of(today), today=today)
        groups = {person.key: person.group for person in crew.workers}
        group = groups.get(worker.pk)
        if group:
            return group, [crew.people[key] for key, other in groups.items() if other == group]
    raise Refusal("You are in no set yet. Your manager puts you into one; then your peer group is here.", code="no_set")


def open_group(
    worker: Person, starts_at: datetime, *, place: str, by: Principal, at: datetime, today: date
) -> PeerGroup:
    """When and where the workers of her set meet, without anybody who manages. Raises Refusal, as `agree` does."""
    _refuse_time(starts_at, worker, except_for=None, by=by, at=at)
    letter, people = set_of(worker, today=today)
    with transaction.atomic():
        group = begin(PeerGroup(group=letter), "open", by=by, at=at)
        group.name_people(people)
        group.stand(starts_at, starts_at + LASTS, place=place)
        group.save(update_fields=["occasion"])
        return group


def agree_group(
    group: PeerGroup, worker: Person, starts_at: datetime, *, place: str, by: Principal, at: datetime
) -> None:
    """The group meets at another time. Raises Refusal, as `agree` does."""
    _refuse_time(starts_at, worker, except_for=group.occasion, by=by, at=at)
    group.agree(starts_at, starts_at + LASTS, place=place, by=by, at=at)
