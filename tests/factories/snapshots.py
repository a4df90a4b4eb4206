"""Snapshots of a term's paper, as a run stores them: plain JSON, no database.

`make_snapshot()` is a school of ordinary length; the arguments make it short, long, empty or odd. Every text that may
be read by one reader only carries a canary word, so that a test can look for it where it must not be.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from schools.rules import money, pay, shares
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
FIRST, LAST = date(2026, 9, 1), date(2027, 8, 31)
# By the number of payers; the school comes last.
PERCENTS = {
    1: [Decimal("100.00")],
    2: [Decimal("59.00"), Decimal("41.00")],
    3: [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")],
    4: [Decimal("40.00"), Decimal("12.50"), Decimal("6.50"), Decimal("41.00")],
    6: [Decimal("30.00"), Decimal("12.50"), Decimal("6.50"), Decimal("6.00"), Decimal("4.00"), Decimal("41.00")],
}

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
    payers    1 to 4, or 6, the school among them
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
            "ends_early_on": None,
            "days": {
                "total": 14 * days,
                "by_weekday": [[name, 14] for name in WEEKDAYS[:days]],
                "hours": f"{14 * days * 7}",
                "before": [],
            },
            "charge": {
                "term": cost_sheet["terms"][0]["amount"],
                "months": autumn_months,
                "due_on": "2026-10-03",
            },
            "signatures": _signatures(worker=worker, signed=signed),
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
        "period": {"starts_on": FIRST, "ends_on": LAST, "school_year": "2026/27"},
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
    """The council's view and the school's, out of the same arithmetic that the real ones come from."""
    names = [
        f"{FUND_CANARY} County budget",
        f"{FUND_CANARY} Early help grant" + (" for families in temporary accommodation" if long else ""),
        f"{FUND_CANARY} Pupil premium pool",
        f"{FUND_CANARY} Health board",
        f"{FUND_CANARY} Violence reduction partnership",
    ][: payers - 1] + [school]
    percents = dict(zip(names, PERCENTS[payers], strict=True))
    working = pay.yearly_pay(
        pay_point=f"grade L6, point 14 {COST_CANARY}",
        salary=Decimal("27600.00"),
        hours=Decimal("22.50") if long else Decimal("37.00"),
        whole_time_hours=Decimal("37.00"),
        on_costs=Decimal("25.00"),
        term_time=pay.TermTime(Decimal("39.00"), Decimal("38.00")) if long else None,
    )
    costs = money.schedule(
        starts_on=FIRST,
        ends_on=LAST,
        costs=[money.YearlyCost(working.cost, FIRST)],
        shares=[shares.Share(name, percent, FIRST) for name, percent in percents.items()],
    )
    both = {
        "whole_year": working.cost,
        "working": [{"line": step.sentence, "number": step.number, "unit": step.unit} for step in working.steps],
        "clauses": [clause.text for clause in DEFAULT_WORDING if clause.part == "3-cost"],
    }
    totals = costs.payers()
    council = both | {
        "payers": [
            {"name": name, "is_school": name == school, "percent": percent, "total": totals[name]}
            for name, percent in percents.items()
        ],
        "months": [
            {"month": month.starts_on, "amounts": [month.amounts[name] for name in names]} for month in costs.months
        ],
        "terms": [
            {"label": each.term.label, "season": each.term.season, "amounts": [each.amounts[name] for name in names]}
            for each in costs.terms()
        ],
        "total": costs.total,
    }
    sheet = both | {
        "percent": percents[school],
        "total": totals[school],
        "rest_by_others": True,
        "months": [{"month": month.starts_on, "amount": month.amounts[school]} for month in costs.months],
        "terms": [
            {"label": each.term.label, "season": each.term.season, "amount": each.amounts[school]}
            for each in costs.terms()
        ],
    }
    return council, sheet


def _signatures(*, worker: bool, signed: bool) -> list[dict[str, Any]]:
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
