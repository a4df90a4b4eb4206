"""What each payer pays, month by month, to the penny: schedules of cost (BR-07, H15, L19).

A month costs a twelfth of a year's cost; a part month, and a month in which the cost or a share changes, is counted by
calendar days. That is worked out exactly, in fractions. Pennies are made once, in this order, so that every line a
person can add up does add up (decision 0007):

1. the period's total is the exact total, rounded to the nearest penny, half a penny up;
2. the payers' totals share out that total;
3. each payer's months share out that payer's total.

Sharing out is by largest remainder: everybody gets their whole pennies, and what is left goes, a penny each, to the
largest parts of a penny; at a tie to the earlier month, or to the payer whose share is named first. So each payer's
month, and each payer's total, lies less than a penny from its exact value. Terms and months' totals are sums of months.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from math import floor, lcm
from typing import NamedTuple

from schools.rules.shares import DAY, Share, change_days, explain, in_force, shares_on, wrong_dates
from teams.foundation.errors import Refusal
from teams.foundation.words import day as day_in_words
from teams.rules.calendar import Season, school_year_label, school_year_of

# Exact pennies, by the first day of the month and by payer; every month has every payer.
ExactMonths = dict[date, dict[Hashable, Fraction]]

HALF = Fraction(1, 2)
LONGEST_WITHOUT_A_WHOLE_TERM = timedelta(days=183)


@dataclass(frozen=True)
class YearlyCost:
    """What the post costs a year, in pounds, from one date to another, both inclusive; for ever without an end."""

    amount: Decimal
    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"A yearly cost of {self.amount} is below nothing.")


class MoneyTerm(NamedTuple):
    """Four calendar months of a school year, by which charges are made; not the dates on which children are in."""

    season: Season
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """ "Autumn term 2026/27"."""
        return f"{self.season.capitalize()} term {school_year_label(school_year_of(self.starts_on))}"


class Month(NamedTuple):
    """The first day of a calendar month, and what each payer pays for it, in pounds; 0.00 for who pays nothing then."""

    starts_on: date
    amounts: dict[Hashable, Decimal]


class TermAmounts(NamedTuple):
    """What each payer pays for the months of a term that lie in the period, in pounds."""

    term: MoneyTerm
    amounts: dict[Hashable, Decimal]


@dataclass(frozen=True)
class Schedule:
    """The cost of a post for a period, by month and payer. All else is a sum of these months, so all lines agree."""

    starts_on: date
    ends_on: date
    months: tuple[Month, ...]

    def payers(self) -> dict[Hashable, Decimal]:
        """What each payer pays for the whole period."""
        return _added_up(self.months)

    def terms(self) -> list[TermAmounts]:
        """What each payer pays each term, in order; a period over several years has a line for each term of each."""
        by_term: dict[MoneyTerm, list[Month]] = defaultdict(list)
        for month in self.months:
            by_term[money_term_of(month.starts_on)].append(month)
        return [TermAmounts(term, _added_up(months)) for term, months in by_term.items()]

    @property
    def total(self) -> Decimal:
        """What all payers pay for the whole period."""
        return sum(self.payers().values(), Decimal("0.00"))


def schedule(*, starts_on: date, ends_on: date, costs: Sequence[YearlyCost], shares: Sequence[Share]) -> Schedule:
    """The schedule of a period, both dates inclusive, which may be any part of a year or more than one.

    The order of `shares` is the order of the payers, for columns and for ties: give the same order each time.

    Raises Refusal when the shares do not come to 100.00 on a date of the period, or no or two yearly costs hold on one;
    ValueError when the period ends before it starts.
    """
    places = {payer: place for place, payer in enumerate(dict.fromkeys(share.payer for share in shares))}
    lines = tuple(replace(share, payer=places[share.payer]) for share in shares)
    payers = list(places)
    return Schedule(
        starts_on,
        ends_on,
        tuple(
            Month(first, {payers[place]: amount for place, amount in amounts})
            for first, amounts in _months_by_place(starts_on, ends_on, tuple(costs), lines)
        ),
    )


@lru_cache(maxsize=1024)
def _months_by_place(
    starts_on: date, ends_on: date, costs: tuple[YearlyCost, ...], shares: tuple[Share, ...]
) -> tuple[tuple[date, tuple[tuple[int, Decimal], ...]], ...]:
    """Worked out once for all posts that cost the same and are shared out alike: payers are places in their order.

    A council has few points of pay and few ways of sharing: two hundred posts took half a second on the county's page.
    """
    months = _in_pennies(_exact_months(starts_on, ends_on, costs, shares))
    return tuple((month.starts_on, tuple(month.amounts.items())) for month in months)  # type: ignore[arg-type]  # places


def revised(
    before: Schedule, *, change_on: date, ends_on: date, costs: Sequence[YearlyCost], shares: Sequence[Share]
) -> Schedule:
    """The schedule that replaces `before` when a cost, a share or the end changes on a day (BR-07: never an edit).

    Months before the one of the change stay as they were printed, to the penny; the others are worked out again, from
    all the costs and shares, old and new. Where the printed months differ from what they should now have come to, by
    pennies of rounding or by a pay award dated back, the first months from the change carry the difference, as far as
    they bear it. A payer who pays nothing from the change on is left with what was printed.

    Raises as `schedule` does; ValueError too when `shares` leaves out who was to pay before, or the change comes after
    the end.
    """
    if change_on > ends_on + DAY:
        raise ValueError(f"The change on {change_on} comes after the end on {ends_on}.")
    rest = _exact_months(before.starts_on, ends_on, costs, shares)
    payers = list(rest[before.starts_on.replace(day=1)])
    printed = [month for month in before.months if month.starts_on < change_on.replace(day=1)]
    past = [rest.pop(month.starts_on) for month in printed]
    for payer, amount in _added_up(printed).items():
        if payer in payers:
            _carry(_pennies(amount) - sum((cells[payer] for cells in past), Fraction()), payer, rest)
        elif amount:
            raise ValueError(f"The shares leave out {payer}, who was to pay before.")
    kept = [Month(month, {payer: amounts.get(payer, _pounds(0)) for payer in payers}) for month, amounts in printed]
    return Schedule(before.starts_on, ends_on, (*kept, *_in_pennies(rest)))


def money_terms(school_year: int) -> list[MoneyTerm]:
    """Autumn is September to December, spring January to April, summer May to August."""
    following = school_year + 1
    return [
        MoneyTerm(Season.AUTUMN, date(school_year, 9, 1), date(school_year, 12, 31)),
        MoneyTerm(Season.SPRING, date(following, 1, 1), date(following, 4, 30)),
        MoneyTerm(Season.SUMMER, date(following, 5, 1), date(following, 8, 31)),
    ]


def money_term_of(day: date) -> MoneyTerm:
    """The term that a day's cost belongs to; every day of the year has one."""
    return next(term for term in money_terms(school_year_of(day)) if term.starts_on <= day <= term.ends_on)


