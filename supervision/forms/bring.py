"""What she brings: ticks, and one box."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from casework.models import YoungPerson
from supervision.models.bring import MOST
from teams.foundation.forms import Checkboxes, Form


class BringForm(Form):
    young = forms.MultipleChoiceField(
        label="Young people to talk about",
        help_text=f"Two to {MOST} are best. Those you tick stand first on the list of your manager.",
        widget=Checkboxes(),
        required=False,
    )
    text = forms.CharField(
        label="Anything else for the list",
        help_text="Your manager reads it when getting ready. The school does not.",
        widget=forms.Textarea(attrs={"rows": "4"}),
        max_length=1000,
        required=False,
    )

    def __init__(self, data: Any = None, *, young: Iterable[YoungPerson], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offered = {str(each.public_id): each for each in young}
        if not self.offered:
            del self.fields["young"]
            return
        boxes = cast("forms.MultipleChoiceField", self.fields["young"])
        boxes.choices = [(key, each.initials) for key, each in self.offered.items()]
        boxes.widget.hints = {key: each.need for key, each in self.offered.items()}

    @property
    def chosen(self) -> list[YoungPerson]:
        return [self.offered[key] for key in self.cleaned_data.get("young", ())]
