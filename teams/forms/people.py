"""A list of people to be looked at, and one more colleague."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from teams.forms.rows import RowsForm
from teams.foundation.access import COUNCIL_ROLES, Principal, Role
from teams.foundation.forms import DateField, Form
from teams.models import Person, Team
from teams.rules.people_file import PeopleFile, read

ROLES = [(role.value, role.label) for role in Role if role in COUNCIL_ROLES]


class PeopleFileForm(RowsForm):
    """After `is_valid`, `people` is what was read."""

    most_mb, of_what = 1, "people"
    people: PeopleFile

    def read(self, text: str) -> None:
        self.people = read(text)


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
