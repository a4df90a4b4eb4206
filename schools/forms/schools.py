"""Narrowing the list of schools, and saying in which area one lies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from schools.models import School
from teams.foundation.access import Principal
from teams.foundation.forms import Form
from teams.models import Area

OPEN, WITH, WITHOUT, CLOSED, ALL = "open", "with", "without", "closed", "all"
STATES = {
    OPEN: "Open",
    WITH: "Open, with a worker",
    WITHOUT: "Open, without a worker",
    CLOSED: "Closed",
    ALL: "All",
}
NO_AREA = "none"


class SchoolFilterForm(Form):
    """By GET. What cannot be understood narrows nothing."""

    words = forms.CharField(label="Name or URN", required=False, max_length=100)
    phase = forms.ChoiceField(label="Phase", required=False)
    area = forms.ChoiceField(label="Area", required=False)
    state = forms.ChoiceField(label="Open or closed", required=False, choices=list(STATES.items()))

    def __init__(self, data: Any, *, phases: Iterable[str], areas: Iterable[Area]) -> None:
        super().__init__({"state": OPEN} | {name: data[name] for name in data})
        self.fields["phase"].choices = [("", "All phases"), *((phase, phase) for phase in phases)]  # type: ignore[attr-defined]
        named = [(str(area.public_id), area.name) for area in areas]
        none = [(NO_AREA, "No area")] if named else []
        self.fields["area"].choices = [("", "All areas"), *named, *none]  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """What narrows the list now, by the fields' names."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name) or "" for name in self.fields}
        return said | {"words": str(said["words"]).strip(), "state": said["state"] or OPEN}


class AreaForm(Form):
    area = forms.ModelChoiceField(
        Area.objects.none(), label="Area", required=False, empty_label="No area", to_field_name="public_id"
    )

    def __init__(self, data: Any = None, *, principal: Principal, school: School) -> None:
        super().__init__(data, initial={"area": school.area.public_id if school.area else None})
        self.fields["area"].queryset = Area.objects.visible_to(principal)  # type: ignore[attr-defined]
