"""A day for one visit, a time agreed by telephone, and the school's choice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from schools.rules.timetable import AtNight, meeting_clock
from supervision.models import Slot, Visit
from teams.foundation.forms import DateField, Form, Radios, Text
from teams.models import Person

ANY, NONE = "any", "none"


def day_and_time(at: datetime) -> str:
    """ "Tuesday 10 November at 10am"."""
    local = timezone.localtime(at)
    minutes = f":{local.minute:02d}" if local.minute else ""
    half = "am" if local.hour < 12 else "pm"
    return f"{weekday(local.date())} at {local.hour % 12 or 12}{minutes}{half}"


def weekday(day: date) -> str:
    """ "Tuesday 10 November"."""
    return f"{day:%A} {day.day} {day:%B}"


class PinForm(Form):
    """On which day? One of those on which it can be."""

    day = forms.ChoiceField(
        label="Which day?",
        widget=Radios(),
        error_messages={"required": "Select a day", "invalid_choice": "Select one of the days shown"},
    )

    def __init__(self, *args: Any, days: Sequence[date], pinned: date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = pinned.isoformat() if pinned else ANY
        choices = [(day.isoformat(), weekday(day)) for day in days]
        self.fields["day"].choices = [(ANY, "Any day will do"), *choices]  # type: ignore[attr-defined]

    def chosen(self) -> date | None:
        said = self.cleaned_data["day"]
        return None if said == ANY else date.fromisoformat(said)


class AgreedForm(Form):
    """A time agreed by telephone."""

    day = DateField(label="Which day?", error_messages={"required": "Enter the day"})
    time = forms.CharField(
        label="From when?", help_text="For example 10:00. It takes 45 minutes.", max_length=8, widget=Text(width=5),
        error_messages={"required": "Enter the time"},
    )  # fmt: skip

    def clean_time(self) -> str:
        try:
            return meeting_clock(self.cleaned_data["time"])
        except AtNight as night:
            raise ValidationError(str(night), code="night") from None
        except ValueError:
            raise ValidationError("Enter a time of day, like 10:00", code="invalid") from None

    def starts_at(self) -> datetime:
        hour, minute = self.cleaned_data["time"].split(":")
        day: date = self.cleaned_data["day"]
        return timezone.make_aware(datetime.combine(day, time(int(hour), int(minute))))


class ChooseForm(Form):
    """H2: which time suits, who comes; or two times that would."""

    time = forms.ChoiceField(
        label="Which time suits you?",
        error_messages={
            "required": "Select a time, or “None of these”",
            "invalid_choice": "Select one of the times shown",
        },
    )
    other_times = forms.CharField(
        label="Two times that would suit you",
        help_text="For example Thursday afternoon, or 18 November at 9.",
        max_length=200,
        required=False,
    )
    who = forms.ChoiceField(label="Who comes for the school?", widget=forms.Select())

    def __init__(
        self, *args: Any, visit: Visit, slots: Sequence[Slot], people: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.slots = {slot.public_id.hex: slot for slot in slots}
        self.people = {person.public_id.hex: person for person in people}
        self.fields["time"].widget = Radios(reveals={NONE: ["other_times"]})
        offered = [(key, day_and_time(slot.starts_at)) for key, slot in self.slots.items()]
        self.fields["time"].choices = [*offered, (NONE, "None of these")]  # type: ignore[attr-defined]
        named = [
            (key, f"{person.name}, {person.job}" if person.job else person.name) for key, person in self.people.items()
        ]
        self.fields["who"].choices = named  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("time") == NONE and not cleaned.get("other_times"):
            self.add_error("other_times", "Enter two times that would suit you")
        return cleaned
