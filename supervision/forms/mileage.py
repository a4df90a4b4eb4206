"""Her own miles for each day of a statement."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms

from supervision.rules.mileage import Day
from teams.foundation.forms import BoundField, Form, Text
from teams.foundation.words import day as day_in_words


class MileageForm(Form):
    """One box for each day: {day-2026-11-10: miles}. Empty is what was worked out."""

    def __init__(self, *args: Any, days: list[Day], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.days = days
        for day in days:
            self.fields[_name(day)] = forms.DecimalField(
                label=f"Your own miles on {day_in_words(day.on)}",
                required=False,
                min_value=0,
                max_digits=4,
                decimal_places=1,
                initial=day.own,
                widget=Text(width=5),
                error_messages={
                    "invalid": f"Miles on {day_in_words(day.on)} must be a number, like 24 or 24.5",
                    "min_value": f"Miles on {day_in_words(day.on)} must be 0 or more",
                    "max_digits": f"Miles on {day_in_words(day.on)} must be less than 1,000",
                    "max_whole_digits": f"Miles on {day_in_words(day.on)} must be less than 1,000",
                    "max_decimal_places": f"Miles on {day_in_words(day.on)} must have at most one decimal place",
                },
            )

    def rows(self) -> list[tuple[Day, BoundField]]:
        return [(day, cast(BoundField, self[_name(day)])) for day in self.days]

    def said(self) -> dict[date, Decimal | None]:
        return {day.on: self.cleaned_data[_name(day)] for day in self.days}


def _name(day: Day) -> str:
    return f"day-{day.on.isoformat()}"
