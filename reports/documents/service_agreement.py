"""The term's paper of a service agreement: its snapshot becomes what the template prints (domain C.1, H84).

Three copies of one snapshot. The school's shows its own line of the money and no other payer's; the council's shows
every payer; the way-of-working copy, for the in-school lead and the worker, is made without looking at the money at
all. Nothing here reads a row or the clock: a paper printed again in ten years says what it said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from reports.documents import cost_sheet
from reports.documents.colour import on_paper
from reports.documents.qr import qr
from schools.rules.wording import WHAT_IT_BUYS, WHAT_IT_DOES_NOT

COST = 3  # the number of the part about money, which is signed and sealed apart from the other seven
CONFIDENTIALITY = 7
PARTIES = {"school": "For the school", "worker": "The worker", "council": "For the council"}
PARTS = {"way": "Way of working", "cost": "Cost"}
MUST_SIGN = {"school": ("way", "cost"), "worker": ("way",), "council": ("way", "cost")}
COPIES = {"school": "School copy", "council": "Council copy", "way": "Way of working copy"}
MONEY = {"school": cost_sheet.for_school, "council": cost_sheet.for_council}
# Beside the authority's own colour: greys far enough apart, in this order, for a black-and-white printer.
GREYS = ("#d5dade", "#8a949e", "#ffffff", "#b3bcc4", "#eef1f4")


class Agreed(NamedTuple):
    """One numbered clause. With a label it is the school's own line; without, the county's wording for all schools."""

    number: str
    text: str
    label: str = ""


class Part(NamedTuple):
    number: int
    title: str
    clauses: list[Agreed]


class Signed(NamedTuple):
    """One signature; or, without name and moment, one that is missing."""

    party: str
    parts: str
    name: str = ""
    job: str = ""
    at: datetime | None = None


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What the template prints for one copy: "school", "council" or "way".

    Dates come as dates, money as Decimal pounds; `money` is None on the way copy, whose snapshot needs none. Raises
    KeyError for another copy, or a snapshot that lacks what the copy shows.
    """
    way, term, days, check = snapshot["way"], snapshot["term"], snapshot["days"], snapshot["check"][copy]
    money = MONEY[copy](snapshot) if copy in MONEY else None
    parts = _parts(way, money.clauses if money else [])
    who, school = way["worker"] or way["title"], way["school"]["name"]
    accent = on_paper(snapshot["authority"]["colour"])
    return {
        "title": f"Service agreement: {who} at {school}, {term['label']}, {COPIES[copy].lower()}",
        "copy": COPIES[copy],
        "accent": accent,
        "fills": [accent, *GREYS],
        "authority": snapshot["authority"]["name"],
        "service": snapshot["authority"]["service"],
        "telephone": snapshot["authority"]["telephone"],
        "reference": snapshot["reference"],
        "version": snapshot["version"],
        "issued_on": _day(snapshot["issued_on"]),
        "signed_on": _day(snapshot["signed_on"]),
        "is_active": snapshot["is_active"],
        "who": who,
        "worker": way["worker"],
        "worker_title": way["title"],
        "school": school,
        "urn": way["school"]["urn"],
        "dfe_number": _dfe_number(way["school"]["laestab"]),
        "address": ", ".join(way["school"]["address"]),
        "trust": way["school"]["trust"],
        "head": way["head"]["name"],
        "head_job": way["head"]["job"],
        "lead": way["lead"],
        "manager": ", ".join(filter(None, (way["manager"][key] for key in ("name", "telephone", "email")))),
        "school_year": way["period"]["school_year"],
        "starts_on": _day(way["period"]["starts_on"]),
        "ends_on": _day(snapshot["ends_early_on"] or way["period"]["ends_on"]),
        "ends_early": bool(snapshot["ends_early_on"]),
        "signed_until": _day(way["period"]["ends_on"]),
        "days_and_times": _days_and_times(way["days"]),
        "hours_per_week": _plain(way["hours_per_week"]),
        "focus": way["focus"],
        "term": term["label"],
        "term_starts_on": _day(term["starts_on"]),
        "half_term_starts_on": _day(term["half_term_starts_on"]),
        "half_term_ends_on": _day(term["half_term_ends_on"]),
        "term_ends_on": _day(term["ends_on"]),
        "days_total": days["total"],
        "days_by_weekday": days["by_weekday"],
        "days_hours": _plain(days["hours"]),
        "days_before": [(_day(each["until"]), _days_and_times(each["days"])) for each in days["before"]],
        "parts": parts,
        "cost_part": COST,
        "confidentiality": next(part for part in parts if part.number == CONFIDENTIALITY),
        "what_it_buys": WHAT_IT_BUYS,
        "what_it_does_not": WHAT_IT_DOES_NOT,
        "money": money,
        "signatures": _signatures(snapshot["signatures"], PARTS if money else ("way",)),
        "way_signatures": _signatures(snapshot["signatures"], ("way",)),
        "way_code": text_code(snapshot["way_digest"]),
        "cost_code": text_code(snapshot["cost_digest"]) if money else "",
        "check_code": check["code"],
        "check_address": check["address"],
        "qr": qr(check["address"]),
    }


