"""Promises that go on to the next supervision of the same people (mechanism 3, M22)."""

from __future__ import annotations

from typing import Any

from supervision.models import Visit
from teams.models import Commitment


def earlier_visits(visit: Visit) -> Any:
    """This worker's supervisions in this school before this one, whoever managed her then; or those between two."""
    if visit.is_in_school:
        there = Visit.objects.filter(worker=visit.worker_id, kind=visit.kind, placement__school=visit.school)
    else:
        there = Visit.objects.between_two([visit.worker_id])
    before = there.exclude(pk=visit.pk).exclude(occasion=None)
    return before.filter(occasion__starts_at__lt=visit.occasion.starts_at) if visit.occasion else before


def earlier_occasions(visit: Visit) -> Any:
    """A subquery of their ids."""
    return earlier_visits(visit).values("occasion")


def carried_to(visit: Visit) -> Any:
    """What is still open of the supervisions before this one. Who may read which of it, `visible_to` says."""
    return Commitment.objects.carried_to(earlier_occasions(visit)).with_people().order_by("due_on", "pk")
