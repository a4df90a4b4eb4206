"""How large each authority is (domain E): a long tail, with the same council at the same place in every set."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log
from random import Random

AUTHORITIES = 153
# (place by size, schools): the largest and the smallest as published, the median 108, about 23,900 in all.
PLACES = (
    (1, 680), (2, 656), (3, 593), (4, 585), (5, 579), (10, 430), (20, 280), (40, 186), (77, 108), (120, 69), (145, 40),
    (152, 18), (153, 1),
)  # fmt: skip
FUNDED, OFFICERS, WITH_TWO_SCHOOLS = 3_200 / 23_900, 2_800 / 23_900, 10  # workers a school; every tenth has two schools
WORKERS_IN_A_TEAM, SCHOOLS_IN_AN_AREA, MOST_AREAS = 11, 60, 12


@dataclass(frozen=True)
class Size:
    """One authority. `funded` workers are paid for by schools among others, `officers` by the council alone."""

    place: int
    schools: int
    funded: int
    officers: int

    @property
    def teams(self) -> int:
        return max(1, round((self.funded + self.officers) / WORKERS_IN_A_TEAM))

    @property
    def areas(self) -> int:
        return min(MOST_AREAS, self.teams, max(1, round(self.schools / SCHOOLS_IN_AN_AREA)))


def schools_at(place: int) -> int:
    """On a straight line of logarithms between the places that are known."""
    if place <= PLACES[0][0]:
        return PLACES[0][1]
    at = bisect_right([known for known, _ in PLACES], place)
    if at == len(PLACES):
        return PLACES[-1][1]
    (before, more), (after, fewer) = list(pairwise(PLACES))[at - 1]
    along = (place - before) / (after - before)
    return max(1, round(exp(log(more) + along * (log(fewer) - log(more)))))


def size_of(number: int, authorities: int) -> Size:
    """The nth of so many: the first is always the largest of the country, the last of several the smallest."""
    spread = (AUTHORITIES - 1) / (authorities - 1) if authorities > 1 else 0
    place = 1 + round((number - 1) * spread)
    schools = schools_at(place)
    lot = Random(f"how many workers at place {place}")  # noqa: S311  (made up, the same each time)
    keen = 1.25 if place == 1 else lot.uniform(0.6, 1.4)  # some councils have many workers for their schools
    return Size(
        place=place,
        schools=schools,
        funded=max(1, min(schools, round(schools * FUNDED * keen))),
        officers=max(1, round(schools * OFFICERS * lot.uniform(0.8, 1.2))),
    )
