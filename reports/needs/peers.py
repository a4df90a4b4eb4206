"""Peer supervision on first pages: a time to agree, a question to bring, a meeting to write down, one that is coming.

Of a peer group nothing stands here: it asks nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from reports.needs.away import for_covered
from reports.needs.line import Need
from supervision.models import PeerSupervision
from teams.foundation.access import Principal
from teams.foundation.words import day, moment

AHEAD = timedelta(days=14)


def lines(principal: Principal) -> list[Need]:
    """What is to be done."""
    return lines_and_coming(principal)[0]


def lines_and_coming(principal: Principal) -> tuple[list[Need], list[Need]]:
    """What is to be done, and what is agreed for the next two weeks. One query."""
    until = timezone.make_aware(datetime.combine(principal.today + AHEAD, time()))
    booked = Q(status=PeerSupervision.Status.AGREED, occasion__starts_at__lt=until)
    due = Q(status=PeerSupervision.Status.DUE, month__gte=principal.today.replace(day=1))
    asked = Q(presenter=principal.person_id, question="")
    rows = PeerSupervision.objects.visible_to(principal).exclude(status=PeerSupervision.Status.HELD)
    rows = rows.filter(booked | due | asked).select_related("occasion", "manager").order_by("due_on", "pk")
    found = [for_covered(need, peer.manager, principal) for peer in rows for need in _of(peer, principal)]
    return [need for need in found if need.kind != COMING], [need for need in found if need.kind == COMING]


COMING = "Agreed"


def _of(peer: PeerSupervision, principal: Principal) -> Iterator[Need]:
    which = f"Peer supervision: set {peer.group}"
    if peer.manager_id in principal.stands_for:
        if peer.occasion is None:
            if peer.due_on <= principal.today + AHEAD:
                why = f"It is due by {day(peer.due_on)}."
                yield Need(f"Agree a time. {which}", why, "To book", "peer", peer.public_id)
        elif _is_over(peer, principal):
            why = "Write down what was said, or say that it could not happen."
            yield Need(f"Finish it. {which}", why, "Record", "peer", peer.public_id, peer.occasion.ends_at)
        else:
            yield Need(which, _when(peer), COMING, "peer", peer.public_id)
    elif peer.presenter_id == principal.person_id and not peer.question:
        why = f"It is your turn. {_when(peer)}"
        yield Need(
            "Bring a question to peer supervision", why, "Question", "peer_question", peer.public_id, peer.asked_at
        )
    elif peer.occasion is not None and not _is_over(peer, principal):
        yield Need(which, _when(peer), COMING, "peer", peer.public_id)


def _is_over(peer: PeerSupervision, principal: Principal) -> bool:
    """Its day is over; on the day itself it is still to come."""
    return timezone.localdate(peer.occasion.ends_at) < principal.today


def _when(peer: PeerSupervision) -> str:
    if peer.occasion is None:
        return f"Due by {day(peer.due_on)}."
    place = f", {peer.occasion.place}" if peer.occasion.place else ""
    return f"{moment(peer.occasion.starts_at)}{place}."
