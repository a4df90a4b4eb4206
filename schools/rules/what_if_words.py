"""How the figures of what-ifs are called and written, on pages and on paper alike."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from schools.rules.what_if import Figures
from teams.foundation.words import money

UNKNOWN = "Not known"


# What is looked at before a post that somebody holds may be proposed to end (BR-05), in this order.
LOOKED_AT = {
    "vacancies": "Posts that are vacant and paid for",
    "growth": "Where it grows: posts added, and schools of highest need without a worker",
    "funds": "Other funds that go on",
}


class Line(NamedTuple):
    """One of the figures: what it is called, and whether it is money."""

    name: str
    says: str
    is_money: bool


FOUR = {
    "county": Line("Cost to the county", "What the county’s funds pay in the school year.", True),
    "schools": Line("Cost to schools", "What schools pay in the school year.", True),
    "with_worker": Line("Schools with a worker", "A post that is vacant counts as filled, as its cost does.", False),
    "highest_without": Line("Highest need, no worker", "Schools of the highest fifth by need without a worker.", False),
}


def in_words(name: str, figures: Figures) -> str:
    value = getattr(figures, name)
    if value is None:
        return UNKNOWN
    return money(value) if isinstance(value, Decimal) else f"{value:,}"


def nobody_in_words(figures: Figures) -> str:
    return f"and {money(figures.nobody)} that nobody pays yet" if figures.nobody else ""


ROWS = {
    "county": "Cost to the county",
    "nobody": "Nobody pays yet",
    "schools": "Cost to schools",
    "cost": "All posts together",
    "with_worker": "Schools with a worker",
    "highest_without": "Highest need, no worker",
}


def difference(there: Any, then: Any) -> str:
    """ "+£1,200.00", "-2", or "none"."""
    if there is None or then is None:
        return UNKNOWN
    gap = then - there
    if not gap:
        return "none"
    sign = "+" if gap > 0 else ""
    return f"{sign}{money(gap) if isinstance(gap, Decimal) else f'{gap:,}'}"


def looked_at(laid_out: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """What was ticked, under its heading, in the order of the page."""
    return [(words, laid_out[name]) for name, words in LOOKED_AT.items() if name in laid_out]
