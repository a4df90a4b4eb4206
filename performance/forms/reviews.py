"""Beginning and planning a review, and what its readers say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from performance.models import Review
from performance.models.meetings import Time
from schools.rules.timetable import AtNight, meeting_clock
from teams.foundation.forms import DateField, Form, Radios, Text
from teams.foundation.words import day
from teams.models import Audience, Person

NOBODY = ""


LASTS = timedelta(hours=1)


class MeetingForm(Form):
    """When and where the meeting is: a day, or a day with a time. `time` is None without one."""

    meeting_on = DateField(
        label="When do you meet?", required=False, help_text="Leave it empty if there is no day yet."
    )
    time = forms.CharField(
        label="From when?",
        required=False,
        max_length=40,
        help_text="For example 14:00. It takes an hour, and stands in everybody’s calendar. You can leave it empty.",
        widget=Text(width=5),
    )
    place = forms.CharField(label="Where?", required=False, max_length=160)

    def clean_time(self) -> str:
        typed: str = self.cleaned_data["time"].strip()
        if not typed:
            return ""
        try:
            return meeting_clock(typed)
        except AtNight as night:
            raise forms.ValidationError(str(night), code="night") from None
        except ValueError:
            raise forms.ValidationError("Enter a time of day, like 14:00, or leave it empty", code="invalid") from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("time") and "meeting_on" in cleaned and not cleaned["meeting_on"]:
            self.add_error("meeting_on", "Enter the day as well, or leave the time empty")
        if cleaned.get("place") and "time" in cleaned and not cleaned["time"]:
            self.add_error("time", "Enter the time as well, or leave the place empty")
        return cleaned

    @property
    def when(self) -> Time | None:
        if not self.cleaned_data["time"]:
            return None
        start = time.fromisoformat(self.cleaned_data["time"])
        starts_at = timezone.make_aware(datetime.combine(self.cleaned_data["meeting_on"], start))
        ends_at = starts_at.astimezone(UTC) + LASTS  # an hour by the clock, on the days too on which the clocks change
        return Time(starts_at, ends_at, self.cleaned_data["place"].strip())

    @staticmethod
    def filled(review: Review) -> dict[str, Any]:
        """What is agreed already."""
        found = {"meeting_on": review.meeting_on}
        if review.time is None:
            return found
        return found | {"time": f"{timezone.localtime(review.time.starts_at):%H:%M}", "place": review.time.place}


class PlanForm(MeetingForm):
    """When the meeting is, and who else must agree."""

    second_manager = forms.ChoiceField(
        label="Does a second manager have to agree?",
        help_text="Where somebody has two managers, it is final only when both agree.",
        required=False,
        widget=forms.Select(),
    )

    def __init__(self, *args: Any, managers: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.managers = {str(each.public_id): each for each in managers}
        named = [
            (key, f"{each.name}, {each.job.lower()}" if each.job else each.name) for key, each in self.managers.items()
        ]
        self.fields["second_manager"].choices = [(NOBODY, "No"), *named]  # type: ignore[attr-defined]

    @property
    def second(self) -> Person | None:
        return self.managers.get(self.cleaned_data["second_manager"])


class BeginForm(PlanForm):
    """`stages` are (code, name, the day by which it is due, whether the school is asked)."""

    stage = forms.ChoiceField(
        label="Which conversation?", widget=Radios(), error_messages={"required": "Choose which conversation it is"}
    )
    field_order = ["stage", "meeting_on", "time", "place", "second_manager"]

    def __init__(self, *args: Any, stages: Sequence[tuple[str, str, Any, bool]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stage"]
        field.choices = [(code, name) for code, name, _, _ in stages]
        field.widget.hints = {
            code: f"Due by {day(due)}" + (". The schools are asked." if asked else ". Without the schools.")
            for code, _, due, asked in stages
        }
        if len(stages) == 1:
            field.initial = stages[0][0]


class AgreeForm(Form):
    """Agreed, or not and why; to the words that stood on the page (`sending`), and to no others."""

    sending = forms.IntegerField(required=False, widget=forms.HiddenInput())
    answer = forms.ChoiceField(
        label="Do you agree?",
        choices=[("agreed", "Agreed"), ("not_agreed", "Not agreed")],
        widget=Radios(),
        error_messages={"required": "Choose agreed or not agreed"},
    )
    words = forms.CharField(
        label="What you do not agree to, or want to add",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    @property
    def of_sending(self) -> int:
        """Which words stood on the page. 0, which never was one, where it did not say."""
        return self.cleaned_data["sending"] or 0


class CommentForm(Form):
    text = forms.CharField(
        label="Your comment",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": "4"}),
        error_messages={"required": "Write your comment, or go back"},
    )
    audience = forms.ChoiceField(
        label="Who may read it",
        choices=[(Audience.TWO, "Just the two of us"), (Audience.SHARED, "The schools that agreed it too")],
        widget=Radios(),
        error_messages={"required": "Choose who may read it"},
    )


class AbandonForm(Form):
    because = forms.CharField(
        label="Why does it end here?",
        max_length=300,
        help_text="For example: the worker has left, or it was begun by mistake. The worker reads it.",
        widget=forms.Textarea(attrs={"rows": "3"}),
        error_messages={"required": "Say why this review ends here"},
    )


class AppealForm(Form):
    text = forms.CharField(
        label="What you do not accept, and why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={"required": "Write what you do not accept, and why"},
    )


class AppealReplyForm(Form):
    reply = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": "8"}),
        error_messages={"required": "Write your answer"},
    )
