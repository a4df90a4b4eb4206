"""The first password, by the link of an invitation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from teams.foundation.forms import Form

LONGEST = 200  # a long phrase is hashed in the time of a short one; a book is not


class FirstPasswordForm(Form):
    password1 = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three words that you can remember are good.",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter a new password"},
    )
    password2 = forms.CharField(
        label="New password again",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the new password again"},
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        validate_password(self.cleaned_data["password1"], self.user)
        return str(self.cleaned_data["password1"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, again = typed.get("password1"), typed.get("password2")
        if first and again and first != again:
            self.add_error("password2", "The two passwords are not the same. Type the same one twice.")
        return typed
