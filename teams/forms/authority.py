"""Name, colour and rules of an authority."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from teams.foundation.forms import Form, MoneyField, Text
from teams.models import Authority
from teams.rules.colour import NEEDED, contrast_with_white, darkened

WEEKS_IN_YEAR = Decimal("52.143")


class NameForm(Form):
    """What is printed on every page and paper, who may sign, and the county's own figures for pay."""

    name = forms.CharField(label="Name of the council", max_length=100)
    service_name = forms.CharField(
        label="Name of the service", max_length=100, help_text="As schools and families know it, like Pupil Support"
    )
    telephone = forms.CharField(
        label="Telephone number", max_length=40, help_text="On every e-mail and paper, for somebody who wants to ask"
    )
    la_code = forms.RegexField(
        r"^\d{3}$",
        label="Number of the council in the government’s files",
        required=False,
        help_text="Three figures, like 919. The import of schools then offers your own schools only",
        widget=Text(width=3),
        error_messages={"invalid": "The number of the council must have 3 figures, like 919"},
    )
    colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label="Colour",
        help_text="For the bar at the top, like #1d70b8. White words must be readable on it",
        widget=Text(width=10),
        error_messages={"invalid": "Colour must be # and six figures or letters from a to f, like #1d70b8"},
    )
    manager_limit = MoneyField(
        max_digits=10,
        label="What a team manager may sign for",
        help_text="The whole cost of a placement in a year. Above it, a senior manager signs",
    )
    live_line = forms.BooleanField(
        label="A school sees where its worker is now",
        help_text="Purpose and time back, never a place. Without it the school still reads what took the worker away",
        required=False,
    )
    whole_time_hours = forms.DecimalField(
        label="Hours in a whole-time week", max_digits=4, decimal_places=2, min_value=1, max_value=60,
        widget=Text(width=5),
    )  # fmt: skip
    term_time_weeks = forms.DecimalField(
        label="Weeks worked in a year by somebody who works in term time only", max_digits=4, decimal_places=2,
        min_value=1, max_value=52, help_text="39 in most counties: 190 days with pupils and 5 without",
        widget=Text(width=5),
    )  # fmt: skip
    term_time_days_off = forms.DecimalField(
        label="Days of leave and bank holidays in a year", max_digits=4, decimal_places=2, min_value=0, max_value=99,
        help_text="Of somebody who works the whole year, like 34. Pay for term time is worked out from it",
        widget=Text(width=5),
    )  # fmt: skip

    @classmethod
    def of(cls, authority: Authority, data: Any = None) -> NameForm:
        return cls(data, initial={name: _as_typed(getattr(authority, name)) for name in cls.base_fields})

    def clean_colour(self) -> str:
        colour = self.cleaned_data["colour"].lower()
        contrast = contrast_with_white(colour)
        if contrast < NEEDED:
            raise forms.ValidationError(
                f"White words cannot be read on {colour}: they stand out {contrast} to 1, and {NEEDED} to 1 is needed. "
                f"{darkened(colour)} is the same colour, dark enough",
                code="contrast",
            )
        return colour

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        weeks, days_off = typed.get("term_time_weeks"), typed.get("term_time_days_off")
        if weeks is not None and days_off is not None and weeks > WEEKS_IN_YEAR - days_off / 5:
            self.add_error(
                "term_time_weeks",
                f"{weeks.normalize():f} weeks of work and {days_off.normalize():f} days off do not fit into a year",
            )
        return typed


def _as_typed(value: Any) -> Any:
    """Numbers without the noughts that nobody would type; money keeps its pennies in its own field."""
    return value.normalize().__format__("f") if isinstance(value, Decimal) and value < 100 else value
