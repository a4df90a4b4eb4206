"""Narrowing the list of need, and weighing its parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from schools.rules.need import WHOLE, Weights
from teams.foundation.forms import Form, Text
from teams.models import Area

NO_AREA = "none"
NOBODY, TWO, HIGHEST = "nobody", "two", "highest"
WORKERS = {
    "": "All schools",
    HIGHEST: "Highest need, without a worker",
    NOBODY: "Without a worker",
    TWO: "With two or more workers",
}


class NeedFilterForm(Form):
    """By GET. What cannot be understood narrows nothing."""

    area = forms.ChoiceField(label="Area", required=False)
    phase = forms.ChoiceField(label="Phase", required=False)
    workers = forms.ChoiceField(label="Workers", required=False, choices=list(WORKERS.items()))

    def __init__(self, data: Any, *, phases: Iterable[str], areas: Iterable[Area]) -> None:
        super().__init__({name: data[name] for name in data})
        self.fields["phase"].choices = [("", "All phases"), *((phase, phase) for phase in phases)]  # type: ignore[attr-defined]
        named = [(str(area.public_id), area.name) for area in areas]
        self.fields["area"].choices = [("", "All areas"), *named, (NO_AREA, "No area")]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What narrows the list now, by the fields' names."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


def _weight(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=WHOLE, widget=Text(width=3))


class WeightsForm(Form):
    """Four whole numbers and a reason. The record itself says when they do not come to 100."""

    absence = _weight("Persistent absence")
    free_meals = _weight("Free meals in the last six years")
    sen_support = _weight("SEN support")
    plans = _weight("EHC plans")
    why = forms.CharField(label="Why these weights? One line, for everybody who reads the list", max_length=200)

    def weights(self) -> Weights:
        return Weights(**{name: self.cleaned_data[name] for name in Weights._fields})
