"""Values in, values out: arithmetic of a term's paper, days on which figures are kept, what is asked for in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any
from unicodedata import normalize

from schools.rules.money import charged_until, money_term_of

MINUTES_AN_HOUR = Decimal(60)
HUNDREDTH = Decimal("0.01")
NOTHING = Decimal("0.00")
MARKS = "\"'‘’“”"
PRINTED = re.compile(r"(?:figure )?([1-9][0-9]{3,8})", re.ASCII)
BEFORE_A_MEASURE = re.compile(r"^(?:how many |how much |what is |number of |the )+")
AFTER_A_MEASURE = re.compile(r"(?: are there| is there| there are| do we have| have we got| have we)+$")


def digest_period(day: date, *, weekly: bool, works: Callable[[date], bool]) -> str | None:
    """The period that a digest of this day is about: "2026-09-08", or "2026-W37" on the first working day of a week.

    None on a day without one. `works` says which days are worked.
    """
    if not works(day):
        return None
    if not weekly:
        return day.isoformat()
    if any(works(day - timedelta(days=back)) for back in range(1, day.weekday() + 1)):
        return None
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def is_reading_day(day: date, term_ends: Container[date]) -> bool:
    """Figures are kept on Mondays, for weeks and years to compare, and on the last day of each term."""
    return day.weekday() == 0 or day in term_ends


def days_to_compare(today: date, term_ends: Sequence[date]) -> tuple[date | None, date]:
    """The last day of the last term that is over, None where none is known; and the Monday a year ago.

    The year is 52 weeks, so that like is compared with like: the same week of the school year, or nearly.
    """
    over = [day for day in term_ends if day < today]
    monday = today - timedelta(days=today.weekday())
    return max(over, default=None), monday - timedelta(weeks=52)


def days_of_line(today: date, months: int = 12) -> list[date]:
    """The first Mondays of the last twelve months, the earliest first: the points of a small line."""
    found = []
    month = today.replace(day=1)
    for _ in range(months):
        found.append(month + timedelta(days=-month.weekday() % 7))
        month = (month - timedelta(days=1)).replace(day=1)
    return [day for day in reversed(found) if day <= today]


def hours_in_term(days: Sequence[Mapping[str, str]], counts: Mapping[str, int]) -> Decimal:
    """The hours in school of a whole term.

    `days` are {"day": "Monday", "starts": "08:30", "ends": "15:30"}, a weekday perhaps more than once; `counts` says
    how many school days of the term fall on each. To the hundredth of an hour, without noughts at the end: 94.5.
    """
    minutes = sum(counts[day["day"]] * (_minutes(day["ends"]) - _minutes(day["starts"])) for day in days)
    hours = (minutes / MINUTES_AN_HOUR).quantize(HUNDREDTH)
    return hours.quantize(Decimal(1)) if hours == hours.to_integral_value() else hours.normalize()


def sheet_until(last_day: date, sheet: Mapping[str, Any]) -> dict[str, Any]:
    """A school's sealed cost sheet, cut at the day on which the agreement ends before its time."""
    months = [
        {**each, "amount": charged_until(last_day, date.fromisoformat(each["month"]), Decimal(each["amount"]))}
        for each in sheet["months"]
        if date.fromisoformat(each["month"]) <= last_day
    ]
    by_term = _by_term(months, lambda each: [each["amount"]])
    terms = [{**each, "amount": by_term[each["label"]][0]} for each in sheet["terms"] if each["label"] in by_term]
    return {
        **sheet,
        "months": months,
        "terms": terms,
        "total": sum((each["amount"] for each in months), NOTHING),
        "changes": _changes_until(last_day, sheet),
    }


def cost_until(last_day: date, cost: Mapping[str, Any]) -> dict[str, Any]:
    """The council's sealed view, with every payer, cut in the same way."""
    months = [
        {
            **each,
            "amounts": [
                charged_until(last_day, date.fromisoformat(each["month"]), Decimal(amount))
                for amount in each["amounts"]
            ],
        }
        for each in cost["months"]
        if date.fromisoformat(each["month"]) <= last_day
    ]
    by_term = _by_term(months, lambda each: each["amounts"])
    totals = [sum(column, NOTHING) for column in zip(*(each["amounts"] for each in months), strict=True)]
    return {
        **cost,
        "months": months,
        "terms": [{**each, "amounts": by_term[each["label"]]} for each in cost["terms"] if each["label"] in by_term],
        "payers": [
            {**payer, "total": total, "changes": _changes_until(last_day, payer)}
            for payer, total in zip(cost["payers"], totals, strict=True)
        ],
        "total": sum(totals, NOTHING),
    }


def _by_term(
    months: Sequence[Mapping[str, Any]], amounts_of: Callable[[Mapping[str, Any]], list[Decimal]]
) -> dict[str, list[Decimal]]:
    sums: dict[str, list[Decimal]] = {}
    for each in months:
        label, amounts = money_term_of(date.fromisoformat(each["month"])).label, amounts_of(each)
        before = sums.get(label, [NOTHING] * len(amounts))
        sums[label] = [one + other for one, other in zip(before, amounts, strict=True)]
    return sums


def _changes_until(last_day: date, payer: Mapping[str, Any]) -> list[Mapping[str, str]]:
    return [each for each in payer.get("changes", ()) if date.fromisoformat(each["from"]) <= last_day]


def _minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def state_of(text: str) -> str:
    """Short, and another one for another text: which words somebody saw when typing began."""
    return sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()[:12]


def states_in(said: str) -> dict[str, str]:
    """ "box=state box=state", as a page sends it along: the state of each box. What is not understood is left out."""
    pairs = (each.partition("=") for each in said.split())
    return {name: state for name, _, state in pairs if state}


def plainly(words: str) -> str:
    """As two people type the same: small letters, single spaces, no quotation marks, no stop at the end."""
    kept = normalize("NFC", words).casefold().translate(dict.fromkeys(map(ord, MARKS)))
    return " ".join(kept.split()).rstrip(" ?!.,;:")


def what_and_where(typed: str) -> list[tuple[str, str]]:
    """How a figure may be asked for, the likeliest first (journey S2): what, and of which place.

    The whole first: "agreed in the room" is one thing. Then cut at the last " in ": "workers in West 2".
    """
    whole = plainly(typed)
    what, _, where = whole.rpartition(" in ")
    found = [(whole, "")] + ([(what, where)] if what and where else [])
    return [(AFTER_A_MEASURE.sub("", BEFORE_A_MEASURE.sub("", each)), place) for each, place in found]


def kind_and_name(words: str) -> tuple[str, str]:
    """ "West 2 team", "the team West 2": ("team", "west 2"). A kind alone, or no kind, is ("", all of it)."""
    said = plainly(words).removeprefix("the ")
    for kind in ("team", "area"):
        for name in (said.removesuffix(f" {kind}"), said.removeprefix(f"{kind} ")):
            if name and name != said:
                return kind, name
    return "", said


def printed_number(typed: str) -> int | None:
    """ "Figure 1042" or "1042", as it stands on paper; None where it is no such number."""
    found = PRINTED.fullmatch(plainly(typed))
    return int(found[1]) if found else None
