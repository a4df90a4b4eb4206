"""The term's paper of a service agreement: its snapshot becomes what the template prints (domain C.1, H84).

Three copies of one snapshot. The school's shows its own line of the money and no other payer's; the council's shows
every payer; the way-of-working copy, for the in-school lead and the worker, is made without looking at the money at
all. Nothing here reads a row or the clock: a paper printed again in ten years says what it said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

import segno
from markupsafe import Markup

from reports.documents.colour import on_paper
from schools.rules.money import money_term_of
from schools.rules.wording import WHAT_IT_BUYS, WHAT_IT_DOES_NOT
from teams.foundation.words import money as in_pounds
from teams.foundation.words import percent as in_percent

COST = 3  # the number of the part about money, which is sealed apart from the other seven
CONFIDENTIALITY = 7
PARTIES = {"school": "For the school", "worker": "The worker", "council": "For the council"}
PARTS = {"way": "Way of working", "cost": "Cost"}
MUST_SIGN = {"school": ("way", "cost"), "worker": ("way",), "council": ("way", "cost")}
WHOLE = Decimal("100.00")
FILLS = ("var(--accent)", "#d5dade", "#ffffff", "#8a949e", "#eef1f4", "#b3bcc4")


class Copy(NamedTuple):
    """Whose copy, in words for every page's head, and what is in it."""

    name: str
    reader: str


COPIES = {
    "school": Copy("School copy", "For the school: the way of working, and what the school pays"),
    "council": Copy("Council copy", "For the council: the way of working, and what each payer pays"),
    "way": Copy("Way of working copy", "For the in-school lead and the worker: the way of working, without the money"),
}


class Agreed(NamedTuple):
    """One numbered clause. With a label it is the school's own line; without, the county's wording for all schools."""

    number: str
    text: str
    label: str = ""


class Part(NamedTuple):
    number: int
    title: str
    clauses: list[Agreed]


class SchoolDay(NamedTuple):
    """ "Monday", "8:30am", "3:30pm"."""

    day: str
    starts: str
    ends: str


class Payer(NamedTuple):
    """One part of the bar. Without a total it is everybody else together, on the school's copy."""

    name: str
    percent: Decimal
    fill: str
    total: Decimal | None = None
    term: Decimal | None = None


class Line(NamedTuple):
    """One row of the schedule: a month, a term or the whole, with an amount for each column."""

    label: str
    amounts: list[Decimal]


class TermLines(NamedTuple):
    months: list[Line]
    total: Line


class Step(NamedTuple):
    """One line of the working; the number is text already, in pounds or plain."""

    line: str
    number: str


class Money(NamedTuple):
    """Everything in pounds that this copy may show. `columns` are the payers that the schedule has amounts for."""

    whole_year: Decimal
    percent: Decimal
    total: Decimal
    charge: Decimal
    charge_months: list[Line]
    due_on: date
    term_all: Decimal | None
    clauses: list[Agreed]
    working: list[Step]
    payers: list[Payer]
    columns: list[str]
    schedule: list[TermLines]
    schedule_total: Line


