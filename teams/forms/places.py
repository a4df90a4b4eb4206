"""Lists of areas and teams, and one of them."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from teams.foundation.access import Principal
from teams.foundation.forms import Form, LinesField
from teams.models import Area, Team

LONGEST = 80


class PlacesForm(Form):
    """Two lists to type or paste. `areas` becomes paths from the whole to the part, `teams` pairs of team and area."""

    areas = LinesField(
        label="Areas",
        required=False,
        help_text="One on each line. Put “>” between an area and a part of it, like East > East 1",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    teams = LinesField(
        label="Teams",
        required=False,
        help_text="One on each line. Put a comma between the team and its area, like East 1 team, East 1",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_areas(self) -> list[list[str]]:
        return [self._names(line, line.split(">")) for line in self.cleaned_data["areas"]]

    def clean_teams(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for line in self.cleaned_data["teams"]:
            team, comma, area = line.replace("\t", ",").rpartition(",")
            team, area = self._names(line, [team, area]) if comma else (*self._names(line, [area]), "")
            found.append((team, area))
        return found

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and not typed.get("areas") and not typed.get("teams"):
            self.add_error("areas", "Type at least one area or one team")
        return typed

    def _names(self, line: str, parts: list[str]) -> list[str]:
        names = [" ".join(part.split()) for part in parts]
        if not all(names):
            raise forms.ValidationError(f"“{line}”: a name is missing before or after the sign", code="no_name")
        if any(len(name) > LONGEST for name in names):
            raise forms.ValidationError(f"“{line[:40]}…”: a name has {LONGEST} characters at most", code="too_long")
        return names


class PlaceForm(Form):
    """The name of one area or team, and the area around it."""

    name = forms.CharField(label="Name", max_length=LONGEST)
    inside = forms.ModelChoiceField(
        Area.objects.none(), label="Area around it", required=False, empty_label="None: it stands by itself"
    )

    def __init__(self, data: Any = None, *, place: Area | Team, principal: Principal) -> None:
        around = place.parent if isinstance(place, Area) else place.area
        super().__init__(data, initial={"name": place.name, "inside": around})
        areas = Area.objects.visible_to(principal)
        choice = cast("forms.ModelChoiceField", self.fields["inside"])
        choice.queryset = areas.exclude(pk=place.pk) if isinstance(place, Area) else areas
