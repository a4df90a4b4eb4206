"""The briefing on need and workers: its snapshot becomes what the paper shows. No row is read here, and no clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.documents.colour import on_paper
from reports.documents.success_criteria import Bar
from teams.foundation.words import counted, money

COPIES = {"council": "Council copy"}
MOST = 8  # schools in a list of names: the rest are counted
DEFINITION = (
    "Each figure stands among those of all state primaries and secondaries of the county: a school has the share of "
    "schools with less, and half of those with as much, itself among them, of the weight. The points are added up, out "
    "of the weights of the figures that are known. A figure that is not published is left out and never counts as 0. "
    "An area’s need is the sum of its schools’ scores, each times its pupils. Workers are those who work in a school "
    "on the day, and whoever works in two counts in each; hours are theirs, a week. Money is what this school year’s "
    "posts with a worker in these schools cost: a school’s part stands in its own area, the council’s where the hours "
    "are."
)


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints. Dates come as dates. Raises KeyError where something is missing."""
    check, authority = snapshot["check"][copy], snapshot["authority"]
    return {
        **snapshot,
        "title": f"Need and workers, {authority['name']}",
        "copy": COPIES[copy],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "telephone": authority["telephone"],
        "reference": "Need and workers",
        "figures_on": date.fromisoformat(snapshot["figures_on"]),
        "decided_on": date.fromisoformat(snapshot["decided"]["on"]) if snapshot["decided"] else None,
        "points": [
            {"name": name, "easting": easting, "northing": northing, "band": band, "filled": filled, "text": ""}
            for name, easting, northing, band, filled in snapshot["points"]
        ],
        "bars": [bar for row in snapshot["areas"] for bar in _bars(row)],
        "areas": [
            {**row, "schools_pay": _pounds(row["schools_pay"]), "council_pays": _pounds(row["council_pays"])}
            for row in snapshot["areas"]
        ],
        "second": [
            f"{name} ({counted(workers, 'worker', 'workers')}; "
            f"{counted(without, 'school', 'schools')} of higher need with none)"
            for name, workers, without in snapshot["second"][:MOST]
        ],
        "second_more": max(len(snapshot["second"]) - MOST, 0),
        "two": snapshot["two"][:MOST],
        "two_more": max(len(snapshot["two"]) - MOST, 0),
        "without_room": snapshot["without_room"][:MOST],
        "without_room_more": max(len(snapshot["without_room"]) - MOST, 0),
        "definition": DEFINITION,
        "check_code": check["code"],
        "check_address": check["address"],
    }


def _bars(row: Mapping[str, Any]) -> list[Bar]:
    return [
        Bar(f"{row['name']}, {what}", f"{share} %" if share is not None else "Not known", _tenths(share), 1000)
        for what, share in (("need", row["need_share"]), ("hours", row["hours_share"]))
    ]


def _tenths(share: str | None) -> int:
    return int(Decimal(share) * 10) if share is not None else 0


def _pounds(amount: str | None) -> str:
    return money(Decimal(amount)) if amount is not None else "Not known"
