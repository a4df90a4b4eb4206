"""Peer supervision: when and where, a question, what was said, what somebody takes away, and good practice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from schools.rules.timetable import AtNight, meeting_clock
from supervision.forms.room import day_box
from supervision.models.peers import LINE, LONG, Said
from supervision.rules.words import day_of
from teams.foundation.forms import BoundField, Checkboxes, DateField, Form, Radios, Text
from teams.models import Person

NOBODY = "none"
NO_NAMES = "Leave out names and anything that would identify the family."


class WhenForm(Form):
    """A day, a time, a place."""

    day = DateField(label="Which day?", error_messages={"required": "Enter the day"})
    time = forms.CharField(
        label="From when?", help_text="For example 13:30. It takes an hour.", max_length=8, widget=Text(width=5),
        error_messages={"required": "Enter the time"},
    )  # fmt: skip
    place = forms.CharField(label="Where?", max_length=160, required=False)

    def clean_time(self) -> str:
        try:
            return meeting_clock(self.cleaned_data["time"])
        except AtNight as night:
            raise ValidationError(str(night), code="night") from None
        except ValueError:
            raise ValidationError("Enter a time of day, like 13:30", code="invalid") from None

    def starts_at(self) -> datetime:
        hour, minute = self.cleaned_data["time"].split(":")
        day: date = self.cleaned_data["day"]
        return timezone.make_aware(datetime.combine(day, time(int(hour), int(minute))))


class WhoForm(Form):
    """Somebody else than whose turn it is."""

    who = forms.ChoiceField(label="Ask somebody else", widget=forms.Select())

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(each.public_id): each for each in people}
        self.fields["who"].choices = [(key, each.name) for key, each in self.people.items()]  # type: ignore[attr-defined]


class QuestionForm(Form):
    question = forms.CharField(
        label="What is your question?",
        help_text=NO_NAMES,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": "Write your question"},
    )


class TakesForm(Form):
    takes = forms.CharField(
        label="What do you take away?",
        help_text="One line. " + NO_NAMES,
        max_length=LINE,
        error_messages={"required": "Write what you take away"},
    )


class PracticeForm(Form):
    text = forms.CharField(
        label="What may help others?",
        help_text="Your team reads it. " + NO_NAMES,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "5"}),
        error_messages={"required": "Write what may help others"},
    )


class TalkForm(Form):
    """In the room. `people` are the rows of the workers who are to come; `asked` is who was asked for a question."""

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {each.person.public_id.hex: each for each in people}
        named = [(key, each.person.name) for key, each in self.people.items()]
        self.fields["came"] = forms.MultipleChoiceField(
            label="Who is here?", choices=named, required=False, widget=Checkboxes()
        )
        self.fields["presenter"] = forms.ChoiceField(
            label="Who brings the question?", choices=[*named, (NOBODY, "Nobody")], required=False, widget=Radios()
        )
        self.fields["question"] = _box("The question", NO_NAMES)
        self.fields["facts"] = _box("What we know")
        self.fields["asked"] = _box("What colleagues ask")
        self.fields["options"] = _box("What could be done")
        self.fields["will_do"] = forms.CharField(
            label="What whoever brought it will do", max_length=LINE, required=False
        )
        self.fields["due"] = day_box("By when")
        for key, each in self.people.items():
            if not each.takes:
                label = f"{each.person.name} takes away"
                self.fields[f"takes-{key}"] = forms.CharField(label=label, max_length=LINE, required=False)

    def takes(self) -> Iterator[tuple[Any, BoundField | None]]:
        """Everybody with their box; who has written their own line has none."""
        for key, each in self.people.items():
            yield each, self[f"takes-{key}"] if f"takes-{key}" in self.fields else None  # type: ignore[misc]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        presenter = cleaned.get("presenter") or NOBODY
        if presenter != NOBODY and presenter not in cleaned.get("came", []):
            name = self.people[presenter].person.name
            self.add_error("presenter", f"{name} is not ticked as here. Tick the name, or choose who brought it")
        if cleaned.get("will_do"):
            if presenter == NOBODY:
                self.add_error("presenter", "Choose who will do it")
            if day_of(cleaned.get("due", "")) is None:
                self.add_error("due", "Enter the day by which it is done")
        return cleaned

    def said(self, key: UUID) -> Said:
        found = self.cleaned_data
        presenter = self.people.get(found["presenter"])
        return Said(
            key=key,
            came=frozenset(self.people[each].person_id for each in found["came"]),
            presenter=presenter.person if presenter else None,
            words={name: found[name] for name in ("question", "facts", "asked", "options", "will_do")},
            takes={
                each.person_id: found[f"takes-{hexadecimal}"]
                for hexadecimal, each in self.people.items()
                if found.get(f"takes-{hexadecimal}")
            },
            due_on=day_of(found["due"]),
        )


def _box(label: str, hint: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": "3"})
    return forms.CharField(label=label, help_text=hint, max_length=LONG, required=False, widget=widget)
