"""The money of a service agreement as its papers show it: the school's own line, or every payer's.

The school's view is made from the school's sheet alone, so no other payer's name or amount can come into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from schools.rules.money import money_term_of
from teams.foundation.words import day as day_in_words
from teams.foundation.words import money as in_pounds
from teams.foundation.words import percent as in_percent

WHOLE = Decimal("100.00")
NOTHING = Decimal("0.00")
# A printed month lies less than a penny from its exact value; a cost that really changes does so by more than two.
ROUNDING = Decimal("0.02")


class Payer(NamedTuple):
    """Who pays what part of the post, this term and in the whole period, in pounds.

    `percent` is the share on the first day, `changes` are (from which day, how many per cent) after it. Without amounts
    it is everybody else together, on the school's copy.
    """

    name: str
    percent: Decimal
    term: Decimal | None = None
    total: Decimal | None = None
    changes: tuple[tuple[date, Decimal], ...] = ()


class Line(NamedTuple):
    """A month, a term or the whole period, with an amount for each column."""

    label: str
    amounts: list[Decimal]


class TermLines(NamedTuple):
    """The months of a term, and what they come to."""

    months: list[Line]
    total: Line


class Step(NamedTuple):
    """One line of the working: a sentence, and the number it comes to, as text."""

    line: str
    number: str


class CostSheet(NamedTuple):
    """All that one copy shows of the money.

    `charge` is what the school is charged for this term, `everybody` what all payers together pay for it (council copy
    alone). `columns` are those that the lines of `schedule` have amounts for.
    """

    share_in_words: str
    charge: Decimal
    charge_months: list[Line]
    due_on: date
    everybody: Decimal | None
    clauses: list[str]
    working: list[Step]
    payers: list[Payer]
    columns: list[str]
    schedule: list[TermLines]
    whole: list[Decimal]


def for_school(snapshot: Mapping[str, Any]) -> CostSheet:
    """The school's line, and "the rest" without a name or an amount."""
    sheet = snapshot["cost_sheet"]
    percent = Decimal(sheet["percent"])
    alone = {
        "payers": [
            {
                "is_school": True,
                "percent": sheet["percent"],
                "total": sheet["total"],
                "changes": sheet.get("changes", ()),
            }
        ],
        "months": [{"month": each["month"], "amounts": [each["amount"]]} for each in sheet["months"]],
        "terms": [each | {"amounts": [each["amount"]]} for each in sheet["terms"]],
    }
    made = _cost_sheet(snapshot, alone)
    changes = tuple((day, WHOLE - now) for day, now in _changes(sheet))
    if percent == WHOLE and not changes:
        return made
    return made._replace(
        share_in_words=f"{made.share_in_words} The rest is paid by others.",
        payers=[*made.payers, Payer("The rest", WHOLE - percent, changes=changes)],
    )


def for_council(snapshot: Mapping[str, Any]) -> CostSheet:
    """Every payer, the school first, and all of them together in a last column."""
    made = _cost_sheet(snapshot, snapshot["cost"])
    made = made._replace(everybody=sum((payer.term or NOTHING for payer in made.payers), NOTHING))
    if len(made.columns) == 1:
        return made
    return made._replace(
        columns=[*made.columns, "Together"],
        schedule=[
            TermLines([_with_total(line) for line in of_term.months], _with_total(of_term.total))
            for of_term in made.schedule
        ],
        whole=[*made.whole, sum(made.whole, NOTHING)],
    )


