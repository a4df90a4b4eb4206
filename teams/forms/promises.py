"""What became of something that was promised."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.forms.guidance import NO_CHILD
from teams.foundation.forms import DateField, Form, Radios
from teams.models import Commitment

NEW_DATE, DROPPED, NOT_KEPT = "new_date", "dropped", "not_kept"


class WhatBecameForm(Form):
    """Anything but "Kept", which has a button of its own."""

    what = forms.ChoiceField(
        label="What became of it?",
        choices=[(NEW_DATE, "New date"), (DROPPED, "Dropped: it is not wanted any more"), (NOT_KEPT, "Not kept")],
        widget=Radios(reveals={NEW_DATE: ["until"]}),
        error_messages={"required": "Select what became of it"},
    )
    until = DateField(label="By when now?", required=False)
    reason = forms.CharField(
        label="Why?",
        help_text="In a few words. Whoever may read the action reads this too.",
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("what") == NEW_DATE and said.get("until") is None and "until" not in self.errors:
            self.add_error("until", "Enter the new day")
        return said


class AnswerForm(Form):
    """What was asked about a figure is done when something was found out (journey S1)."""

    answer = forms.CharField(
        label="What did you find out?",
        max_length=Commitment._meta.get_field("reason").max_length,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write what you found out"},
    )

    def __init__(self, *args: Any, asker: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].help_text = f"In a sentence or two. {asker} reads it, and nobody else. {NO_CHILD}"


class NotAnsweredForm(WhatBecameForm):
    """Anything but the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(NEW_DATE, "I need longer: a new date"), (NOT_KEPT, "It cannot be answered")]
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
        self.fields["what"].label = "What then?"
        self.fields["what"].error_messages["required"] = "Select what then"
        self.fields["reason"].help_text = "In a few words. Who asked reads this too."
