"""What a school's shares of all its workers buy, on one side of A4 for its governors (journey H4, step 3).

For a school with several workers: the school's money in one sum, to the penny, and a line for each worker. Page and
paper are drawn from the same context. Nothing here reads a row or the clock, and nothing is about a child or another
school.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from reports.documents.colour import on_paper
from reports.documents.share_buys import COPIES, UNKNOWN, Line
from teams.foundation.words import counted, day, iso_day, money, percent

DEFINITIONS = (
    "This year: what the agreement of each worker says that the school pays in this school year. Supervision: held in "
    "the school with the worker’s manager, this school year. Young people: with the worker today; one to five are "
    "not shown, so that nobody can be picked out. Next year’s price is at today’s pay."
)
LONG = 60  # letters of a name, from which on the lines are set smaller
SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri")


class Worker(NamedTuple):
    """One worker's part: all of it as words."""

    name: str
    days: str
    hours: str
    now: str
    how: str  # which part of which cost
    later: str
    young: str
    supervisions: str


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What page and paper show. Raises KeyError where something is missing."""
    authority, school, workers = snapshot["authority"], snapshot["school"], snapshot["workers"]
    together = counted(len(workers), "worker", "workers")
    return {
        "title": f"What {school} buys with its shares of {together}, {snapshot['year']}",
        "copy": COPIES[copy],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "reference": f"What our shares buy, {snapshot['year']}",
        "school": school,
        "year": snapshot["year"],
        "next_year": snapshot["next_year"],
        "on": date.fromisoformat(snapshot["on"]),
        "pays": _pays(snapshot),
        "workers": [_worker(each) for each in workers],
        "has_long_names": any(len(each["name"]) > LONG for each in workers),
        "buys": snapshot["buys"],
        "questions": [f"{name}, telephone {number}" if number else name for name, number in snapshot["managers"]],
        "definitions": DEFINITIONS,
    }


def _pays(snapshot: Mapping[str, Any]) -> list[Line]:
    workers = snapshot["workers"]
    now = _sum(each["share"] and each["share"]["total"] for each in workers)
    later = _sum(each["later"] for each in workers)
    notice = f" Notice by {day(date.fromisoformat(snapshot['notice_on']))}." if snapshot["notice_on"] else ""
    return [
        Line(f"In {snapshot['year']}", *(now or (UNKNOWN, "The agreement of at least one worker has no price yet."))),
        Line(f"In {snapshot['next_year']}", later[0], f"{later[1]} At today’s pay.{notice}")
        if later
        else Line(f"In {snapshot['next_year']}", UNKNOWN, "The price of at least one worker is not worked out yet."),
    ]


def _sum(amounts: Iterable[str | None]) -> tuple[str, str] | None:
    """In words, and of how many workers. None where one amount is missing: a part would be taken for the whole."""
    found = list(amounts)
    known = [Decimal(each) for each in found if each is not None]
    if len(known) < len(found):
        return None
    return money(sum(known, Decimal("0.00"))), f"For {counted(len(known), 'worker', 'workers')} together."


def _worker(worker: Mapping[str, Any]) -> Worker:
    share, later = worker["share"], worker["later"]
    return Worker(
        worker["name"],
        ", ".join(SHORT[number] for number in worker["weekdays"]) or UNKNOWN,
        f"{worker['hours']} hours a week",
        money(Decimal(share["total"])) if share else UNKNOWN,
        _how(share) if share else "The agreement has no price yet.",
        money(Decimal(later)) if later is not None else UNKNOWN,
        worker["young"] or "Not shown here",
        str(worker["supervisions"] or "None yet"),
    )


def _how(share: Mapping[str, Any]) -> str:
    said = f"{percent(Decimal(share['percent']))} of {money(Decimal(share['whole']))} a year"
    for from_day, changed in share["changes"]:
        said += f", from {iso_day(from_day)} {percent(Decimal(changed))}"
    return said + (f", {share['period']}" if share["period"] != "a year" else "")
