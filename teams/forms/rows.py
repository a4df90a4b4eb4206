"""A list from a spreadsheet: a CSV file, or its rows pasted. Whoever has no file at hand is not sent away."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from teams.foundation.errors import Refusal
from teams.foundation.forms import Form
from teams.foundation.spreadsheets import text_of


class RowsForm(Form):
    """After `is_valid`, `cleaned_data["words"]` is the text of the list, wherever it came from.

    A form says how large a file may be in MB, what the list is of, and reads it in `read`, which may refuse it. With
    `every_letter` a file is refused that was saved without the letters of other languages.
    """

    most_mb: ClassVar[int]
    of_what: ClassVar[str]  # "people": "too large for a list of people"
    every_letter: ClassVar[bool] = False

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

    def read(self, text: str) -> None:
        """Raises Refusal where it is no such list."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        file, words = typed.get("file"), typed.get("words", "")
        if file is None and not words.strip():
            self.add_error("file", "Select a file, or paste the rows below")
        elif file is None and len(words) > self.most_mb * 1024 * 1024:
            self.add_error("words", f"These rows are too large for a list of {self.of_what}. Paste the list alone")
        elif file is not None and file.size > self.most_mb * 1024 * 1024:
            too_large = f"The file is larger than {self.most_mb} MB, too large for a list of {self.of_what}."
            self.add_error("file", f"{too_large} Select another")
        else:
            try:
                typed["words"] = text_of(file.read(), every_letter=self.every_letter) if file is not None else words
                self.read(typed["words"])
            except Refusal as refused:
                self.add_error("file" if file is not None else "words", refused.message)
        return typed
