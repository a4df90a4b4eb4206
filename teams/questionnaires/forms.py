"""One question as a form, whatever its kind. With pictures each answer is a button; with the others it is chosen."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.foundation.forms import Form, Radios
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import LONGEST_WORDS, TEXT, Question


class QuestionForm(Form):
    """The field is called `answer`. Nothing chosen is a question skipped, and is no mistake."""

    def __init__(self, question: Question, wording: Wording, names: dict[str, str], data: Any = None) -> None:
        super().__init__(data)
        self.question = question
        words = wording.words["questions"][question.code]
        ask = words["ask"].format_map(names)
        if question.kind == TEXT:
            self.fields["answer"] = forms.CharField(
                label=ask,
                required=False,
                max_length=LONGEST_WORDS,
                widget=forms.Textarea,
                error_messages={"max_length": wording.words["too_long"].format_map(names)},
            )
        else:
            options = [(option, words["options"][option].format_map(names)) for option in question.options]
            self.fields["answer"] = forms.ChoiceField(label=ask, required=False, choices=options, widget=Radios)
            self.fields["answer"].error_messages["invalid_choice"] = wording.words["not_an_answer"].format_map(names)

    @property
    def answer(self) -> str:
        """What was said, once it is valid."""
        return self.question.taken(self.cleaned_data["answer"])
