"""Snapshots of a term's paper, as a run stores them: plain JSON, no database.

`make_snapshot()` is a school of ordinary length; the arguments make it short, long, empty or odd. Every text that may
be read by one reader only carries a canary word, so that a test can look for it where it must not be.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from schools.rules.wording import DEFAULT_WORDING, OWN_LINES
from teams.foundation import sealing

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PART_TITLES = {
    "1-parties": "Who this agreement is between",
    "2-service": "The service",
    "4-absence": "Absence and cover",
    "5-away": "Time away from school",
    "6-waiting": "Support while waiting",
    "7-confidentiality": "Confidentiality",
    "8-change": "Change and end",
}
SEASONS = (("autumn", 9), ("spring", 1), ("summer", 5))
A_YEAR = Decimal("34500.00")

# Words that stand in the money alone: never on the way-of-working copy.
COST_CANARY = "Canarycost"
# Names of payers other than the school: on the council copy alone.
FUND_CANARY = "Canaryfund"

LONG_NAME = (
    "The Blessed Hildegard of Bingen and Saint Wulfstan Catholic and Church of England Voluntary Aided "
    "Infant and Nursery School with Communication Resource Base"
)
LONG_TEXT = (
    "The worker uses the rainbow room beside the library on Tuesdays and the old medical room on the other days, "
    "because the rainbow room is needed for music. The key hangs in the office; whoever takes it signs for it. "
) * 9


def make_snapshot(
    *,
    number: int = 1,
    days: int = 3,
    payers: int = 2,
    lead: bool = True,
    worker: bool = True,
    long: bool = False,
    signed: bool = True,
    own_lines: bool = True,
    colour: str = "#1d5a94",
) -> dict[str, Any]:
    """One school's paper for the autumn term 2026/27.

    days      1 to 5 days a week, from Monday
    payers    1 to 4, the school among them
    lead      without: nobody is named as in-school lead
    worker    without: the post is empty, and nobody has signed for the worker
    long      the longest names, and own lines of a thousand words and more
    signed    without: only the school has signed, and the agreement is not active
    """
    school = LONG_NAME if long else f"Oakfield Primary School {number}"
    way = _way(school, days=days, lead=lead, worker=worker, long=long, own_lines=own_lines)
    cost, cost_sheet = _money(school, payers, long)
    autumn_months = [[each["month"], each["amount"]] for each in cost_sheet["months"][:4]]
    return sealing.plain(
        {
            "kind": "service_agreement",
            "authority": {
                "name": "Fenshire County Council",
                "service": "Pupil Support",
                "telephone": "01632 960000",
                "colour": colour,
                "slug": "fenshire",
            },
            "reference": f"FEN-2026-AUT-{number:04d}",
            "version": 2,
            "signed_on": "2026-07-03" if signed else None,
            "issued_on": "2026-09-01",
            "is_active": signed,
            "way": way,
            "cost": cost,
            "cost_sheet": cost_sheet,
            "way_digest": sealing.digest(way),
            "cost_digest": sealing.digest({"council": cost, "school": cost_sheet}),
            "term": {
                "season": "autumn",
                "label": "Autumn term 2026/27",
                "starts_on": "2026-09-03",
                "half_term_starts_on": "2026-10-26",
                "half_term_ends_on": "2026-10-30",
                "ends_on": "2026-12-18",
            },
            "days": {
                "total": 14 * days,
                "by_weekday": [[name, 14] for name in WEEKDAYS[:days]],
                "hours": f"{14 * days * 7}",
            },
            "charge": {
                "term": cost_sheet["terms"][0]["amount"],
                "months": autumn_months,
                "due_on": "2026-10-03",
            },
            "signatures": _signatures(school, worker=worker, signed=signed),
            "check": {
                copy: {
                    "code": f"{word}-QRST-UVWX-{number:04d}",
                    "address": f"https://alongside.example/fenshire/check/{word}-QRST-UVWX-{number:04d}",
                }
                for copy, word in (("school", "SCHL"), ("council", "CNCL"), ("way", "WAYW"))
            },
            "placement": "6e0b8f52-0000-4000-8000-000000000001",
        }
    )


def money_of(snapshot: dict[str, Any]) -> set[str]:
    """Every amount of the snapshot as it would be printed, without the pound sign: "4,715.00" and "4,715"."""
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                look(item)
        elif isinstance(value, list):
            for item in value:
                look(item)
        elif isinstance(value, str) and value.replace(".", "", 1).isdigit() and "." in value:
            amount = Decimal(value)
            if amount >= 100:
                found.update({f"{amount:,.2f}", f"{amount:.2f}", f"{amount:,.0f}"})

    for part in ("cost", "cost_sheet", "charge"):
        look(snapshot[part])
    return found


def _way(school: str, *, days: int, lead: bool, worker: bool, long: bool, own_lines: bool) -> dict[str, Any]:
    own = {
        "focus": LONG_TEXT if long else "Attendance in years 5 and 6, and the move to secondary school.",
        "room": LONG_TEXT if long else "The rainbow room beside the library.\nKey and telephone: the school office.",
        "other": LONG_TEXT if long else "",
    }
    return {
        "authority": "Fenshire County Council",
        "service": "Pupil Support",
        "telephone": "01632 960000",
        "school": {
            "name": school,
            "urn": "900100",
            "laestab": "9992000",
            "address": ["1 Long Drove", "Fenton", "FN1 1AA"],
            "trust": "The Fens Learning Trust" if long else "",
        },
        "worker": ("Wilhelmina Featherstonehaugh-Cholmondeley" if long else "Wanda Marsh") if worker else "",
        "title": "Pupil support worker",
        "manager": {"name": "Mira Fielding", "email": "mira.fielding@fenshire.example", "telephone": "01632 960001"},
        "head": {"name": "Hetty Oakes", "job": "Headteacher"},
        "lead": "Lena Ashdown" if lead else "",
        "period": {"starts_on": date(2026, 9, 1), "ends_on": date(2027, 8, 31), "school_year": "2026/27"},
        "days": [{"day": name, "starts": "08:30", "ends": "15:30"} for name in WEEKDAYS[:days]],
        "hours_per_week": Decimal(days) * 7,
        "focus": "Attendance, and the move to secondary school",
        "parts": [
            {
                "part": part,
                "title": title,
                "clauses": [clause.text for clause in DEFAULT_WORDING if clause.part == part],
                "own": [
                    {"label": box.label, "text": own[box.name]}
                    for box in OWN_LINES
                    if own_lines and box.part == part and own[box.name]
                ],
            }
            for part, title in PART_TITLES.items()
        ],
    }


def _money(school: str, payers: int, long: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """The council's view and the school's, made as the real ones are: months add up to terms, terms to the year."""
    names = [
        f"{FUND_CANARY} County budget",
        f"{FUND_CANARY} Early help grant" + (" for families in temporary accommodation" if long else ""),
        f"{FUND_CANARY} Pupil premium pool",
    ][: payers - 1] + [school]
    percents = {
        1: [Decimal("100.00")],
        2: [Decimal("59.00"), Decimal("41.00")],
        3: [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")],
        4: [Decimal("40.00"), Decimal("12.50"), Decimal("6.50"), Decimal("41.00")],
    }[payers]
    totals = [(A_YEAR * percent / 100).quantize(Decimal("0.01")) for percent in percents]
    months = [(date(2026, 9, 1) + timedelta(days=31 * month)).replace(day=1) for month in range(12)]
    columns = [_split(total, 12) for total in totals]
    both = {
        "whole_year": A_YEAR,
        "working": [
            {"line": f"{COST_CANARY}: salary a year at grade L6, point 14", "number": Decimal("27600.00"), "unit": "pounds"},
            {"line": "Part of the week: 37 of 37 hours", "number": Decimal("1.0000"), "unit": "number"},
            {"line": "Salary for this post: £27,600.00 × 37 ÷ 37", "number": Decimal("27600.00"), "unit": "pounds"},
            {"line": "On-costs of 25 % on top of the salary", "number": Decimal("6900.00"), "unit": "pounds"},
            {
                "line": "Cost a year: worked out without rounding, then rounded once to the nearest penny, half a "
                "penny up",
                "number": A_YEAR,
                "unit": "pounds",
            },
        ],
        "clauses": [clause.text for clause in DEFAULT_WORDING if clause.part == "3-cost"],
    }
    terms = [
        (f"{season.capitalize()} term 2026/27", season, [sum(column[at : at + 4]) for column in columns])
        for at, (season, _) in zip((0, 4, 8), SEASONS, strict=True)
    ]
    council = both | {
        "payers": [
            {"name": name, "is_school": name == school, "percent": percent, "total": total}
            for name, percent, total in zip(names, percents, totals, strict=True)
        ],
        "months": [
            {"month": month, "amounts": [column[at] for column in columns]} for at, month in enumerate(months)
        ],
        "terms": [{"label": label, "season": season, "amounts": amounts} for label, season, amounts in terms],
        "total": sum(totals),
    }
    sheet = both | {
        "percent": percents[-1],
        "total": totals[-1],
        "rest_by_others": True,
        "months": [{"month": month, "amount": columns[-1][at]} for at, month in enumerate(months)],
        "terms": [{"label": label, "season": season, "amount": amounts[-1]} for label, season, amounts in terms],
    }
    return council, sheet


def _split(total: Decimal, parts: int) -> list[Decimal]:
    """Equal parts to the penny, the first ones a penny more where it does not go in evenly."""
    pennies, over = divmod(int(total * 100), parts)
    return [Decimal(pennies + (at < over)).scaleb(-2) for at in range(parts)]


def _signatures(school: str, *, worker: bool, signed: bool) -> list[dict[str, Any]]:
    lines = [
        {
            "party": "school",
            "parts": ["way", "cost"],
            "name": "Hetty Oakes",
            "job": "Headteacher",
            "signed_at": "2026-07-01T06:47:12+00:00",
        }
    ]
    if signed and worker:
        lines.append(
            {
                "party": "worker",
                "parts": ["way"],
                "name": "Wanda Marsh",
                "job": "Pupil support worker",
                "signed_at": "2026-07-02T09:03:00+00:00",
            }
        )
    if signed:
        lines.append(
            {
                "party": "council",
                "parts": ["way", "cost"],
                "name": "Sena Holt",
                "job": "Head of service",
                "signed_at": "2026-07-03T11:30:00+00:00",
            }
        )
    return lines
