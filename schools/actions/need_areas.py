"""Need beside workers, hours and money, area by area: where the county's workers are, and where its need is (H23, L13).

Money is that of the posts' own book (schools.actions.books): what a school pays stands in that school's area, what the
county's funds pay for a post where the post's hours are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from schools.actions.books import Book
from schools.actions.need import Need, SchoolNeed
from schools.models import Placement, School
from schools.rules import need as rules
from schools.rules.need import Balance
from teams.foundation.access import Principal
from teams.models import Employment
from teams.models.places import NO_AREA
from teams.rules.calendar import school_year_dates, school_year_of

ZERO, PENNY = Decimal("0.00"), Decimal("0.01")


@dataclass(frozen=True)
class AreaMoney:
    """Pounds in this school year, without the posts whose cost cannot be worked out: `unknown` of them."""

    schools: Decimal = ZERO
    council: Decimal = ZERO
    unknown: int = 0

    def __add__(self, other: AreaMoney) -> AreaMoney:
        return AreaMoney(self.schools + other.schools, self.council + other.council, self.unknown + other.unknown)

    @property
    def is_known(self) -> bool:
        """False where every post here is one of those: nothing is known then, and that is not nothing."""
        return not self.unknown or bool(self.schools or self.council)


@dataclass(frozen=True)
class AreaNeed:
    """One area: its schools, their need and pupils, and who works there. `money` is None where it is not asked for."""

    name: str
    area_id: int | None
    public_id: Any
    schools: int
    scored: int
    highest: int
    highest_without: int
    without: int
    two: int
    workers: int
    hours: Decimal
    balance: Balance
    money: AreaMoney | None = None


def weight_of(school: SchoolNeed) -> Decimal:
    """What a school adds to its area's need: its score times its pupils; nothing where one of them is not known."""
    return school.score * school.roll if school.score is not None and school.roll else Decimal(0)


def by_area(need: Need, areas: Iterable[Any], money: dict[int | None, AreaMoney] | None = None) -> list[AreaNeed]:
    """Every area that has a ranked school, by name; schools without an area come last. Of `areas` their keys, public
    ids and names are read.
    """
    grouped: dict[int | None, list[SchoolNeed]] = defaultdict(list)
    for school in need.schools:
        grouped[school.area_id].append(school)
    balances = rules.balances(
        [
            (sum(map(weight_of, schools), Decimal(0)), sum((each.hours for each in schools), Decimal(0)))
            for schools in grouped.values()
        ]
    )
    known = {area.pk: area for area in areas}
    found = [
        AreaNeed(
            name=known[area_id].name if area_id in known else NO_AREA,
            area_id=area_id,
            public_id=known[area_id].public_id if area_id in known else None,
            schools=len(schools),
            scored=sum(each.rank is not None for each in schools),
            highest=sum(each.is_highest for each in schools),
            highest_without=sum(each.is_highest and not each.workers for each in schools),
            without=sum(not each.workers for each in schools),
            two=sum(each.workers >= 2 for each in schools),
            workers=sum(each.workers for each in schools),
            hours=balance.hours,
            balance=balance,
            money=money.get(area_id, AreaMoney()) if money is not None else None,
        )
        for (area_id, schools), balance in zip(grouped.items(), balances, strict=True)
    ]
    return sorted(found, key=lambda each: (each.area_id is None, each.name))


def money_by_area(need: Need, principal: Principal, authority: Any) -> tuple[dict[int | None, AreaMoney], list[str]]:
    """What this school year's posts with a worker in a ranked school cost, by area; and the posts whose cost cannot be
    worked out, by name. Six queries at most, at any size."""
    starts_on, ends_on = school_year_dates(school_year_of(need.today))
    book = Book(principal, authority, starts_on=starts_on, ends_on=ends_on)
    hours: dict[int, dict[int | None, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    filled = Employment.objects.on(need.today).values("post")
    working = Placement.objects.on(need.today).filter(status=Placement.Status.ACTIVE, post__in=filled)
    for post, school, week in working.values_list("post", "school", "hours_per_week"):
        if school in need.by_school:
            hours[post][need.by_school[school].area_id] += week
    found: dict[int | None, AreaMoney] = defaultdict(AreaMoney)
    unknown = []
    area_of = {key: school.area_id for key, school in need.by_school.items()}
    counting = [each for each in book.posts_money if each.post.pk in hours]
    paying = {payer.key for each in counting for payer in each.amounts if payer.kind == "school"}
    if others := paying - area_of.keys():
        area_of |= dict(School.objects.filter(pk__in=others).values_list("pk", "area_id"))
    for each in counting:
        if each.problem:
            unknown.append(each.post.name)
            for area_id in hours[each.post.pk]:
                found[area_id] += AreaMoney(unknown=1)
        for payer, amount in each.amounts.items():
            if payer.kind == "school":
                found[area_of[payer.key]] += AreaMoney(schools=amount)
                continue
            for area_id, part in _split(amount, hours[each.post.pk]).items():
                found[area_id] += AreaMoney(council=part)
    return dict(found), unknown


def _split(amount: Decimal, hours: dict[int | None, Decimal]) -> dict[int | None, Decimal]:
    """By hours, to the penny; what is left of the pennies goes to the most hours."""
    whole = sum(hours.values(), Decimal(0))
    parts = {key: (amount * part / whole).quantize(PENNY, ROUND_DOWN) for key, part in hours.items()}
    most = max(hours, key=lambda key: (hours[key], key or 0))
    parts[most] += amount - sum(parts.values(), ZERO)
    return parts
