"""What waits because somebody is away: for who covers, and for the manager of a worker (journeys 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from reports.needs.line import Need
from schools.models import Agreement
from teams.foundation.access import Principal
from teams.models import Absence


def for_covered(need: Need, manager: Any, principal: Principal) -> Need:
    """Says for whom she does it, where it is not her own."""
    if manager.pk == principal.person_id or manager.pk not in principal.covers:
        return need
    return need._replace(why=f"For {manager.name}, whom you cover. {need.why}")


def of_workers(agreements: Iterable[Agreement], today: date) -> Iterator[Need]:
    """What is asked of workers who are away: they get no mail, so their manager has the line. At most one query."""
    asked = {}
    for agreement in agreements:
        holder = agreement.placement.post.holder_on(max(today, agreement.starts_on))
        if holder is not None and agreement.status == Agreement.Status.OFFERED and "worker" in agreement.waits_for():
            asked[agreement] = holder
    if not asked:
        return
    away = set(Absence.objects.on(today).filter(person__in=asked.values()).values_list("person_id", flat=True))
    for agreement, holder in asked.items():
        if holder.pk in away:
            yield Need(
                f"{holder.name} is away, and {agreement.placement.school.name} waits for that signature",
                "No mail goes to who is away. It stands here until then.",
                "Away",
                "agreement",
                agreement.public_id,
                agreement.offered_at,
            )
