"""The canary county's calendar: what schools do otherwise than the county."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from schools.models import SchoolDay
from tests.factories.authorities import County
from tests.factories.canaries import AT_OAKFIELD, COUNCIL


def add_rhythm(county: County) -> None:
    _own_days(county)


def _own_days(county: County) -> None:
    day = timezone.localdate() + timedelta(days=200)  # to come, whenever this is run
    for key, readers in (("oakfield", AT_OAKFIELD), ("beech", frozenset({"other_head"}))):
        county.rows[f"{key} day"] = SchoolDay.objects.create(
            school=county.rows[key], kind=SchoolDay.Kind.CLOSED, starts_on=day, ends_on=day,
            words=f"INSET {county.canaries.plant(f'{key} own day', COUNCIL | readers)}",
        )  # fmt: skip
