"""What is typed about success criteria: the criterion, its judgement, and what speaks for it."""

from __future__ import annotations

from typing import Any

from django import forms

from performance.models import Judgement
from performance.rules.criteria import GROUPS
from teams.foundation.forms import Checkboxes, DateField, Form, Radios

WORDS = "words"


class CriterionForm(Form):
    text = forms.CharField(
        label="What is to be reached?",
        help_text="One sentence that somebody else can say yes or no to.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what is to be reached"},
    )
    deadline = DateField(label="By when?", error_messages={"required": "Give the day by which it is to be reached"})
    asked = forms.MultipleChoiceField(
        label="Whose views are asked about it?",
        choices=list(GROUPS.items()),
        widget=Checkboxes(),
        error_messages={"required": "Choose whose views are asked about it"},
    )


class JudgeForm(Form):
    """How far it is at the end of one term. `terms` are those of the year that have begun, the latest first."""

    term = forms.ChoiceField(label="Which term?", widget=Radios())
    level = forms.ChoiceField(
        label="How far is it?",
        choices=Judgement.Level.choices,
        widget=Radios(),
        error_messages={"required": "Choose how far it is"},
    )
    reason = forms.CharField(
        label="Why?",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason in a sentence or two"},
    )

    def __init__(self, *args: Any, terms: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {term.season: term for term in terms}
        field: Any = self.fields["term"]
        field.choices = [(term.season, str(term)) for term in terms]
        if terms:
            field.initial = terms[0].season


class DropForm(Form):
    reason = forms.CharField(
        label="Why is it dropped?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why it is dropped, in a few words"},
    )


class EvidenceForm(Form):
    """One of what happened this year, or words of one's own; and why it counts."""

    what = forms.ChoiceField(
        label="What speaks for it?", widget=Radios(), error_messages={"required": "Choose what speaks for it"}
    )
    happened_on = DateField(label="When was it?", required=False)
    says = forms.CharField(
        label="What is printed",
        help_text="A sentence or two. No name of a child, a family or a school.",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, found: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = [*found, (WORDS, "Something else that happened")]
        field.widget = Radios(reveals={WORDS: ["happened_on"]})
        field.widget.choices = field.choices
