"""Away, and who covers (journeys M6.3, M6.4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from django import forms

from teams.foundation.forms import DateField, Form, Radios
from teams.models import Absence, Person

UNKNOWN, TODAY, KNOWN = "unknown", "today", "known"
SINCE_TODAY, SINCE = "today", "since"


class AwayForm(Form):
    """From when, and until when where that is known. Nothing else is asked."""

    since = forms.ChoiceField(
        label="From when?",
        choices=[(SINCE_TODAY, "From today"), (SINCE, "From another day")],
        widget=Radios(reveals={SINCE: ["starts_on"]}),
    )
    starts_on = DateField(label="First day away", required=False)
    until = forms.ChoiceField(
        label="Until when?",
        choices=[(UNKNOWN, "Not known yet"), (TODAY, "Today only"), (KNOWN, "Until a day")],
        widget=Radios(reveals={KNOWN: ["ends_on"]}),
    )
    ends_on = DateField(label="Last day away", required=False)

    def __init__(self, data: Any = None, *, today: date, absence: Absence | None = None) -> None:
        self.today, self.absence = today, absence
        said: dict[str, Any] = {"since": SINCE_TODAY, "until": UNKNOWN}
        if absence is not None and absence.ends_on is not None:
            said |= {"until": KNOWN, "ends_on": absence.ends_on}
        super().__init__(data, initial=said)
        if absence is not None:
            del self.fields["since"], self.fields["starts_on"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("since") == SINCE and not said.get("starts_on") and "starts_on" not in self.errors:
            self.add_error("starts_on", "Enter the first day away")
        if said.get("until") == KNOWN and not said.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", "Enter the last day away, or say that it is not known yet")
        return said

    def starts(self) -> date:
        said = self.cleaned_data
        return cast(date, said["starts_on"]) if said.get("since") == SINCE else self.today

    def ends(self) -> date | None:
        said = self.cleaned_data
        return {UNKNOWN: None, TODAY: max(self.today, self.starts()), KNOWN: said.get("ends_on")}[said["until"]]


class CoverForm(Form):
    """Who acts for a manager, from a day to a day. A manager arranges her own; others say whose."""

    manager = forms.ChoiceField(label="Who is away?")
    deputy = forms.ChoiceField(label="Who covers?", error_messages={"required": "Choose who covers"})
    starts_on = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends_on = DateField(label="Last day", error_messages={"required": "Enter the last day"})

    def __init__(
        self,
        data: Any = None,
        *,
        deputies: Sequence[Person],
        managers: Sequence[Person] | None,
        today: date,
        manager: str = "",
    ) -> None:
        super().__init__(data, initial={"starts_on": today, "manager": manager})
        self.people = {str(person.public_id): person for person in [*deputies, *(managers or ())]}
        self._offer("deputy", deputies, "Choose a colleague")
        if managers is None:
            del self.fields["manager"]
        else:
            self._offer("manager", managers, "Choose a manager")

    def chosen(self, name: str) -> Person:
        return self.people[self.cleaned_data[name]]

    def _offer(self, name: str, people: Sequence[Person], nobody: str) -> None:
        named = [(str(person.public_id), f"{person.name}, {person.job}".rstrip(", ")) for person in people]
        cast("forms.ChoiceField", self.fields[name]).choices = [("", nobody), *named]
