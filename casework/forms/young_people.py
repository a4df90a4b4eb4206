"""A young person in a few words: initials, school, need. Names have no box to go into."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from casework.models import YoungPerson
from schools.models import School
from teams.foundation.forms import Checkboxes, DateField, Form, Radios
from teams.foundation.words import short_day
from teams.models import Person

LETTER = r"[^\W\d_]"
INITIALS = re.compile(rf"{LETTER}[.\s]*(?:{LETTER}[.\s]*){{0,2}}")
ONLY_INITIALS = "Enter one to three initials, like J.S. Leave the name out"


class InitialsField(forms.CharField):
    """ "js", "J S" and "J. S." are all "J.S.": one way, so that a list stays a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Initials",
            help_text="Such as J.S. Names do not belong here.",
            max_length=6,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            error_messages={"required": ONLY_INITIALS, "max_length": ONLY_INITIALS},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not INITIALS.fullmatch(typed):
            raise ValidationError(ONLY_INITIALS, code="invalid")
        return "".join(f"{letter}." for letter in re.findall(LETTER, typed.upper()))[:6]


class YoungPersonForm(Form):
    """Initials and need."""

    initials = InitialsField()
    need = forms.CharField(
        label="What the work is about",
        help_text="In a few words that the school may read, such as mornings and coming in. No names.",
        max_length=200,
    )


class NewYoungPersonForm(YoungPersonForm):
    """With the school, where there are several, and the day."""

    school = forms.ChoiceField(label="School", widget=Radios(), error_messages={"required": "Select the school"})
    starts_on = DateField(label="With you since")

    field_order = ("school", "initials", "need", "starts_on")

    def __init__(self, data: Any = None, *, schools: Iterable[School], chosen: str, today: date) -> None:
        self.schools = {str(school.public_id): school for school in schools}
        first = chosen if chosen in self.schools else ""
        super().__init__(data, initial={"starts_on": today, "school": first})
        if len(self.schools) == 1:
            del self.fields["school"]
        else:
            named = [(key, school.name) for key, school in self.schools.items()]
            cast("forms.ChoiceField", self.fields["school"]).choices = named

    @property
    def chosen_school(self) -> School:
        """What was chosen; the one there is needs no choice."""
        key = self.cleaned_data.get("school") or next(iter(self.schools))
        return self.schools[key]


class EndYoungPersonForm(Form):
    on = DateField(label="Last day")


class HandOverForm(Form):
    """Who goes on with whom."""

    young = forms.MultipleChoiceField(
        label="Which young people?",
        widget=Checkboxes(),
        error_messages={"required": "Select whom somebody else goes on with"},
    )
    worker = forms.ChoiceField(
        label="Who goes on with them?", widget=Radios(), error_messages={"required": "Select who goes on with them"}
    )

    def __init__(
        self,
        data: Any = None,
        *,
        young: Iterable[YoungPerson],
        workers: Iterable[Person],
        me: int | None,
        ticked: Iterable[str],
    ) -> None:
        self.offered = {str(each.public_id): each for each in young}
        self.workers = {str(person.public_id): person for person in workers}
        super().__init__(data, initial={"young": list(ticked)})
        boxes = cast("forms.MultipleChoiceField", self.fields["young"])
        boxes.choices = [(key, each.initials) for key, each in self.offered.items()]
        boxes.widget.hints = {key: _hint(each, me) for key, each in self.offered.items()}
        named = [(key, person.name) for key, person in self.workers.items()]
        cast("forms.ChoiceField", self.fields["worker"]).choices = named

    @property
    def chosen(self) -> list[YoungPerson]:
        return [self.offered[key] for key in self.cleaned_data["young"]]

    @property
    def goes_on(self) -> Person:
        return self.workers[self.cleaned_data["worker"]]


def _hint(young: YoungPerson, me: int | None) -> str:
    with_whom = "" if young.worker_id == me else f", with {young.worker.name}"
    return f"{young.need}. Since {short_day(young.starts_on)}{with_whom}"