def _cost_sheet(snapshot: Mapping[str, Any], view: Mapping[str, Any]) -> CostSheet:
    """`view` is the council's, or the school's in the same shape: `amounts` stand in the order of `payers`."""
    sheet, charge = snapshot["cost_sheet"], snapshot["charge"]
    season, period = snapshot["term"]["season"], dict(snapshot["way"]["period"])
    period["ends_on"] = snapshot["ends_early_on"] or period["ends_on"]
    order = sorted(range(len(view["payers"])), key=lambda at: not view["payers"][at]["is_school"])
    payers = [view["payers"][at] for at in order]
    names = ["The school" if payer["is_school"] else payer["name"] for payer in payers]

    def in_order(amounts: Sequence[str]) -> list[Decimal]:
        return [Decimal(amounts[at]) for at in order]

    terms = {each["label"]: in_order(each["amounts"]) for each in view["terms"]}
    label = next((each["label"] for each in view["terms"] if each["season"] == season), None)
    this_term = terms[label] if label else [NOTHING] * len(order)
    months = [(_day(each["month"]), in_order(each["amounts"])) for each in view["months"]]
    return CostSheet(
        share_in_words=_share_in_words(sheet, period),
        charge=Decimal(charge["term"]),
        charge_months=[Line(_month(_day(month)), [Decimal(amount)]) for month, amount in charge["months"]],
        due_on=_day(charge["due_on"]),
        everybody=None,
        clauses=sheet["clauses"],
        working=[_step(step) for step in sheet["working"]],
        payers=[
            Payer(name, Decimal(payer["percent"]), term, Decimal(payer["total"]), _changes(payer))
            for name, payer, term in zip(names, payers, this_term, strict=True)
        ],
        columns=names,
        schedule=list(_schedule(months, terms)),
        whole=[sum(column, NOTHING) for column in zip(*(amounts for _, amounts in months), strict=True)],
    )


def _schedule(months: Iterable[tuple[date, list[Decimal]]], terms: Mapping[str, list[Decimal]]) -> Iterable[TermLines]:
    """Months under the terms that charges are made by."""
    for label, of_term in groupby(months, key=lambda each: money_term_of(each[0]).label):
        yield TermLines([Line(_month(month), amounts) for month, amounts in of_term], Line(label, terms[label]))


def _share_in_words(sheet: Mapping[str, Any], period: Mapping[str, str]) -> str:
    """The share, and why it times the yearly cost is not the total where one or the other changes on the way."""
    percent, a_year = Decimal(sheet["percent"]), in_pounds(Decimal(sheet["whole_year"]))
    changes = _changes(sheet)
    if percent == WHOLE and not changes:
        share = f"The school pays for the whole post: {a_year} a year."
    else:
        later = "".join(f", and {in_percent(now)} from {day_in_words(day)}" for day, now in changes)
        share = f"The school's share is {in_percent(percent)} of {a_year} a year{later}."
    if month := _cost_changes_in(sheet, period):
        share += f" From {_month(month)} the post has another cost a year, for pay, grade or hours change."
    first, last = (day_in_words(_day(period[edge])) for edge in ("starts_on", "ends_on"))
    return f"{share} From {first} to {last} that comes to {in_pounds(Decimal(sheet['total']))}."


def _changes(payer: Mapping[str, Any]) -> tuple[tuple[date, Decimal], ...]:
    return tuple((_day(each["from"]), Decimal(each["percent"])) for each in payer.get("changes", ()))


def _cost_changes_in(sheet: Mapping[str, Any], period: Mapping[str, str]) -> date | None:
    """The first month in which the school's part is not its share of a twelfth of the yearly cost.

    Read from the months, for the sealed text holds the yearly cost of the first day alone. Part months are left out,
    and months in which the share changes.
    """
    starts_on, ends_on = _day(period["starts_on"]), _day(period["ends_on"])
    percent, changes = Decimal(sheet["percent"]), list(_changes(sheet))
    for each in sheet["months"]:
        month = _day(each["month"])
        following = (month + timedelta(days=31)).replace(day=1)
        while changes and changes[0][0] <= month:
            percent = changes.pop(0)[1]
        is_whole = starts_on <= month and following - timedelta(days=1) <= ends_on
        if not is_whole or (changes and changes[0][0] < following):
            continue
        if abs(Decimal(each["amount"]) - Decimal(sheet["whole_year"]) * percent / 1200) > ROUNDING:
            return month
    return None


def _with_total(line: Line) -> Line:
    return Line(line.label, [*line.amounts, sum(line.amounts, NOTHING)])


def _step(step: Mapping[str, str]) -> Step:
    return Step(step["line"], in_pounds(Decimal(step["number"])) if step["unit"] == "pounds" else step["number"])


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _month(day: date) -> str:
    """ "September 2026"."""
    return f"{day:%B %Y}"
