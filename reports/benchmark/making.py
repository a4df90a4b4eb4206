"""What the floors share while one authority is made: its lot, its days, and how rows go in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from reports.benchmark.sizes import Size
from schools.models import FundingStream, Placement, School
from teams.foundation.access import Principal
from teams.models import Area, Authority, Person, Post, Profession, Team, User
from teams.rules.calendar import school_year_of

BATCH = 2_000
SYSTEM = "make_benchmark_data"
Row = TypeVar("Row", bound=models.Model)


@dataclass
class Worker:
    """Somebody in a post, and who manages them."""

    person: Person
    post: Post
    manager: Person
    is_funded: bool
    group: str  # the set


@dataclass
class Placed:
    """A worker in a school, who manages it, and who speaks for the school."""

    placement: Placement
    worker: Worker
    head: Person
    lead: Person


@dataclass
class Making:
    """One authority while it is made. Each floor fills what the floors above it need."""

    number: int
    size: Size
    today: date
    years: int
    authority: Authority
    counts: Counter[str]
    lot: Random = field(init=False)
    areas: list[Area] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    professions: dict[str, Profession] = field(default_factory=dict)
    managers: list[Person] = field(default_factory=list)  # one for each team, in their order
    senior_manager: Person | None = None
    workers: list[Worker] = field(default_factory=list)
    schools: list[School] = field(default_factory=list)
    heads: list[Person] = field(default_factory=list)  # one for each school, in their order
    funds: list[FundingStream] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lot = Random(f"authority {self.number} at place {self.size.place}")  # noqa: S311  (made up, not secret)

    @property
    def slug(self) -> str:
        return self.authority.slug

    @property
    def began(self) -> date:
        """The first day of what is told: so many years before today."""
        return self.today.replace(year=self.today.year - self.years, day=1)

    @property
    def founded(self) -> datetime:
        """Everything was set up in the summer before: placements had begun when the first visit was made."""
        return self.at(date(school_year_of(self.began), 9, 1), 8)

    @property
    def school_year(self) -> int:
        return school_year_of(self.today)

    @property
    def school_years(self) -> range:
        """Those that are told of, the current one last."""
        return range(school_year_of(self.began), self.school_year + 1)

    @property
    def by(self) -> Principal:
        return Principal(kind="system", name=SYSTEM, today=self.today)

    def at(self, day: date, hour: int = 10, minute: int = 0) -> datetime:
        return timezone.make_aware(datetime.combine(day, time(hour, minute)))

    @property
    def now(self) -> datetime:
        return self.at(self.today, 7)

    def months(self) -> list[date]:
        """The first days of the months from the beginning to the current one, without August."""
        month, found = self.began, []
        while month <= self.today:
            if month.month != 8:
                found.append(month)
            month = (month + timedelta(days=32)).replace(day=1)
        return found

    def working_day(self, month: date) -> date:
        """Some day of the month on which people work."""
        day = month + timedelta(days=self.lot.randrange(2, 27))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def uuid(self) -> UUID:
        return UUID(int=self.lot.getrandbits(128), version=4)

    def put(self, rows: Iterable[Row]) -> list[Row]:
        """Into their table, with public ids of this authority's lot. The rows come back with their keys."""
        made = list(rows)
        if not made:
            return made
        model: Any = type(made[0])
        if any(each.name == "public_id" for each in model._meta.fields):
            for row in made:
                row.public_id = self.uuid()  # type: ignore[attr-defined]
        model._base_manager.bulk_create(made, batch_size=BATCH)
        self.counts[model._meta.db_table] += len(made)
        return made

    def accounts(self, addresses: Iterable[str], password: str) -> list[User]:
        """Accounts that no password opens."""
        made = [User(email=address, password=password, date_joined=self.founded) for address in addresses]
        User.objects.bulk_create(made, batch_size=BATCH)
        self.counts["teams_user"] += len(made)
        return made
