"""The boxes of a review: the worker's own part, what the school reads too, and what is between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms

from performance.rules.schemes import CAREER, SIDES, Content, Heading
from performance.rules.words import BECAME, NEXT_ROWS, Problem
from teams.foundation.forms import BoundField, Form, Radios, Text


def heading_box(heading: Heading, *, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=heading.name, help_text=heading.help, required=False, widget=forms.Textarea(attrs={"rows": str(rows)})
    )


class HeadingsForm(Form):
    """One box for each heading. `sides` draws them side by side, in the order of a meeting."""

    def __init__(self, *args: Any, content: Content, headings: list[Heading], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.content, self.headings = content, headings
        for each in headings:
            self.fields[f"h-{each.code}"] = heading_box(each)

    def sides(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        """(what the side is called, [{"heading", "box", "rating", "not_now"}])."""
        for side, name in SIDES.items():
            here = [each for each in self.headings if each.side == side]
            if here:
                yield name, [self._row(each) for each in here]

    def _row(self, heading: Heading) -> dict[str, Any]:
        names = {"box": "h", "rating": "rating", "not_now": "not-now"}
        boxes = {key: f"{start}-{heading.code}" for key, start in names.items()}
        return {"heading": heading} | {key: self[name] if name in self.fields else None for key, name in boxes.items()}

    def say(self, problems: list[Problem]) -> None:
        """What is wrong, beside its box, or above them all."""
        for name, sentence in problems:
            self.add_error(name if name in self.fields else None, sentence)


class MineForm(HeadingsForm):
    """The worker's own part: every heading of the scheme. Nothing is asked for."""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        headings = [*content.of(shared=True), *content.of(shared=False)]
        super().__init__(*args, content=content, headings=headings, **kwargs)


class SharedForm(HeadingsForm):
    """Accountability and development: what the school reads and agrees too."""

    def __init__(self, *args: Any, content: Content, **kwargs: Any) -> None:
        super().__init__(*args, content=content, headings=content.of(shared=True), **kwargs)


class TwoForm(HeadingsForm):
    """Career, wellbeing, what was dropped; a rating where the scheme has one; objectives of last time, and new ones."""

    def __init__(self, *args: Any, content: Content, last: Mapping[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, content=content, headings=content.of(shared=False), **kwargs)
        self.last_ones = last
        for each in self.headings:
            if each.side == CAREER:
                self.fields[f"not-now-{each.code}"] = forms.BooleanField(label="Not now", required=False)
            if each.rated and content.scale:
                steps = [(step, step) for step in content.scale]
                self.fields[f"rating-{each.code}"] = forms.ChoiceField(
                    label=f"{each.name}: rating", required=False, choices=[("", "No rating"), *steps], widget=Radios()
                )
        for key, known in last.items():
            self.fields[f"last-{key}-became"] = forms.ChoiceField(
                label=known["text"], required=False, choices=list(BECAME.items()), widget=Radios()
            )
            self.fields[f"last-{key}-words"] = forms.CharField(label="How it went, or why", required=False)
        for line in range(1, NEXT_ROWS + 1):
            self.fields[f"next-{line}-text"] = forms.CharField(label=f"Objective {line}", required=False)
            self.fields[f"next-{line}-by"] = forms.CharField(
                label="By when", required=False, widget=Text(attrs={"type": "date"}, width=10)
            )

    def last(self) -> Iterator[dict[str, Any]]:
        for key, known in self.last_ones.items():
            yield known | {"became": self[f"last-{key}-became"], "words": self[f"last-{key}-words"]}

    def next(self) -> Iterator[dict[str, BoundField]]:
        for line in range(1, NEXT_ROWS + 1):
            yield {"line": line, "text": self[f"next-{line}-text"], "by": self[f"next-{line}-by"]}  # type: ignore[dict-item]
