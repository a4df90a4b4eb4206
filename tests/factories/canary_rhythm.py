"""The canary county's calendar: what schools do otherwise than the county."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from schools.models import SchoolDay
from supervision.models import Pattern, SetPlace
from teams.models import Profession
from tests.factories.authorities import County
from tests.factories.canaries import AT_OAKFIELD, COUNCIL


def add_rhythm(county: County) -> None:
    _own_days(county)
    _patterns(county)


def _patterns(county: County) -> None:
    """Nothing in them is a word: who is in which set is said with the names of people."""
    Pattern.objects.create(
        profession=Profession.objects.get(), shape=Pattern.Shape.ALTERNATE, starts_on=date(2026, 9, 1),
        review_on=date(2027, 8, 31),
    )  # fmt: skip
    for key, group in (("worker", "A"), ("other_worker", "B")):
        SetPlace.objects.create(person=county.people[key], group=group, starts_on=date(2026, 9, 1))


def _own_days(county: County) -> None:
    day = timezone.localdate() + timedelta(days=200)  # to come, whenever this is run
    for key, readers in (("oakfield", AT_OAKFIELD), ("beech", frozenset({"other_head"}))):
        county.rows[f"{key} day"] = SchoolDay.objects.create(
            school=county.rows[key], kind=SchoolDay.Kind.CLOSED, starts_on=day, ends_on=day,
            words=f"INSET {county.canaries.plant(f'{key} own day', COUNCIL | readers)}",
        )  # fmt: skip
