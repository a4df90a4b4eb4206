"""A year's cost of a post: salary, hours, term time and on-costs, rounded once, with the working shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schools.rules.pay import TermTime, yearly_pay

# A busy machine is no reason to fail.
unhurried = settings(deadline=None)

EXAMPLE = TermTime(weeks_worked=Decimal(39), days_off=Decimal(33))


def pay(**changes):
    post = {
        "pay_point": "L6, point 12",
        "salary": Decimal("24000.00"),
        "hours": Decimal(37),
        "whole_time_hours": Decimal(37),
        "on_costs": Decimal(0),
    }
    return yearly_pay(**{**post, **changes})


def test_a_whole_time_post_without_on_costs_costs_its_salary():
    assert pay().cost == Decimal("24000.00")


def test_half_the_hours_with_a_quarter_on_top():
    assert pay(hours=Decimal("18.5"), on_costs=Decimal(25)).cost == Decimal("15000.00")


def test_term_time_pays_the_weeks_worked_and_the_leave_earned_in_them():
    # 39 x 52.143 / (52.143 - 33 / 5) = 39 x 52.143 / 45.543
    assert EXAMPLE.paid_weeks == Fraction(39) * Fraction("52.143") / Fraction("45.543")
    assert EXAMPLE.factor == EXAMPLE.paid_weeks / Fraction("52.143")
    assert round(float(EXAMPLE.paid_weeks), 4) == 44.6518
    assert pay(term_time=EXAMPLE).cost == Decimal("20552.01")  # 24,000 x 39 / 45.543 = 20,552.0057...


def test_half_a_penny_goes_up():
    assert pay(salary=Decimal("100.01"), hours=Decimal("18.5")).cost == Decimal("50.01")


def test_the_penny_is_rounded_once_at_the_end():
    # A third of 100.00 is 33.33 on paper; half as much again of that would be 50.00.
    third = {"salary": Decimal("100.00"), "hours": Decimal(1), "whole_time_hours": Decimal(3)}
    assert pay(**third).cost == Decimal("33.33")
    assert pay(**third, on_costs=Decimal("50.02")).cost == Decimal("50.01")


def test_the_working_is_in_plain_sentences_from_the_pay_point_to_the_cost():
    working = pay(hours=Decimal("32.5"), on_costs=Decimal("26.5"), term_time=EXAMPLE)
    sentences = [
        (step.sentence.replace("\N{NO-BREAK SPACE}", " "), str(step.number), step.unit) for step in working.steps
    ]
    assert sentences == [
        ("Whole-time salary a year at L6, point 12", "24000.00", "pounds"),
        ("Part of the week: 32.5 of 37 hours", "0.8784", "number"),
        (
            "Paid weeks: 39 weeks of work with the leave and bank holidays earned in them, "
            "39 × 52.143 ÷ (52.143 − 33 ÷ 5)",
            "44.6518",
            "number",
        ),
        ("Part of the year: paid weeks ÷ 52.143", "0.8563", "number"),
        ("Salary for this post: £24,000.00 × 32.5 ÷ 37 × 39 ÷ (52.143 − 33 ÷ 5)", "18052.44", "pounds"),
        ("On-costs of 26.50 % on top of the salary", "4783.89", "pounds"),
        (
            "Cost a year: worked out without rounding, then rounded once to the nearest penny, half a penny up",
            "22836.33",
            "pounds",
        ),
    ]
    assert working.steps[-1].number == working.cost


def test_a_post_that_is_paid_all_year_says_nothing_about_weeks():
    assert not any("week" in step.sentence and "Paid" in step.sentence for step in pay().steps)
    assert len(pay().steps) == 5


def test_figures_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="do not fit into a year of 52.143 weeks"):
        TermTime(weeks_worked=Decimal(50), days_off=Decimal(33))
    with pytest.raises(ValueError, match="hours a week"):
        pay(hours=Decimal(38))
    with pytest.raises(ValueError, match="hours a week"):
        pay(hours=Decimal(0))
    with pytest.raises(ValueError, match="below nothing"):
        pay(on_costs=Decimal(-1))


@unhurried
@given(
    salary=st.decimals(0, 100_000, places=2),
    hours=st.decimals("0.5", 37, places=2),
    on_costs=st.decimals(0, 60, places=2),
    weeks=st.none() | st.decimals(30, 44, places=1),
    days_off=st.decimals(20, 40, places=1),
)
def test_the_cost_is_the_exact_product_rounded_half_up_and_the_printed_lines_add_up(
    salary, hours, on_costs, weeks, days_off
):
    term_time = TermTime(weeks, days_off) if weeks else None
    result = pay(salary=salary, hours=hours, on_costs=on_costs, term_time=term_time)
    exact = Fraction(salary) * Fraction(hours) / 37 * (1 + Fraction(on_costs) / 100)
    if weeks:
        exact *= Fraction(weeks) / (Fraction("52.143") - Fraction(days_off) / 5)
    assert Fraction(-1, 200) < Fraction(result.cost) - exact <= Fraction(1, 200)
    salary_line, on_costs_line, cost_line = (step.number for step in result.steps[-3:])
    assert salary_line + on_costs_line == cost_line
    assert on_costs_line >= 0
