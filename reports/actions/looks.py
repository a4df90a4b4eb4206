"""What changed since somebody looked: the numbers that she saw, beside those that stand there now (journey S1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from reports.measures.figure import Figure
from reports.models import Look
from teams.foundation.words import money as in_pounds

SENTENCES = 6


def look(person_id: int, figures: Sequence[Figure], *, today: date) -> Look:
    """Keep what she sees today; what she saw on the last day before it stays beside it, all day long. One query."""
    seen = {
        figure.code: {"number": _kept(figure.number), "of": _kept(figure.of), "text": figure.text} for figure in figures
    }
    return Look.keep(person_id, seen, today=today)


def changes_since(kept: Look, figures: Sequence[Figure]) -> list[dict[str, Any]]:
    """At most six sentences with a figure each: {"text", "code"}. In the order of the page, never of rank."""
    found = []
    for figure in figures:
        then = kept.before.get(figure.code)
        if then is None or (then["text"] == figure.text and not _is_of_others(figure, then)):
            continue
        found.append({"text": _sentence(figure, then), "code": figure.code})
    return found[:SENTENCES]


def _sentence(figure: Figure, then: dict[str, str | None]) -> str:
    """ "Agreements signed: 41, 3 more than then (38)." """
    now = f"{figure.title}: {figure.text[:1].lower() + figure.text[1:] if figure.unknown else figure.text}"
    if figure.number is None or then["number"] is None:
        return f"{now}. It was: {then['text']}."
    if _is_of_others(figure, then):
        return f"{figure.title}: {figure.with_of}. It was {then['text']} of {Decimal(then['of'] or 0):,}."
    before = Decimal(then["number"])
    apart = abs(figure.number - before)
    words = in_pounds(apart) if figure.is_money else f"{apart:,}"
    less = "less" if figure.is_money else "fewer"
    return f"{now}, {words} {'more' if figure.number > before else less} than before."


def _is_of_others(figure: Figure, then: dict[str, str | None]) -> bool:
    """9 of 9 that became 9 of 10 is one more who is late. Sums of money are told with no whole."""
    of = then.get("of")
    return of is not None and figure.of is not None and not figure.is_money and figure.of != Decimal(of)


def _kept(number: Decimal | None) -> str | None:
    return None if number is None else str(number)
