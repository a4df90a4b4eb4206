"""How often, and who is in which set: radios alone, nothing is typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from supervision.actions.patterns import MODELS
from supervision.models import SetPlace
from teams.foundation.forms import Form, Radios
from teams.models import Person, Profession

NOT_HERE = "none"


class HowOftenForm(Form):
    """One question for each profession. `chosen` are the models' codes by the professions' keys."""

    def __init__(self, *args: Any, professions: Sequence[Profession], chosen: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.professions = {f"profession_{number}": each for number, each in enumerate(professions)}
        hints = {model.code: model.says for model in MODELS}
        for name, profession in self.professions.items():
            is_chosen = profession.pk in chosen
            codes = [(model.code, model.name) for model in MODELS]
            later = [] if is_chosen else [(NOT_HERE, "Not yet")]
            self.fields[name] = forms.ChoiceField(
                label=profession.name,
                choices=[*codes, *later],
                widget=Radios(hints=hints),
                initial=chosen.get(profession.pk, NOT_HERE),
                error_messages={"required": f"Select how often for {profession.name}"},
            )

    def said(self) -> list[tuple[Profession, str]]:
        """What was chosen, once the form is valid; without those left for later."""
        answers = [(profession, self.cleaned_data[name]) for name, profession in self.professions.items()]
        return [(profession, code) for profession, code in answers if code != NOT_HERE]


class SetsForm(Form):
    """One question for each worker: set A or set B. `groups` are the sets by the people's keys."""

    def __init__(self, *args: Any, people: Iterable[Person], groups: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"person_{person.public_id}": person for person in people}
        for name, person in self.people.items():
            self.fields[name] = forms.ChoiceField(
                label=person.name,
                choices=SetPlace.Group.choices,
                widget=Radios(),
                initial=groups.get(person.pk),
                error_messages={"required": f"Select a set for {person.name}"},
            )

    def said(self) -> list[tuple[Person, str]]:
        return [(person, self.cleaned_data[name]) for name, person in self.people.items()]
