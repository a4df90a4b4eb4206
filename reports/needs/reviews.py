"""Yearly reviews that wait for somebody: a school's part to be written (journey H5)."""

from __future__ import annotations

from performance.models import HeadPart
from reports.needs.line import Need
from teams.foundation.access import Principal


def of_schools(principal: Principal) -> dict[str, list[Need]]:
    """What waits for who heads schools, by the school's name. One query."""
    rows = (
        HeadPart.objects.visible_to(principal)
        .filter(status=HeadPart.Status.ASKED)
        .select_related("placement__school", "review__worker")
        .order_by("asked_at", "pk")
    )
    found: dict[str, list[Need]] = {}
    for each in rows:
        if each.may("give", principal):
            found.setdefault(each.placement.school.name, []).append(
                Need(
                    f"Your part in {each.review.worker.name}’s yearly review",
                    "About six minutes. You can stop and come back.",
                    "Review",
                    "head_part",
                    each.public_id,
                    each.asked_at,
                )
            )
    return found
