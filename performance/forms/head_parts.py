"""The head's four questions, the days of asking, and what was heard on the telephone."""

from __future__ import annotations

from typing import Any

from django import forms

from performance.forms.reviews import MeetingForm
from performance.models import HeadPart
from performance.models.head_parts import LONGEST
from schools.actions.next_year import Choices
from schools.forms.next_year import prices
from schools.models import NextYear
from teams.foundation.forms import DateField, Form, Radios
from teams.rules.calendar import school_year_label

Answer = NextYear.Answer


def _box(label: str, *, hint: str = "", rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class HeadPartForm(Form):
    """Journey H5. The price of each choice stands beside it; nothing is asked about pay, sickness or other schools."""

    difference = _box("What made a difference here?")
    wishes = _box("What would you like more of, or different?")
    expected = forms.ChoiceField(
        label="Was the service what you expected?",
        choices=HeadPart.Expected.choices,
        widget=Radios(reveals={"no": ["expected_why"]}),
        error_messages={"required": "Choose whether the service was what you expected"},
    )
    expected_why = _box("What had you expected?")
    next_year = forms.ChoiceField(
        label="Next year",
        choices=Answer.choices,
        error_messages={"required": "Choose what next year looks like from here"},
    )
    next_words = _box("Which days, and why?", rows=2)
    comes = forms.ChoiceField(
        label="Will you come to the meeting?",
        choices=[("yes", "I come"), ("no", "I do not come")],
        required=False,
        widget=Radios(),
    )

    def __init__(self, *args: Any, choices: Choices, meets: str, manager: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["next_year"]
        year.label = f"Next year, {school_year_label(choices.school_year)}"
        year.widget = Radios(hints=prices(choices, manager), reveals={Answer.CHANGE.value: ["next_words"]})
        year.widget.choices = Answer.choices
        if not meets:
            del self.fields["comes"]
        else:
            self.fields["comes"].help_text = f"{meets}. Both are fine."

    def said(self, choices: Choices) -> dict[str, Any]:
        """For `performance.actions.head_parts.give`."""
        return {"comes": "", **self.cleaned_data, "school_year": choices.school_year}


class WithoutForm(Form):
    """Why a review is held without a school's part."""

    because = forms.CharField(
        label="Why do you go on without it?",
        max_length=300,
        help_text="Worker and managers read it, and it stands in the council copy. No school reads it.",
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": "Say why you go on without this school’s part"},
    )


class AskSchoolsForm(MeetingForm):
    """When the meeting is, and from which day on the worker reads what a head wrote."""

    meeting_on = DateField(label="When is the meeting?")
    read_on = DateField(
        label="From which day does the worker read it?", help_text="The head is told this day before writing."
    )
