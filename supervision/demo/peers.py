"""Peer supervision in a made-up county: of months that are over held, of this one booked; and one peer group."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from django.utils import timezone

from schools.demo.agreements import Stage, as_system
from supervision.actions import peers, practice
from supervision.actions.getting_ready import next_working_day
from supervision.models import PeerGroup, PeerSupervision
from supervision.models.peers import LASTS, Said
from supervision.rules.rhythm.months import first_of
from teams.foundation.errors import Refusal
from teams.foundation.transitions import begin

AFTER_SCHOOL = time(15, 30)
SAID = (
    {
        "question": "How do I go on with a parent who opens the door and says nothing?",
        "facts": "Seven visits. The young person is in school on four days of five.",
        "asked": "Who else of the family talks? What happens on the fifth day?",
        "options": "Meet outside the home. Write a card first. Go with somebody whom they know.",
        "will_do": "Write a card, and offer to meet at the library",
    },
    {
        "question": "When do I say that a plan does not work?",
        "facts": "Half a term of the same plan, and nobody has asked whether it helps.",
        "asked": "What would the young person say? Who is afraid to change it?",
        "options": "Ask everybody for one thing to stop. Set a day on which it is looked at.",
        "will_do": "Set a day with the school on which we look at the plan",
    },
)
TAKES = ("Ask who else talks", "A card before a visit", "One thing to stop", "Set a day for looking at it")
HELPS = "A card through the door before the first visit: three families out of four rang back."


def play(stage: Stage) -> None:
    """After the months, which have written down what is due."""
    today = timezone.localdate(stage.now)
    for place, peer in enumerate(PeerSupervision.objects.filter(month__lt=first_of(today)).order_by("month", "pk")):
        _over(peer, place)
    for peer in PeerSupervision.objects.filter(month=first_of(today)).for_page().select_related("manager"):
        _booked(peer, now=stage.now)
    held = PeerSupervision.objects.held().exclude(presenter=None).select_related("presenter").first()
    if held is not None:
        by, person = as_system(stage.now), held.presenter
        practice.put(held, HELPS, person=person, by=by, at=stage.now, today=today)
        _group(held, now=stage.now)


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, AFTER_SCHOOL))


def _over(peer: PeerSupervision, place: int) -> None:
    starts = _at(peer.due_on)
    by = as_system(starts - timedelta(days=7))
    peers.agree(peer, starts, place="The team’s hub", by=by, at=starts - timedelta(days=7))
    people = [each.person for each in peer.workers()]
    if people:
        said = _said(peer, people, place, due_on=peer.due_on + timedelta(days=56))
        peers.finish(peer, said, by=as_system(starts + LASTS), at=starts + LASTS)


def _said(talk: PeerSupervision | PeerGroup, people: list, place: int, *, due_on: date) -> Said:
    return Said(
        key=uuid4(),
        came=frozenset(person.pk for person in people),
        presenter=people[place % len(people)],
        words=SAID[place % len(SAID)],
        takes={person.pk: TAKES[number % len(TAKES)] for number, person in enumerate(people)},
        due_on=due_on,
    )


def _booked(peer: PeerSupervision, *, now: datetime) -> None:
    """On its day, or soon; and somebody is asked for a question."""
    by, people = as_system(now), [each.person for each in peer.workers()]
    day = max(peer.due_on, next_working_day(timezone.localdate(now)))
    try:
        peers.agree(peer, _at(day), place="The team’s hub", by=by, at=now)
    except Refusal:  # the manager is somewhere else then: it stays to be booked
        return
    if people:
        first = peers.turns(people)[0]
        peer.ask(next(each for each in people if each.pk == first.key), by=by, at=now)


def _group(held: PeerSupervision, *, now: datetime) -> None:
    """The same set alone: two weeks ago, and in two weeks."""
    people, by = [each.person for each in held.workers()], as_system(now)
    for days in (-14, 14):
        group = begin(PeerGroup(group=held.group), "open", by=by, at=now)
        group.name_people(people)
        starts = _at(timezone.localdate(now) + timedelta(days=days))
        group.stand(starts, starts + LASTS, place="The library")
        group.save(update_fields=["occasion"])
        if days < 0:
            due_on = timezone.localdate(now) + timedelta(days=10)
            peers.finish_group(group, _said(group, people, 1, due_on=due_on), by=by, at=starts + LASTS)
