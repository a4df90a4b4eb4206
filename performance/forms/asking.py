"""What whoever asks chooses, and the few boxes on the pages of whoever is asked."""

from __future__ import annotations

import re

from django import forms
from django.core.exceptions import ValidationError

from performance.models import Wave
from teams.foundation.forms import Form, Radios, Text

NUMBER = re.compile(r"\+?[0-9][0-9 ()-]{6,22}[0-9]")


class AskForm(Form):
    """Who is asked. How is the button that is pressed."""

    kind = forms.ChoiceField(
        label="Who is asked?",
        choices=[(Wave.Kind.YOUNG, "The young person"), (Wave.Kind.PARENT, "A parent")],
        initial=Wave.Kind.YOUNG,
        widget=Radios,
    )


class RingForm(Form):
    """ "Ring me instead": a number, and nothing else."""

    number = forms.CharField(max_length=24, widget=Text({"type": "tel", "autocomplete": "tel"}, width=20))

    def __init__(self, label: str, wrong: str, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.fields["number"].label = label
        self.fields["number"].error_messages |= {"required": wrong, "max_length": wrong}
        self.wrong = wrong

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        if not NUMBER.fullmatch(number):
            raise ValidationError(self.wrong)
        return number
