"""What was heard when a school was rung about next year."""

from __future__ import annotations

from django import forms

from schools.models import NextYear
from teams.foundation.forms import Form, Radios


class HeardForm(Form):
    """After the call."""

    heard = forms.CharField(
        label="What did you hear?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write in a few words what you heard"},
    )
    answer = forms.ChoiceField(
        label="What does the school say now?",
        choices=NextYear.Answer.choices,
        widget=Radios(),
        error_messages={"required": "Choose what the school says now"},
    )
