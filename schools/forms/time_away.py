"""I'm away from school (journey W4): what for, and back when. Everything else is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, cast

from django import forms

from schools.forms.placements import ClockField
from schools.models import Placement, TimeAway
from schools.rules.whereabouts import PURPOSES, Back
from teams.foundation.forms import DateField, Form, Radios
from teams.foundation.words import LONDON

NOW, OTHER = "now", "other"
WRONG_TIME = "The time must be like 13:00"


class TimeAwayForm(Form):
    """`backs` are the usual answers to "back when?" for the school that is chosen first."""

    school = forms.ChoiceField(
        label="Which school?", widget=Radios(), error_messages={"required": "Select the school to tell"}
    )
    purpose = forms.ChoiceField(
        label="What for?",
        choices=[(key, words.label) for key, words in PURPOSES.items()],
        widget=Radios(
            hints={
                key: f"Benefit: {words.benefit}." if words.benefit else "The school reads “Away”, and no reason."
                for key, words in PURPOSES.items()
            }
        ),
        error_messages={"required": "Select what it is for"},
    )
    back = forms.ChoiceField(
        label="Back when?", widget=Radios(), error_messages={"required": "Select when you are back"}
    )
    back_time = ClockField(label="Back at", help_text="Like 14:30", wrong=WRONG_TIME)
    back_on = DateField(label="On which day, if not the same?", required=False)
    start = forms.ChoiceField(
        label="From when?",
        choices=[(NOW, "From now"), (OTHER, "From another time, also one that is past")],
        widget=Radios(reveals={OTHER: ["start_time", "start_on"]}),
    )
    start_time = ClockField(label="Away from", help_text="Like 9:00", wrong=WRONG_TIME)
    start_on = DateField(label="On which day, if not today?", required=False)
    benefit = forms.CharField(
        label="Other words for the benefit to the school",
        help_text="The school reads them. No names of children or families",
        max_length=200,
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        placements: Sequence[Placement],
        chosen: Placement,
        backs: Sequence[Back],
        now: datetime,
    ) -> None:
        super().__init__(data, initial={"start": NOW, "school": str(chosen.public_id)})
        self.now, self.backs = now.astimezone(LONDON), {each.key: each for each in backs}
        self.placements = {str(each.public_id): each for each in placements}
        back = cast("forms.ChoiceField", self.fields["back"])
        back.choices = [*((each.key, each.words) for each in backs), (OTHER, "Another time")]
        back.widget.reveals = {OTHER: ["back_time", "back_on"]}
        if len(placements) > 1:
            names = [(key, each.school.name) for key, each in self.placements.items()]
            cast("forms.ChoiceField", self.fields["school"]).choices = names
        else:
            del self.fields["school"]
            self.only = placements[0]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name, answer, what in (("start", "start_time", "from when"), ("back", "back_time", "when you are back")):
            if said.get(name) == OTHER and not said.get(answer) and answer not in self.errors:
                self.add_error(answer, f"Enter {what}, like 13:00")
        return said

    @property
    def details_are_open(self) -> bool:
        """Is something said, or wrong, in the part of the page that is folded?"""
        folded = ("start", "start_time", "start_on", "benefit")
        wrong = any(name in self.errors for name in folded) if self.is_bound else False
        return wrong or (self.is_bound and (self.data.get("start") == OTHER or bool(self.data.get("benefit"))))

    def placement(self) -> Placement:
        return self.placements[self.cleaned_data["school"]] if "school" in self.fields else self.only

    def starts_at(self) -> datetime:
        said = self.cleaned_data
        if said["start"] == NOW:
            return self.now
        return _moment(said["start_time"], said["start_on"] or self.now.date())

    def back_at(self) -> datetime:
        said = self.cleaned_data
        usual = self.backs.get(said["back"])
        if usual is not None:
            return usual.moment
        return _moment(said["back_time"], said["back_on"] or self.starts_at().date())

    def purpose_said(self) -> TimeAway.Purpose:
        return TimeAway.Purpose(self.cleaned_data["purpose"])


def _moment(hour: str, day: date) -> datetime:
    hours, minutes = (int(part) for part in hour.split(":"))
    return datetime.combine(day, time(hours, minutes), tzinfo=LONDON)
