"""A list of people to be looked at, and one more colleague."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.errors import Refusal
from teams.foundation.forms import DateField, Form
from teams.foundation.spreadsheets import text_of
from teams.models import Person, Team
from teams.rules.people_file import PeopleFile, read

LARGEST = 1024 * 1024
ROLES = [(role.value, role.label) for role in Role if role in COUNCIL_ROLES]


class PeopleFileForm(Form):
    """A CSV file or pasted rows. After `is_valid`, `people` is what was read and `words` the text of it."""

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

    people: PeopleFile

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        file, words = typed.get("file"), typed.get("words", "")
        if file is None and not words.strip():
            self.add_error("file", "Select a file, or paste the rows below")
            return typed
        if file is not None and file.size > LARGEST:
            self.add_error("file", "The file is larger than 1 MB, too large for a list of people. Select another")
            return typed
        try:
            typed["words"] = text_of(file.read()) if file is not None else words
            self.people = read(typed["words"])
        except Refusal as refused:
            self.add_error("file" if file is not None else "words", refused.message)
        return typed


class PersonForm(Form):
    """One more colleague. Choices are those that the administrator may see."""

    name = forms.CharField(label="Name", max_length=120)
    email = forms.EmailField(
        label="E-mail address", max_length=254, help_text="The work address; it is used to sign in"
    )
    telephone = forms.CharField(label="Telephone number", max_length=40, required=False)
    job = forms.CharField(label="Job", max_length=120, required=False, help_text="As it stands on papers")
    role = forms.ChoiceField(label="Role", choices=[("", "Choose a role"), *ROLES])
    team = forms.ModelChoiceField(Team.objects.none(), label="Team", required=False, empty_label="No team")
    manager = forms.ModelChoiceField(Person.objects.none(), label="Manager", required=False, empty_label="Nobody")
    starts_on = DateField(label="First day")

    def __init__(self, data: Any = None, *, principal: Principal, today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        team, manager = (cast("forms.ModelChoiceField", self.fields[name]) for name in ("team", "manager"))
        team.queryset = Team.objects.visible_to(principal)
        manager.queryset = Person.objects.at_council(today).visible_to(principal)
