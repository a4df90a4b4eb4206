"""A government file to be loaded."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from teams.foundation.forms import Form, Radios, Text
from teams.models import Authority
from teams.rules.calendar import school_year_label, school_year_of

OWN, ALL, OTHER = "own", "all", "other"
YEARS_BACK = 15


class FileImportForm(Form):
    """After `is_valid`, `la` is the code that the rows are narrowed to, or None, and `year` that of the figures."""

    file = forms.FileField(
        label="The file",
        help_text="As you downloaded it: a CSV file, not an Excel workbook",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,text/csv"}),
        max_length=200,
        error_messages={"required": "Select the file"},
    )
    rows = forms.ChoiceField(label="Which of its rows?", choices=[], widget=Radios(reveals={OTHER: ["la_code"]}))
    la_code = forms.CharField(
        label="The other authority’s code",
        help_text="Three figures, like 919",
        required=False,
        max_length=3,
        widget=Text(attrs={"inputmode": "numeric"}, width=3),
    )
    figures_of = forms.ChoiceField(
        label="School year of the figures",
        help_text="Only for files that do not say it, as those of the performance tables. Often the file’s name does",
        required=False,
        choices=[],
    )

    def __init__(self, data: Any = None, files: Any = None, *, authority: Authority, today: date) -> None:
        super().__init__(data, files, initial={"rows": OWN if authority.la_code else ALL})
        self._own = authority.la_code
        own = [(OWN, f"Only rows of {authority.name} ({self._own})")] if self._own else []
        rows = [*own, (ALL, "All of them"), (OTHER, "Only rows of another authority")]
        self.fields["rows"].choices = rows  # type: ignore[attr-defined]
        this_year = school_year_of(today)
        years = [(str(year), school_year_label(year)) for year in range(this_year, this_year - YEARS_BACK, -1)]
        years.insert(0, ("", "The file or its name says it"))
        self.fields["figures_of"].choices = years  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("rows") == OTHER and not typed.get("la_code"):
            self.add_error("la_code", "Enter the code of the authority whose rows you want")
        return typed

    @property
    def la(self) -> str | None:
        which = self.cleaned_data["rows"]
        return {OWN: self._own, OTHER: self.cleaned_data["la_code"]}.get(which) or None

    @property
    def year(self) -> int | None:
        return int(self.cleaned_data["figures_of"]) if self.cleaned_data["figures_of"] else None

    # What the reader calls the boxes of this form.
    BESIDE = {"year": "figures_of"}
