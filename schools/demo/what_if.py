"""Two what-ifs of a made-up county's budget round: its grant ends, and an award with one post more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from schools.actions import what_if as actions
from schools.actions.what_if import Trying
from schools.demo.agreements import Stage, as_system
from schools.models import FundingStream, Placement, Share, WhatIf, WhatIfChange
from teams.rules.calendar import school_year_dates, school_year_of

HALF = Decimal("0.5")
MOST_POSTS = 3


def add_what_ifs(stage: Stage, *, budget: FundingStream, grant: FundingStream) -> None:
    """In the open county; by the verbs that people press."""
    assert grant.ends_on is not None  # noqa: S101  it is a grant because it ends
    next_year = school_year_of(timezone.localdate(stage.now)) + 1
    _save(stage, "The grant ends: schools pay half of it", next_year, _instead_of(grant, budget, grant.ends_on))
    september = school_year_dates(next_year)[0]
    _save(stage, "Three per cent, and one post more", next_year, [
        WhatIfChange(kind="award", day=september, percent=Decimal("3.00")),
        *_one_more(stage, september),
    ])  # fmt: skip


def _instead_of(grant: FundingStream, budget: FundingStream, last_day: date) -> list[WhatIfChange]:
    """For the first posts that the grant pays for: a half of its part to the school, and the other to the budget."""
    day, found = last_day + timedelta(days=1), []
    shares = Share.objects.on(day).select_related("post", "school").order_by("post__name", "pk")
    schools = {share.post_id: share.school for share in shares if share.school is not None}
    for share in [each for each in shares if each.fund_id == grant.pk and each.post_id in schools][:MOST_POSTS]:
        half = (share.percent * HALF).quantize(Decimal("0.01"))
        gives = {"kind": "share", "day": day, "post": share.post, "fund": grant}
        found.append(WhatIfChange(**gives, to_school=schools[share.post_id], percent=half))
        found.append(WhatIfChange(**gives, to_fund=budget, percent=share.percent - half))
    return found


def _one_more(stage: Stage, day: date) -> list[WhatIfChange]:
    """Like the first post that is in a school, for the first school that has none."""
    placed = Placement.objects.not_ended().select_related("post").order_by("pk").first()
    taken = set(Placement.objects.not_ended().values_list("school", flat=True))
    free = [school for schools in stage.schools.values() for school in schools if school.pk not in taken]
    if placed is None or not free:
        return []
    return [WhatIfChange(kind="add", day=day, post=placed.post, to_school=free[0])]


def _save(stage: Stage, name: str, school_year: int, changes: list[WhatIfChange]) -> None:
    by, at = as_system(stage.now), stage.now
    what_if = WhatIf.save_as(name, school_year=school_year, person=stage.senior_manager, by=by, at=at)
    trying = Trying(by, stage.authority, timezone.localdate(at))
    for change in changes:
        actions.add_change(WhatIf.objects.get(pk=what_if.pk), change, trying=trying, by=by, at=at)
