"""A sheet of figures as it was kept, or the county's page as it was: its snapshot becomes the paper (S1, S2).

Every number and word stands in the snapshot as it stood on the screen. Nothing here reads a row or the clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from reports.documents.colour import on_paper
from reports.documents.success_criteria import Bar
from teams.foundation.words import percent

COPIES = {"sheet": "Figures"}


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Dates come as dates. Raises KeyError where something is missing."""
    authority = snapshot["authority"]
    figures = [_figure(each) for each in snapshot["figures"]]
    county = snapshot["county"]
    return {
        "title": f"{snapshot['title']}, {snapshot['where']}, {authority['name']}",
        "copy": COPIES[copy],
        "name": snapshot["title"],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "telephone": authority["telephone"],
        "where": snapshot["where"],
        "on": date.fromisoformat(snapshot["on"]),
        "made_by": snapshot["made_by"],
        "made_at": datetime.fromisoformat(snapshot["made_at"]),
        "reference": f"{snapshot['title']}, {snapshot['where']}",
        "figures": figures,
        "left_out": snapshot["left_out"],
        "county": county and _county(county, {each["code"]: each for each in figures}),
    }


def _figure(given: Mapping[str, Any]) -> dict[str, Any]:
    kept = given["kept"]
    return {
        **kept,
        "printed": given["number"],
        "title": kept["name"] or kept["words"][:1].upper() + kept["words"][1:],
        "on": date.fromisoformat(kept["on"]),
        "of_in_words": given["of_in_words"],
        "bars": _bars(kept["parts"], is_money=kept["text"].startswith(("£", "-£"))),
    }


def _bars(parts: list[Mapping[str, Any]], *, is_money: bool) -> list[Bar]:
    """How much of its own whole; where parts have none, or are sums of money, how long beside the longest."""
    numbers = [_hundredths(each["number"]) for each in parts]
    wholes = [_hundredths(each["of"]) for each in parts]
    if is_money or not all(whole for whole, each in zip(wholes, parts, strict=True) if each["number"] is not None):
        wholes = [max(map(abs, numbers), default=0)] * len(parts)
    return [
        Bar(_label(each), each["text"], abs(number), whole if each["number"] is not None else 0)
        for each, number, whole in zip(parts, numbers, wholes, strict=True)
    ]


def _label(part: Mapping[str, Any]) -> str:
    return f"{part['label']}, {part['note']}" if part["note"] else str(part["label"])


def _hundredths(number: str | None) -> int:
    return int(Decimal(number or 0) * 100)


def _county(kept: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What stands on the county's page beside its figures; `need` is None for who may not read it."""
    need = kept["need"]
    tiles = [(tile, figures[tile["code"]]) for tile in kept["tiles"] if tile["code"] in figures]
    return {
        **kept,
        "tiles": [{**tile, "printed": figure["printed"]} for tile, figure in tiles],
        "signed": figures.get(kept["codes"]["signed"]),
        "schools": figures.get(kept["codes"]["schools"]),
        "money": figures.get(kept["codes"]["money"]),
        "funds": _funds(figures.get(kept["codes"]["money"])),
        "need": need
        and {
            **need,
            "points": [
                {"name": name, "easting": easting, "northing": northing, "band": band, "filled": filled, "text": text}
                for name, easting, northing, band, filled, text in need["points"]
            ],
        },
    }


def _funds(money: Mapping[str, Any] | None) -> list[list[list[str]]]:
    """A row a fund: what it pays, what part of all posts' cost that is, and its end, as on the page. A cell is its
    lines."""
    rows = []
    for part in money["parts"] if money else ():
        of = Decimal(part["of"] or 0)
        share = percent(Decimal(part["number"] or 0) * 100 / of) if of else ""
        note = part["note"][:1].upper() + part["note"][1:]
        rows.append([[part["label"]], [part["text"]], [share], [note, *([part["more"]] if part["more"] else [])]])
    return rows
