"""Somebody of another agency: three boxes, and which team where there are several."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.foundation.forms import Form, Radios
from teams.models import Team


class AgencyPersonForm(Form):
    agency = forms.CharField(label="Agency", max_length=120, help_text="For example school nursing, or a youth centre")
    name = forms.CharField(label="Name", max_length=120, help_text="First name and last name")
    email = forms.EmailField(label="Work e-mail address", max_length=254)

    def __init__(self, teams: list[Team], data: Any = None) -> None:
        super().__init__(data)
        self.teams = {str(team.public_id): team for team in teams}
        if len(teams) > 1:
            choices = [(key, team.name) for key, team in self.teams.items()]
            self.fields["team"] = forms.ChoiceField(
                label="Which team do they work with?", choices=choices, widget=Radios
            )

    @property
    def team(self) -> Team:
        """The one that was chosen, or the only one."""
        return self.teams[self.cleaned_data.get("team") or next(iter(self.teams))]
