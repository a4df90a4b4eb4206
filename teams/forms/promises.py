"""What became of something that was promised."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.foundation.forms import DateField, Form, Radios

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
