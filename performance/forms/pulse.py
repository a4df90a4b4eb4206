"""Every question of the pulse on one page; any of them may be skipped."""

from __future__ import annotations

from typing import Any

from django import forms

from performance.actions.pulse import About
from teams.foundation.forms import Form, Radios
from teams.questionnaires.models import Wording
from teams.questionnaires.rules import Question


class PulseForm(Form):
    """A field for each question, by its code; which team, where there are several."""

    def __init__(self, questions: list[Question], wording: Wording, teams: list[About], data: Any = None) -> None:
        super().__init__(data)
        self.questions, self.teams = questions, {str(each.team.public_id): each for each in teams}
        if len(teams) > 1:
            choices = [(key, each.team.name) for key, each in self.teams.items()]
            self.fields["team"] = forms.ChoiceField(label="Which team do you mean?", choices=choices, widget=Radios)
        for question in questions:
            words = wording.words["questions"][question.code]
            options = [(option, words["options"][option]) for option in question.options]
            self.fields[question.code] = forms.ChoiceField(
                label=words["ask"], required=False, choices=options, widget=Radios
            )

    @property
    def about(self) -> About:
        chosen = self.cleaned_data.get("team") or next(iter(self.teams))
        return self.teams[chosen]

    @property
    def answers(self) -> dict[str, str]:
        return {question.code: self.cleaned_data[question.code] for question in self.questions}
