"""What is typed about a record: names and days for loose ends, an answer, a note of one's own, a correction."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from supervision.forms.room import day_box, one_of
from supervision.models import SessionOpinion, SessionPerson
from supervision.rules.words import Words
from teams.foundation.forms import Form, Radios
from teams.models import Audience

OWN_NOTE = 4000  # letters


class LooseEndsForm(Form):
    """One group for each line without a name or a day: {audience-action-n: by, due, leave}; and the note of her own."""

    def __init__(
        self,
        *args: Any,
        ends: list[tuple[str, Words]],
        people: list[tuple[str, str]],
        next_day: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.ends = ends
        filled_in = next_day.isoformat() if next_day else ""
        for audience, action in ends:
            start = f"{audience}-{action['line']}"
            self.fields[f"{start}-by"] = one_of("Who", people)
            self.fields[f"{start}-by"].initial = action["by"]
            self.fields[f"{start}-due"] = day_box("By when", action["due"] or filled_in)
            self.fields[f"{start}-leave"] = forms.BooleanField(label="Leave it as it was said", required=False)
        self.fields["note"] = forms.CharField(
            label="My own note, if you want one",
            required=False,
            max_length=OWN_NOTE,
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"audience": audience, "text": action["text"], "typed": action["due_typed"]}
            | {name: self[f"{audience}-{action['line']}-{name}"] for name in ("by", "due", "leave")}
            for audience, action in self.ends
        ]

    def lines(self) -> dict[str, dict[str, str]]:
        """For `supervision.actions.sessions.complete`."""
        return {
            f"{audience} {action['line']}": {
                name: str(self.cleaned_data[f"{audience}-{action['line']}-{name}"] or "") for name in ("by", "due")
            }
            | ({"leave": "on"} if self.cleaned_data[f"{audience}-{action['line']}-leave"] else {})
            for audience, action in self.ends
        }


class RecordAnswerForm(Form):
    """Accurate, or not and where. `lines` are the lines that somebody may write beside."""

    answer = forms.ChoiceField(
        label="Is this what we said?",
        choices=[("accurate", "Accurate"), ("not_accurate", "Not accurate")],
        widget=Radios(),
        error_messages={"required": "Choose accurate or not accurate"},
    )
    words = forms.CharField(
        label="What is not accurate, or what you want to add",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RungForm(Form):
    """What came of ringing who was there for the school."""

    came_of = forms.ChoiceField(
        choices=[
            (SessionPerson.Answer.ACCURATE, "They say that it is accurate"),
            (SessionPerson.Answer.NOT_ACCURATE, "They say that it is not accurate"),
            (SessionPerson.NOT_REACHED, "I have not reached anybody"),
        ],
        widget=Radios(
            hints={SessionPerson.NOT_REACHED: "After ten school days. The record is final then, and says so."}
        ),
        error_messages={"required": "Choose what came of it"},
    )
    words = forms.CharField(
        label="What they say, in their words",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came_of"].label = f"What does {name} say?"


class OpinionForm(Form):
    """Two faces. Nobody has to answer either."""

    worth = forms.ChoiceField(
        label="Worth your time?", choices=SessionOpinion.Face.choices, required=False, widget=Radios()
    )
    expected = forms.ChoiceField(
        label="The service you expected?", choices=SessionOpinion.Face.choices, required=False, widget=Radios()
    )


class OwnNoteForm(Form):
    text = forms.CharField(
        label="My own note",
        max_length=OWN_NOTE,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write your note, or go back"},
    )


class CorrectionForm(Form):
    text = forms.CharField(
        label="What was different",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what was different"},
    )
    audience = forms.ChoiceField(
        label="Who may read it",
        choices=[(Audience.SHARED, "All three of us"), (Audience.TWO, "Just the two of us")],
        widget=Radios(),
        error_messages={"required": "Choose who may read it"},
    )

    def __init__(self, *args: Any, is_in_school: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_in_school:  # between two there is nobody else to choose
            del self.fields["audience"]

    def audience_chosen(self) -> str:
        return str(self.cleaned_data.get("audience", Audience.TWO))
