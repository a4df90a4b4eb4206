"""What becomes of an agreement that was signed: a change taken back, next year's, and the end."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from schools.actions import agreements
from schools.actions.agreements import WEEKDAYS
from schools.actions.money import SealedShares, paid_on, payers_of, share_out
from schools.models import Agreement, Placement
from teams.foundation.access import Principal
from teams.foundation.errors import Refusal
from teams.rules.calendar import school_year_label


def take_back(agreement: Agreement, *, by: Principal, at: datetime) -> bool:
    """Take a change back: what is in force holds, and so do its days and its shares.

    Returns False when the shares could not be put back, because another school of this post has signed new ones since.
    """
    with transaction.atomic():
        agreement.keep(by=by, at=at)
        way = agreement.in_force.way
        agreement.placement.change(
            timetable=[
                {"weekday": WEEKDAYS.index(day["day"]), "starts": day["starts"], "ends": day["ends"]}
                for day in way["days"]
            ],
            hours_per_week=Decimal(way["hours_per_week"]),
            focus=way["focus"],
            by=by,
            at=at,
        )
        return _put_shares_back(agreement, by=by, at=at)


def _put_shares_back(agreement: Agreement, *, by: Principal, at: datetime) -> bool:
    """The post's shares as the version in force has them, from the first day of its period on which they differ now."""
    post, live = agreement.placement.post, payers_of(agreement.placement.post)
    sealed = SealedShares.of(agreement.in_force, live)
    if sealed is None:
        return False
    differs = sealed.days_that_differ(live, agreement.starts_on, agreement.ends_on)
    if not differs:
        return True
    others = Agreement.objects.active().filter(placement__post=post).exclude(pk=agreement.pk)
    if others.filter(school_year=agreement.school_year).exists():
        return False
    afterwards = sorted({share.starts_on for share in live if share.starts_on > agreement.ends_on})
    for day in [differs[0], *sorted(day for day in sealed.changes if day > differs[0])]:
        share_out(post, list(sealed.on(day).items()), from_day=day, by=by, at=at)
    for day in afterwards:
        share_out(post, list(paid_on(live, day).items()), from_day=day, by=by, at=at)
    return True


def renew(agreement: Agreement, *, by: Principal, at: datetime) -> Agreement:
    """The agreement for the next school year: everything as it was, but what changes."""
    year = agreement.school_year + 1
    with transaction.atomic():
        # One at a time for a placement: two presses at once would both find that next year's is not there.
        placement = Placement.objects.select_for_update(of=("self",), no_key=True).get(pk=agreement.placement_id)
        there = placement.agreements.filter(school_year=year).exclude(status=Agreement.Status.ENDED)
        if there.exists():
            raise Refusal(f"The agreement for {school_year_label(year)} is there already. Open it from the list.")
        own_lines = dict(agreement.readable.own_lines)
        return agreements.draw_up(agreement.placement, school_year=year, own_lines=own_lines, by=by, at=at)


def end(agreement: Agreement, *, on: date, reason: str, by: Principal, at: datetime) -> None:
    """The agreement ends, and with its last one the worker's time in this school."""
    with transaction.atomic():
        agreement.end(on=on, reason=reason, by=by, at=at)
        placement = agreement.placement
        still = placement.agreements.exclude(pk=agreement.pk).exclude(status=Agreement.Status.ENDED)
        if placement.status == Placement.Status.ENDED or still.exists():
            return
        if agreement.status == Agreement.Status.ENDED:
            placement.end(on=on, by=by, at=at)
        else:
            placement.change(ends_on=max(on, placement.starts_on), by=by, at=at)


def close_run_out(*, by: Principal, at: datetime) -> int:
    """Agreements whose last day is past are ended, by the system, at every sweep. Returns how many."""
    today = timezone.localdate(at)
    over = list(Agreement.objects.run_out(today).select_related("placement"))
    for agreement in over:
        agreement.end(on=agreement.last_day, reason="its last day is past", by=by, at=at)
        placement = agreement.placement
        if placement.status != Placement.Status.ENDED and placement.ends_on is not None and placement.ends_on < today:
            placement.end(on=placement.ends_on, by=by, at=at)
    return len(over)
