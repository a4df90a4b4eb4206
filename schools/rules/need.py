"""Level of need, and how it was worked out (H94, BR-04, BR-15, BR-16): values in, values out.

A school's figure earns points by its place among the county's schools: the share of schools with less, those with as
much counted half (the percentile at mid-rank), times the weight of that part. The score is the points out of the
weights of the parts that are known, of 100. A part that is not known is left out of both, and never counts as 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from schools.rules.money import share_out
from teams.rules.calendar import school_year_label, school_year_of

# The parts in the order in which a working reads (journeys S4). The keys are the names of the weights.
PARTS = {
    "absence": "persistent absence",
    "free_meals": "free meals",
    "sen_support": "SEN support",
    "plans": "EHC plans",
}
WHOLE = 100
TENTHS = 1000  # of a per cent, in a whole
TENTH = Decimal("0.1")
BANDS = ("Highest fifth", "Second fifth", "Middle fifth", "Fourth fifth", "Lowest fifth")
HIGHEST = 1
NO_FIGURE = "no figure"
JANUARY, OUT_AFTER = 1, 2  # when figures come out: January, two years after the calendar year their school year began
NUMBERS = ("none", "one", "two", "three", "four")


class Weights(NamedTuple):
    """How much each part counts: whole points that come to 100."""

    free_meals: int
    absence: int
    sen_support: int
    plans: int

    @property
    def total(self) -> int:
        return sum(self)

    def of(self, part: str) -> int:
        return int(getattr(self, part))


# Until a senior manager has decided; said on every page that it is an example.
EXAMPLE = Weights(free_meals=30, absence=40, sen_support=15, plans=15)


class Standing(NamedTuple):
    """Where one figure stands: `below` schools have less, `same` have as much (itself among them), of `of`."""

    below: int
    same: int
    of: int

    @property
    def above(self) -> int:
        return self.of - self.below - self.same

    @property
    def percentile(self) -> Fraction:
        """More than 0 and less than 1; a half where all have the same."""
        return Fraction(2 * self.below + self.same, 2 * self.of)


def standing(value: Decimal, among: Sequence[Decimal]) -> Standing:
    """`value` among all that have a figure, itself among them."""
    return Standing(sum(each < value for each in among), sum(each == value for each in among), len(among))


def points(place: Standing, weight: int) -> Decimal:
    """What a part earns: its percentile times its weight, to one decimal place, halves up."""
    return _to_a_tenth(place.percentile * weight)


def score(earned: Mapping[str, Decimal], weights: Weights) -> Decimal | None:
    """Out of 100, to one decimal place, from the points of the parts that are known; None where nothing counts.

    It is worked out from the points as they are shown, so that whoever adds them up finds the same.
    """
    counted = sum(weights.of(part) for part in earned)
    if not counted:
        return None
    return _to_a_tenth(Fraction(sum(earned.values(), Decimal(0))) * WHOLE / counted)


def _to_a_tenth(exact: Fraction) -> Decimal:
    tenths = (exact.numerator * 20 + exact.denominator) // (exact.denominator * 2)
    return (Decimal(tenths) / 10).quantize(TENTH, ROUND_HALF_UP)


def place(scored: Decimal | None, roll: int | None, urn: str) -> tuple[bool, Decimal, int, int]:
    """The key to sort schools by, highest need first: ties by the larger roll, then by URN; those without a score come
    last (BR-04)."""
    return (scored is None, -(scored or Decimal(0)), -(roll or 0), int(urn))


def band(rank: int, of: int) -> int:
    """1 for the highest fifth of `of` ranked schools, to 5 for the lowest; the first is always among the highest."""
    return (rank - 1) * len(BANDS) // of + 1


def band_in_words(number: int | None) -> str:
    return BANDS[number - 1] if number else NO_FIGURE.capitalize()


class Working(NamedTuple):
    """One part of a score as it is shown: "31.2" of 40, or `missing`, why there is nothing to count."""

    part: str
    weight: int
    points: Decimal | None
    missing: str = ""

    @property
    def in_words(self) -> str:
        """ "persistent absence 31.2 of 40", "SEN support not published"."""
        if self.points is None:
            return f"{PARTS[self.part]} {self.missing}"
        return f"{PARTS[self.part]} {self.points} of {self.weight}"


def in_words(workings: Sequence[Working]) -> str:
    """ "Persistent absence 31.2 of 40, free meals 22.0 of 30, EHC plans 9.5 of 15, SEN support not published: counted
    on the other three." Parts that weigh nothing are left out."""
    weighing = [each for each in workings if each.weight]
    known = [each for each in weighing if each.points is not None]
    missing = [each for each in weighing if each.points is None]
    said = ", ".join(each.in_words for each in (*known, *missing))
    said = said[:1].upper() + said[1:]
    if not known:
        return f"{said}: {NO_FIGURE}."
    return f"{said}: counted on the other {NUMBERS[len(known)]}." if missing else f"{said}."


