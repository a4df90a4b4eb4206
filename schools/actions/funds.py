"""The funds that pay for posts beside the schools."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from schools.models import FundingStream
from teams.foundation import audit
from teams.foundation.access import Principal, policy_of
from teams.foundation.errors import NotAllowed, Refusal
from teams.models import Authority


def keep_fund(
    fund: FundingStream | None, *, name: str, funder: str, ends_on: date | None, by: Principal, at: datetime
) -> FundingStream:
    """A new fund, or another name, giver or end of one that is here. Raises Refusal, field "name", for a name twice."""
    fund = fund or FundingStream()
    verb = "fund.change" if fund.pk else "fund.add"
    if not policy_of(FundingStream).may(by, verb, fund):
        raise NotAllowed(verb, str(fund.public_id))
    with transaction.atomic():
        Authority.one_at_a_time()
        if FundingStream.objects.filter(name=name).exclude(pk=fund.pk).exists():
            raise Refusal(
                f"There is a fund called {name} already. Give this one another name.", field="name", code="twice"
            )
        values = {"name": name, "funder": funder, "ends_on": ends_on}
        changed = [field for field, value in values.items() if getattr(fund, field) != value]
        for field, value in values.items():
            setattr(fund, field, value)
        fund.save()
        audit.record(verb, by=by, at=at, subjects=[fund], changed=changed)
    return fund
