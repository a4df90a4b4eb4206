"""What a manager writes under "You said, we did"."""

from __future__ import annotations

from django import forms

from teams.foundation.forms import Form, Radios
from teams.models import Team


class WeDidForm(Form):
    """Two sentences. The team is asked for only where there are several."""

    said = forms.CharField(
        label="You said",
        max_length=200,
        help_text="Plain words that a child can read: “You said the room was too loud.” No name.",
    )
    did = forms.CharField(label="We did", max_length=200, help_text="“It moved.” Or why not, and what you do instead.")

    def __init__(self, teams: list[Team], data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.teams = {str(team.public_id): team for team in teams}
        if len(teams) > 1:
            choices = [(key, team.name) for key, team in self.teams.items()]
            self.fields["team"] = forms.ChoiceField(label="Which team?", choices=choices, widget=Radios)

    @property
    def team(self) -> Team:
        """The one that was chosen, or the only one."""
        chosen = self.cleaned_data.get("team") or next(iter(self.teams))
        return self.teams[chosen]
