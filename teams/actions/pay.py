"""The pay scale of an authority, by date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

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
    be worked out."""
    rates = list(PayRate.objects.values_list("grade", "point", "starts_on"))
    known = {(grade, point) for grade, point, starts_on in rates if starts_on <= today}
    return len(rates), sorted(set(PostTerms.objects.values_list("grade", "point")) - known)