def notice_date(ends_on: date, *, terms: Sequence[tuple[date, date]] | None = None, months: int | None = None) -> date:
    """The last day on which notice can be given for an agreement to end with `ends_on`, its last day.

    Give one notice period, either:

    - `terms`, first and last days of school terms, for one school term's notice: a whole term lies between notice and
      end. The answer is the day before the last term that is over by `ends_on`. An end on 31 August wants notice before
      the summer term starts; an end in the middle of the spring term wants it before the autumn term.
    - `months`, a number of calendar months: from the answer they have run out on `ends_on`. The day of the month stays;
      an end of a month counts from an end of a month, so 28 February with three months is 30 November.

    Raises Refusal when the terms before `ends_on` are not among those given.
    """
    if (terms is None) == (months is None):
        raise ValueError("Give either terms or months.")
    if months is not None:
        return _months_before(ends_on, months)
    over = [(last, first) for first, last in terms or [] if last <= ends_on]
    last, first = max(over, default=(date.min, date.min))
    if ends_on - last > LONGEST_WITHOUT_A_WHOLE_TERM:
        raise Refusal(
            f"The school terms before {day_in_words(ends_on)} are not known. Add them to see the notice date.",
            code="terms-missing",
        )
    return first - DAY


def charged_until(last_day: date, month: date, amount: Decimal) -> Decimal:
    """What of a printed month is charged when the agreement ends before its time (BR-07).

    Months before it stay as they were printed, what comes after is nothing, and the month of the last day is paid by
    its calendar days, to the nearest penny. `month` is the first day of a month.
    """
    end = _end_of_month(month)
    days = min((last_day - month).days + 1, end.day)
    return amount if days == end.day else to_penny(Fraction(amount) * max(days, 0) / end.day)


