"""What waits because somebody is away: for who covers, and for the manager of a worker (journeys 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from reports.needs.line import Need
from schools.models import Agreement
from teams.foundation.access import Principal
from teams.models import Absence


def for_covered(need: Need, manager: Any, principal: Principal) -> Need:
    """Says for whom she does it, where it is not her own."""
    if manager.pk == principal.person_id or manager.pk not in principal.covers:
        return need
    return need._replace(why=f"For {manager.name}, whom you cover. {need.why}")


def holders_away(today: date) -> ArraySubquery:
    """Of an agreement's query: who is away today of those who hold or held its post, by person id."""
    held = Absence.objects.on(today).filter(person__employments__post=OuterRef("placement__post"))
    return ArraySubquery(held.values("person_id"))


def of_workers(agreements: Iterable[Agreement], today: date) -> Iterator[Need]:
    """What is asked of workers who are away: they get no mail, so their manager has the line. No query."""
    for agreement in agreements:
        holder = agreement.placement.post.holder_on(max(today, agreement.starts_on))
        asked = agreement.status == Agreement.Status.OFFERED and "worker" in agreement.waits_for()
        if asked and holder is not None and holder.pk in agreement.away:  # type: ignore[attr-defined]
            yield Need(
                f"{holder.name} is away, and {agreement.placement.school.name} waits for that signature",
                "No mail goes to who is away. It stands here until then.",
                "Away",
                "agreement",
                agreement.public_id,
                agreement.offered_at,
            )
