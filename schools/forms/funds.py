"""A fund of the council."""

from __future__ import annotations

from django import forms

from teams.foundation.forms import DateField, Form


class FundForm(Form):
    name = forms.CharField(label="Name", max_length=100)
    funder = forms.CharField(
        label="Who gives the money?",
        help_text="Leave empty if it is the council's own.",
        max_length=100,
        required=False,
    )
    ends_on = DateField(label="When does it end?", help_text="Leave empty if no end is known.", required=False)
