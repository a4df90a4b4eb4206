"""The four figures of what-ifs in pictures, tiles and tables: the same words on the page of one and beside each other.

Whole amounts stand in the tables to the penny; a bar is a length, and no sum is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schools.actions.what_if import day_of_workers
from schools.rules.what_if import Figures
from schools.rules.what_if_words import FOUR, ROWS, difference, in_words, nobody_in_words
from teams.foundation.words import day, whole_money

NOT_HERS, NO_SCORE = "Senior managers and auditors read this", "No school has a score yet"


def charts(
    columns: Sequence[tuple[str, Figures]], addresses: Sequence[str] = (), *, reads_need: bool
) -> list[dict[str, Any]]:
    """A picture for each of the four, a bar for each plan. `addresses` are where each plan is looked at; `reads_need`
    says why a figure about need is not there.
    """
    why_not = f"{NO_SCORE if reads_need else NOT_HERS}."
    return [
        {
            "title": line.name,
            "says": line.says if any(getattr(each, name) is not None for _, each in columns) else why_not,
            "rows": [
                {
                    "label": label,
                    "number": float(getattr(each, name) or 0),
                    "text": in_words(name, each),
                    "more": nobody_in_words(each) if name == "county" else "",
                    "blank": getattr(each, name) is None,
                    "href": addresses[place] if addresses else "",
                }
                for place, (label, each) in enumerate(columns)
            ],
        }
        for name, line in FOUR.items()
    ]


def tiles(there: Figures, then: Figures, school_year: int, *, reads_need: bool) -> list[dict[str, Any]]:
    """The four, each against what there is. `reads_need` as above."""
    found = []
    for name, line in FOUR.items():
        value, was = getattr(then, name), getattr(there, name)
        tile: dict[str, Any] = {"number": in_words(name, then), "words": line.name.lower()}
        if value is None:
            tile |= {"plain": True, "since": NO_SCORE if reads_need else NOT_HERS}
        else:
            tile["number"] = whole_money(value) if line.is_money else f"{value:,}"
            tile["since"] = _against(value - was, line.is_money)
        before = [nobody_in_words(then)] if name == "county" and then.nobody else []
        if name in ("with_worker", "highest_without") and value is not None:
            before.append(f"on {day(day_of_workers(school_year))}")
        found.append(tile | {"before": before})
    return found


def _against(difference: Any, is_money: bool) -> str:
    if not difference:
        return "as what there is"
    amount = whole_money(abs(difference)) if is_money else f"{abs(difference):,}"
    return f"{amount} {'more' if difference > 0 else 'fewer' if not is_money else 'less'} than what there is"


def beside_each_other(columns: Sequence[tuple[str, Figures]]) -> list[list[Any]]:
    """A row for each figure, a cell for each plan."""
    return [[words, *(in_words(name, each) for _, each in columns)] for name, words in ROWS.items()]


def years_table(
    labels: Sequence[str], both: Sequence[tuple[Figures, Figures]], *, year: str
) -> list[tuple[str, bool, list[list[Any]]]]:
    """A table for each year, the one that is looked at first: a row for each figure with what there is, what would be,
    and the difference."""
    found = [
        (
            label,
            label == year,
            [
                [
                    words,
                    in_words(name, there),
                    in_words(name, then),
                    difference(getattr(there, name), getattr(then, name)),
                ]
                for name, words in ROWS.items()
            ],
        )
        for label, (there, then) in zip(labels, both, strict=True)
    ]
    return sorted(found, key=lambda each: not each[1])
