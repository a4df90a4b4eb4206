"""The list of words that came back from whoever translates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from teams.actions.languages import languages
from teams.forms.rows import RowsForm
from teams.questionnaires.words_file import Line, read


class TranslationForm(RowsForm):
    """Which language it is, who can read it, and the list with its third column filled in."""

    most_mb, of_what, every_letter = 1, "words", True

    language = forms.ChoiceField(label="Which language is it?", widget=forms.Select())
    checked_by = forms.CharField(
        label="Who has checked it?",
        max_length=120,
        help_text="Somebody who reads this language and works with children or families: a wrong promise does harm",
        error_messages={"required": "Enter who has checked it"},
    )
    field_order = ["language", "checked_by", "file", "words"]

    def __init__(self, lines: Sequence[Line], data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        self.lines = lines
        choices = [(each.code, f"{each.english}: {each.name}") for each in languages().values()]
        field = self.fields["language"]
        field.choices = [("", "Choose a language"), *choices]  # type: ignore[attr-defined]
        field.error_messages["required"] = "Choose the language"

    def read(self, text: str) -> None:
        read(text, self.lines)
