"""What a school's share of one worker buys, on one side of A4 for its governors (journey H4, step 3).

Page and paper are drawn from the same context, so that no number can stand differently on one of them. Nothing here
reads a row or the clock, and nothing is about a child or another school.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from reports.documents.colour import on_paper
from teams.foundation.words import counted, day, iso_day, percent, whole_money

COPIES = {"school": "For governors"}
UNKNOWN = "Not known yet"
DEFINITIONS = (
    "Time in school: hours given out of the hours agreed, on the school’s own days, up to yesterday. Supervision: held "
    "in the school with the manager, this school year. Actions: what was said at supervision in school, whose day has "
    "come. Young people: with this worker today; one to five are not shown, so that nobody can be picked out. Next "
    "year’s price is at today’s pay."
)


class Line(NamedTuple):
    """One fact: what it is, what stands there, and what is to be known beside it."""

    what: str
    text: str
    more: str = ""


def context(snapshot: Mapping[str, Any], copy: str) -> dict[str, Any]:
    """What page and paper show. Raises KeyError where something is missing."""
    authority, school, worker = snapshot["authority"], snapshot["school"], snapshot["worker"]
    return {
        "title": f"What {school} buys with its share of {worker}, {snapshot['year']}",
        "copy": COPIES[copy],
        "accent": on_paper(authority["colour"]),
        "authority": authority["name"],
        "service": authority["service"],
        "telephone": snapshot["manager"]["telephone"] or authority["telephone"],
        "manager": snapshot["manager"]["name"],
        "reference": f"What our share buys, {snapshot['year']}",
        "school": school,
        "worker": worker,
        "year": snapshot["year"],
        "next_year": snapshot["next_year"],
        "on": date.fromisoformat(snapshot["on"]),
        "pays": _pays(snapshot),
        "given": _given(snapshot),
        "buys": snapshot["buys"],
        "said": [{"who": who, "words": words} for who, words in snapshot["said"]],
        "definitions": DEFINITIONS,
    }


def _pays(snapshot: Mapping[str, Any]) -> list[Line]:
    share, later = snapshot["share"], snapshot["later"]
    if share is None:
        now = Line(f"In {snapshot['year']}", UNKNOWN, "The agreement has no price yet.")
    else:
        of = percent(Decimal(share["percent"]))
        part = f"{of} of {whole_money(Decimal(share['whole']))} a year, the cost of the post"
        for from_day, changed in share["changes"]:
            part += f", from {iso_day(from_day)} {percent(Decimal(changed))}"
        part += f", {share['period']}" if share["period"] != "a year" else ""
        now = Line(f"In {snapshot['year']}", whole_money(Decimal(share["total"])), part)
    if later["a_year"] is None:
        more = f"{snapshot['manager']['name']} tells you the price: it is not worked out yet."
        return [now, Line(f"In {snapshot['next_year']}", UNKNOWN, more)]
    notice = f"Notice by {day(date.fromisoformat(later['notice_on']))}." if later["notice_on"] else ""
    a_day = f"About {whole_money(Decimal(later['a_day']))} for each day of the week." if later["a_day"] else ""
    more = " ".join(filter(None, ("At today’s pay.", a_day, notice)))
    return [now, Line(f"In {snapshot['next_year']}", whole_money(Decimal(later["a_year"])), more)]


def _given(snapshot: Mapping[str, Any]) -> list[Line]:
    time = snapshot["time"]
    return [
        _days(snapshot),
        Line("Time in school so far", f"{time['percent']} %", f"{time['given']} of {time['agreed']} agreed")
        if time
        else Line("Time in school so far", UNKNOWN, "No school day has passed yet."),
        Line("Supervision held in school", str(snapshot["supervisions"] or "None yet"), "with the manager"),
        _kept("Your actions kept", snapshot["school_kept"]),
        _kept("The council’s actions kept", snapshot["council_kept"]),
        Line("Young people", snapshot["young"], "with the worker today")
        if snapshot["young"]
        else Line("Young people", "Not shown here", "The school and its manager see how many."),
        Line("Room", "Ready" if snapshot["room"] else "Not ready yet", "a private room in your school"),
    ]


def _kept(what: str, kept: Mapping[str, int]) -> Line:
    if not kept["of"]:
        return Line(what, "None was due yet")
    return Line(what, f"{kept['kept']} of {kept['of']}")


def _days(snapshot: Mapping[str, Any]) -> Line:
    days = snapshot["days"]
    if not days:
        return Line("Agreed days in school", UNKNOWN)
    names = " and ".join([", ".join(days[:-1]), days[-1]]) if len(days) > 1 else days[0]
    return Line(
        "Agreed days in school",
        counted(len(days), "day a week", "days a week"),
        f"{names}, {snapshot['hours']} hours a week",
    )
