"""Who pays what for a post, from a day on (journey M7, step 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms

from schools.actions.money import Payer
from schools.actions.who_pays import explain_total
from teams.foundation.forms import BoundField, DateField, Form, PercentField
from teams.foundation.words import percent as percent_in_words

EMPTY_LINES, MOST_LINES = 2, 12


class Line(NamedTuple):
    payer: BoundField
    percent: BoundField


class SharesForm(Form):
    """Lines of payer and per cent, with two empty ones at the end; the total must read 100.00.

    `payers` are those that may be chosen, by the value they have in the list; `said` fills the lines in.
    """

    from_day = DateField(label="From which day?", error_messages={"required": "Enter the first day of these shares"})
    lines = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_LINES)

    def __init__(
        self,
        *args: Any,
        payers: Mapping[str, Payer],
        said: Sequence[tuple[str, Decimal | None]],
        from_day: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.payers = payers
        self.number = self._number_of_lines(len(said))
        self.initial = {**self.initial, "from_day": from_day, "lines": self.number}
        choices = [("", "Nobody"), *((value, payer.name) for value, payer in payers.items())]
        for number in range(self.number):
            payer, percent = said[number] if number < len(said) else ("", None)
            self.fields[f"payer_{number}"] = forms.ChoiceField(
                label=f"Payer {number + 1}", choices=choices, required=False, initial=payer
            )
            self.fields[f"percent_{number}"] = PercentField(
                label=f"Share of payer {number + 1}", required=False, initial=percent
            )

    def rows(self) -> list[Line]:
        return [Line(self[f"payer_{each}"], self[f"percent_{each}"]) for each in range(self.number)]  # type: ignore[arg-type]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.shares: list[tuple[Payer, Decimal]] = []
        for number in range(self.number):
            self._take(number, cleaned)
        if not self.errors and (wrong := explain_total(self.shares, cleaned["from_day"])):
            self.add_error(None, forms.ValidationError(wrong, code="not_100"))
        return cleaned

    def _take(self, number: int, cleaned: dict[str, Any]) -> None:
        payer, percent = self.payers.get(cleaned.get(f"payer_{number}", "")), cleaned.get(f"percent_{number}")
        if payer is None and percent:
            self.add_error(f"payer_{number}", f"Select who pays {percent_in_words(percent)}, or empty the share")
        elif payer is not None and percent is None and f"percent_{number}" not in self.errors:
            self.add_error(f"percent_{number}", f"Enter the share of {payer.name}, or select “Nobody”")
        elif payer is not None and any(payer == other for other, _ in self.shares):
            self.add_error(f"payer_{number}", f"{payer.name} is there twice. Put the two shares together")
        elif payer is not None and percent:
            self.shares.append((payer, percent))

    def _number_of_lines(self, said: int) -> int:
        if not self.is_bound:
            return min(said + EMPTY_LINES, MOST_LINES)
        posted = str(self.data.get("lines", ""))
        number = int(posted) if posted.isascii() and posted.isdigit() else EMPTY_LINES
        return max(1, min(number, MOST_LINES))
