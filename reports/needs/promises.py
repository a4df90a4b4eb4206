"""What we said we'd do: of one person, of those whom she manages, and of a school; never wider than it was said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from reports.needs.line import Need
from supervision.models import Visit
from teams.foundation.access import Principal
from teams.models import Audience, Commitment, Part

SHOWN, MOST = 10, 200
NOT_KEPT_FOR = timedelta(days=60)  # about as long as from one supervision in school to the next


def late(principal: Principal) -> list[Need]:
    """What this person has promised, where the day is over. One query."""
    return lines_of(_late(principal), principal)


def lines_of(late: Iterable[Commitment], principal: Principal) -> list[Need]:
    """A line for each of them that this person has promised."""
    return [_line(promise) for promise in late if promise.promised_by_id == principal.person_id]


def late_by_school(principal: Principal) -> dict[str, list[Need]]:
    """The same for who speaks for schools, by the school's name. Two queries, the second where something is late."""
    found = list(_late(principal))
    schools = _schools_of(found)
    lines: dict[str, list[Need]] = {}
    for promise in found:
        if promise.occasion_id in schools:
            lines.setdefault(schools[promise.occasion_id], []).append(_line(promise))
    return lines


def of_mine(principal: Principal) -> list[Commitment]:
    """What this person has promised and nobody has settled, the earliest day first."""
    mine = Commitment.objects.visible_to(principal).said().still_open().filter(promised_by=principal.person_id)
    return list(mine.with_people().order_by("due_on", "pk"))


def late_of_all(principal: Principal, today: date) -> list[Commitment]:
    """What is late of everybody whom this manager meets, the oldest first; one more than is shown."""
    return list(
        Commitment.objects.visible_to(principal).said().late(today).with_people().order_by("due_on", "pk")[: SHOWN + 1]
    )


def of_school(principal: Principal, school: Any, now: datetime) -> list[Commitment]:
    """What was said before all three in this school: the school's own first, then the council's, unkept ones too."""
    shared = Commitment.objects.filter(audience=Audience.SHARED).visible_to(principal)  # whatever hat is worn as well
    rows = shared.filter(occasion__visits__placement__school=school)
    rows = rows.to_be_shown(now - NOT_KEPT_FOR).with_people().order_by("due_on", "pk")
    return sorted(rows, key=lambda promise: promise.side != Part.SCHOOL)


def _late(principal: Principal) -> Any:
    mine = Commitment.objects.filter(promised_by=principal.person_id).visible_to(principal)
    return mine.said().late(principal.today).order_by("due_on", "pk")


def _schools_of(promises: list[Commitment]) -> dict[int, str]:
    """The name of the school of each occasion that was with one. What is between two is no school's."""
    occasions = {promise.occasion_id for promise in promises}
    if not occasions:
        return {}
    held = Visit.objects.filter(occasion__in=occasions, kind=Visit.Kind.IN_SCHOOL)
    return dict(held.values_list("occasion", "placement__school__name"))


def _line(promise: Commitment) -> Need:
    over = timezone.make_aware(datetime.combine(promise.due_on + timedelta(days=1), time()))
    return Need(f"You said: {promise.text}", "It is late.", "Action", "action", promise.public_id, over)
