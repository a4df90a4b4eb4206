"""Days on which one school is closed, or open, otherwise than the county's terms say."""

from __future__ import annotations

from typing import Any

from django import forms

from schools.models import SchoolDay
from schools.rules.calendar import OwnDays
from teams.foundation.forms import DateField, Form, Radios


class OwnDaysForm(Form):
    kind = forms.ChoiceField(
        label="Is the school closed or open?",
        choices=[(SchoolDay.Kind.CLOSED, "Closed"), (SchoolDay.Kind.OPEN, "Open")],
        widget=Radios(
            hints={
                SchoolDay.Kind.CLOSED: "A holiday of its own, or an INSET day with nobody in.",
                SchoolDay.Kind.OPEN: "On days when the county’s other schools are on holiday.",
            }
        ),
        error_messages={"required": "Select whether the school is closed or open"},
    )
    starts_on = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = DateField(label="Last day", help_text="Leave empty if it is one day.", required=False)
    words = forms.CharField(
        label="What is it?",
        help_text="For example INSET, nobody in. The school can read it.",
        max_length=100,
        required=False,
    )

    def days(self) -> OwnDays:
        """What was said, once the form is valid."""
        said: dict[str, Any] = self.cleaned_data
        return OwnDays(
            starts_on=said["starts_on"],
            ends_on=said["ends_on"] or said["starts_on"],
            is_open=said["kind"] == SchoolDay.Kind.OPEN,
            words=said["words"],
        )
