"""What somebody who supervises wants to know before she walks in (journey M2): what has changed since last time, first.

All of it is read through the policies of its own records; a page takes about ten queries at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from casework.models import YoungPerson
from schools.models import Agreement, FundingStream
from supervision.actions.promises import earlier_occasions, earlier_visits
from supervision.models import Bring, Visit
from teams.foundation.access import Principal
from teams.foundation.words import LONDON, day, midnight
from teams.models import Audience, Commitment

BEFORE_THE_END = timedelta(days=92)  # an agreement or fund that ends is on the table from a term ahead
LOOKED_AHEAD = timedelta(days=60)
SETTLED = (Commitment.Status.KEPT, Commitment.Status.NOT_KEPT, Commitment.Status.DROPPED)


@dataclass(frozen=True)
class Said:
    """Something that was promised, and whether it has changed since last time."""

    promise: Commitment
    is_new: bool


@dataclass(frozen=True)
class Young:
    """A young person to talk about. `is_brought`: the worker asks for it."""

    young: YoungPerson
    is_new: bool
    is_brought: bool
    has_ended: bool


@dataclass(frozen=True)
class Due:
    """One line about the agreement or the money, with the page where it can be dealt with."""

    text: str
    agreement: Agreement | None = None


@dataclass(frozen=True)
class Ready:
    """`last` is the supervision before this one, None where this is the first."""

    last: Visit | None
    said: list[Said]
    young: list[Young]
    bring: Bring | None
    due: list[Due]

    @property
    def changes(self) -> int:
        return sum(each.is_new for each in self.said) + sum(each.is_new for each in self.young)


def gather(visit: Visit, principal: Principal, *, now: datetime) -> Ready:
    """Everything for one visit. Seven queries, and the event that young people were looked at."""
    last = last_held(visit)
    since = None if last is None or last.occasion is None else last.occasion.ends_at
    bring = Bring.objects.filter(visit=visit).visible_to(principal).first()
    return Ready(
        last=last,
        said=_said(visit, principal, last=last, since=since),
        young=_young(visit, principal, bring=bring, since=since, now=now),
        bring=bring,
        due=_due(visit, principal),
    )


def last_held(visit: Visit) -> Visit | None:
    """The last supervision of this worker in this school that took place before this one."""
    held = earlier_visits(visit).filter(status=Visit.Status.HELD)
    rows = held.select_related("occasion").order_by("-occasion__starts_at", "-pk")
    found: Visit | None = rows.first()
    return found


def _said(visit: Visit, principal: Principal, *, last: Visit | None, since: datetime | None) -> list[Said]:
    """What is open of all sides, and what was settled since last time."""
    told = Q(status=Commitment.Status.OPEN)
    if since is not None:
        told |= Q(status__in=SETTLED, settled_at__gte=since)
    rows = Commitment.objects.visible_to(principal).filter(occasion__in=earlier_occasions(visit)).filter(told)
    found = [Said(each, _is_news(each, last=last, since=since)) for each in rows.with_people()]
    return sorted(found, key=lambda each: (not each.is_new, each.promise.due_on, each.promise.pk))


def _is_news(promise: Commitment, *, last: Visit | None, since: datetime | None) -> bool:
    """Settled, put off or said since last time; what was said last time is no news."""
    if last is None or since is None:
        return False
    if promise.settled_at is not None or (promise.follows is not None and promise.made_at >= since):
        return True
    return promise.made_at >= since and promise.occasion_id != last.occasion_id


def _young(
    visit: Visit, principal: Principal, *, bring: Bring | None, since: datetime | None, now: datetime
) -> list[Young]:
    """The worker's list first, in her order; then who is new or has gone since last time; then the others."""
    today = now.astimezone(LONDON).date()
    last_day = since.astimezone(LONDON).date() if since is not None else None
    hers = YoungPerson.objects.filter(worker=visit.worker).visible_to(principal).select_related("school")
    if visit.is_in_school:
        hers = hers.filter(school=visit.school)
    with_her = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=last_day or today))
    rows = hers.filter(with_her).order_by("initials", "pk").looked_at(by=principal, at=now)
    order = list(bring.young.values_list("young_person", flat=True)) if bring is not None else []
    found = [
        Young(
            each,
            is_new=last_day is not None and (each.starts_on > last_day or _is_over(each, today)),
            is_brought=each.pk in order,
            has_ended=_is_over(each, today),
        )
        for each in rows
    ]
    return sorted(
        found, key=lambda each: (order.index(each.young.pk) if each.is_brought else len(order), not each.is_new)
    )


def _is_over(young: YoungPerson, today: date) -> bool:
    return young.ends_on is not None and young.ends_on < today


def _due(visit: Visit, principal: Principal) -> list[Due]:
    """The agreement and the money, only when something is due."""
    if not visit.is_in_school:
        return []
    until = principal.today + BEFORE_THE_END
    lines = []
    here = Agreement.objects.filter(placement=visit.placement_id).visible_to(principal)
    for agreement in here.filter(status__in=(Agreement.Status.OFFERED, Agreement.Status.ACTIVE)).order_by("starts_on"):
        if agreement.status == Agreement.Status.OFFERED:
            lines.append(Due("The agreement has been sent, and not everybody has signed it yet.", agreement))
        elif principal.today <= agreement.ends_on <= until:
            lines.append(Due(f"The agreement ends on {day(agreement.ends_on)}.", agreement))
    funds = FundingStream.objects.visible_to(principal).filter(
        Q(shares__ends_on=None) | Q(shares__ends_on__gte=principal.today),
        shares__post=visit.placement.post_id,
        shares__starts_on__lte=principal.today,
        ends_on__range=(principal.today, until),
    )
    for fund in funds.distinct().order_by("ends_on", "name"):
        lines.append(Due(f"{fund.name} pays a part of the post. It ends on {day(fund.ends_on)}."))
    return lines


@dataclass(frozen=True)
class Soon:
    """The supervisions of today and the next working day; where there is none, the next one that is agreed."""

    visits: list[Visit]
    following: Visit | None


def soon(principal: Principal) -> Soon:
    """Of whoever comes herself. One query."""
    today = principal.today
    start, end = midnight(today), midnight(next_working_day(today) + timedelta(days=1))
    agreed = Visit.objects.visible_to(principal).filter(
        manager__in=principal.stands_for, status=Visit.Status.AGREED, occasion__called_off_at=None
    )
    rows = agreed.filter(occasion__starts_at__gte=start, occasion__starts_at__lt=start + LOOKED_AHEAD).for_page()
    coming = list(rows.order_by("occasion__starts_at", "pk")[:8])
    near = [each for each in coming if each.occasion.starts_at < end]
    return Soon(near, None if near else next(iter(coming), None))


def next_working_day(today: date) -> date:
    """Monday to Friday after this day; holidays are for the calendar, and here a day too many does no harm."""
    return today + timedelta(days={4: 3, 5: 2}.get(today.weekday(), 1))


def shared_alone(ready: Ready) -> list[Said]:
    """What a paper on the table may show: said before all three, at an occasion of all three."""
    return [
        each
        for each in ready.said
        if each.promise.audience == Audience.SHARED and each.promise.occasion.audience == Audience.SHARED
    ]
