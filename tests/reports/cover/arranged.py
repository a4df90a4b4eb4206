"""Cover as tests arrange it."""

from __future__ import annotations

from datetime import timedelta

from schools.models import Agreement
from teams.foundation.lookup import principal_of
from teams.models import (
    Cover,
)
from tests.factories.authorities import NOW, TODAY

FIRST, LAST = TODAY + timedelta(days=6), TODAY + timedelta(days=10)  # Monday 14 to Friday 18 September
DAY = timedelta(days=1)
HOME = "/fenshire/home/"


def arrange(county, deputy="other_manager", *, first=FIRST, last=LAST, by="manager", at=NOW) -> Cover:
    with county.inside():
        people = county.people
        return Cover.start(people["manager"], people[deputy], starts_on=first, ends_on=last, by=county.as_(by), at=at)


def seen_by(county, name: str) -> int:
    """How many agreements this person can see today."""
    with county.inside():
        return Agreement.objects.visible_to(principal_of(county.users[name])).count()
