"""One box: what is wrong, or hard to use."""

from __future__ import annotations

import re

from django import forms

from teams.foundation.forms import Form
from teams.models.remarks import LONGEST_REMARK


class RemarkForm(Form):
    words = forms.CharField(
        label="What is wrong, or hard to use?",
        max_length=LONGEST_REMARK,
        help_text="Say what you wanted to do and what happened. Write no child’s name, and nothing about a child",
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Say what is wrong, or hard to use"},
    )
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean_page(self) -> str:
        """The address alone: what stands behind its "?" may be a name that was searched for."""
        page = str(self.cleaned_data["page"]).partition("?")[0]
        return page if re.fullmatch(r"/[\w/.-]*", page) else ""
