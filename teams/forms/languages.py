"""The list of words that came back from whoever translates."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.actions.languages import languages
from teams.foundation.errors import Refusal
from teams.foundation.forms import Form
from teams.foundation.spreadsheets import text_of

LARGEST = 256 * 1024


class TranslationForm(Form):
    """A CSV file or pasted rows, which language it is, and who can read it. `words` is the text of it."""

    language = forms.ChoiceField(label="Which language is it?", widget=forms.Select())
    checked_by = forms.CharField(
        label="Who has checked it?",
        max_length=120,
        help_text="Somebody who reads this language and works with children or families: a wrong promise does harm",
        error_messages={"required": "Enter who has checked it"},
    )
    file = forms.FileField(
        label="The list as a CSV file", required=False, widget=forms.FileInput(attrs={"accept": ".csv,text/csv,.txt"})
    )
    words = forms.CharField(
        label="Or paste the rows here",
        required=False,
        strip=False,
        help_text="Straight from a spreadsheet, with the headings in the first row",
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, data: Any = None, files: Any = None, initial: Any = None) -> None:
        super().__init__(data, files, initial=initial)
        choices = [(each.code, f"{each.english}: {each.name}") for each in languages().values()]
        field = self.fields["language"]
        field.choices = [("", "Choose a language"), *choices]  # type: ignore[attr-defined]
        field.error_messages["required"] = "Choose the language"

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        file, words = typed.get("file"), typed.get("words", "")
        if file is None and not words.strip():
            self.add_error("file", "Select the list, or paste its rows below")
        elif file is not None and file.size > LARGEST:
            self.add_error("file", "The file is larger than 256 kB, too large for a list of words. Select another")
        elif file is not None:
            try:
                typed["words"] = text_of(file.read(), every_letter=True)
            except Refusal as refused:
                self.add_error("file", refused.message)
        return typed