def late_in(
    made: Schedule, ends: Mapping[Hashable, date], *, costs: Sequence[YearlyCost], shares: Sequence[Share]
) -> dict[tuple[date, Hashable], Decimal]:
    """What of a schedule's months falls on days after a payer's own end, by first of month and payer: nothing else is
    in it. `ends` are last days; `costs` and `shares` are what the schedule was made from.

    The month of the end is parted as its exact amounts are, to the nearest penny for the days up to it.
    """
    late: dict[tuple[date, Hashable], Decimal] = {}
    for payer, last_day in ends.items():
        for month in made.months:
            amount, end = month.amounts.get(payer, _pounds(0)), _end_of_month(month.starts_on)
            if not amount or end <= last_day:
                continue
            if last_day >= month.starts_on:
                mine = [share for share in shares if share.payer == payer]
                first, last = max(made.starts_on, month.starts_on), min(made.ends_on, end)
                before = _weight(mine, costs, first, min(last_day, last))
                whole = before + _weight(mine, costs, max(first, last_day + DAY), last)
                amount -= to_penny(Fraction(amount) * before / whole)
            if amount:
                late[month.starts_on, payer] = amount
    return late


def _weight(mine: Sequence[Share], costs: Sequence[YearlyCost], first: date, last: date) -> Fraction:
    """Days times cost times per cent: how an amount of one payer lies in a stretch of dates."""
    weight = Fraction()
    if first > last:
        return weight
    for day, following in pairwise([*change_days([*costs, *mine], first, last), last + DAY]):
        percent = sum((share.percent for share in shares_on(mine, day)), Decimal())
        weight += (following - day).days * Fraction(_cost_on(costs, day)) * Fraction(percent)
    return weight


def to_penny(pounds: Fraction) -> Decimal:
    """An exact amount rounded to the nearest penny, half a penny up."""
    return _pounds(_nearest(pounds * 100))


def share_out(total: int, exact: Sequence[Fraction]) -> list[int]:
    """Whole pennies that come to `total`, by largest remainder; at a tie the earlier gets the penny.

    `exact` are pennies too, none below nothing, and their sum lies less than a penny from `total`: then every result
    lies less than a penny from its exact amount, and one of nothing stays nothing.
    """
    whole, parts = _in_one_denominator(exact)
    pennies = [part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda each: -(parts[each] % whole))
    for each in by_remainder[: total - sum(pennies)]:
        pennies[each] += 1
    return pennies


