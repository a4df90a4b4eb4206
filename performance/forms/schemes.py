"""A scheme of reviews, typed one thing a line: no script, and a refusal beside the box that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from performance.rules import scheme_lines
from performance.rules.schemes import LONGEST_NAME, SIDES, Content
from teams.foundation.forms import Form, LinesField
from teams.models import Profession

HELP = {
    "accountability": "The school reads these. One a line; after a colon what to think of, if you want.",
    "development": "The school reads these too.",
    "career": "Between worker and manager. “Not now” is an answer, blank is not.",
    "wellbeing": "Between worker and manager. Put “(rated)” after a name if the scale is asked beside it.",
    "dropped": "Between worker and manager.",
}


def _lines(label: str, rows: int, hint: str, *, required: bool = False) -> LinesField:
    return LinesField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.Textarea(attrs={"rows": str(rows)}),
        max_length=4000,
    )


class SchemeForm(Form):
    """What a scheme says. `content` is set once it is valid."""

    name = forms.CharField(
        label="What is it called?", max_length=LONGEST_NAME, error_messages={"required": "Enter its name"}
    )
    stages = _lines(
        "Which conversations are there in a year?",
        3,
        "One a line: name, month, and “with the school” where the head is asked, like “Yearly review, June, with the "
        "school”.",
    )
    accountability = _lines("Headings: accountability", 4, HELP["accountability"])
    development = _lines("Headings: development", 4, HELP["development"])
    career = _lines("Headings: career", 2, HELP["career"])
    wellbeing = _lines("Headings: wellbeing", 2, HELP["wellbeing"])
    dropped = _lines("Headings: what was dropped this year", 2, HELP["dropped"])
    scale = _lines(
        "Scale for ratings, if there is one", 4, "One step a line, the lowest first. Leave it empty for none."
    )
    year_starts = forms.TypedChoiceField(
        label="In which month does the year start?",
        coerce=int,
        choices=[(number, name) for number, name in enumerate(scheme_lines.MONTHS, start=1)],
        widget=forms.Select(),
    )

    content: Content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        lines = {side: cleaned[side] for side in SIDES}
        self.content, problems = scheme_lines.read(cleaned["stages"], lines, cleaned["scale"], cleaned["year_starts"])
        for box, sentence in problems:
            self.add_error(box, sentence)
        return cleaned


class NewSchemeForm(SchemeForm):
    """For whom it is, is said once."""

    employer = forms.ChoiceField(label="Whose people is it for?", required=False, widget=forms.Select())
    profession = forms.ChoiceField(label="For which profession?", required=False, widget=forms.Select())
    field_order = ["name", "employer", "profession"]

    def __init__(self, *args: Any, employers: Iterable[str], professions: Iterable[Profession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.professions = {str(each.public_id): each for each in professions}
        fields: Any = self.fields
        fields["employer"].choices = [("", "The council’s own"), *((each, each) for each in employers if each)]
        named = [(key, each.name) for key, each in self.professions.items()]
        fields["profession"].choices = [("", "All professions"), *named]


def initial(name: str, content: Content) -> dict[str, Any]:
    """The boxes of a scheme as it is."""
    return {
        "name": name,
        "stages": scheme_lines.stage_lines(content),
        **{side: scheme_lines.heading_lines(content, side) for side in SIDES},
        "scale": list(content.scale),
        "year_starts": content.year_starts,
    }
