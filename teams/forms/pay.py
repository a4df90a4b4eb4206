"""The pay scale: what a point is paid in a whole-time year, from a day on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django import forms

from teams.foundation.forms import Form, LinesField
from teams.rules.people_file import day_of

# Thousands may be parted by commas, and so may the five things of a line: "L6, 14, 1 April 2026, 27,600.00, 25".
RATE = re.compile(
    r"(?P<grade>[^,;\t]{1,20})[,;\t]\s*(?P<point>\d{1,4})\s*[,;\t]\s*(?P<day>[^,;\t]+)[,;\t]\s*"
    r"£?(?P<salary>(?:\d,\d{3},\d{3}|\d{1,3},\d{3}|\d{1,7})(?:\.\d{1,2})?)\s*"
    r"[,;\t]\s*(?P<on_costs>\d{1,3}(?:\.\d{1,2})?)\s*%?"
)


class Rate(NamedTuple):
    """One line. Salary in pounds a year; on-costs in per cent of it."""

    grade: str
    point: int
    starts_on: date
    salary: Decimal
    on_costs_percent: Decimal


class PayRatesForm(Form):
    """Rates to type or paste; `cleaned_data["rates"]` is a list of Rate."""

    rates = LinesField(
        label="Rates to add or change",
        help_text="One on each line: grade, point, first day, salary of a whole-time year, on-costs in per cent. "
        "Like L6, 14, 1 April 2026, 27,600, 25",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Type at least one rate"},
    )

    def clean_rates(self) -> list[Rate]:
        return [_rate(line) for line in self.cleaned_data["rates"]]


def _rate(line: str) -> Rate:
    found = RATE.fullmatch(line.strip())
    starts_on = day_of(found["day"].strip()) if found else None
    if found is None or starts_on is None or not Decimal(found["salary"].replace(",", "")):
        raise forms.ValidationError(
            f"“{line}” is not a rate. Write grade, point, first day, salary and on-costs, like "
            "L6, 14, 1 April 2026, 27,600, 25",
            code="invalid",
        )
    salary = Decimal(found["salary"].replace(",", ""))
    return Rate(found["grade"].strip(), int(found["point"]), starts_on, salary, Decimal(found["on_costs"]))