class Signed(NamedTuple):
    """One signature, or one that is missing: then without name and moment."""

    party: str
    parts: str
    name: str = ""
    job: str = ""
    at: datetime | None = None


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints for one copy: "school", "council" or "way".

    Dates come back as dates and money as Decimal pounds. The way copy needs no money in the snapshot. Raises KeyError
    for another copy, or a snapshot that lacks what every copy shows.
    """
    way, term, days = snapshot["way"], snapshot["term"], snapshot["days"]
    money = None if copy == "way" else _money(snapshot, copy)
    parts = _parts(way, money)
    school, who = way["school"]["name"], way["worker"] or way["title"]
    return {
        "title": f"Service agreement: {who} at {school}, {term['label']}, {COPIES[copy].name.lower()}",
        "copy": COPIES[copy],
        "accent": on_paper(snapshot["authority"]["colour"]),
        "authority": snapshot["authority"]["name"],
        "service": snapshot["authority"]["service"],
        "telephone": snapshot["authority"]["telephone"],
        "reference": snapshot["reference"],
        "version": snapshot["version"],
        "issued_on": _day(snapshot["issued_on"]),
        "signed_on": _day(snapshot["signed_on"]) if snapshot["signed_on"] else None,
        "is_active": snapshot["is_active"],
        "who": who,
        "worker": way["worker"],
        "worker_title": way["title"],
        "school": school,
        "urn": way["school"]["urn"],
        "laestab": way["school"]["laestab"],
        "address": ", ".join(way["school"]["address"]),
        "trust": way["school"]["trust"],
        "head": way["head"]["name"],
        "head_job": way["head"]["job"],
        "lead": way["lead"],
        "manager": way["manager"]["name"],
        "manager_email": way["manager"]["email"],
        "manager_telephone": way["manager"]["telephone"],
        "school_year": way["period"]["school_year"],
        "starts_on": _day(way["period"]["starts_on"]),
        "ends_on": _day(way["period"]["ends_on"]),
        "timetable": [SchoolDay(each["day"], _clock(each["starts"]), _clock(each["ends"])) for each in way["days"]],
        "hours_per_week": _plain(way["hours_per_week"]),
        "focus": way["focus"],
        "term": term["label"],
        "season": term["season"],
        "term_starts_on": _day(term["starts_on"]),
        "half_term_starts_on": _day(term["half_term_starts_on"]) if term["half_term_starts_on"] else None,
        "half_term_ends_on": _day(term["half_term_ends_on"]) if term["half_term_ends_on"] else None,
        "term_ends_on": _day(term["ends_on"]),
        "days_total": days["total"],
        "days_by_weekday": days["by_weekday"],
        "days_hours": _plain(days["hours"]),
        "parts": parts,
        "confidentiality": next(part for part in parts if part.number == CONFIDENTIALITY),
        "what_it_buys": WHAT_IT_BUYS,
        "what_it_does_not": WHAT_IT_DOES_NOT,
        "money": money,
        "signatures": _signatures(snapshot["signatures"], ("way", "cost") if money else ("way",)),
        "way_signatures": _signatures(snapshot["signatures"], ("way",)),
        "way_code": text_code(snapshot["way_digest"]),
        "cost_code": text_code(snapshot["cost_digest"]) if money else "",
        "check_code": snapshot["check"][copy]["code"],
        "check_address": snapshot["check"][copy]["address"],
        "qr": _qr(snapshot["check"][copy]["address"]),
    }


def text_code(digest: str) -> str:
    """The first 16 hexadecimal figures of a text's digest in fours, as signers and this paper show it."""
    return " ".join(digest[at : at + 4].upper() for at in range(0, 16, 4))


def _parts(way: Mapping[str, Any], money: Money | None) -> list[Part]:
    """The eight parts in order. The money's number is kept on every copy, so that "clause 4.1" is the same in all."""
    parts = [Part(COST, "Cost, and who pays what", money.clauses if money else [])]
    for each in way["parts"]:
        number = int(each["part"].partition("-")[0])
        clauses = _numbered(number, each["clauses"])
        own = [
            Agreed(f"{number}.{at}", line["text"], line["label"])
            for at, line in enumerate(each["own"], start=len(clauses) + 1)
        ]
        parts.append(Part(number, each["title"], clauses + own))
    return sorted(parts, key=lambda part: part.number)


def _numbered(part: int, texts: Sequence[str]) -> list[Agreed]:
    return [Agreed(f"{part}.{at}", text) for at, text in enumerate(texts, start=1)]


def _money(snapshot: Mapping[str, Any], copy: str) -> Money:
    """The money that this copy may show. The school's copy never touches the council's view."""
    charge, sheet = snapshot["charge"], snapshot["cost_sheet"]
    school, season = snapshot["way"]["school"]["name"], snapshot["term"]["season"]
    payers, columns, terms, months = _school_view(sheet, school, season)
    if copy == "council":
        payers, columns, terms, months = _council_view(snapshot["cost"], season)
    schedule = _schedule(terms, months)
    together = [each.total.amounts for each in schedule]
    return Money(
        whole_year=Decimal(sheet["whole_year"]),
        percent=Decimal(sheet["percent"]),
        total=Decimal(sheet["total"]),
        charge=Decimal(charge["term"]),
        charge_months=[Line(_month(month), [Decimal(amount)]) for month, amount in charge["months"]],
        due_on=_day(charge["due_on"]),
        term_all=sum((payer.term for payer in payers if payer.term), Decimal(0)) if copy == "council" else None,
        clauses=_numbered(COST, sheet["clauses"]),
        working=[_step(step) for step in sheet["working"]],
        payers=payers,
        columns=columns,
        schedule=schedule,
        schedule_total=Line("Whole period", [sum(column, Decimal(0)) for column in zip(*together, strict=True)]),
    )


Amounts = list[tuple[str, list[Decimal]]]


