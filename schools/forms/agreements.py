"""What is typed about an agreement: own lines, sending, signing, questions, no, the end, the right person."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from schools.models import SchoolContact
from schools.rules.wording import OWN_LINES
from teams.foundation import sealing
from teams.foundation.forms import DateField, Form, Radios


class LinesForm(Form):
    """The boxes that are this school's own. `based_on` tells which words were on the page when typing began."""

    based_on = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, own_lines: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = own_lines or {}
        for box in OWN_LINES:
            self.fields[box.name] = forms.CharField(
                label=box.label,
                help_text=box.hint,
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 4}),
                initial=lines.get(box.name, ""),
            )
        self.initial.setdefault("based_on", state_of(lines))

    def own_lines(self) -> dict[str, str]:
        return {box.name: self.cleaned_data[box.name].replace("\r\n", "\n") for box in OWN_LINES}


def state_of(own_lines: dict[str, str]) -> str:
    """Short, and another one for other words."""
    return sealing.digest({box.name: own_lines.get(box.name, "") for box in OWN_LINES})[:16]


class SendForm(Form):
    """Before the press: the head was rung or met, and the address is theirs."""

    rung = forms.BooleanField(label="", error_messages={})
    confirmed = forms.BooleanField(label="", error_messages={})

    def __init__(self, *args: Any, head: SchoolContact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name, address = head.person.name, head.person.email
        self.fields["rung"].label = f"I have rung or met {name} about this agreement"
        self.fields["rung"].help_text = "An e-mail that nobody expects looks like fraud."
        self.fields["rung"].error_messages = {"required": f"Ring or meet {name} first, then tick this box"}
        if head.is_confirmed:
            del self.fields["confirmed"]
        else:
            self.fields["confirmed"].label = f"{address} is the address of {name}, {head.get_kind_display().lower()}"
            self.fields["confirmed"].help_text = "No government file has heads' addresses: ask when you ring."
            self.fields["confirmed"].error_messages = {"required": f"Check the address of {name}, then tick this box"}


class SignForm(Form):
    """One tick, one press."""

    read = forms.BooleanField(label="", error_messages={"required": "Read the text, then tick this box"})

    def __init__(self, *args: Any, says: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["read"].label = says


class QuestionForm(Form):
    text = forms.CharField(
        label="Your question",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": "Write your question"},
    )


class PassOnForm(Form):
    """ "Not me? Pass it on": who the agreement should have gone to."""

    # What a browser fills in by itself is its owner, and so the wrong person here.
    name = forms.CharField(
        label="Their name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the name of the right person"},
    )
    job = forms.CharField(
        label="Their job",
        max_length=120,
        initial="Headteacher",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the job of the right person"},
    )
    email = forms.EmailField(
        label="Their e-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the e-mail address of the right person"},
    )

    def as_question(self) -> str:
        """What the manager reads. Raises KeyError before the form is valid."""
        said = self.cleaned_data
        return f"This is not for me. Please send it to {said['name']}, {said['job']}, {said['email']}."


class AnswerForm(Form):
    text = forms.CharField(
        label="Your answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        error_messages={"required": "Write your answer"},
    )


class DeclineForm(Form):
    reason = forms.CharField(
        label="Why not?",
        help_text="The manager reads this and rings.",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        error_messages={"required": "Say in a few words why not"},
    )


class EndForm(Form):
    on = DateField(label="Last day", error_messages={"required": "Enter the last day"})
    reason = forms.CharField(
        label="Why does it end?",
        help_text="In a few words, without the name of a child.",
        max_length=300,
        error_messages={"required": "Say in a few words why it ends"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", today)


ADDRESS, PERSON = "address", "person"


class WrongPersonForm(Form):
    """Another address of the same head, or another head."""

    what = forms.ChoiceField(
        label="What is wrong?",
        choices=[(ADDRESS, "The e-mail address"), (PERSON, "Somebody else is the head now")],
        widget=Radios(reveals={ADDRESS: ["address"], PERSON: ["name", "job", "email"]}),
        error_messages={"required": "Select what is wrong"},
    )
    address = forms.EmailField(label="The right e-mail address", max_length=254, required=False)
    name = forms.CharField(label="Name", max_length=120, required=False)
    job = forms.CharField(label="Job", max_length=120, required=False, initial="Headteacher")
    email = forms.EmailField(label="E-mail address", max_length=254, required=False)

    def __init__(self, *args: Any, head: SchoolContact | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if head is None:  # nobody is known yet: there is only one thing to say
            self.fields["what"].widget = forms.HiddenInput()
            self.fields["what"].initial = PERSON
            del self.fields["address"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {
            ADDRESS: {"address": "Enter the right e-mail address"},
            PERSON: {"name": "Enter the head's name", "email": "Enter the head's e-mail address"},
        }
        for name, message in needed.get(cleaned.get("what", ""), {}).items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, message)
        return cleaned
