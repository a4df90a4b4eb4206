"""What a post costs a year, with its working: salary, hours, term-time-only pay and on-costs (L19).

Worked out exactly and rounded once, at the end: to the nearest penny, half a penny up.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from schools.rules.money import to_penny
from teams.foundation.words import money, percent

FOUR_DECIMALS = Decimal("0.0001")


@dataclass(frozen=True)
class TermTime:
    """How a county pays people who work in term time only. Each has its own figures: the defaults are the usual ones.

    `weeks_worked` a year; `days_off`, the leave and bank holidays that a whole-year worker has; `weeks_in_year`; and
    `days_in_week`, by which days off become weeks. Raises ValueError for figures that pay for more than a whole year.
    """

    weeks_worked: Decimal
    days_off: Decimal
    weeks_in_year: Decimal = Decimal("52.143")
    days_in_week: Decimal = Decimal(5)

    def __post_init__(self) -> None:
        if not 0 < self.weeks_worked <= self.weeks_in_year - self.days_off / self.days_in_week:
            raise ValueError(
                f"{_plain(self.weeks_worked)} weeks of work and {_plain(self.days_off)} days off do not fit into "
                f"a year of {_plain(self.weeks_in_year)} weeks."
            )

    @property
    def factor(self) -> Fraction:
        """The part of a whole year's pay: weeks worked to the weeks that a whole-year worker works."""
        return Fraction(self.weeks_worked) / (
            Fraction(self.weeks_in_year) - Fraction(self.days_off) / Fraction(self.days_in_week)
        )

    @property
    def paid_weeks(self) -> Fraction:
        """Weeks worked, and the leave and bank holidays earned in them."""
        return self.factor * Fraction(self.weeks_in_year)


@dataclass(frozen=True)
class Step:
    """One line of the working: a sentence, and the number it comes to, in pounds or as a plain number."""

    sentence: str
    number: Decimal
    unit: Literal["pounds", "number"] = "pounds"


@dataclass(frozen=True)
class YearlyPay:
    """What a post costs a year, in pounds to the penny, and the steps to it, for page and paper alike."""

    cost: Decimal
    steps: tuple[Step, ...]


@lru_cache(maxsize=1024)  # the posts of a council have few points of pay
def yearly_pay(
    *,
    pay_point: str,
    salary: Decimal,
    hours: Decimal,
    whole_time_hours: Decimal,
    on_costs: Decimal,
    term_time: TermTime | None = None,
) -> YearlyPay:
    """A year's cost of a post, for `YearlyCost.amount`.

    `salary` is the whole-time salary of the pay point, in pounds a year; `hours` and `whole_time_hours` are hours a
    week; `on_costs` are per cent of the salary; without `term_time` the post is paid all year.

    Raises ValueError when the hours are none or more than whole time, or money is below nothing.
    """
    if not 0 < hours <= whole_time_hours:
        raise ValueError(f"{hours} hours a week do not lie between 0 and {whole_time_hours}, whole time.")
    if salary < 0 or on_costs < 0:
        raise ValueError("A salary and its on-costs cannot be below nothing.")

    part_of_week = Fraction(hours) / Fraction(whole_time_hours)
    part_of_year = term_time.factor if term_time else Fraction(1)
    paid = Fraction(salary) * part_of_week * part_of_year
    cost = to_penny(paid * (1 + Fraction(on_costs) / 100))
    steps = [
        Step(f"Whole-time salary a year at {pay_point}", salary),
        Step(f"Part of the week: {_plain(hours)} of {_plain(whole_time_hours)} hours", _four(part_of_week), "number"),
        *(_term_time_steps(term_time) if term_time else ()),
        Step(f"Salary for this post: {_product(salary, hours, whole_time_hours, term_time)}", to_penny(paid)),
        # The difference, so that the printed lines add up; it can lie a penny from the per cent of the line above.
        Step(f"On-costs of {percent(on_costs)} on top of the salary", cost - to_penny(paid)),
        Step("Cost a year: worked out without rounding, then rounded once to the nearest penny, half a penny up", cost),
    ]
    return YearlyPay(cost, tuple(steps))


def _term_time_steps(term_time: TermTime) -> tuple[Step, Step]:
    weeks, year = _plain(term_time.weeks_worked), _plain(term_time.weeks_in_year)
    return (
        Step(
            f"Paid weeks: {weeks} weeks of work with the leave and bank holidays earned in them, "
            f"{weeks} × {year} ÷ {_weeks_without_days_off(term_time)}",
            _four(term_time.paid_weeks),
            "number",
        ),
        Step(f"Part of the year: paid weeks ÷ {year}", _four(term_time.factor), "number"),
    )


def _product(salary: Decimal, hours: Decimal, whole_time_hours: Decimal, term_time: TermTime | None) -> str:
    """The exact sum in the numbers that were given, so that anybody can repeat it."""
    text = f"{money(salary)} × {_plain(hours)} ÷ {_plain(whole_time_hours)}"
    if term_time:
        text += f" × {_plain(term_time.weeks_worked)} ÷ {_weeks_without_days_off(term_time)}"
    return text


def _weeks_without_days_off(term_time: TermTime) -> str:
    return f"({_plain(term_time.weeks_in_year)} − {_plain(term_time.days_off)} ÷ {_plain(term_time.days_in_week)})"


def _four(number: Fraction) -> Decimal:
    exact_enough = Decimal(number.numerator) / Decimal(number.denominator)
    return exact_enough.quantize(FOUR_DECIMALS, rounding=ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
