"""How people of this authority come in: who needs a second step, and when they are asked again."""

from __future__ import annotations

from typing import Any

from django import forms

from teams.foundation.access import Role
from teams.foundation.forms import Checkboxes, Form, Radios
from teams.models import Authority

NEVER = "0"  # not empty: an answer without a value is not offered among the buttons
MINUTES = [(NEVER, "Never"), ("15", "15 minutes"), ("60", "An hour"), ("240", "4 hours")]


class SignInRulesForm(Form):
    second_step_roles = forms.MultipleChoiceField(
        label="Who must use codes from an app",
        help_text="At the next page they open they are led to set them up. Council accounts count as having done so",
        choices=Role.choices,
        required=False,
        widget=Checkboxes(),
    )
    ask_again_minutes = forms.TypedChoiceField(
        label="Ask again who it is, before pages with costs, after",
        choices=MINUTES,
        coerce=lambda typed: int(typed) or None,
        empty_value=None,
        required=False,
        widget=Radios(),
    )

    @classmethod
    def of(cls, authority: Authority, data: Any = None) -> SignInRulesForm:
        minutes = authority.ask_again_minutes
        kept = {"second_step_roles": authority.second_step_roles, "ask_again_minutes": str(minutes or NEVER)}
        return cls(data, initial=kept)
