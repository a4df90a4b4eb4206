"""A token for a program: what it is for, what it may do, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from teams.foundation.forms import Checkboxes, Form, Radios
from teams.foundation.tokens import COSTS, FAMILIES, READS, WRITABLE

EVERYTHING, SOME = "everything", "some"
READ_WORDS = [(f"{family}:read", words) for family, words in FAMILIES.items()] + [(COSTS, "What it costs")]
WRITE_WORDS = [(f"{family}:write", FAMILIES[family]) for family in WRITABLE]
WORDS = {scope: f"read: {words.lower()}" for scope, words in READ_WORDS} | {
    scope: f"change: {words.lower()}" for scope, words in WRITE_WORDS
}


class TokenForm(Form):
    name = forms.CharField(
        label="What is it for?",
        help_text="The program’s name, like Finance system. Not the name of a person",
        max_length=60,
        error_messages={"required": "Enter what the token is for"},
    )
    what = forms.ChoiceField(
        label="What may it do?",
        help_text="Never more than you may yourself",
        choices=[
            (EVERYTHING, "Read everything that I may read, and change nothing"),
            (SOME, "Only what I choose"),
        ],
        widget=Radios(reveals={SOME: ["reads", "writes"]}),
        error_messages={"required": "Select what the token may do"},
    )
    reads = forms.MultipleChoiceField(label="Read", choices=READ_WORDS, widget=Checkboxes(), required=False)
    writes = forms.MultipleChoiceField(
        label="Read and change", choices=WRITE_WORDS, widget=Checkboxes(), required=False
    )
    days = forms.ChoiceField(
        label="How long does it work?",
        choices=[("30", "30 days"), ("90", "90 days"), ("365", "A year")],
        initial="90",
        widget=Radios(),
        error_messages={"required": "Select how long the token works"},
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("what") == SOME and not typed.get("reads") and not typed.get("writes"):
            self.add_error("reads", "Tick at least one thing that it may read or change")
        return typed

    @property
    def scopes(self) -> list[str]:
        said = self.cleaned_data
        return list(READS) if said["what"] == EVERYTHING else [*said["reads"], *said["writes"]]

    def until(self, today: date) -> date:
        return today + timedelta(days=int(self.cleaned_data["days"]))
