"""Which post, which school, which days (journey M7, step 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from schools.actions.placements import Days
from schools.models import School
from schools.rules.timetable import USUAL_ENDS, USUAL_STARTS, WEEKDAYS, Day, clock
from teams.foundation.errors import Refusal
from teams.foundation.forms import BoundField, DateField, Form, Radios, Text
from teams.models import Person

MOST_FOUND = 20


@dataclass(frozen=True)
class PostChoice:
    """A post as the page offers it: who holds it, and where the worker is already."""

    public_id: str
    name: str
    hint: str


class ChooseForm(Form):
    """A post, and a school by its name or number. Several schools fit: the page shows them to choose from."""

    post = forms.ChoiceField(label="Which post?", widget=Radios(), error_messages={"required": "Select a post"})
    school = forms.CharField(
        label="Which school?",
        help_text="Part of its name, or its URN",
        max_length=100,
        error_messages={"required": "Enter part of the school's name, or its URN"},
    )
    found = forms.ChoiceField(
        label="Which of these?",
        widget=Radios(),
        required=False,
        error_messages={"invalid_choice": "Select one of the schools shown"},
    )

    def __init__(self, *args: Any, posts: Sequence[PostChoice], principal: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.principal, self.today = principal, today
        self.chosen: School | None = None
        self.fields["post"].choices = [(post.public_id, post.name) for post in posts]  # type: ignore[attr-defined]
        self.fields["post"].widget.hints = {post.public_id: post.hint for post in posts}
        self.matches = self._matches(str(self.data.get("school", "")).strip()) if self.is_bound else []
        if len(self.matches) < 2:
            del self.fields["found"]
        else:
            self._offer(self.matches)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        typed = cleaned.get("school")
        if not typed:
            return cleaned
        if not self.matches:
            self.add_error(
                "school",
                f"No open school here is called “{typed}”. Type fewer letters, or the URN from the school's letters",
            )
        elif len(self.matches) > MOST_FOUND:
            self.add_error("school", f"More than {MOST_FOUND} schools fit “{typed}”. Type more of the name")
        elif len(self.matches) == 1:
            self.chosen = self.matches[0]
        elif cleaned.get("found"):
            self.chosen = next(school for school in self.matches if str(school.public_id) == cleaned["found"])
        elif "found" not in self.errors:
            self.add_error("found", "Select one of the schools shown")
        return cleaned

    def _matches(self, typed: str) -> list[School]:
        if not typed:
            return []
        found = School.objects.visible_to(self.principal).open_on(self.today).named_like(typed)
        matches = list(found.order_by("name", "pk")[: MOST_FOUND + 1])
        exact = [school for school in matches if typed.lower() in (school.name.lower(), school.urn)]
        return exact if len(exact) == 1 else matches

    def _offer(self, schools: Sequence[School]) -> None:
        shown = schools[:MOST_FOUND]
        self.fields["found"].choices = [(str(school.public_id), school.name) for school in shown]  # type: ignore[attr-defined]
        self.fields["found"].widget.hints = {
            str(school.public_id): ", ".join(part for part in (school.phase, school.town, f"URN {school.urn}") if part)
            for school in shown
        }


class ClockField(forms.CharField):
    """A time of day: "8:30", "0830" and "3pm" are understood; the value is "08:30". Anything else is `wrong`."""

    def __init__(self, *, wrong: str, **kwargs: Any) -> None:
        super().__init__(max_length=8, required=False, widget=Text(width=5), **kwargs)
        self.wrong = wrong

    def clean(self, value: Any) -> str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            return clock(typed)
        except ValueError:
            raise ValidationError(self.wrong, code="invalid") from None


@dataclass(frozen=True)
class Row:
    """One weekday of the grid."""

    name: str
    tick: BoundField
    starts: BoundField
    ends: BoundField

    @property
    def error(self) -> str:
        return self.tick.error or self.starts.error or self.ends.error


class DaysForm(Form):
    """Days as a grid of five weekdays, the first day, and what is ready. `said` is what the boxes start with."""

    wrong_days = ""

    starts_on = DateField(label="First day in the school", error_messages={"required": "Enter the first day"})
    focus = forms.CharField(
        label="What is the main thing to work on?",
        help_text="In a few words, such as attendance in years 5 and 6. The school's own lines come later.",
        max_length=300,
        required=False,
    )
    lead = forms.ChoiceField(
        label="Who looks after the worker in the school day by day?", widget=Radios(), required=False
    )
    room_is_ready = forms.BooleanField(
        label="A private room is ready", help_text="Leave empty if the school still has to find one.", required=False
    )

    def __init__(
        self, *args: Any, said: Days, leads: Sequence[Person], has_started: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.leads = {str(person.public_id): person for person in leads}
        named = [(key, self._words(person)) for key, person in self.leads.items()]
        self.fields["lead"].choices = [*named, ("none", "Not named yet")]  # type: ignore[attr-defined]
        if has_started:
            del self.fields["starts_on"]
        self.first_day = said.starts_on
        by_day = {day["weekday"]: day for day in said.timetable}
        for number, name in enumerate(WEEKDAYS):
            day = by_day.get(number)
            self.fields[f"day_{number}"] = forms.BooleanField(label=name, required=False, initial=day is not None)
            self.fields[f"starts_{number}"] = ClockField(
                label=f"{name}: from",
                wrong=f"{name} must start at a time like 8:30",
                initial=day["starts"] if day else USUAL_STARTS,
            )
            self.fields[f"ends_{number}"] = ClockField(
                label=f"{name}: until",
                wrong=f"{name} must end at a time like 15:30",
                initial=day["ends"] if day else USUAL_ENDS,
            )
        first = (
            str(said.lead.public_id) if said.lead else (next(iter(self.leads), "none") if not self.is_bound else "none")
        )
        self.initial = {
            **self.initial,
            "starts_on": said.starts_on,
            "focus": said.focus,
            "room_is_ready": said.room_is_ready,
            "lead": first,
        }

    def refuse(self, refusal: Refusal) -> None:
        """What is wrong with the days together stands above the grid, and the summary leads to its first box."""
        self.wrong_days = refusal.message if refusal.field == "days" else ""
        super().refuse(refusal)

    def error_list(self) -> list[dict[str, str]]:
        grid = {"href": f"#{self['day_0'].focus_id}"}  # type: ignore[attr-defined]
        return [{**each, **grid} if each["text"] == self.wrong_days else each for each in super().error_list()]

    def rows(self) -> list[Row]:
        """The grid, Monday first."""
        return [
            Row(name, self[f"day_{number}"], self[f"starts_{number}"], self[f"ends_{number}"])  # type: ignore[arg-type]
            for number, name in enumerate(WEEKDAYS)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.timetable: list[Day] = []
        for number, name in enumerate(WEEKDAYS):
            if not cleaned.get(f"day_{number}"):
                continue
            starts, ends = cleaned.get(f"starts_{number}"), cleaned.get(f"ends_{number}")
            if starts and ends and starts < ends:
                self.timetable.append({"weekday": number, "starts": starts, "ends": ends})
            elif starts and ends:
                self.add_error(f"ends_{number}", f"{name} must end after it starts")
            elif not self.errors.keys() & {f"starts_{number}", f"ends_{number}"}:
                self.add_error(f"starts_{number}", f"Enter from when to when on {name}")
        return cleaned

    def days(self) -> Days:
        """What was said, once the form is valid."""
        said = self.cleaned_data
        return Days(
            timetable=self.timetable,
            starts_on=said.get("starts_on") or self.first_day,
            focus=said["focus"],
            room_is_ready=said["room_is_ready"],
            lead=self.leads.get(said["lead"]),
        )

    @staticmethod
    def _words(person: Person) -> str:
        return f"{person.name}, {person.job[0].lower()}{person.job[1:]}" if person.job else person.name