def _in_one_denominator(exact: Iterable[Fraction]) -> tuple[int, list[int]]:
    """The least denominator that all of these have, and their numerators over it: whole numbers are added and compared
    many times faster than fractions, and say the same."""
    found = list(exact)
    whole = lcm(*(each.denominator for each in found))
    return whole, [each.numerator * (whole // each.denominator) for each in found]


def _sum_of(exact: Iterable[Fraction]) -> Fraction:
    whole, parts = _in_one_denominator(exact)
    return Fraction(sum(parts), whole)


def _exact_months(starts_on: date, ends_on: date, costs: Sequence[YearlyCost], shares: Sequence[Share]) -> ExactMonths:
    if ends_on < starts_on:
        raise ValueError(f"The period ends on {ends_on}, before it starts on {starts_on}.")
    if wrong := wrong_dates(shares, starts_on=starts_on, ends_on=ends_on):
        raise Refusal(explain(wrong[0]), code="shares-not-whole")
    paying = [share for share in shares if share.starts_on <= ends_on and starts_on <= (share.ends_on or ends_on)]
    exact: ExactMonths = {}
    whole: dict[tuple[Decimal, Decimal], Fraction] = {}  # a month's pennies: most months are whole ones
    for first, last in _calendar_months(starts_on, ends_on):
        cells = exact[first] = dict.fromkeys((share.payer for share in paying), Fraction())
        days = change_days([*costs, *paying], max(first, starts_on), min(last, ends_on))
        for day, following in pairwise([*days, min(last, ends_on) + DAY]):
            cost, count = _cost_on(costs, day), (following - day).days
            for share in shares_on(paying, day):
                pennies = whole.get((cost, share.percent))
                if pennies is None:  # pounds times per cent are pennies
                    pennies = whole[cost, share.percent] = Fraction(cost) * Fraction(share.percent) / 12
                if count != last.day:
                    pennies *= Fraction(count, last.day)
                cells[share.payer] = cells[share.payer] + pennies if cells[share.payer] else pennies
    return exact


def _calendar_months(starts_on: date, ends_on: date) -> Iterator[tuple[date, date]]:
    first = starts_on.replace(day=1)
    while first <= ends_on:
        last = _end_of_month(first)
        yield first, last
        first = last + DAY


def _cost_on(costs: Sequence[YearlyCost], day: date) -> Decimal:
    found = in_force(costs, day)
    if len(found) != 1:
        what = "There is no yearly cost" if not found else "There is more than one yearly cost"
        raise Refusal(
            f"{what} for {day_in_words(day)}. Change the dates of the costs, so that every date has exactly one.",
            code="cost-not-known",
        )
    return found[0].amount


def _carry(over: Fraction, payer: Hashable, months: ExactMonths) -> None:
    """Take from the payer's months what earlier ones were over; where they were short it is below nothing, and adds."""
    for cells in months.values():
        if cells[payer] > 0:
            carried = min(over, cells[payer])
            cells[payer] -= carried
            over -= carried


def _in_pennies(exact: ExactMonths) -> tuple[Month, ...]:
    if not exact:
        return ()
    payers = list(next(iter(exact.values())))
    exact_totals = [_sum_of(cells[payer] for cells in exact.values()) for payer in payers]
    totals = share_out(_nearest(_sum_of(exact_totals)), exact_totals)
    columns = [
        share_out(total, [cells[payer] for cells in exact.values()])
        for payer, total in zip(payers, totals, strict=True)
    ]
    return tuple(
        Month(first, dict(zip(payers, map(_pounds, row), strict=True)))
        for first, row in zip(exact, zip(*columns, strict=True), strict=True)
    )


def _added_up(months: Sequence[Month]) -> dict[Hashable, Decimal]:
    if not months:
        return {}
    payers = list(months[0].amounts)
    if all(list(month.amounts) == payers for month in months):  # as a schedule makes them: no payer is looked up
        added = (sum(column, _pounds(0)) for column in zip(*(month.amounts.values() for month in months), strict=True))
        return dict(zip(payers, added, strict=True))
    sums: dict[Hashable, Decimal] = {}
    for month in months:
        for payer, amount in month.amounts.items():
            sums[payer] = sums.get(payer, _pounds(0)) + amount
    return sums


def _nearest(pennies: Fraction) -> int:
    return floor(pennies + HALF)


def _pounds(pennies: int) -> Decimal:
    return Decimal(pennies).scaleb(-2)


def _pennies(pounds: Decimal) -> int:
    return int(pounds * 100)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_before(day: date, months: int) -> date:
    """The latest day from which the calendar months have run out on the day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    end = _end_of_month(date(year, month + 1, 1))
    return end if day == _end_of_month(day) else end.replace(day=min(day.day, end.day))
