"""Asking the county, answering, and saying something newer or nothing any more (journey S6)."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.foundation.forms import DateField, Form, Radios
from teams.models import CountyQuestion, Guidance, GuidanceWithdrawn, Place

ONE, ALL = "one", "all"
NO_CHILD = "Write no child’s name, and nothing by which a child could be known."


class AskCountyForm(Form):
    place = forms.ChoiceField(
        label="What is it about?",
        choices=Place.choices,
        widget=Radios,
        error_messages={"required": "Select what it is about"},
    )
    text = forms.CharField(
        label="Your question",
        help_text=f"{NO_CHILD} Senior managers read it, with your name.",
        max_length=CountyQuestion._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write your question"},
    )


class AnswerCountyForm(Form):
    text = forms.CharField(
        label="Your answer",
        help_text=NO_CHILD,
        max_length=CountyQuestion._meta.get_field("text_of_answer").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write your answer"},
    )
    to = forms.ChoiceField(
        label="Who reads it?",
        choices=[(ONE, ""), (ALL, "Everybody at the council, as county guidance")],
        widget=Radios(
            hints={ALL: "It stands on the pages where it applies. Who asked, and the question, are not shown."},
            reveals={ALL: ["place", "starts_on"]},
        ),
        error_messages={"required": "Select who reads it"},
    )
    place = forms.ChoiceField(label="Where does it apply?", choices=Place.choices, required=False)
    starts_on = DateField(label="From which day?", required=False)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(ONE, f"{name} alone"), (ALL, "Everybody at the council, as county guidance")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("to") == ALL:
            if not said.get("place") and "place" not in self.errors:
                self.add_error("place", "Select where it applies")
            if said.get("starts_on") is None and "starts_on" not in self.errors:
                self.add_error("starts_on", "Enter the day from which it holds")
        return said


class NewerGuidanceForm(Form):
    text = forms.CharField(
        label="What the county says from now on",
        help_text=NO_CHILD,
        max_length=Guidance._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what the county says"},
    )
    starts_on = DateField(label="From which day?", error_messages={"required": "Enter the day from which it holds"})


class WithdrawGuidanceForm(Form):
    because = forms.CharField(
        label="Why does the county not say so any more?",
        help_text="In a few words. Whoever may read the guidance reads this too.",
        max_length=GuidanceWithdrawn._meta.get_field("because").max_length,
        error_messages={"required": "Say why the county does not say so any more"},
    )


class FindGuidanceForm(Form):
    q = forms.CharField(label="Words", required=False, max_length=100)
    place = forms.ChoiceField(label="About", required=False, choices=[("", "Everything"), *Place.choices])