def text_code(digest: str) -> str:
    """The first 16 hexadecimal figures of a text's digest in fours: "3F2A 91BC 77D0 1E45"."""
    return " ".join(digest[at : at + 4].upper() for at in range(0, 16, 4))


def _parts(way: Mapping[str, Any], cost_clauses: Sequence[str]) -> list[Part]:
    """The eight parts in order. The money keeps its number on every copy, so that "clause 4.1" is the same in all."""
    parts = [Part(COST, "Cost, and who pays what", _clauses(COST, cost_clauses, ()))]
    for each in way["parts"]:
        number = int(each["part"].partition("-")[0])
        parts.append(Part(number, each["title"], _clauses(number, each["clauses"], each["own"])))
    return sorted(parts, key=lambda part: part.number)


def _clauses(part: int, county: Sequence[str], own: Sequence[Mapping[str, str]]) -> list[Agreed]:
    """The school's own lines are numbered on from the county's, so that they can be spoken of too."""
    lines = [("", text) for text in county] + [(line["label"], line["text"]) for line in own]
    return [Agreed(f"{part}.{at}", text, label) for at, (label, text) in enumerate(lines, start=1)]


def _signatures(given: Sequence[Mapping[str, Any]], parts: Sequence[str] | Mapping[str, str]) -> list[Signed]:
    """Who signed what of these parts, in the order school, worker, council; then what is still missing of each."""
    rows: list[Signed] = []
    for party, name in PARTIES.items():
        missing = [part for part in MUST_SIGN[party] if part in parts]
        for each in given:
            held = [part for part in missing if each["party"] == party and part in each["parts"]]
            if held:
                at = datetime.fromisoformat(each["signed_at"])
                rows.append(Signed(name, _in_words(held), each["name"], each["job"], at))
                missing = [part for part in missing if part not in held]
        if missing:
            rows.append(Signed(name, _in_words(missing)))
    return rows


def _in_words(parts: Sequence[str]) -> str:
    """ "Way of working and cost"."""
    return " and ".join(PARTS[part] for part in parts).capitalize()


def _days_and_times(days: Sequence[Mapping[str, str]]) -> str:
    """ "Monday and Tuesday 8:30am to 3:30pm, Friday 8:30am to 1pm": days of the same hours together."""
    by_hours: dict[tuple[str, str], list[str]] = {}
    for each in days:
        by_hours.setdefault((each["starts"], each["ends"]), []).append(each["day"])
    return "; ".join(f"{_list(names)} {_clock(starts)} to {_clock(ends)}" for (starts, ends), names in by_hours.items())


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _clock(text: str) -> str:
    """ "8:30am" for "08:30", "3pm" for "15:00"."""
    hour, minute = (int(part) for part in text.split(":")[:2])
    minutes = f":{minute:02d}" if minute else ""
    return f"{hour % 12 or 12}{minutes}{'am' if hour < 12 else 'pm'}"


def _dfe_number(laestab: str) -> str:
    """ "999/2000" for "9992000", as schools write it."""
    return f"{laestab[:3]}/{laestab[3:]}" if laestab else ""


def _plain(number: str) -> str:
    """ "30" for "30.00", "22.5" for "22.50"."""
    return f"{Decimal(number).normalize():f}"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
