"""A proposal of the budget round: its snapshot becomes what the paper shows (S3). No row is read here, and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.documents.colour import on_paper
from reports.documents.success_criteria import Bar
from schools.rules.what_if import Figures
from schools.rules.what_if_words import FOUR, ROWS, difference, in_words, looked_at, nobody_in_words

COPIES = {"whole": "Whole copy", "finance": "Finance copy"}
WHO_READS = {
    "whole": "For senior managers and auditors.",
    "finance": "For finance: without which schools have how much need.",
}


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Dates come as dates. Raises KeyError where something is missing."""
    authority, years = snapshot["authority"], snapshot["years"]
    chosen = years[snapshot["chosen"]]
    there, then = _both(chosen)
    return {
        **snapshot,
        "title": f"Proposal: {snapshot['name']}, {authority['name']}, {COPIES[copy].lower()}",
        "copy": COPIES[copy],
        "who_reads": WHO_READS[copy],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "telephone": authority["telephone"],
        "reference": f"Proposal: {snapshot['name']}",
        "figures_on": date.fromisoformat(snapshot["figures_on"]),
        "workers_on": date.fromisoformat(chosen["workers_on"]),
        "pictures": [
            (line.name, line.says, _bars(name, there, then))
            for name, line in FOUR.items()
            if getattr(then, name) is not None
        ],
        "nobody": [words for words in (_nobody("What there is", there), _nobody("The proposal", then)) if words],
        "years": [(year["label"], _rows(*_both(year))) for year in years],
        "ends": [(post, date.fromisoformat(from_day)) for post, from_day in snapshot["ends"]],
        "looked_at": looked_at(snapshot["laid_out"]),
    }


def _both(year: Mapping[str, Any]) -> tuple[Figures, Figures]:
    return Figures.from_text(year["there_is"]), Figures.from_text(year["then"])


def _bars(name: str, there: Figures, then: Figures) -> list[Bar]:
    """Lengths in whole pounds or schools: the longer of the two is the whole."""
    values = [int(Decimal(getattr(each, name))) for each in (there, then)]
    whole = max([*values, 1])
    return [
        Bar(label, in_words(name, each), value, whole)
        for label, each, value in zip(("What there is", "The proposal"), (there, then), values, strict=True)
    ]


def _nobody(label: str, figures: Figures) -> str:
    words = nobody_in_words(figures)
    return f"{label}: {words.removeprefix('and ')}" if words else ""


def _rows(there: Figures, then: Figures) -> list[tuple[str, str, str, str]]:
    return [
        (words, in_words(name, there), in_words(name, then), difference(getattr(there, name), getattr(then, name)))
        for name, words in ROWS.items()
        if getattr(then, name) is not None
    ]