def as_a_sum(workings: Sequence[Working], scored: Decimal | None) -> str:
    """ "53.2 points of 70, which is 76.0 of 100." """
    known = [each for each in workings if each.weight and each.points is not None]
    if scored is None or not known:
        return ""
    earned = sum((each.points for each in known if each.points is not None), Decimal(0))
    counted = sum(each.weight for each in known)
    return f"{earned} points of {counted}" + ("." if counted == WHOLE else f", which is {scored} of {WHOLE}.")


def how_old(year: int | None, today: date) -> str:
    """What to say where figures are older than those of last school year (journeys 10); "" where they are not.

    `year` is the calendar year in which the figures' school year began.
    """
    if year is None:
        return ""
    newest = school_year_of(today) - 1
    if year >= newest:
        return ""
    comes_out = newest + OUT_AFTER
    seen = f"You see {school_year_label(year)}"
    if year == newest - 1 and (today.year, today.month) <= (comes_out, JANUARY):
        return f"Figures for {school_year_label(newest)} are not out until January {comes_out}. {seen}."
    return f"{seen}, and newer figures should be out. Ask the administrator to load the newest files about schools."


class Engaged(NamedTuple):
    """A school for the rules about workers: its place in the ranking (None: no score), workers that are there, and
    posts that are to come or stand vacant."""

    school: int
    rank: int | None
    workers: int
    coming: int = 0

    @property
    def has_nobody(self) -> bool:
        return not self.workers and not self.coming


def higher_without(rank: int | None, schools: Iterable[Engaged]) -> list[int]:
    """The schools of higher need in which nobody works or is to work; all that have a score for one without."""
    return [
        each.school
        for each in schools
        if each.has_nobody and each.rank is not None and (rank is None or each.rank < rank)
    ]


def second_workers(schools: Sequence[Engaged]) -> dict[int, int]:
    """BR-16: schools with a second worker, there or to come, and how many of higher need have none; none at 0."""
    found = {
        each.school: len(higher_without(each.rank, schools)) for each in schools if each.workers + each.coming >= 2
    }
    return {school: number for school, number in found.items() if number}


class Balance(NamedTuple):
    """One area's share of the county's need beside its share of the hours in school.

    `need` is the sum of its schools' scores, each times its pupils on roll: an area of large schools with much need
    needs more of a worker's week than one of small ones. The shares are per cent, to one decimal place, and those of
    all areas come to 100.0; None where there is nothing to share, and of need where no school of the area has a score.
    """

    need: Decimal
    hours: Decimal
    whole_need: Decimal
    whole_hours: Decimal
    need_share: Decimal | None
    hours_share: Decimal | None

    @property
    def apart(self) -> Decimal | None:
        """Points by which the share of hours lies above the share of need; below it where it is less than 0."""
        if self.need_share is None or self.hours_share is None:
            return None
        return self.hours_share - self.need_share

    @property
    def fair_hours(self) -> Decimal | None:
        """Hours a week, to one decimal place, that a share like that of need would give."""
        if not self.whole_need:
            return None
        return _to_a_tenth(Fraction(self.whole_hours) * Fraction(self.need) / Fraction(self.whole_need))

    @property
    def in_words(self) -> str:
        """ "29.1 % of the county's need and 40.2 % of the hours: 11.1 points more. A share like its need would be
        152.5 hours a week; it has 210." """
        if self.whole_need and not self.need:
            return "Not known: no school here has a score."
        if self.apart is None or self.fair_hours is None:
            return "Not known: no hours in schools yet." if self.whole_need else "Not known: no school has a score."
        shares = f"{self.need_share} % of the county’s need and {self.hours_share} % of the hours"
        fair, has = hours_in_words(self.fair_hours), hours_in_words(self.hours)
        like = f"A share like its need would be {fair} hours a week; it has {has}."
        if not self.apart:
            return f"{shares}: as much as its share."
        return f"{shares}: {abs(self.apart)} points {'more' if self.apart > 0 else 'less'}. {like}"


def balances(areas: Sequence[tuple[Decimal, Decimal]]) -> list[Balance]:
    """Of the need and the hours of every area, in their order."""
    needs, hours = [need for need, _ in areas], [week for _, week in areas]
    whole_need, whole_hours = sum(needs, Decimal(0)), sum(hours, Decimal(0))
    return [
        Balance(need, week, whole_need, whole_hours, need_share if need else None, hours_share)
        for need, week, need_share, hours_share in zip(needs, hours, shares(needs), shares(hours), strict=True)
    ]


def shares(parts: Sequence[Decimal]) -> list[Decimal | None]:
    """Per cent of their sum, to one decimal place, by largest remainder: together they are 100.0, as whoever adds up
    what stands on paper expects."""
    whole = Fraction(sum(parts, Decimal(0)))
    if not whole:
        return [None for _ in parts]
    exact = [Fraction(part) * TENTHS / whole for part in parts]
    return [(Decimal(tenths) / 10).quantize(TENTH) for tenths in share_out(TENTHS, exact)]


def hours_in_words(hours: Decimal) -> str:
    """ "35", "152.5", "1,295"."""
    return f"{hours.normalize():,f}"
