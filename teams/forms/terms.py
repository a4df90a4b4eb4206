"""The twelve dates of a school year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from teams.foundation.forms import DateField, Form
from teams.rules.calendar import Season
from teams.rules.terms import Term, problems

LABELS = {
    "starts_on": "First day of the {} term",
    "half_term_starts_on": "First day of half-term in the {} term",
    "half_term_ends_on": "Last day of half-term in the {} term",
    "ends_on": "Last day of the {} term",
}
# Which box a sentence of `problems` is about.
ABOUT = re.compile(
    r"(?P<half>half-term.* )?(?P<season>autumn|spring|summer) term (?P<what>starts|ends|is)", re.IGNORECASE
)


class TermsForm(Form):
    """First and last day of each term and of its half-term. What does not fit together is said beside its box."""

    def __init__(self, data: Any = None, *, terms: Sequence[Term], school_year: int) -> None:
        self.school_year = school_year
        super().__init__(
            data, initial={f"{term.season}_{name}": getattr(term, name) for term in terms for name in LABELS}
        )
        for season in Season:
            for name, label in LABELS.items():
                self.fields[f"{season}_{name}"] = DateField(label=label.format(season))

    def seasons(self) -> list[tuple[str, list[Any]]]:
        """For drawing: each term's name with its four boxes."""
        return [(f"{season.capitalize()} term", [self[f"{season}_{name}"] for name in LABELS]) for season in Season]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            for sentence in problems(self.terms(), school_year=self.school_year):
                self.add_error(_box_of(sentence), sentence.rstrip("."))
        return typed

    def terms(self) -> list[Term]:
        """The three terms as typed; only when the dates themselves are valid."""
        return [Term(season, *(self.cleaned_data[f"{season}_{name}"] for name in LABELS)) for season in Season]


def _box_of(sentence: str) -> str | None:
    about = ABOUT.search(sentence)
    if about is None:
        return None
    if about["half"]:
        return f"{about['season'].lower()}_half_term_starts_on"
    return f"{about['season'].lower()}_{'ends_on' if about['what'] == 'ends' else 'starts_on'}"