def _school_view(
    sheet: Mapping[str, Any], school: str, season: str
) -> tuple[list[Payer], list[str], Amounts, Amounts]:
    percent = Decimal(sheet["percent"])
    terms = [(each["label"], [Decimal(each["amount"])]) for each in sheet["terms"]]
    payers = [Payer(school, percent, FILLS[0], Decimal(sheet["total"]), _this_term(sheet, season, "amount"))]
    if percent < WHOLE:
        payers.append(Payer("Others", WHOLE - percent, FILLS[1]))
    return payers, [school], terms, [(each["month"], [Decimal(each["amount"])]) for each in sheet["months"]]


def _council_view(cost: Mapping[str, Any], season: str) -> tuple[list[Payer], list[str], Amounts, Amounts]:
    """Every payer, the school first, and all of them together in the last column."""
    order = sorted(range(len(cost["payers"])), key=lambda at: not cost["payers"][at]["is_school"])

    def in_order(amounts: Sequence[str]) -> list[Decimal]:
        own = [Decimal(amounts[at]) for at in order]
        return [*own, sum(own, Decimal(0))] if len(own) > 1 else own

    this_term = _this_term(cost, season, "amounts")
    payers = [
        Payer(
            cost["payers"][at]["name"],
            Decimal(cost["payers"][at]["percent"]),
            FILLS[place % len(FILLS)],
            Decimal(cost["payers"][at]["total"]),
            in_order(this_term)[place] if this_term else Decimal(0),
        )
        for place, at in enumerate(order)
    ]
    columns = [payer.name for payer in payers] + (["Together"] if len(payers) > 1 else [])
    terms = [(each["label"], in_order(each["amounts"])) for each in cost["terms"]]
    return payers, columns, terms, [(each["month"], in_order(each["amounts"])) for each in cost["months"]]


def _this_term(view: Mapping[str, Any], season: str, key: str) -> Any:
    found = next((each[key] for each in view["terms"] if each["season"] == season), None)
    return Decimal(found or 0) if key == "amount" else found


def _schedule(terms: Amounts, months: Amounts) -> list[TermLines]:
    """Months under their terms, as charges are made."""
    totals = dict(terms)
    return [
        TermLines([Line(_month(month), amounts) for month, amounts in of_term], Line(label, totals[label]))
        for label, of_term in groupby(months, key=lambda each: money_term_of(_day(each[0])).label)
    ]


def _step(step: Mapping[str, str]) -> Step:
    number = Decimal(step["number"])
    return Step(step["line"], in_pounds(number) if step["unit"] == "pounds" else f"{number}")


def _signatures(lines: Sequence[Mapping[str, Any]], parts: Sequence[str]) -> list[Signed]:
    """Who signed what of these parts, in the order school, worker, council; then what is still missing of each."""
    rows: list[Signed] = []
    for party, name in PARTIES.items():
        wanted = [part for part in MUST_SIGN[party] if part in parts]
        for line in (line for line in lines if line["party"] == party):
            held = [part for part in wanted if part in line["parts"]]
            if held:
                at = datetime.fromisoformat(line["signed_at"])
                rows.append(Signed(name, _and(held), line["name"], line["job"], at))
        signed = {part for line in lines if line["party"] == party for part in line["parts"]}
        if missing := [part for part in wanted if part not in signed]:
            rows.append(Signed(name, _and(missing)))
    return rows


def _and(parts: Sequence[str]) -> str:
    return " and ".join(PARTS[part] if at == 0 else PARTS[part].lower() for at, part in enumerate(parts))


def _qr(address: str) -> Markup:
    """The address as a drawing in the page, quiet zone included; black, whatever the authority's colour."""
    title = "QR code of the page that says whether this paper is the current one"
    # Safe: segno writes the drawing, and the title is ours.
    return Markup(segno.make_qr(address, error="m").svg_inline(border=4, omitsize=True, title=title))  # noqa: S704


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _month(text: str) -> str:
    """ "September 2026"."""
    return f"{_day(text):%B %Y}"


def _clock(text: str) -> str:
    """ "8:30am" for "08:30", "3pm" for "15:00"."""
    hour, minute = (int(part) for part in text.split(":")[:2])
    minutes = f":{minute:02d}" if minute else ""
    return f"{hour % 12 or 12}{minutes}{'am' if hour < 12 else 'pm'}"


def _plain(number: str) -> str:
    """ "30" for "30.00", "22.5" for "22.50"."""
    return f"{Decimal(number).normalize():f}"
