"""Meetings of reviews that are to come, as first pages show them: of this person alone, and when they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from performance.models import HeadPart, Review
from supervision.actions.getting_ready import next_working_day
from teams.foundation.access import Principal
from teams.foundation.words import midnight


def meetings_of(principal: Principal) -> Any:
    """Where she is to be there for the council, as worker or as one of those who lead it; the next one first."""
    rows = (
        Review.objects.visible_to(principal)
        .running()
        .filter(occasion__attendees__person=principal.person_id, occasion__starts_at__gte=midnight(principal.today))
    )
    return rows.select_related("worker", "manager", "edition", "occasion").order_by("occasion__starts_at", "pk")


def soon(principal: Principal) -> list[Review]:
    """Those of today and the next working day. One query."""
    end = midnight(next_working_day(principal.today) + timedelta(days=1))
    return list(meetings_of(principal).filter(occasion__starts_at__lt=end))


def at_placement(principal: Principal) -> ArraySubquery:
    """For a query over placements: {"of", "worker", "starts_at", "place"} of each to which this head comes, the next
    one first."""
    rows = HeadPart.objects.visible_to(principal).filter(
        placement=OuterRef("pk"), person=principal.person_id, comes=True, review__in=Review.objects.running(),
        review__occasion__starts_at__gte=midnight(principal.today),
    )  # fmt: skip
    kept = JSONObject(
        of="public_id",
        worker="review__worker__name",
        starts_at="review__occasion__starts_at",
        place="review__occasion__place",
    )
    return ArraySubquery(rows.order_by("review__occasion__starts_at", "pk").values(found=kept))
