"""The pay scale of an authority, by date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import DateField, F, Value

from teams.actions.authorities import administrator_only
from teams.foundation import audit
from teams.foundation.access import Principal
from teams.models import Authority, PayRate, PostTerms

Rate = tuple[str, int, date, Decimal, Decimal]


def keep_rates(rates: Sequence[Rate], *, by: Principal, at: datetime) -> int:
    """Add rates (grade, point, first day, salary, on-costs in per cent), or correct those of the same day.

    What has been signed and charged keeps its price. Returns how many are new or different.
    """
    administrator_only(by, "pay.keep")
    kept = 0
    with transaction.atomic():
        Authority.one_at_a_time()
        for grade, point, starts_on, salary, on_costs_percent in rates:
            there = PayRate.objects.filter(grade=grade, point=point, starts_on=starts_on).first()
            if there is not None and (there.salary, there.on_costs_percent) == (salary, on_costs_percent):
                continue
            rate = there or PayRate(grade=grade, point=point, starts_on=starts_on)
            rate.salary, rate.on_costs_percent = salary, on_costs_percent
            rate.save()
            kept += 1
        if kept:
            audit.record("pay.keep", by=by, at=at, reason=f"{kept} rates")
    return kept


def rates_and_missing(today: date) -> tuple[int, list[tuple[str, int]]]:
    """How many rates there are, and the grades and points of posts that none of today is known for: their cost cannot
    be worked out. One query."""
    rates = PayRate.objects.order_by().annotate(since=F("starts_on")).values_list("grade", "point", "since")
    # A row of a post has no day here: a rate always has one.
    posts = PostTerms.objects.order_by().annotate(since=Value(None, DateField())).values_list("grade", "point", "since")
    found = list(rates.union(posts, all=True))
    known = {(grade, point) for grade, point, since in found if since is not None and since <= today}
    wanted = {(grade, point) for grade, point, since in found if since is None}
    return sum(since is not None for *_, since in found), sorted(wanted - known)
